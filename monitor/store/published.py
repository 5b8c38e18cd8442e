"""The alerts that stand for everybody to read, whoever was sent them."""

import sqlalchemy as sa

from monitor.records import Alert
from monitor.store.columns import Transaction
from monitor.store.tables import alert

_STANDING = ("", "summarised")  # not those that wait, were told with another, or belong to an old backlog


def newest(tx: Transaction, limit: int) -> list[tuple[int, Alert]]:
    """(number, alert) of alerts on situations, the newest first."""
    found = sa.select(alert.c.id, alert.c.record).where(alert.c.situation != "", alert.c.held.in_(_STANDING))
    return [(row.id, row.record) for row in tx.execute(found.order_by(alert.c.id.desc()).limit(limit))]


def of_situation(tx: Transaction, situation: str) -> list[tuple[int, Alert]]:
    """The same of one situation, the oldest first."""
    found = sa.select(alert.c.id, alert.c.record).where(alert.c.situation == situation, alert.c.held.in_(_STANDING))
    return [(row.id, row.record) for row in tx.execute(found.order_by(alert.c.id))]
