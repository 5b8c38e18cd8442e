"""What a message says of its story: what the report changed, what stands as before, the steps up to it. Pure.

Only states that have words pass: a state of a later version must not keep an alert from being sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.channels import when
from monitor.channels.quoting import foreign
from monitor.records import LEVELS, Alert
from monitor.text.attribution import name_in

STATES: Mapping[str, tuple[str, ...]] = {
    "siege": ("threatened", "standing", "eased", "over"),
    "reinforcements": ("reported", "growing", "leaving"),
    "talks": ("under_way", "stalled", "failed", "resumed", "agreed"),
}
_MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class ToldChange:
    track: str
    state: str
    before: str  # "" when nothing was reported of the track


@dataclass(frozen=True, slots=True)
class ToldStep:
    at: str
    track: str
    state: str
    outlet: str


@dataclass(frozen=True, slots=True)
class Story:
    """The names that the templates use. `rises`: the level against before; 0 when it is the same or was not known."""

    level: str
    level_before: str
    rises: int
    is_first: bool  # nothing was known of the situation before this report
    changes: tuple[ToldChange, ...]
    as_before: tuple[tuple[str, str], ...]  # (track, state)
    states: tuple[tuple[str, str], ...]
    so_far: tuple[ToldStep, ...]
    related: tuple[str, ...]
    silent_since: str  # the day, "" where no siege before fell silent


def story(alert: Alert, language: str) -> Story:
    states, before = _known(alert.states), _known(alert.states_before)
    changed = {track for track, state in states.items() if before.get(track) != state}
    return Story(
        level=alert.level,
        level_before=alert.level_before or "",
        rises=LEVELS.index(alert.level) - LEVELS.index(alert.level_before) if alert.level_before else 0,
        is_first=alert.level_before is None,
        changes=tuple(ToldChange(each, states[each], before.get(each, "")) for each in states if each in changed),
        as_before=tuple((track, state) for track, state in states.items() if track not in changed),
        states=tuple(states.items()),
        so_far=_steps(alert, language),
        related=tuple(foreign(key, language) for key in alert.related),
        silent_since=when.day_and_year(alert.silent_since, language) if alert.silent_since else "",
    )


def _known(states: Mapping[str, str]) -> dict[str, str]:
    return {track: states[track] for track, words in STATES.items() if states.get(track) in words}


def _steps(alert: Alert, language: str) -> tuple[ToldStep, ...]:
    found = [step for step in alert.so_far if step.state in STATES.get(step.track, ())]
    return tuple(
        ToldStep(
            when.day_and_clock(step.at, language),
            step.track,
            step.state,
            foreign(name_in(step.outlet, language), language),
        )
        for step in found[-_MOST_STEPS:]
    )
