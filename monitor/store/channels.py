"""What the rows say of the channels: what is due on which, and which are off because they refuse for good.

Messages to a channel that is off stay due. It is tried once in a while; the first message that it takes puts it on.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.store import escalations
from monitor.store.columns import Transaction
from monitor.store.dialect import insert
from monitor.store.tables import IS_DUE, channel_state, delivery, delivery_attempt

# Worded once, because they are asked every second.
_FIRST_DUE = (
    sa.select(delivery.c.channel, sa.func.min(delivery.c.due_at))
    .where(IS_DUE, ~delivery.c.canary)
    .group_by(delivery.c.channel)
    .order_by(delivery.c.channel)
)
_TRY_AT = sa.select(channel_state.c.channel, channel_state.c.try_at)


def due(tx: Transaction) -> dict[str, datetime]:
    """Channel -> when its first owed message may be tried; only channels that owe one."""
    moments: dict[str, datetime] = dict(tx.execute(_FIRST_DUE).tuples().all())
    tried = tx.execute(_TRY_AT)
    return moments | {channel: max(at, moments[channel]) for channel, at in tried if channel in moments}


def tried(tx: Transaction, channels: Sequence[str], since: datetime) -> dict[str, list[datetime]]:
    """Channel -> when messages to it were tried since then, by whomever."""
    found: dict[str, list[datetime]] = {channel: [] for channel in channels}
    lately = sa.select(delivery.c.channel, delivery_attempt.c.at).join_from(delivery, delivery_attempt)
    lately = lately.where(delivery_attempt.c.at >= since, delivery.c.channel.in_(channels))
    for channel, at in tx.execute(lately.order_by(delivery_attempt.c.at)):
        found[channel].append(at)
    return found


def off(tx: Transaction) -> dict[str, str]:
    """Channel -> why it is off."""
    rows = tx.execute(sa.select(channel_state.c.channel, channel_state.c.error).order_by(channel_state.c.channel))
    return {channel: error for channel, error in rows}  # noqa: C416


def put_off(tx: Transaction, channel: str, error: str, now: datetime, try_at: datetime) -> bool:
    """It refuses for good. False if it was off already; then only the next try moves."""
    known = sa.update(channel_state).where(channel_state.c.channel == channel).values(try_at=try_at, error=error)
    if tx.scalar(known.returning(channel_state.c.channel)) is not None:
        return False
    escalations.ask_now(tx, channel, now)
    putting = insert(tx, channel_state).values(channel=channel, off_since=now, try_at=try_at, error=error)
    tx.execute(putting.on_conflict_do_nothing(index_elements=["channel"]))
    return True


def put_on(tx: Transaction, channel: str, now: datetime, in_hand_until: datetime) -> bool:
    """It works: what was refused is due now, but for what a sender may have in hand. False if it was on anyhow.

    What was never tried waits for its own reason, such as the reader's night.
    """
    gone = sa.delete(channel_state).where(channel_state.c.channel == channel).returning(channel_state.c.channel)
    if tx.scalar(gone) is None:
        return False
    refused = sa.update(delivery).where(delivery.c.channel == channel, IS_DUE, delivery.c.attempts > 0)
    tx.execute(refused.where(delivery.c.due_at > in_hand_until).values(due_at=now))
    return True


def try_now(tx: Transaction, now: datetime) -> None:
    """After a start: whoever mended a channel's URL does not wait for the hour."""
    tx.execute(sa.update(channel_state).values(try_at=now))


def off_since(tx: Transaction) -> dict[str, tuple[datetime, str]]:
    """Channel -> since when and why it is off."""
    rows = tx.execute(sa.select(channel_state.c.channel, channel_state.c.off_since, channel_state.c.error))
    return {channel: (since, error) for channel, since, error in rows}
