"""The lines of the log, worded: what the template then has to do is put them in their places. Pure.

A page has fifty of them; a template that asks for each word by itself takes three times as long as the database.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup, escape

from monitor.channels import when
from monitor.records import Place
from monitor.store.log_search import Line
from monitor.text.attribution import name_in
from monitor.web.filtering import Terms
from monitor.web.language import N_, Voice
from monitor.web.pages import dated, named, timed
from monitor.web.words import match, word

_APART = timedelta(hours=6)  # between publication and reading: from then on both are told
_DAYS_APART = timedelta(days=2)  # the days alone are
_COMMA, _NOT_REVIEWED = N_(", "), N_("not reviewed")
_TO, _NOT_BY_ITSELF, _TO_NOBODY = N_("sent to %(number)s"), N_("no message of its own"), N_("sent to nobody")
_SOURCES, _BOTH_TIMES = N_("%(sources)s, %(outlets)s"), N_("published %(published)s, read %(read)s")


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it is shown; "" where nothing is."""

    path: str
    level: str
    level_word: str
    uncertain: str
    types: str
    place: str
    more_places: int
    language: str
    headline: str
    quoted: str
    outlet: str
    sources: str
    match: str
    probability: str
    sent: str
    verdict: str
    verdict_word: str
    times: Markup


class Wording:
    """How one reader is told. `zone` is the reader's own."""

    def __init__(self, voice: Voice, terms: Terms, place_of: Callable[[str], Place | None], zone: str) -> None:
        self._voice, self._terms, self._place_of, self._zone = voice, terms, place_of, zone

    def rows(self, lines: Sequence[Line]) -> list[Row]:
        return [self._row(line) for line in lines]

    def _row(self, line: Line) -> Row:
        say = self._voice.say
        headline = line.title or line.evidence or line.key
        return Row(
            path=f"/reports/{quote(line.key)}",
            level=line.level,
            level_word=say(word(line.level)) if line.level else "",
            uncertain=say(word(line.state)) if line.state == "uncertain" else "",
            types=say(_COMMA).join(say(word(each)) for each in line.types),
            place=named(self._place_of(line.places[0]), line.places[0], self._voice.language) if line.places else "",
            more_places=len(line.places[1:]),
            language=line.language,
            headline=headline,
            quoted=line.evidence if line.evidence != headline else "",
            outlet=name_in(self._terms.outlet_of(line.feed), self._voice.language),
            sources=self._sources(line) if line.sources > 1 or line.outlets > 1 else "",
            match=say(match(line.probability, line.state)),
            probability=f"{line.probability:.2f}",
            sent=self._sent(line),
            verdict=line.verdict or "none",
            verdict_word=say(word(line.verdict) if line.verdict else _NOT_REVIEWED),
            times=self._times(line),
        )

    def _sent(self, line: Line) -> str:
        """Of a situation that was told by another report nobody hears again: that is not silence about it."""
        if line.sent:
            return self._voice.say(_TO) % {"number": line.sent}
        return self._voice.say(_NOT_BY_ITSELF if line.situation else _TO_NOBODY)

    def _sources(self, line: Line) -> str:
        language = self._voice.language
        return self._voice.say(_SOURCES) % {
            "sources": when.counted(line.sources, "independent source", language),
            "outlets": when.counted(line.outlets, "outlet", language),
        }

    def _times(self, line: Line) -> Markup:
        """When it was read; also when it was published, where that was long before."""
        published, read = line.published_at, line.seen_at
        if published is None or abs(read - published) <= _APART:
            return self._time(read)
        said = self._day if abs(read - published) > _DAYS_APART else self._time
        return escape(self._voice.say(_BOTH_TIMES)) % {"published": said(published), "read": said(read)}

    def _time(self, at: datetime) -> Markup:
        return _timed(at, self._zone, self._voice.language)

    def _day(self, at: datetime) -> Markup:
        return dated(at, self._voice.language)


@lru_cache(4096)
def _timed(at: datetime, zone: str, language: str) -> Markup:
    """Half of the wording is that of times, and the newest page is asked for again and again."""
    return timed(at, zone, language)
