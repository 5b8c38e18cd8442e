"""Whom a sentence names as its origin: an outlet, an organisation, "local sources". Never a person. Pure.

The names are data (config/attributions.yaml); what stands here is how English and Arabic reports say "X says so".
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from ruamel.yaml import YAML

from monitor.packaged import packaged
from monitor.text.normalise import Folded, fold, fold_text

_LONGEST = 60

_SAYS = (
    "said|says|saying|say|reported|reports|reporting|report|confirmed|confirms|confirm|documented|documents|monitored|"
    "added|adds|noted|notes|announced|announces|stated|states|told|tell|tells|claimed|claims|revealed|wrote|quoted|quotes|quoting|"
    "cited|cites|citing|logged|recorded|denied|denies|published|posted|indicated|mentioned|observed|explained|warned|"
    "counted|learned|learnt|informed"
)
_ACCORDING = (
    r"according to|as (?:reported|told|stated) (?:by|to)|(?:reported|documented|monitored|announced|confirmed|"
    r"published|statement|reports) by|citing|cites|cited|quoting|quoted|quotes|sources?:"
)
_TOLD = r"told|tells|telling|tell|in a statement to|informed"
_FILL = (
    r"(?:(?:the|a|an|its|their|local|state|official|opposition|pro-\w+|rebel|activist|news|media|network|agency|newspaper|"
    r"daily|outlet|monitor|monitoring|group|broadcaster|channel|website|site|page|sources?|activists?|correspondents?|"
    r"reporters?|journalists?|contacts?|war|rights|\w+-based|of|at|from|in|for|by|to) ){0,6}"
)
_TAIL = (
    r"(?:'s?)?(?: \([^()]{1,20}\))?,? (?:(?:news|agency|network|television|channel|website|page|activists?|sources?|"
    r"correspondents?|reporters?|field|own|local|team|in|at|on|the|there|also|has|have|had|later|\w+day|daraa|province|"
    r"city) ){0,5}"
)

_ROOTS = (
    "قال|ذكر|افاد|اكد|نقل|اضاف|اوضح|وثق|رصد|اعلن|اشار|كشف|بث|نشر|اورد|علم|صرح|بين|لفت|نوه|حذر|نفي|سجل|احصي|ابلغ|تحدث|"
    "[يت]قول|[يت]ذكر|[يت]فيد|[يت]وكد|[يت]وثق|[يت]رصد|[يت]ضيف|[يت]وضح|[يت]شير|[يت]علن|[يت]كشف|[يت]نفي"
)
_QAL = rf"(?<!\w)[وف]?(?:{_ROOTS})(?:ت|وا|ا)?"
_BIHASAB = r"(?<!\w)[وف]?(?:بحسب|حسب|حسبما|وفق|وفقا|طبقا|نقلا عن|استنادا الي|المصدر ?:|كما)"
_FILL_AR = (
    r"(?:(?:مصدر|مصادر|مصدران|مراسل|مراسلو|مراسلي|مراسله|نشطاء|ناشطو|ناشطون|ناشطي|وكاله|شبكه|موقع|قناه|صحيفه|جريده|تلفزيون|منصه|"
    r"صفحه|حساب|من|في|لدي|عن|ما|لما|قاله|قالته|ذكره|ذكرته|نقله|نقلته|اورده|اوردته|نشره|نشرته|افاد|افادت|ذكر|ذكرت|قال|قالت|اعلن|"
    r"اعلنت|نشرت|به|عبر|الناطق|المتحدث|باسم|بيان|المكتب|الاعلامي|الرسميه|الرسمي) ){0,6}"
)

_ORGANISATION = (
    r"(?:[A-Z][\w'’.-]* ){1,4}(?:Network|Agency|Observatory|Gathering|Cent(?:er|re)|Office|Foundation|Media|News|TV|"
    r"Television|Radio|Channel|Platform|League|Initiative|Monitor|Press|Ministry)\b|Ministry of [A-Z]\w+"
)
_NOT_A_NAME = (
    r"(?!(?:ان|انه|انها|بان|في|من|علي|عن|الي|منذ|قد|فقد|فان|حول|اليوم|امس|السبت|الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|محلي\w*|"
    r"انباء|اخبار\w*|رسمي\w*|تابع\w*|مقرب\w*)(?!\w))"
)
_ORGANISATION_AR = (
    r"(?:شبكه|وكاله|تجمع|مرصد|صحيفه|جريده|قناه|موقع|منصه|موسسه|تلفزيون|اذاعه|راديو|مركز|رابطه|منظمه|وزاره|قياده)"
    rf' (?:"[^"\n]{{2,40}}"|{_NOT_A_NAME}[ء-ي]{{3,}}(?: {_NOT_A_NAME}[ء-ي]{{3,}})?)'
)


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    arabic: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What attributions.yaml holds, by folded spelling, and the frames in which those spellings count."""

    by_spelling: dict[str, _Source]
    nameless: frozenset[_Source]
    named: tuple[re.Pattern[str], ...]
    unnamed: tuple[re.Pattern[str], ...]


def said_by(sentence: str, title: str = "") -> str:
    """The origin that the sentence names, else its title; "" if neither does.

    A known source comes back under its usual name in the language of the text, others as the text writes them.
    """
    return _origin(sentence) or _origin(title)


@lru_cache(1000)  # a page names some hundred
def name_in(source: str, language: str) -> str:
    """How a source is called in that language, if it is a known one; else as given."""
    found = _look_up(source)
    if found is None:
        return source
    return found.arabic if language == "ar" else found.name


def same_source(one: str, other: str) -> bool:
    """Whether two names stand for the same source: "SANA" and "Syrian Arab News Agency"."""
    return name_in(one, "en").casefold() == name_in(other, "en").casefold()


def is_named(source: str) -> bool:
    """Whether this says who it is: "SOHR" does, "local sources" and "" do not."""
    return bool(source) and _look_up(source) not in _known().nameless


def _origin(text: str) -> str:
    folded = fold(text[:2000])
    known = _known()
    return (
        _first(known, known.named, folded.text)
        or _organisation(text[:2000], folded)
        or _first(known, known.unnamed, folded.text)
    )


def _first(known: _Known, frames: Sequence[re.Pattern[str]], text: str) -> str:
    found = [match for frame in frames if (match := frame.search(text))]
    if not found:
        return ""
    who = min(found, key=lambda match: match.start("who"))["who"]
    source = known.by_spelling[who]
    return source.arabic if re.search(r"[ء-ي]", who) else source.name


def _organisation(text: str, folded: Folded) -> str:
    """An organisation that no list knows, recognised by what it calls itself: a network, an agency ..."""
    for frame in _organisation_frames():
        if found := frame.search(text):
            return found["who"][:_LONGEST]
    for frame in _arabic_organisation_frames():
        if found := frame.search(folded.text):
            start, end = folded.span(*found.span("who"))
            return text[start:end][:_LONGEST]
    return ""


@cache
def _organisation_frames() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(rf"\b(?i:{_ACCORDING}|{_TOLD}) (?:the |The )?(?P<who>{_ORGANISATION})"),
        re.compile(
            rf"(?:^|[.,;:\"“”] |\b[Tt]he )(?:The )?(?P<who>{_ORGANISATION})(?:['’]s)?,? (?:ha[sv]e? |also )?"
            rf"(?:{_SAYS})\b"
        ),
    )


@cache
def _arabic_organisation_frames() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(rf"(?:{_BIHASAB}|{_QAL}) {_FILL_AR}ل?(?P<who>{_ORGANISATION_AR})(?!\w)"),
        re.compile(rf"{_QAL} (?:\w+ ){{1,6}}?ل(?P<who>{_ORGANISATION_AR})(?!\w)"),
    )


def _look_up(source: str) -> _Source | None:
    """By full spelling, else by a known name that the given one begins with ("Enab Baladi English")."""
    known = _known().by_spelling
    words = fold_text(source).removeprefix("the ").split()
    return next((known[head] for end in range(len(words), 0, -1) if (head := " ".join(words[:end])) in known), None)


@cache
def _known() -> _Known:
    listed = YAML(typ="safe", pure=True).load(packaged("config/attributions.yaml"))
    spellings = {kind: list(_spellings(listed[kind])) for kind in ("sources", "unnamed")}
    everyday = {spelling for spelling, _, is_word in spellings["sources"] if is_word and " " not in spelling}
    named = [spelling for spelling, _, _ in spellings["sources"]]
    unnamed = [spelling for spelling, _, _ in spellings["unnamed"]]
    return _Known(
        {spelling: source for kind in ("unnamed", "sources") for spelling, source, _ in spellings[kind]},
        frozenset(source for _, source, _ in spellings["unnamed"]),
        (*_frames(named, f"{_ACCORDING}|{_TOLD}"), *_loose_frames([name for name in named if name not in everyday])),
        _frames(unnamed, _ACCORDING),
    )


def _spellings(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, _Source, bool]]:
    for entry in entries:
        source = _Source(str(entry["name"]), str(entry["arabic"]))
        for spelling in (source.name, source.arabic, *entry["spellings"]):
            folded = fold_text(str(spelling)).removeprefix("the ")
            yield folded, source, bool(entry.get("word"))
            if folded.startswith("ال"):  # "to the ..." swallows the first letter
                yield f"لل{folded[2:]}", source, bool(entry.get("word"))


def _frames(names: Sequence[str], according: str) -> tuple[re.Pattern[str], ...]:
    """The shapes in which a source stands beside its word of saying, or opens a bulletin."""
    latin = _any_of(name for name in names if name.isascii())
    arabic = _any_of(name for name in names if not name.isascii())
    return (
        re.compile(rf"\b(?:{according}) {_FILL}{latin}(?!\w|-\w| security)"),
        re.compile(rf"(?<![\w-]){latin}{_TAIL}(?:{_SAYS})\b"),
        re.compile(rf"(?:{_BIHASAB}|{_QAL}) {_FILL_AR}\"?{_any_of(names, clitic=True)}(?!\w)"),
        re.compile(rf"(?<!\w){arabic}\"? (?:{_ROOTS})ت?(?!\w)"),
        re.compile(
            rf"^(?:[^:\n]{{0,30}}?[,(-] ?)?(?:مراسل |مصادر |نشطاء )?{_any_of(names)}\)?"
            r"(?: (?:correspondent|sources))?(?: ?:| -)(?!\w)"
        ),
        re.compile(rf"[(\[-] ?{_any_of(names)} ?[)\]]?\.?$"),
    )


def _loose_frames(names: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """ "A source said to X": words may stand between, the preposition shows who was told."""
    told = rf"(?:ل(?:وكاله |موقع |صحيفه |قناه |شبكه )?|(?=لل)){_any_of(names)}"
    return (re.compile(rf"{_QAL} (?:[^\s.]+ ){{1,6}}?{told}(?!\w)"),)


def _any_of(names: Iterable[str], *, clitic: bool = False) -> str:
    """One group `who`, longest names first; with the Arabic "to" or "by" before it where asked."""
    ordered = sorted(set(names), key=len, reverse=True)
    return ("[لب]?" if clitic else "") + f"(?P<who>{'|'.join(map(re.escape, ordered))})"
