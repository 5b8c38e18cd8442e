"""What people did to situations: merged, split, closed. Append-only."""

from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from monitor.store.columns import Transaction
from monitor.store.tables import situation_change


@dataclass(frozen=True, slots=True)
class Change:
    """One act. `other`: the situation that it was merged into or split off to, "" when it was closed."""

    situation: str
    kind: str  # merged | split | closed
    other: str
    reason: str
    author: str
    at: datetime


_COLUMNS = [situation_change.c[field.name] for field in fields(Change)]


def add(tx: Transaction, new: Change) -> None:
    tx.execute(sa.insert(situation_change).values({column.name: getattr(new, column.name) for column in _COLUMNS}))


def of_situation(tx: Transaction, key: str) -> list[Change]:
    """What was done to it, and to others for its sake, in that order."""
    mine = (situation_change.c.situation == key) | (situation_change.c.other == key)
    return [Change(*row) for row in tx.execute(sa.select(*_COLUMNS).where(mine).order_by(situation_change.c.id))]


def merged_into(tx: Transaction, keys: list[str]) -> list[str]:
    """Keys of the situations that these were merged into, the latest last."""
    of = sa.select(situation_change.c.other).where(
        situation_change.c.kind == "merged", situation_change.c.situation.in_(keys)
    )
    return list(tx.scalars(of.order_by(situation_change.c.id)))
