"""Silences: who wants to hear nothing of what, until when, and what they swallowed. Only their end ever changes."""

from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.records import Alert, Silence
from monitor.store.columns import Transaction
from monitor.store.tables import alert, silence, withheld

_COLUMNS = [silence.c[field.name] for field in fields(Silence)]


def add(tx: Transaction, new: Silence) -> int:
    """Keep a silence and return its number; that of the record is not looked at."""
    values = {column.name: getattr(new, column.name) for column in _COLUMNS if column.name != "id"}
    number: int = tx.execute(sa.insert(silence).values(values).returning(silence.c.id)).scalar_one()
    return number


def active(tx: Transaction, now: datetime) -> list[Silence]:
    return _silences(tx, sa.select(*_COLUMNS).where(silence.c.starts_at <= now, silence.c.ends_at > now))


def listing(tx: Transaction, limit: int, since: datetime | None = None) -> list[Silence]:
    """The newest first; `since`: those that had not ended by then."""
    found = sa.select(*_COLUMNS).order_by(silence.c.id.desc()).limit(limit)
    return [Silence(*row) for row in tx.execute(found if since is None else found.where(silence.c.ends_at > since))]


def get(tx: Transaction, number: int) -> Silence | None:
    return next(iter(_silences(tx, sa.select(*_COLUMNS).where(silence.c.id == number))), None)


def end(tx: Transaction, number: int, now: datetime) -> bool:
    """End it now; False if there is none that still lasts."""
    ending = sa.update(silence).where(silence.c.id == number, silence.c.ends_at > now).values(ends_at=now)
    return tx.scalar(ending.returning(silence.c.id)) is not None


def swallowed(tx: Transaction, number: int) -> list[tuple[datetime, str, Alert]]:
    """(when, from whom, what), oldest first."""
    found = sa.select(withheld.c.at, withheld.c.recipient, alert.c.record).join(
        alert, alert.c.id == withheld.c.alert_id
    )
    rows = found.where(withheld.c.silence_id == number).order_by(withheld.c.at, alert.c.id, withheld.c.recipient)
    return [(row.at, row.recipient, row.record) for row in tx.execute(rows)]


def _silences(tx: Transaction, rows: sa.Select[Any]) -> list[Silence]:
    return [Silence(*row) for row in tx.execute(rows.order_by(silence.c.id))]
