"""Assessed report + the situation it belongs to -> what it means for the ledger. Pure: no clock, no database.

Every report that says something of a situation is exactly one decision, which names its reason and what it rests on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.records import (
    EASING_TYPES,
    EVENT_TYPES,
    Assessment,
    Count,
    Decision,
    DecisionKind,
    EventType,
    Label,
    Level,
    Report,
    Situation,
    Step,
)
from monitor.settings.levels import LevelRow
from monitor.situations.joining import JOINS_WITHIN, Belonging, distance, moment_of
from monitor.situations.levels import level_of, rank
from monitor.situations.states import TRACKS, Said, after, ends, from_tracks, signs_at, stands_again

STANDS_FOR = timedelta(hours=72)  # without a sign that it still does
_OVER_BY: Mapping[EventType, tuple[Label, ...]] = {
    "siege": ("withdrawal",),
    "reinforcements": ("withdrawal",),
    "failed_talks": ("agreement",),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known beside the report itself: the story so far, and whose words these are."""

    steps: Sequence[Step] = ()  # of the situation it joins, oldest first
    copy_of: str = ""  # key of the report that it repeats
    source: str = ""
    counts: Mapping[str, Count] = field(default_factory=dict)  # by label
    sources: int = 1  # independent ones of the situation's events, with this report
    rests_on: tuple[str, ...] = ()  # further reports


def judge(
    report: Report, assessment: Assessment, belonging: Belonging, heard: Heard, rows: Sequence[LevelRow]
) -> Decision | None:
    """What the report changes in the situation it belongs to; None when it says nothing of it."""
    joined = belonging.situation
    labels: tuple[Label, ...] = (*assessment.types, *assessment.easing)
    slugs = frozenset({belonging.place.slug} | ({joined.place} if joined else set()))
    said = Said(labels, signs_at(assessment, slugs), moment_of(report), not heard.copy_of)
    rests_on = tuple(dict.fromkeys((report.key, *filter(None, (heard.copy_of,)), *belonging.rests_on, *heard.rests_on)))
    if joined is None:
        opened = _opened(belonging, said, heard, rows)
        if belonging.lasts:
            return Decision("repeat", opened, (), belonging.lasts, rests_on)
        return Decision(_opening(assessment), opened, assessment.types, belonging.why, rests_on) if labels else None
    if belonging.repeats:  # it keeps the situation open, and says nothing of how the tracks stand
        alive = joined.closed_at is None and distance(joined, said.at) <= JOINS_WITHIN
        kept = replace(joined, last_report_at=max(joined.last_report_at, said.at)) if alive else joined
        return Decision("repeat", kept, (), belonging.why, rests_on)
    before = states_of(joined)
    now = after(before, joined.tracks, heard.steps, said)
    updated = _updated(joined, said, now, level_of(now, heard.sources, rows))
    fresh = tuple(each for each in assessment.types if _is_fresh(each, joined, before, now, said))
    found = _known(said, joined, updated, heard, report) if not fresh else _escalation(joined, fresh)
    return Decision(found[0], updated, fresh, f"{found[1]}{_how(belonging)}", rests_on) if found else None


def states_of(situation: Situation) -> dict[str, str]:
    return dict(situation.states) or from_tracks(situation.tracks)


def standing(situation: Situation, event: EventType, since: datetime) -> bool:
    """Whether the event was last reported at or after `since` and nothing later says that it is over."""
    last = situation.tracks.get(event)
    if last is None or last < since:
        return False
    return all(situation.tracks[label] <= last for label in _OVER_BY[event] if label in situation.tracks)


def _how(belonging: Belonging) -> str:
    exact = belonging.situation is None or belonging.why == f"in {belonging.situation.key}"
    return "" if exact else f"; {belonging.why}"


def _opening(assessment: Assessment) -> DecisionKind:
    return "new" if assessment.types else "easing"


def _opened(belonging: Belonging, said: Said, heard: Heard, rows: Sequence[LevelRow]) -> Situation:
    states = after({}, {}, (), said)
    return Situation(
        belonging.place.slug,
        belonging.number,
        said.at,
        said.at,
        None,
        dict.fromkeys(said.labels, said.at),
        states,
        level_of(states, heard.sources, rows),
        belonging.within,
    )


def _is_fresh(
    event: EventType, joined: Situation, before: Mapping[str, str], now: Mapping[str, str], said: Said
) -> bool:
    """Told of for the first time, or again after it was over, or after it had not been heard of for so long that
    nobody would say it stood.
    """
    if event not in joined.tracks or stands_again(event, before, now):
        return True
    return said.at - joined.tracks[event] > STANDS_FOR


def _escalation(joined: Situation, fresh: Sequence[EventType]) -> tuple[DecisionKind, str]:
    again = [each for each in fresh if each in joined.tracks]
    if again:
        return "escalation", f"{' and '.join(again)} had come to an end in {joined.key}, or not been heard of for long"
    return "escalation", f"{joined.key} had no {' or '.join(fresh)} so far"


def _known(
    said: Said, joined: Situation, updated: Situation, heard: Heard, report: Report
) -> tuple[DecisionKind, str] | None:
    """Of a report with no event type that is new: what it is instead."""
    events = [label for label in said.labels if label in EVENT_TYPES]
    easing = [label for label in said.labels if label in EASING_TYPES]
    if late := _too_old(said, joined, updated, heard, report):
        return "too_old", late
    if rank(updated.level) > rank(joined.level) and events:
        return "escalation", f"{joined.key} goes from {joined.level} to {updated.level}"
    if easing and not events:
        return "easing", f"reports {' and '.join(easing)} in {joined.key}"
    if events and _adds_source(events, heard):
        return "confirmation", f"{heard.source} is an independent source for {' and '.join(events)} in {joined.key}"
    if events:
        return "repeat", f"{joined.key} already has {' and '.join(events)}"
    return _sign(said, joined)


def _sign(said: Said, joined: Situation) -> tuple[DecisionKind, str] | None:
    if "denied" in said.signs:
        return "contradiction", f"denies what {joined.key} has"
    if said.signs:
        told = {"threatened": "a siege is threatened", "talks": "talks are held", "stalled": "talks are stuck"}
        words = " and ".join(told[sign] for sign in sorted(said.signs))
        return "repeat", f"says that {words}; no event of its own in {joined.key}"
    return None


def _adds_source(events: Sequence[str], heard: Heard) -> bool:
    return any(heard.counts[each].before < heard.counts[each].sources for each in events if each in heard.counts)


def _too_old(said: Said, joined: Situation, updated: Situation, heard: Heard, report: Report) -> str:
    """Why a report that changes nothing known comes too late; "" when it does not. A further source is a change,
    unless what it tells of has come to its end since.
    """
    if not said.labels or states_of(joined) != updated.states or any(each not in joined.tracks for each in said.labels):
        return ""
    ended = [track for event, track in TRACKS.items() if event in said.labels and ends(track, updated.states)]
    if ended:
        return f"older than the end of it: {joined.key} has {ended[0]} {updated.states[ended[0]]}"
    if _adds_source(said.labels, heard):
        return ""
    change = max(heard.steps, key=lambda step: step.at, default=None)
    if change is not None and said.at < change.at:
        return f"older than the last change in {joined.key}: {change.track} {change.state.replace('_', ' ')}"
    late = report.seen_at - said.at
    if late > STANDS_FOR:
        return f"read {late.days} days after it was published, and {joined.key} had it already"
    return ""


def _updated(situation: Situation, said: Said, states: Mapping[str, str], level: Level) -> Situation:
    """A report without a label of its own shows how tracks stand; it does not keep a situation open."""
    tracks = dict(situation.tracks)
    for label in said.labels:
        tracks[label] = max(said.at, tracks.get(label, said.at))
    moments = [said.at] if said.labels else []
    return replace(
        situation,
        opened_at=min(situation.opened_at, *moments, situation.opened_at),
        last_report_at=max(situation.last_report_at, *moments, situation.last_report_at),
        tracks=tracks,
        states=dict(states),
        level=level,
    )
