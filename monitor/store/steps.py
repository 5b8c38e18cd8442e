"""The story of a situation: one row whenever a track comes to stand otherwise."""

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa

from monitor.records import Step
from monitor.store.columns import Transaction
from monitor.store.tables import situation_step

_COLUMNS = [situation_step.c[field.name] for field in fields(Step)]


def add(tx: Transaction, situation: str, new: Sequence[Step]) -> None:
    rows = [{"situation": situation} | {column.name: getattr(step, column.name) for column in _COLUMNS} for step in new]
    if rows:
        tx.execute(sa.insert(situation_step), rows)


def of_situation(tx: Transaction, situation: str) -> list[Step]:
    """As it was written down, which is how it was read."""
    found = sa.select(*_COLUMNS).where(situation_step.c.situation == situation).order_by(situation_step.c.id)
    return [Step(*row) for row in tx.execute(found)]


def rewrite(tx: Transaction, situation: str, told: Sequence[Step]) -> None:
    """The story told anew, after reports came to the situation or went from it by a person's hand."""
    tx.execute(sa.delete(situation_step).where(situation_step.c.situation == situation))
    add(tx, situation, told)
