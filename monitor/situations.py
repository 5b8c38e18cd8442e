"""Assessed report + the situations of its place -> what it means for the ledger. Pure: no clock, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.records import Assessment, Decision, DecisionKind, EventType, Label, Report, Situation

JOINS_WITHIN = timedelta(hours=72)
_OVER_BY: Mapping[str, tuple[Label, ...]] = {
    "siege": ("withdrawal",),
    "reinforcements": ("withdrawal",),
    "failed_talks": ("agreement",),
}


def moment_of(report: Report) -> datetime:
    """The time a report speaks for: when it was published, else when it was first seen."""
    return report.published_at or report.seen_at


def decide(report: Report, assessment: Assessment, known: Sequence[Situation], home: str = "") -> Decision | None:
    """What the report changes, given all situations of its first place; None when it neither flags nor eases.

    A report joins the situation whose span it touches within 72 h, otherwise it opens the next number. Counting from
    both ends of the span keeps the answer the same when feeds are read in another order than things happened.
    `home`: key of the situation that an edited report stands in. It stays there as long as place and time allow it.
    """
    labels: tuple[Label, ...] = (*assessment.types, *assessment.easing)
    if not labels or not assessment.places:
        return None
    moment = moment_of(report)
    joined = _nearest(known, moment, home)
    if joined is None:
        number = max((situation.number for situation in known), default=0) + 1
        opened = Situation(assessment.places[0].slug, number, moment, moment, None, dict.fromkeys(labels, moment))
        kind: DecisionKind = "new" if assessment.types else "easing"
        reason = f"no situation at {assessment.places[0].name} had a report within 72 h"
        return Decision(kind, opened, assessment.types, reason, (report.key,))
    new_types = tuple(label for label in assessment.types if label not in joined.tracks)
    kind, reason = _kind(assessment, joined, new_types)
    return Decision(kind, _updated(joined, labels, moment), new_types, reason, (report.key,))


def standing(situation: Situation, event: EventType, since: datetime) -> bool:
    """Whether the event was last reported at or after `since` and nothing later says that it is over."""
    last = situation.tracks.get(event)
    if last is None or last < since:
        return False
    return all(situation.tracks[label] <= last for label in _OVER_BY[event] if label in situation.tracks)


def _nearest(known: Sequence[Situation], moment: datetime, home: str) -> Situation | None:
    touching = [
        situation for situation in known if situation.closed_at is None and _distance(situation, moment) <= JOINS_WITHIN
    ]
    return min(
        touching,
        key=lambda situation: (situation.key != home, _distance(situation, moment), -situation.number),
        default=None,
    )


def _distance(situation: Situation, moment: datetime) -> timedelta:
    return max(situation.opened_at - moment, moment - situation.last_report_at, timedelta(0))


def _kind(assessment: Assessment, joined: Situation, new_types: tuple[EventType, ...]) -> tuple[DecisionKind, str]:
    if new_types:
        return "escalation", f"{joined.key} had no {' or '.join(new_types)} so far"
    if assessment.types:
        return "repeat", f"{joined.key} already has {' and '.join(assessment.types)}"
    return "easing", f"reports {' and '.join(assessment.easing)} in {joined.key}"


def _updated(situation: Situation, labels: Sequence[Label], moment: datetime) -> Situation:
    tracks = dict(situation.tracks)
    for label in labels:
        tracks[label] = max(moment, tracks.get(label, moment))
    return replace(
        situation,
        opened_at=min(situation.opened_at, moment),
        last_report_at=max(situation.last_report_at, moment),
        tracks=tracks,
    )
