"""Decision -> the alerts it makes. Pure; who is owed them is decided in owing.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.records import (
    EVENT_TYPES,
    Alert,
    AlertKind,
    Assessment,
    Count,
    Decision,
    EventType,
    Grade,
    Label,
    Place,
    Quote,
    Report,
    Sighting,
    Situation,
    Verdict,
)
from monitor.text.attribution import said_by

CORRECTING: tuple[Verdict, ...] = ("false_alarm", "wrong_type", "wrong_place", "not_current")
REFUTING: tuple[Verdict, ...] = ("false_alarm", "not_current")
MOST_QUOTES = 2
TEXT_PREFERRED_BY = 0.2  # of probability


@dataclass(frozen=True, slots=True)
class Told:
    """A report that was decided on, with all that an alert says of it."""

    report: Report
    assessment: Assessment
    outlet: str
    decision: Decision
    before: Situation | None  # as it was before this report, None if it opened it
    counts: Mapping[str, Count]  # by label


def alerts(told: Told) -> tuple[Alert, ...]:
    """What the report makes worth telling: what is new, a second independent source for what was told, an easing.

    The first alert for new types carries the message and names all of them; the others only take their occasion, so
    that nobody is woken twice by one report and no later report rings for a type that was already told.
    """
    new = told.decision.new_types
    occasions = tuple(f"{told.decision.situation.key}:new:{event}:1" for event in new)
    made = [_alert(told, "new", new, new, occasion, occasions) for occasion in occasions]
    second = [
        _alert(told, "corroborated", (event,), (event,), _occasion(told, "corroborated", event))
        for event in _corroborated(told)
    ]
    eased = [
        _alert(told, "eased", (easing,), _standing_types(told), _occasion(told, "eased", easing))
        for easing in _eased(told)
    ]
    return (*made, *second, *eased)


def _corroborated(told: Told) -> list[EventType]:
    """Types that this report, as the second independent source, no longer leaves to one alone."""
    return [
        event
        for event in told.assessment.types
        if event not in told.decision.new_types and (told.counts[event].before, told.counts[event].sources) == (1, 2)
    ]


def _eased(told: Told) -> list[Label]:
    """Easing that this report is the first to tell of, after events that people were told of."""
    if told.before is None or not _standing_types(told):
        return []
    latest = max(told.before.tracks[event] for event in _standing_types(told))
    moment = told.report.published_at or told.report.seen_at
    return [easing for easing in told.assessment.easing if easing not in told.before.tracks and moment >= latest]


def _standing_types(told: Told) -> tuple[EventType, ...]:
    return tuple(event for event in EVENT_TYPES if told.before and event in told.before.tracks)


def _occasion(told: Told, kind: AlertKind, label: Label) -> str:
    return f"{told.decision.situation.key}:{kind}:{label}:1"


def _alert(
    told: Told,
    kind: AlertKind,
    evidence_of: Sequence[Label],
    types: tuple[EventType, ...],
    occasion: str,
    occasions: tuple[str, ...] = (),
) -> Alert:
    place = told.assessment.places[0]  # that of the situation
    counts = [told.counts[label] for label in evidence_of]
    sources = max(count.sources for count in counts)
    return Alert(
        occasion=occasion,
        situation=told.decision.situation.key,
        kind=kind,
        types=types,
        grade="corroborated" if sources > 1 else "unconfirmed",
        place=place,
        probability=told.assessment.probability,
        report_key=told.report.key,
        quotes=tuple(_quote(each, told.report, told.outlet) for each in _evidence(evidence_of, told.assessment, place)),
        published_at=told.report.published_at,
        seen_at=told.report.seen_at,
        occasions=occasions or (occasion,),
        sources=sources,
        outlets=max(count.outlets for count in counts),
    )


def correction(wrong: Sequence[Alert], verdict: Verdict, number: int, now: datetime) -> Alert:
    """What all who received one of these alerts are told once a reviewer found their report wrong.

    `wrong`: the alerts that rest on the report, the first one first. `number`: that of the review.
    """
    first = wrong[0]
    types = tuple(event for event in EVENT_TYPES if any(event in alert.types for alert in wrong))
    occasion = f"{first.situation}:corrected:{first.occasion.split(':')[2]}:{number}"
    grade: Grade = "refuted" if verdict in REFUTING else first.grade
    return replace(
        first, occasion=occasion, occasions=(occasion,), kind="corrected", types=types, grade=grade, seen_at=now
    )


def _evidence(labels: Sequence[Label], assessment: Assessment, place: Place) -> list[Sighting]:
    """The best counting sentence of each label, of this place rather than another, no sentence twice, two at most."""
    found: dict[tuple[str, int], Sighting] = {}
    for label in labels:
        counting = [sighting for sighting in assessment.sightings if sighting.counts and sighting.type == label]
        here = [sighting for sighting in counting if sighting.place and sighting.place.slug == place.slug]
        if counting:
            sighting = _most_telling(here or counting)
            found.setdefault((sighting.field, sighting.start), sighting)
    return list(found.values())[:MOST_QUOTES]


def _most_telling(counting: Sequence[Sighting]) -> Sighting:
    """A sentence of the text says who says so and since when; the headline is quoted only where it is much clearer."""
    clearest = max(sighting.probability for sighting in counting)
    in_text = [each for each in counting if each.field == "text" and each.probability >= clearest - TEXT_PREFERRED_BY]
    return max(in_text or counting, key=lambda each: each.probability)


def _quote(sighting: Sighting, report: Report, outlet: str) -> Quote:
    return Quote(sighting.sentence, report.language, outlet, report.url, said_by(sighting.sentence, report.title))
