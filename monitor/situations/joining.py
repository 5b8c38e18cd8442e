"""Which situation a report belongs to. Pure.

A first alarm must not be swallowed: a report that names its place less finely than a situation does joins that one
only where nothing else can be meant, and otherwise opens one of its own, to be merged by a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.records import EVENT_TYPES, REGIONS, Assessment, EventType, Place, Report, Situation
from monitor.situations.states import ALARMING, TRACKS

JOINS_WITHIN = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where a report belongs: the situation it joins, else the number of the one it opens at `place`."""

    place: Place
    situation: Situation | None
    number: int
    why: str  # one clause
    within: tuple[str, ...] = ()  # of the place
    rests_on: tuple[str, ...] = ()  # reports that it was compared with
    repeats: bool = False  # only what one of the situation's reports says
    lasts: str = ""  # why what it opens is only what people were told of before the silence


@dataclass(frozen=True, slots=True)
class Wording:
    """How a report words its place."""

    as_province: bool = False  # by a name that the whole province has too
    beside: frozenset[str] = frozenset()  # other quarters of its town, and roads, of which it tells in the same breath


def moment_of(report: Report) -> datetime:
    """The time a report speaks for: when it was published, else when it was first seen."""
    return report.published_at or report.seen_at


def distance(situation: Situation, moment: datetime) -> timedelta:
    """From a moment to the time that the situation's reports span."""
    return max(situation.opened_at - moment, moment - situation.last_report_at, timedelta(0))


def at_the_place(
    place: Place, known: Sequence[Situation], moment: datetime, home: str = "", within: Sequence[str] = ()
) -> Belonging:
    """The situation of `known` whose span the moment touches within 72 h, otherwise the place's next number.

    Counting from both ends of the span keeps the answer the same when feeds are read in another order than things
    happened. `home`: key of the situation that an edited report stands in. It stays there as long as place and time
    allow it.
    """
    touching = [each for each in known if each.closed_at is None and distance(each, moment) <= JOINS_WITHIN]
    joined = min(
        touching,
        key=lambda situation: (situation.key != home, distance(situation, moment), -situation.number),
        default=None,
    )
    number = max((each.number for each in known if each.place == place.slug), default=0) + 1
    why = f"in {joined.key}" if joined else f"no situation at {place.name} had a report within 72 h"
    return Belonging(place, joined, number, why, tuple(within))


def finer(
    assessment: Assessment,
    within: Sequence[str],
    nearby: Sequence[Situation],
    moment: datetime,
    wording: Wording,
) -> tuple[Situation, ...]:
    """Of the open situations nearby those that may be what a report means which only names what lies around them.

    Also that of another quarter of the same town, if the report itself tells of both, and of the town that a post
    stands in. Of the report's types each must be known there: what is new is told. Where nothing fits in the town,
    a name that is also the province's means that. Beside a quarter or a road that the report only names its types must
    stand: that a siege is back in one part of a town is news.
    """
    place = assessment.places[0]
    known = [
        each
        for each in nearby
        if each.closed_at is None
        and each.place != place.slug
        and distance(each, moment) <= JOINS_WITHIN
        and knows(each, assessment.types)
    ]
    scope = {place.slug, *within[:1]} if place.kind in REGIONS else {place.slug}
    beside = {each.slug for each in assessment.places[1:] if each.parent and each.parent == place.parent}
    town = {place.parent} if place.kind == "post" and place.parent else set()
    inside = tuple(
        each
        for each in known
        if not (scope | town).isdisjoint(each.within)
        or each.place in beside
        or each.place in town
        or (each.place in wording.beside and _stands(each, assessment.types))
    )
    return inside or tuple(each for each in known if wording.as_province and within and within[-1] in each.within)


def knows(situation: Situation, types: Sequence[EventType]) -> bool:
    """Whether all of these were told of there."""
    if not types:  # an easing eases whatever is there
        return any(event in situation.tracks for event in EVENT_TYPES)
    return all(event in situation.tracks for event in types)


def _stands(situation: Situation, types: Sequence[EventType]) -> bool:
    tracks = [TRACKS[event] for event in types]
    return bool(tracks) and all((track, situation.states.get(track, "")) in ALARMING for track in tracks)


def is_further(place: Place, situation: Situation) -> bool:
    """Whether a report of the situation tells of it at a place beside its own, not at the same one or around it."""
    return place.slug != situation.place and place.slug not in situation.within


def related(here: Situation, others: Sequence[Situation]) -> tuple[str, ...]:
    """Keys of other open situations that share an event type and lie within, around, or in the same district."""
    mine = {event for event in EVENT_TYPES if event in here.tracks}
    return tuple(
        other.key
        for other in others
        if other.closed_at is None
        and other.key != here.key
        and mine & set(other.tracks)
        and (other.place in here.within or here.place in other.within or set(here.within[:-1]) & set(other.within[:-1]))
    )
