"""The table of alerts.yaml that gives a situation its level: the first row that fits it wins."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from monitor.records import Level
from monitor.settings.values import Frozen


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


SiegeState = Literal["threatened", "standing", "eased", "over"]
ReinforcementsState = Literal["reported", "growing", "leaving"]
TalksState = Literal["under_way", "stalled", "failed", "resumed", "agreed"]


class LevelRow(Frozen):
    """One row: the level of situations whose tracks stand as it says. A track that it leaves out may stand anyhow."""

    level: Level
    siege: Annotated[tuple[SiegeState, ...], BeforeValidator(_listed)] = ()
    reinforcements: Annotated[tuple[ReinforcementsState, ...], BeforeValidator(_listed)] = ()
    talks: Annotated[tuple[TalksState, ...], BeforeValidator(_listed)] = ()
    sources: Annotated[int, Field(ge=1)] = 1  # independent ones, at least


# What holds when alerts.yaml has no table; the one that comes with the program says the same.
DEFAULT_LEVELS: tuple[LevelRow, ...] = (
    LevelRow(level="emergency", siege=("standing",), talks=("failed",)),
    LevelRow(level="critical", siege=("standing",)),
    LevelRow(level="critical", reinforcements=("growing",), talks=("failed",)),
    LevelRow(level="elevated", siege=("threatened", "eased")),
    LevelRow(level="elevated", reinforcements=("reported", "growing")),
    LevelRow(level="elevated", talks=("stalled", "failed")),
)


def not_shadowed(rows: Sequence[LevelRow]) -> Sequence[LevelRow]:
    """Refuses a table with rows that no situation ever comes to."""
    for number, row in enumerate(rows[:-1], 1):
        if not (row.siege or row.reinforcements or row.talks) and row.sources == 1:
            raise ValueError(f"row {number} fits every situation, so that the rows below it never count: put it last")
    return rows
