"""Silences: who wants to hear nothing of what, until when, and what they swallowed. Only their end ever changes."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.records import Alert, Silence
from monitor.store.columns import Transaction
from monitor.store.tables import alert, silence, withheld

Swallowed = tuple[datetime, str, Alert]  # when, from whom, what

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


def end(tx: Transaction, number: int, by: str, now: datetime) -> bool:
    """End it now; False if there is none that still lasts."""
    lasting = sa.update(silence).where(silence.c.id == number, silence.c.ends_at > now)
    return tx.scalar(lasting.values(ends_at=now, ended_by=by).returning(silence.c.id)) is not None


def swallowed(tx: Transaction, number: int) -> list[Swallowed]:
    """(when, from whom, what), oldest first."""
    found = sa.select(withheld.c.at, withheld.c.recipient, alert.c.record).join(
        alert, alert.c.id == withheld.c.alert_id
    )
    rows = found.where(withheld.c.silence_id == number).order_by(withheld.c.at, alert.c.id, withheld.c.recipient)
    return [(row.at, row.recipient, row.record) for row in tx.execute(rows)]


def kept_back(tx: Transaction, numbers: Sequence[int]) -> Counter[int]:
    """How many times each of these silences kept an alert from somebody."""
    counted = sa.select(withheld.c.silence_id, sa.func.count()).where(withheld.c.silence_id.in_(numbers))
    return Counter({row[0]: row[1] for row in tx.execute(counted.group_by(withheld.c.silence_id))})


def latest(tx: Transaction, numbers: Sequence[int], limit: int) -> dict[int, list[Swallowed]]:
    """The same as `swallowed` of several silences, the latest first and at most so many of each."""
    newest = (withheld.c.at.desc(), withheld.c.alert_id.desc(), withheld.c.recipient.desc())
    turn = sa.func.row_number().over(partition_by=withheld.c.silence_id, order_by=newest).label("turn")
    columns = (withheld.c.silence_id, withheld.c.at, withheld.c.recipient, withheld.c.alert_id, turn)
    kept = sa.select(*columns).where(withheld.c.silence_id.in_(numbers)).subquery("kept")
    rows = sa.select(kept, alert.c.record).join(alert, alert.c.id == kept.c.alert_id).where(kept.c.turn <= limit)
    found: dict[int, list[Swallowed]] = defaultdict(list)
    for row in tx.execute(rows.order_by(kept.c.silence_id, kept.c.turn)):
        found[row.silence_id].append((row.at, row.recipient, row.record))
    return found


def _silences(tx: Transaction, rows: sa.Select[Any]) -> list[Silence]:
    return [Silence(*row) for row in tx.execute(rows.order_by(silence.c.id))]
