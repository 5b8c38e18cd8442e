"""Report + the earlier ones of its situation -> who speaks in it: copies and quotes of one source count once. Pure.

What is decided here is only whether two reports are independent witnesses, never whether one of them is true.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from monitor.records import Assessment, Count, Report, Telling
from monitor.text.attribution import is_named, name_in, said_by
from monitor.text.normalise import fold_text

SAME_TITLE_WITHIN = timedelta(days=7)
LEAST_TITLE_WORDS = 4  # "Daraa news" is the same every day
LEAST_SAME_WORDS = 12  # of a text that is the same to the letter
LEAST_TEXT_WORDS = 25  # fewer words are alike by chance
ALIKE = 90.0  # of 100, token set ratio: rewritten and cut copies lie above, two newsrooms on one event at 40 to 75
LEAST_SHARED = 0.5  # of the words of the shorter text; where words were changed at random, ALIKE began at 0.78
COMPARED = 4000  # letters of a text
SAME_TITLE = "the same headline"
SAME_ADDRESS = "the same address"
GOES_ON = 1.2  # times as long as what it repeats
_TRACKS = re.compile(r"utm_|fbclid|ref=|amp(?:=|$)")  # in an address: who sent the reader, not what is read
LEAD = 500  # letters in which a report says where it has the news from


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier report of the same situation, and what was found of it."""

    report: Report
    telling: Telling


def telling(report: Report, assessment: Assessment, outlet: str, earlier: Sequence[Earlier]) -> Telling:
    """Who speaks in this report, given the earlier ones of its situation, oldest first."""
    source, copy_of, reason = _source(report, assessment, outlet, earlier)
    at = report.published_at or report.seen_at
    return Telling(report.key, outlet, source, copy_of, reason, (*assessment.types, *assessment.easing), at)


def original(report: Report, types: Sequence[str], earlier: Sequence[Earlier]) -> tuple[Earlier, str] | None:
    """The report that this one only repeats, and how that shows; None when it has something of its own.

    The same headline over other words may be the news of another day, a page that is written on under one address
    may have turned to another event, and a text that was taken over and went on may tell of more.
    """
    for other in earlier:
        how = _copied(report, other.report)
        short = min(_length(report), _length(other.report)) < LEAST_TEXT_WORDS
        goes_on = _length(report) > GOES_ON * _length(other.report) and bool(set(types) - set(other.telling.types))
        more = how in (SAME_TITLE, SAME_ADDRESS) and bool(set(types) - set(other.telling.types))
        if how and (short or how != SAME_TITLE) and not goes_on and not more:
            return other, how
    return None


def counts(earlier: Sequence[Telling], new: Telling, ended: Mapping[str, datetime]) -> dict[str, Count]:
    """For each label of the new telling: who reports it in this situation, before and now. `ended`: when the event
    last was over, by label; who told of the one before is no witness of the one after.
    """
    return {label: _count(_of_same(earlier, new, label, ended.get(label)), new) for label in new.types}


def _of_same(earlier: Sequence[Telling], new: Telling, label: str, ended: datetime | None) -> list[Telling]:
    same = [each for each in earlier if label in each.types]
    return [each for each in same if ended is None or (each.at > ended) == (new.at > ended)]


def _count(earlier: Sequence[Telling], new: Telling) -> Count:
    before = {each.source for each in earlier}
    return Count(len(before), len({*before, new.source}), len({each.outlet for each in (*earlier, new)}))


def _source(report: Report, assessment: Assessment, outlet: str, earlier: Sequence[Earlier]) -> tuple[str, str, str]:
    for other in earlier:
        how = _copied(report, other.report)
        if how:
            return other.telling.source, other.telling.copy_of or other.report.key, how
    agency = _agency(report, assessment)
    if agency:
        return name_in(agency, "en"), "", f"quotes {agency}"
    if report.origin:
        return name_in(report.origin, "en"), "", f"passes on {report.origin}"
    return name_in(outlet, "en"), "", "speaks for itself"


def _copied(report: Report, other: Report) -> str:
    """How this report repeats the other one, by what says most; "" when its words are its own."""
    if report.url and _canonical(report.url) == _canonical(other.url):
        return SAME_ADDRESS
    if _length(report) >= LEAST_SAME_WORDS and _words(report) == _words(other):
        return "the very same text"
    if min(_length(report), _length(other)) >= LEAST_TEXT_WORDS and _shares_words(report, other):
        ratio = fuzz.token_set_ratio(_words(report), _words(other), score_cutoff=ALIKE)
        if ratio:
            return f"the same text ({ratio:.0f} of 100)"
    return SAME_TITLE if _same_title(report, other) else ""


def _canonical(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    query = "&".join(each for each in parts.query.split("&") if not _TRACKS.match(each))
    return f"{host}{parts.path.rstrip('/').removesuffix('/amp')}?{query}"


def _same_title(report: Report, other: Report) -> bool:
    mine = re.findall(r"\w+", fold_text(report.title))
    apart = abs((report.published_at or report.seen_at) - (other.published_at or other.seen_at))
    return (
        len(mine) >= LEAST_TITLE_WORDS
        and apart <= SAME_TITLE_WITHIN
        and mine == re.findall(r"\w+", fold_text(other.title))
    )


def _words(report: Report) -> str:
    return _folded((report.text or report.summary)[:COMPARED])


def _length(report: Report) -> int:
    return _words(report).count(" ") + 1


def _shares_words(report: Report, other: Report) -> bool:
    """Whether the texts can be alike at all: to compare them letter by letter takes a millisecond."""
    mine, theirs = _vocabulary(_words(report)), _vocabulary(_words(other))
    return len(mine & theirs) >= LEAST_SHARED * min(len(mine), len(theirs))


@lru_cache(maxsize=64)
def _vocabulary(words: str) -> frozenset[str]:
    return frozenset(words.split())


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold_text(text)))


def _agency(report: Report, assessment: Assessment) -> str:
    """The named source of the evidence, else of the headline and lead; "" when none is named."""
    evidence = [sighting.sentence for sighting in assessment.sightings if sighting.counts]
    for words in (*evidence, report.title, *re.split(r"(?<=[.!?؟])\s+|\n", report.text[:LEAD])):
        found = said_by(words)
        if is_named(found):
            return found
    return ""
