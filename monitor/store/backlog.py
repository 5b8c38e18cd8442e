"""How much is owed, and for how long: what health and its figures are made of. The canary's own rows do not count."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.store.columns import Instant, Transaction
from monitor.store.feed_tables import feed
from monitor.store.tables import IS_DUE, delivery


def oldest(tx: Transaction, now: datetime) -> tuple[int, str, datetime] | None:
    """(number, channel, since when) of the message that has been owed longest and is not sent; retries do not reset it.

    What waits for its time, such as a reader's night, was never tried and is not due yet.
    """
    since = sa.case((delivery.c.attempts > 0, delivery.c.created_at), else_=delivery.c.due_at)
    begun = sa.or_(delivery.c.attempts > 0, delivery.c.due_at <= now)
    found = sa.select(delivery.c.number, delivery.c.channel, sa.type_coerce(since, Instant).label("since"))
    row = tx.execute(
        found.where(IS_DUE, ~delivery.c.canary, begun).order_by("since", delivery.c.number).limit(1)
    ).first()
    return (row.number, row.channel, row.since) if row else None


def feeds_by_condition(tx: Transaction, now: datetime, asked_within: timedelta, lately: timedelta) -> dict[str, int]:
    """How many feeds are in each condition that health knows: the same of all of them, without their rows."""
    condition = sa.case(
        (feed.c.paused, "paused"),
        (feed.c.failures > 0, "failing"),
        (feed.c.due_at < now - asked_within, "overdue"),
        (feed.c.last_read_at.is_(None), "new"),
        (feed.c.last_read_at >= now - lately, "read"),
        else_="waiting",
    ).label("condition")
    found = sa.select(condition, sa.func.count()).select_from(feed).group_by("condition")
    return {row[0]: row[1] for row in tx.execute(found)}


def counts(tx: Transaction) -> list[tuple[str, str, int]]:
    """(channel, state, how many)."""
    found = sa.select(delivery.c.channel, delivery.c.state, sa.func.count()).where(~delivery.c.canary)
    rows = tx.execute(found.group_by(delivery.c.channel, delivery.c.state).order_by(delivery.c.channel))
    return [(channel, state, number) for channel, state, number in rows]


def last_sent(tx: Transaction) -> dict[str, datetime]:
    """Channel -> when a real message was last taken there."""
    last = sa.func.max(delivery.c.sent_at, type_=Instant).label("at")
    found = sa.select(delivery.c.channel, last).where(delivery.c.state == "sent", ~delivery.c.canary)
    return {row.channel: row.at for row in tx.execute(found.group_by(delivery.c.channel))}
