"""From which places a report keeps others off while it is decided: where its situation may lie, and no more.

Alone it holds its own place and those whose situations it may join instead; together with others what lies around
these, and whatever else it names. Who holds a place alone therefore has all within it for themselves, and of two
reports that may be one another's copy the second waits: each names the place that the other holds alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from monitor import situations
from monitor.pipeline.parts import Parts
from monitor.pipeline.placing import is_said_as_province, named, roads, spoken_of
from monitor.pipeline.repeating import Compared
from monitor.records import REGIONS, Assessment, Report, Situation
from monitor.store import Transaction, changes
from monitor.store import situations as ledger


@dataclass(frozen=True, slots=True)
class Hold:
    """Slugs of places. `beside` others who do the same."""

    alone: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()

    def covers(self, situation: Situation) -> bool:
        return not self.alone.isdisjoint({situation.place, *situation.within})


class NotHeldError(Exception):
    """The report belongs to a situation that came about, or to light, after it was looked up what to hold."""


def hold_of(parts: Parts, report: Report, assessment: Assessment) -> Hold:
    """What the report alone says it needs; `widened` by what the ledger has."""
    gazetteer = parts.classifier.gazetteer
    alone = {slug for said in _said(assessment) for slug in _alone(parts, said)}
    if not alone:
        return Hold()
    beside = set()
    if _is_of_event(assessment):
        beside = named(parts, report)
        if not alone & beside:  # found in words that the text as a whole reads otherwise
            alone |= {min(beside)} if beside else set(_outermost(parts, assessment))
    places = filter(None, map(gazetteer.place, alone))
    return Hold(frozenset(alone), frozenset(beside | {slug for place in places for slug in gazetteer.around(place)}))


def widened(tx: Transaction, hold: Hold, report: Report, compared: Compared) -> Hold:
    """With the situations that the report stands in, that it repeats, or that those of its places were merged into."""
    if not hold.alone:
        return hold
    home = ledger.of_report(tx, report.key) if report.revision > 1 else None
    own = ledger.keys_of_places(tx, hold.alone)
    keys = {*changes.merged_into(tx, own), *(version.situation for version in compared.repeats)}
    found = [each[0] for key in sorted(keys) if (each := ledger.get(tx, key))]
    return united([hold, *(around(each) for each in [*found, *([home] if home else [])])])


def around(situation: Situation) -> Hold:
    """For who works on just this situation."""
    return Hold(frozenset({situation.place}), frozenset(situation.within))


def united(holds: Iterable[Hold]) -> Hold:
    some = list(holds)
    alone = frozenset(slug for each in some for slug in each.alone)
    return Hold(alone, frozenset(slug for each in some for slug in each.beside))


def everything(parts: Parts, hold: Hold) -> Hold:
    """The same with all that lies around held alone: nobody else decides anything there."""
    return Hold(hold.alone | hold.beside | _provinces(parts))


def _provinces(parts: Parts) -> set[str]:
    return {each.slug for each in parts.classifier.gazetteer.places if each.area and each.kind == "governorate"}


def _said(assessment: Assessment) -> Iterator[Assessment]:
    """The report as of each place whose situations it may bear on, which comes first."""
    doubt = situations.doubt_of(assessment)
    if assessment.places:
        yield assessment
    if doubt:
        yield situations.as_said(assessment, doubt)
    for place in spoken_of(assessment):
        yield replace(assessment, places=(place,))


def _is_of_event(assessment: Assessment) -> bool:
    return bool(assessment.types or assessment.easing or situations.doubt_of(assessment))


def _alone(parts: Parts, assessment: Assessment) -> set[str]:
    """What situations.finer may find: the town's other parts, roads beside it, what a region or a province is near."""
    place = assessment.places[0]
    outside = parts.classifier.gazetteer.around(place)
    slugs = {place.slug, *([place.parent] if place.parent else []), *roads(parts, assessment)}
    if place.kind in REGIONS:
        slugs |= set(outside[:1])
    if is_said_as_province(parts, assessment):
        slugs |= set(outside[-1:])
    return slugs


def _outermost(parts: Parts, assessment: Assessment) -> set[str]:
    places = [said.places[0] for said in _said(assessment)]
    return {slug for place in places for slug in parts.classifier.gazetteer.around(place)[-1:]}
