"""A situation told anew from its reports, after a person merged or split it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.records import EVENT_TYPES, LABELS, Situation, Step, Telling
from monitor.settings.levels import LevelRow
from monitor.situations.joining import JOINS_WITHIN
from monitor.situations.levels import level_of
from monitor.situations.states import Said, after, steps

NO_SIGNS: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class Retold:
    situation: Situation
    steps: tuple[Step, ...]


def retold(
    situation: Situation,
    tellings: Sequence[Telling],
    rows: Sequence[LevelRow],
    signs: Mapping[str, frozenset[str]] = NO_SIGNS,
) -> Retold:
    """The situation as these reports alone have it; its place, number and end stay.

    `signs`: what each report says there short of an event, by its key. They tell how tracks stand, not how long the
    situation has lasted.
    """
    speaking = (each for each in _dated(tellings) if each.types or signs.get(each.report_key))
    told = sorted(speaking, key=lambda each: (each.at, each.report_key))
    states: dict[str, str] = {}
    found: list[Step] = []
    tracks: dict[str, datetime] = {}
    for each in told:
        labels = tuple(label for label in LABELS if label in each.types)
        said = Said(labels, signs.get(each.report_key, frozenset()), each.at, not each.copy_of)
        now = after(states, tracks, found, said)
        found += steps(states, now, each.at, each.outlet, each.report_key)
        tracks |= dict.fromkeys(labels, each.at)
        states = now
    sources = len({each.source for each in told if set(each.types) & set(EVENT_TYPES)})
    moments = [each.at for each in told if each.types] or [situation.opened_at]
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


def _dated(tellings: Sequence[Telling]) -> list[Telling]:
    """Each with its date; a copy that gives one long before what it copies has that of its original."""
    at = {each.report_key: each.at for each in tellings}
    return [
        replace(each, at=at[each.copy_of]) if at.get(each.copy_of, each.at) - each.at > JOINS_WITHIN else each
        for each in tellings
    ]
