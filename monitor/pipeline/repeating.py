"""What earlier report a new one only repeats. Texts are read and compared before the transaction that enters it.

In it only what came since, or was edited, is read: a week may have thousands of texts, and to compare one with all of
them takes a second in which nobody else could write.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from monitor import same_story, situations
from monitor.pipeline.parts import Parts
from monitor.pipeline.placing import named
from monitor.records import Assessment, Report, Situation
from monitor.same_story import Earlier
from monitor.situations import Belonging
from monitor.store import Transaction, tellings
from monitor.store import situations as ledger
from monitor.store.tellings import Version

_LOOKED_THROUGH = 50  # situations with the latest news


@dataclass(frozen=True, slots=True)
class Found:
    """How a report repeats another one. `names_more`: a place that the other does not; some write by one pattern."""

    how: str
    names_more: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One report against all that the ledger had before: which those were, and which of them it repeats."""

    seen: frozenset[Version] = frozenset()
    repeats: Mapping[Version, Found] = field(default_factory=dict)


NOT_COMPARED = Compared()


@dataclass(slots=True)
class _Comparing:
    report: Report
    types: Sequence[str]
    seen: set[Version] = field(default_factory=set)
    repeats: dict[Version, Found] = field(default_factory=dict)


def compare(parts: Parts, read: Iterable[tuple[Report, Assessment]]) -> dict[str, Compared]:
    """Report key -> what it repeats of what is known; of reports that may come to stand in a situation."""
    asked = [
        _Comparing(report, said.types)
        for report, assessment in read
        if (said := _as_said(assessment)).places and (said.types or said.easing) and not report.canary
    ]
    if not asked:
        return {}
    since = min(situations.moment_of(each.report) for each in asked) - same_story.SAME_TITLE_WITHIN
    with parts.store.read() as tx:
        keys = [each.key for each in _looked_through(tx, since)]
        versions = tellings.versions(tx, keys)
    for _, some in groupby(versions, key=lambda version: version.situation):
        _compare(parts, asked, list(some))
    return {each.report.key: Compared(frozenset(each.seen), each.repeats) for each in asked}


def repeated(
    parts: Parts, tx: Transaction, report: Report, assessment: Assessment, compared: Compared
) -> Belonging | None:
    """Where the report stands that this one only repeats, also when that is over: a late copy is no news."""
    home = ledger.of_report(tx, report.key)
    found = _looked_through(tx, situations.moment_of(report) - same_story.SAME_TITLE_WITHIN)
    versions = tellings.versions(tx, [each.key for each in found])
    theirs = {key: list(some) for key, some in groupby(versions, key=lambda version: version.situation)}
    for situation in found:
        repeats = _first(parts, tx, report, assessment.types, theirs.get(situation.key, []), compared)
        if repeats and not repeats[1].names_more and (home is None or home.key == situation.key):
            other, how = repeats[0].report_key, repeats[1].how
            why = f"repeats {other} ({how})"
            return Belonging(assessment.places[0], situation, 0, why, (), (other,), repeats=True)
    return None


def _as_said(assessment: Assessment) -> Assessment:
    """An uncertain report may find a partner, and is taken as said then."""
    doubt = situations.doubt_of(assessment)
    return situations.as_said(assessment, doubt) if doubt and not assessment.places else assessment


def _looked_through(tx: Transaction, since: datetime) -> list[Situation]:
    return ledger.recent(tx, since, only_open=False)[-_LOOKED_THROUGH:][::-1]


def _compare(parts: Parts, asked: Sequence[_Comparing], versions: Sequence[Version]) -> None:
    """All of them with the reports of one situation: no more texts than that are held at once."""
    with parts.store.read() as tx:
        texts = tellings.of_reports(tx, [version.report_key for version in versions])
    for version in versions:
        other = texts.get(version.report_key)
        if other is None or tellings.version_of(version.situation, *other) != version:
            continue  # edited between the two looks
        for each in asked:
            if each.report.key != version.report_key:
                each.seen.add(version)
                if found := _repeats(parts, each.report, each.types, Earlier(*other)):
                    each.repeats[version] = found


def _first(
    parts: Parts,
    tx: Transaction,
    report: Report,
    types: Sequence[str],
    versions: Sequence[Version],
    compared: Compared,
) -> tuple[Version, Found] | None:
    theirs = [each for each in versions if each.report_key != report.key]
    texts = tellings.of_reports(tx, [each.report_key for each in theirs if each not in compared.seen])
    for version in theirs:
        found = compared.repeats.get(version)
        if version not in compared.seen and version.report_key in texts:
            found = _repeats(parts, report, types, Earlier(*texts[version.report_key]))
        if found:
            return version, found
    return None


def _repeats(parts: Parts, report: Report, types: Sequence[str], other: Earlier) -> Found | None:
    """None when it has something of its own."""
    found = same_story.original(report, types, [other])
    return Found(found[1], not named(parts, report) <= named(parts, other.report)) if found else None
