"""Looks a database over without changing it: which server, which tables, and on SQLite whether the file is whole."""

import sqlite3
import time
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from monitor.store import Store, schema
from monitor.store.columns import Transaction

_STEPS = 20_000  # of SQLite's machine between two looks at the clock


@dataclass(frozen=True, slots=True)
class Examination:
    """`damage`: what quick_check found, () for nothing; None when it was not through in time."""

    server: str
    is_empty: bool  # no monitor has begun to use it
    is_current: bool
    journal: str = "wal"
    damage: tuple[str, ...] | None = ()
    connections: int | None = None  # that a server takes from all together


def examine(store: Store, within: float) -> Examination:
    """Raises StoreError when it cannot be opened, is newer than this program, or belongs to another one."""
    with store.read() as tx:
        is_current = schema.is_current(tx, "that is configured")
        is_empty = not sa.inspect(tx).has_table(schema.VERSION_TABLE)
        if tx.dialect.name != "sqlite":
            version, most = (tx.scalar(sa.text(f"SHOW {name}")) for name in ("server_version", "max_connections"))
            return Examination(f"PostgreSQL {version}", is_empty, is_current, connections=int(most or 0))
        journal = str(tx.scalar(sa.text("PRAGMA journal_mode")))
        return Examination(f"SQLite {sqlite3.sqlite_version}", is_empty, is_current, journal, _damage(tx, within))


def _damage(tx: Transaction, within: float) -> tuple[str, ...] | None:
    connection = cast(sqlite3.Connection, tx.connection.driver_connection)
    ends = time.monotonic() + within
    connection.set_progress_handler(lambda: int(time.monotonic() > ends), _STEPS)
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return None
        return (str(error),)
    except sqlite3.DatabaseError as error:
        return (str(error),)
    finally:
        connection.set_progress_handler(None, 0)
    return () if found == ["ok"] else tuple(found)
