"""The few statements that SQLite and PostgreSQL word differently."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")


def insert(tx: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT. Ask it by RETURNING whether it inserted: rowcount is -1 on PostgreSQL."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def lock(tx: sa.Connection, names: Iterable[str], beside: Iterable[str] = ()) -> None:
    """Hold these names until the transaction ends, and others `beside` whoever else does so.

    In order: two who want the same ones cannot block each other, as long as each asks once for all that it needs.
    """
    if tx.dialect.name != "postgresql":
        return  # SQLite has one writer as it is
    alone = set(names)
    for name in sorted(alone | set(beside)):
        take = sa.func.pg_advisory_xact_lock if name in alone else sa.func.pg_advisory_xact_lock_shared
        tx.execute(sa.select(take(sa.func.hashtextextended(name, 0))))


def chunks(items: Sequence[T], size: int = 1000) -> Iterator[Sequence[T]]:
    """SQLite and PostgreSQL both limit the variables of one statement."""
    return (items[start : start + size] for start in range(0, len(items), size))
