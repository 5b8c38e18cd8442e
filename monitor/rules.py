"""Decision -> the alert it makes, and who is owed it by the rules of alerts.yaml. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.records import EVENT_TYPES, Alert, Assessment, Decision, EventType, Grade, Place, Quote, Report, Sighting
from monitor.settings import Recipient, Rule
from monitor.text.attribution import said_by

GRADES: tuple[Grade, ...] = ("refuted", "unconfirmed", "corroborated", "confirmed")
MOST_QUOTES = 2
TEXT_PREFERRED_BY = 0.2  # of probability


def alerts(decision: Decision, report: Report, assessment: Assessment, outlet: str) -> tuple[Alert, ...]:
    """One alert for each type that the situation had not shown before.

    The first carries the message and names all of them; the others only take their occasion, so that nobody is woken
    twice by one report and no later report rings for a type that was already told.
    """
    if not decision.new_types:
        return ()
    occasions = tuple(f"{decision.situation.key}:new:{event}:1" for event in decision.new_types)
    evidence = _evidence(decision.new_types, assessment)
    first = Alert(
        occasion=occasions[0],
        situation=decision.situation.key,
        kind="new",
        types=decision.new_types,
        grade="unconfirmed",
        place=assessment.places[0],  # that of the situation
        probability=assessment.probability,
        report_key=report.key,
        quotes=tuple(_quote(sighting, report, outlet) for sighting in evidence[:MOST_QUOTES]),
        published_at=report.published_at,
        seen_at=report.seen_at,
        occasions=occasions,
    )
    return (first, *(replace(first, occasion=occasion) for occasion in occasions[1:]))


def owed(alert: Alert, rules: Sequence[Rule], recipients: Mapping[str, Recipient]) -> tuple[tuple[str, str], ...]:
    """(recipient, channel) pairs that the rules grant this alert, each once, in the order of the rules."""
    pairs = ((rule.to, channel) for rule in rules if _wants(rule, alert) for channel in recipients[rule.to].channels)
    return tuple(dict.fromkeys(pairs))


def _wants(rule: Rule, alert: Alert) -> bool:
    if alert.types and not set(rule.types) & set(alert.types):
        return False
    if GRADES.index(alert.grade) < GRADES.index(rule.least_grade):
        return False
    return rule.places == "all" or alert.place is None or _covers(rule.places, alert.place)


def _covers(names: Sequence[str], place: Place) -> bool:
    """A rule names a place by slug, name or Arabic; a town covers its quarters, a district its towns."""
    return bool(set(names) & {place.slug, place.name, place.arabic, place.parent, place.district} - {""})


def _evidence(types: Sequence[EventType], assessment: Assessment) -> list[Sighting]:
    """The best counting sentence of each type, no sentence twice."""
    found: dict[tuple[str, int], Sighting] = {}
    for event in types:
        counting = [sighting for sighting in assessment.sightings if sighting.counts and sighting.type == event]
        if counting:
            sighting = _most_telling(counting)
            found.setdefault((sighting.field, sighting.start), sighting)
    return list(found.values())


def _most_telling(counting: Sequence[Sighting]) -> Sighting:
    """A sentence of the text says who says so and since when; the headline is quoted only where it is much clearer."""
    clearest = max(sighting.probability for sighting in counting)
    in_text = [each for each in counting if each.field == "text" and each.probability >= clearest - TEXT_PREFERRED_BY]
    return max(in_text or counting, key=lambda each: each.probability)


def _quote(sighting: Sighting, report: Report, outlet: str) -> Quote:
    return Quote(sighting.sentence, report.language, outlet, report.url, said_by(sighting.sentence, report.title))


def summaries(
    lines: Sequence[Alert], feeds_read: int, reports_read: int, now: datetime, rules: Sequence[Rule]
) -> tuple[tuple[str, Alert], ...]:
    """(recipient, summary) for everybody whom a rule names: those of `lines` that the rules grant them, if any."""
    return tuple(
        (
            recipient,
            _summary(
                recipient, [line for line in lines if _granted(recipient, line, rules)], feeds_read, reports_read, now
            ),
        )
        for recipient in dict.fromkeys(rule.to for rule in rules)
    )


def _granted(recipient: str, line: Alert, rules: Sequence[Rule]) -> bool:
    return any(rule.to == recipient and _wants(rule, line) for rule in rules)


def _summary(recipient: str, lines: Sequence[Alert], feeds_read: int, reports_read: int, now: datetime) -> Alert:
    return Alert(
        occasion=f"summary:{recipient}:{now.isoformat()}",
        situation="",
        kind="summary",
        types=tuple(event for event in EVENT_TYPES if any(event in line.types for line in lines)),
        grade="unconfirmed",
        place=None,
        probability=0.0,
        report_key="",
        quotes=(),
        published_at=None,
        seen_at=now,
        lines=tuple(lines),
        feeds_read=feeds_read,
        reports_read=reports_read,
    )
