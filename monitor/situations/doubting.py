"""Reports that the classifier is unsure of: two of them, by independent sources, make an alarm. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.records import EVENT_TYPES, Assessment, EventType, Place, Report, Sighting, Telling
from monitor.situations.joining import moment_of

PAIRED_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What an uncertain report would tell of, were it sure."""

    place: Place
    type: EventType


@dataclass(frozen=True, slots=True)
class Doubted:
    """An uncertain report with what it would tell of and who speaks in it."""

    report: Report
    assessment: Assessment
    doubt: Doubt
    telling: Telling


def doubt_of(assessment: Assessment) -> Doubt | None:
    """The surest sighting of an event that happens now at a place in the area, of a report that is not flagged."""
    best = _best(assessment)
    event = next((each for each in EVENT_TYPES if best and each == best.type), None)
    return Doubt(best.place, event) if best and best.place and event and assessment.state == "uncertain" else None


def partner(one: Doubted, others: Sequence[Doubted]) -> Doubted | None:
    """The latest of the others that is an independent witness of the same, within 24 h."""
    fitting = [
        each
        for each in others
        if (each.doubt.place.slug, each.doubt.type) == (one.doubt.place.slug, one.doubt.type)
        and each.telling.source != one.telling.source
        and abs(moment_of(each.report) - moment_of(one.report)) <= PAIRED_WITHIN
    ]
    return max(fitting, key=lambda each: (moment_of(each.report), each.report.key), default=None)


def taken_as_said(one: Doubted) -> Assessment:
    """The assessment with its best sighting counting. The log keeps the assessment as it was."""
    return as_said(one.assessment, one.doubt)


def as_said(assessment: Assessment, doubt: Doubt) -> Assessment:
    best = _best(assessment)
    return replace(
        assessment,
        types=(doubt.type,),
        easing=(),
        places=(doubt.place,),
        sightings=tuple(replace(each, counts=each is best) for each in assessment.sightings),
    )


def _best(assessment: Assessment) -> Sighting | None:
    now = [
        each
        for each in assessment.sightings
        if each.type in EVENT_TYPES and each.state == "now" and each.place is not None and each.place.area
    ]
    return max(now, key=lambda each: each.probability, default=None)
