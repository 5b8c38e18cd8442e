"""A situation told anew from its reports, after a person merged or split it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.records import EVENT_TYPES, LABELS, Situation, Step, Telling
from monitor.settings.levels import LevelRow
from monitor.situations.levels import level_of
from monitor.situations.states import Said, after, steps


@dataclass(frozen=True, slots=True)
class Retold:
    situation: Situation
    steps: tuple[Step, ...]


def retold(situation: Situation, tellings: Sequence[Telling], rows: Sequence[LevelRow]) -> Retold:
    """The situation as these reports alone have it; its place, number and end stay. Signs short of events are lost."""
    told = sorted((each for each in tellings if each.types), key=lambda each: (each.at, each.report_key))
    states: dict[str, str] = {}
    found: list[Step] = []
    tracks: dict[str, datetime] = {}
    for each in told:
        labels = tuple(label for label in LABELS if label in each.types)
        now = after(states, tracks, found, Said(labels, frozenset(), each.at, not each.copy_of))
        found += steps(states, now, each.at, each.outlet, each.report_key)
        tracks |= dict.fromkeys(labels, each.at)
        states = now
    sources = len({each.source for each in told if set(each.types) & set(EVENT_TYPES)})
    moments = [each.at for each in told] or [situation.opened_at]
    made = Situation(
        situation.place,
        situation.number,
        min(moments),
        max(moments),
        situation.closed_at,
        tracks,
        states,
        level_of(states, max(sources, 1), rows),
        situation.within,
    )
    return Retold(made, tuple(found))
