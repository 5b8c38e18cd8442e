"""How much work is due, and since when, by kind of work: counted in our own rows, whoever does the work.

A job of many workers is only the call to look at such a row. What counts is the row, and one process has it too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.columns import Instant, Transaction
from monitor.store.feed_tables import feed, unread_page
from monitor.store.tables import IS_DUE, delivery, delivery_attempt

_NO_FAILURES = ("", "sent")  # one in hand has no outcome yet


@dataclass(frozen=True, slots=True)
class Queue:
    """`oldest`: since when the longest waiting is due; None when nothing is."""

    number: int
    oldest: datetime | None


def waiting(tx: Transaction, now: datetime) -> dict[str, Queue]:
    """Feeds to be polled, pages to be asked for again, messages to be sent. The canary's own do not count."""
    return {
        "poll": _due(tx, feed.c.due_at, ~feed.c.paused, feed.c.due_at <= now),
        "article": _due(tx, unread_page.c.due_at, unread_page.c.due_at <= now),
        "deliver": _due(tx, delivery.c.due_at, IS_DUE, ~delivery.c.canary, delivery.c.due_at <= now),
    }


def unsent(tx: Transaction, now: datetime) -> dict[str, datetime]:
    """Channel -> since when its longest waiting message is owed; a retry does not reset it, a night is not counted."""
    since = sa.case((delivery.c.attempts > 0, delivery.c.created_at), else_=delivery.c.due_at)
    begun = sa.or_(delivery.c.attempts > 0, delivery.c.due_at <= now)
    oldest = sa.type_coerce(sa.func.min(since), Instant).label("since")
    found = sa.select(delivery.c.channel, oldest).where(IS_DUE, ~delivery.c.canary, begun)
    return {row.channel: row.since for row in tx.execute(found.group_by(delivery.c.channel))}


def failures(tx: Transaction, now: datetime, within: timedelta) -> Mapping[str, int]:
    """Channel -> attempts of that time that did not get through."""
    tried = sa.select(delivery.c.channel, sa.func.count()).join(
        delivery, delivery.c.number == delivery_attempt.c.number
    )
    failed = tried.where(
        delivery_attempt.c.at > now - within, delivery_attempt.c.outcome.not_in(_NO_FAILURES), ~delivery.c.canary
    )
    return {row[0]: row[1] for row in tx.execute(failed.group_by(delivery.c.channel))}


def _due(tx: Transaction, at: sa.Column[datetime], *where: sa.ColumnElement[bool] | sa.TextClause) -> Queue:
    oldest = sa.type_coerce(sa.func.min(at), Instant)
    row = tx.execute(sa.select(sa.func.count(), oldest).where(*where)).one()
    return Queue(row[0], row[1])
