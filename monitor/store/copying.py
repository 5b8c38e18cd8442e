"""One database copied into another, row by row as it is stored, whatever their kinds; resumable, and proven by hashes.

What can be made anew from the rest (the log's own rows) is made anew. Nothing of the source is changed.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.store import Store, feed_tables, log_rows, log_tables, meta
from monitor.store.columns import Kept, Transaction, metadata
from monitor.store.tables import meta as facts

PORTION = 1000  # rows in one transaction

_DERIVED = frozenset({log_tables.log_row.name, log_tables.log_line.name, log_tables.log_place.name})
_UNDER_WAY = "copied from"  # in meta, until the copy is whole
_OWN = (_UNDER_WAY, log_rows.MARK)  # what meta says of this database alone

Row = tuple[Any, ...]
Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: rows, and a hash over all of them in the order of their keys."""

    table: str
    rows: int
    sha256: str


def copy(source: Store, target: Store, told: Told = lambda *_: None) -> list[Sum]:
    """Copy all tables; what was copied before a break is not copied again. Returns the sums, alike on both sides.

    Raises StoreError when the target holds something else, or when the two differ in the end. Nothing may write to
    either meanwhile. `told` hears of each table with the rows copied so far.
    """
    for store in (source, target):
        store.migrate()
    _begin(source, target)
    for table in _tables():
        _copy_table(source, target, table, told)
    with target.write() as tx:
        _count_on(tx)
        log_rows.build(tx, anew=True)
    made = _compared(source, target)
    with target.write() as tx:
        tx.execute(sa.delete(facts).where(facts.c.name == _UNDER_WAY))
    return made


def sums(store: Store) -> list[Sum]:
    """One for each table that is copied."""
    return [_sum(store, table) for table in _tables()]


def is_empty(store: Store) -> bool:
    """Whether nothing was ever written to it, but for its tables."""
    with store.read() as tx:
        return not any(_portion(tx, table, None, 1) for table in _tables())


def _tables() -> list[sa.Table]:
    """What refers to another comes after it."""
    return [table for table in metadata.sorted_tables if table.name not in _DERIVED]


def _begin(source: Store, target: Store) -> None:
    """Mark the target as a copy under way of this very source."""
    with source.read() as tx:
        identity = _identity(tx)
    with target.read() as tx:
        before = meta.get(tx, _UNDER_WAY)
    if before is None and not is_empty(target):
        raise StoreError(
            "The database to copy into already holds the data of a monitor. Name an empty one; nothing was changed."
        )
    if before is not None and before != identity:
        raise StoreError(
            "A copy of another database into this one was begun and not finished. Finish that one, or name an empty "
            "database; nothing was changed."
        )
    with target.write() as tx:
        meta.put(tx, _UNDER_WAY, identity)


def _identity(tx: Transaction) -> str:
    """Different for two databases that were ever used."""
    first = feed_tables.feed.c
    seen = tx.execute(sa.select(sa.func.min(first.name), sa.func.min(first.first_read_at))).one()
    return " ".join(str(each) for each in (meta.get(tx, "first_started_at"), *seen))


def _copy_table(source: Store, target: Store, table: sa.Table, told: Told) -> None:
    copied, after = _reached(target, table)
    while True:
        with source.read() as tx:
            rows = _portion(tx, table, after)
        if not rows:
            return
        with target.write() as tx:
            tx.execute(sa.insert(_plain(table)), [dict(zip(table.columns.keys(), row, strict=True)) for row in rows])
        copied, after = copied + len(rows), _key(table, rows[-1])
        told(table.name, copied)


def _reached(target: Store, table: sa.Table) -> tuple[int, Row | None]:
    """How many rows are there, and the key of the last: they were copied in order."""
    keys = [_plain(table).c[key.name] for key in table.primary_key]
    with target.read() as tx:
        newest = sa.select(*keys).where(*_is_copied(table)).order_by(*(key.desc() for key in keys)).limit(1)
        last = tx.execute(newest).one_or_none()
        number = sa.select(sa.func.count()).select_from(_plain(table)).where(*_is_copied(table))
        return tx.scalar(number) or 0, tuple(last) if last else None


def _portion(tx: Transaction, table: sa.Table, after: Row | None, size: int = PORTION) -> Sequence[Row]:
    plain = _plain(table)
    keys = [plain.c[key.name] for key in table.primary_key]
    page = sa.select(*(plain.c[name] for name in table.columns.keys())).where(*_is_copied(table))  # noqa: SIM118
    if after is not None:
        known = [sa.literal(value, key.type) for value, key in zip(after, keys, strict=True)]
        page = page.where(sa.tuple_(*keys) > sa.tuple_(*known))
    return [tuple(row) for row in tx.execute(page.order_by(*keys).limit(size))]


def _is_copied(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    return [_plain(facts).c["name"].not_in(_OWN)] if table is facts else []


@cache
def _plain(table: sa.Table) -> sa.TableClause:
    """The table with its JSON as it lies there: what was written by an older version is copied, not understood."""
    kinds = {each.name: sa.JSON() if isinstance(each.type, Kept) else each.type for each in table.columns}
    return sa.table(table.name, *(sa.column(name, kind) for name, kind in kinds.items()))


def _key(table: sa.Table, row: Row) -> Row:
    names = list(table.columns.keys())
    return tuple(row[names.index(key.name)] for key in table.primary_key)


def _count_on(tx: Transaction) -> None:
    """PostgreSQL would give the next row a number that a copied one has."""
    if tx.dialect.name != "postgresql":
        return  # SQLite counts on from the highest number by itself
    for table in _tables():
        column = table.autoincrement_column
        if column is not None:
            highest = sa.select(sa.func.max(column)).scalar_subquery()
            counter = sa.func.pg_get_serial_sequence(table.name, column.name)
            tx.execute(sa.select(sa.func.setval(counter, highest)).where(highest.is_not(None)))


def _compared(source: Store, target: Store) -> list[Sum]:
    here, there = sums(source), sums(target)
    wrong = [mine.table for mine, theirs in zip(here, there, strict=True) if mine != theirs]
    if wrong:
        raise StoreError(
            f"The copy differs from its source in {', '.join(wrong)}: something wrote to one of them meanwhile. Stop "
            "every monitor on both, empty the database that was copied into, and begin again; the source is unharmed."
        )
    return here


def _sum(store: Store, table: sa.Table) -> Sum:
    digest, number = hashlib.sha256(), 0
    for row in _rows(store, table):
        digest.update(_canonical(row) + b"\n")
        number += 1
    return Sum(table.name, number, digest.hexdigest())


def _rows(store: Store, table: sa.Table) -> Iterator[Row]:
    after: Row | None = None
    while True:
        with store.read() as tx:
            rows = _portion(tx, table, after)
        if not rows:
            return
        yield from rows
        after = _key(table, rows[-1])


def _canonical(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_worded).encode()


def _worded(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"a {type(value).__name__} cannot be compared")
