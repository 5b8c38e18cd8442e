"""Why a report was decided so, in the reader's words. The ledger keeps each reason as one English line with codes.

A clause that has no words here is shown as it was kept, marked as English: a reason of another version fails no page.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from monitor.channels import when
from monitor.records import Place
from monitor.text.attribution import name_in
from monitor.web.language import N_, translations
from monitor.web.pages import foreign, named
from monitor.web.phrases import Say, standing
from monitor.web.words import word

# What is filled in is what was matched, in the reader's words where _Words knows the group.
_CLAUSES: tuple[tuple[str, str], ...] = (
    (
        r"no situation at (?P<place>.+) had a report within 72 h",
        N_("no situation at %(place)s had a report within 72 h"),
    ),
    (r"it may mean (?P<situations>.+)", N_("it may mean %(situations)s")),
    (r"not (?P<situation>\S+): it names (?P<name>.+)", N_("not %(situation)s: it names %(name)s")),
    (
        r"not (?P<situation>\S+): it counts (?P<mine>\d+) \((?P<noun>.+)\) and not (?P<theirs>\d+)",
        N_("not %(situation)s: it counts %(mine)s (%(noun)s) and not %(theirs)s"),
    ),
    (r"not (?P<situation>\S+): it speaks of another day", N_("not %(situation)s: it speaks of another day")),
    (r"in (?P<situation>\S+)", N_("in %(situation)s")),
    (
        r"it says (?P<place>.+), and (?P<situation>\S+) is the only such situation there",
        N_("it says %(place)s, and %(situation)s is the only such situation there"),
    ),
    (r"an edit of what was found wrong in (?P<situation>\S+)", N_("an edit of what was found wrong in %(situation)s")),
    (r"looks back on what (?P<situation>\S+) has", N_("looks back on what %(situation)s has")),
    (
        r"says itself that it has lasted: (?P<situation>\S+) has it, and nobody said that it ended",
        N_("says itself that it has lasted: %(situation)s has it, and nobody said that it ended"),
    ),
    (r"repeats (?P<report>\S+) \((?P<how>.+)\)", N_("repeats %(report)s (%(how)s)")),
    (
        r"(?P<types>.+) had come to an end in (?P<situation>\S+), or not been heard of for long",
        N_("%(types)s had come to an end in %(situation)s, or not been heard of for long"),
    ),
    (r"(?P<situation>\S+) had no (?P<any>.+) so far", N_("%(situation)s had no %(any)s so far")),
    (
        r"(?P<situation>\S+) goes from (?P<before>\w+) to (?P<level>\w+)",
        N_("%(situation)s goes from %(before)s to %(level)s"),
    ),
    (r"reports (?P<types>.+) in (?P<situation>\S+)", N_("reports %(types)s in %(situation)s")),
    (
        r"(?P<source>.+) is an independent source for (?P<types>.+) in (?P<situation>\S+)",
        N_("%(source)s is an independent source for %(types)s in %(situation)s"),
    ),
    (r"(?P<situation>\S+) already has (?P<types>.+)", N_("%(situation)s already has %(types)s")),
    (r"denies what (?P<situation>\S+) has", N_("denies what %(situation)s has")),
    (r"says that (?P<signs>.+)", N_("says that %(signs)s")),
    (r"no event of its own in (?P<situation>\S+)", N_("no event of its own in %(situation)s")),
    (
        r"older than the end of it: (?P<situation>\S+) has (?P<track>\w+) (?P<state>\w+)",
        N_("older than the end of it: %(situation)s has %(state)s"),
    ),
    (
        r"older than the last change in (?P<situation>\S+): (?P<track>\w+) (?P<state>[\w ]+)",
        N_("older than the last change in %(situation)s: %(state)s"),
    ),
    (
        r"read (?P<days>\d+) days after it was published, and (?P<situation>\S+) had it already",
        N_("read %(days)s after it was published, and %(situation)s had it already"),
    ),
    (r"uncertain by itself", N_("uncertain by itself")),
    (r"one of two that together tell of (?P<situation>\S+)", N_("one of two that together tell of %(situation)s")),
    # who speaks in a report
    (r"the same headline", N_("the same headline")),
    (r"the same address", N_("the same address")),
    (r"the very same text", N_("the very same text")),
    (r"the same text \((?P<share>\d+) of 100\)", N_("the same text (%(share)s of 100)")),
    (r"quotes (?P<source>.+)", N_("quotes %(source)s")),
    (r"passes on (?P<source>.+)", N_("passes on %(source)s")),
    (r"speaks for itself", N_("speaks for itself")),
)
_COMPILED = tuple((re.compile(pattern), words) for pattern, words in _CLAUSES)
_SIGNS: Mapping[str, str] = {
    "a siege is threatened": N_("a siege is threatened"),
    "talks are held": N_("talks are held"),
    "talks are stuck": N_("talks are stuck"),
}
_AND, _OR, _COMMA = N_(" and "), N_(" or "), N_(", ")


def sayer(places: Mapping[str, Place]) -> Callable[[Context, str], Markup]:
    """For the templates: a kept reason in the page's language. `places`: those of the gazetteer by their names."""

    @pass_context
    def decided(context: Context, reason: str) -> Markup:
        return said(reason, context["language"], places)

    return decided


def said(reason: str, language: str, places: Mapping[str, Place]) -> Markup:
    words = _Words(language, places)
    clauses = [words.clause(each) for each in reason.split("; ")] if reason else []
    return Markup('<bdi dir="auto">{}</bdi>').format(escape(words.say(N_("; "))).join(clauses))


@dataclass(frozen=True, slots=True)
class _Words:
    language: str
    places: Mapping[str, Place]

    @property
    def say(self) -> Say:
        return translations(self.language).gettext

    def clause(self, clause: str) -> Markup:
        for pattern, words in _COMPILED:
            if found := pattern.fullmatch(clause):
                groups = found.groupdict()
                return escape(self.say(words)) % {name: self._filled(name, groups) for name in groups}
        return Markup('<span lang="en" dir="ltr">{}</span>').format(clause)

    def place(self, name: str) -> Markup:
        return foreign(named(self.places.get(name), name, self.language))

    def source(self, name: str) -> Markup:
        return foreign(name_in(name, self.language))

    def situation(self, key: str) -> Markup:
        return _link("situations", key)

    def situations(self, keys: str) -> Markup:
        return escape(self.say(_COMMA)).join(map(self.situation, keys.split(", ")))

    def report(self, key: str) -> Markup:
        return _link("reports", key)

    def all_of(self, words: str) -> str:
        return self._joined(_AND, words.split(" and "))

    def any_of(self, words: str) -> str:
        return self._joined(_OR, words.split(" or "))

    def level(self, name: str) -> str:
        return self.say(word(name))

    def days(self, number: str) -> str:
        return when.counted(int(number), "day", self.language)

    def _filled(self, name: str, groups: Mapping[str, str]) -> str:
        found = groups[name]
        if name == "state":
            return standing(groups["track"], found.replace(" ", "_"), self.say)
        return _HOW[name](self, found) if name in _HOW else foreign(found)

    def _joined(self, joint: str, words: Iterable[str]) -> str:
        return self.say(joint).join(self.say(_SIGNS.get(each) or word(each)) for each in words)


_HOW: Mapping[str, Callable[[_Words, str], str]] = {
    "place": _Words.place,
    "source": _Words.source,
    "situation": _Words.situation,
    "situations": _Words.situations,
    "report": _Words.report,
    "how": _Words.clause,
    "types": _Words.all_of,
    "signs": _Words.all_of,
    "any": _Words.any_of,
    "before": _Words.level,
    "level": _Words.level,
    "days": _Words.days,
}


def _link(kind: str, key: str) -> Markup:
    return Markup('<a href="/{}/{}"><bdi dir="ltr">{}</bdi></a>').format(kind, quote(key), key)
