"""The level of a situation, by the table of alerts.yaml. Pure."""

from collections.abc import Mapping, Sequence

from monitor.records import LEVELS, Level
from monitor.settings.levels import LevelRow


def level_of(states: Mapping[str, str], sources: int, rows: Sequence[LevelRow]) -> Level:
    """That of the first row that fits, else watch."""
    return next((row.level for row in rows if _fits(row, states, sources)), LEVELS[0])


def rank(level: Level) -> int:
    return LEVELS.index(level)


def _fits(row: LevelRow, states: Mapping[str, str], sources: int) -> bool:
    wanted = {"siege": row.siege, "reinforcements": row.reinforcements, "talks": row.talks}
    return sources >= row.sources and all(
        states.get(track, "") in allowed for track, allowed in wanted.items() if allowed
    )
