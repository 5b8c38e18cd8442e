"""Which messages wait for the question whether the recipient's next channel is owed them too: `next_channel_at`.

The question stands in the row of the message itself: who is ended between two lines asks it again at the next start.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from monitor.records import Alert
from monitor.store import acknowledgements
from monitor.store.columns import Instant, Transaction
from monitor.store.tables import IS_ASKED, IS_DUE, alert, alert_report, delivery, delivery_attempt

# Worded once, because it is asked every second.
_ANY_WAITING = (
    sa.select(delivery.c.number)
    .where(IS_ASKED, delivery.c.next_channel_at <= sa.bindparam("by", type_=Instant))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One message as it stands when the question is due. `since`: sent, else first tried, else first due."""

    number: int
    alert_id: int
    alert: Alert
    recipient: str
    channel: str
    state: Literal["due", "sent", "given_up"]
    since: datetime
    acknowledged: bool


def waiting(tx: Transaction, now: datetime) -> bool:
    """Whether any question is due. Asked every second: it reads one entry of an index."""
    return tx.scalar(_ANY_WAITING, {"by": now}) is not None


def due(tx: Transaction, now: datetime, limit: int = 50) -> list[Asked]:
    """The longest due first. On PostgreSQL those that another worker is at are passed over."""
    first_try = (
        sa.select(sa.func.min(delivery_attempt.c.at))
        .where(delivery_attempt.c.number == delivery.c.number)
        .scalar_subquery()
    )
    since = sa.func.coalesce(delivery.c.sent_at, first_try, delivery.c.due_at, type_=delivery.c.due_at.type)
    found = (
        sa.select(
            delivery.c.number,
            delivery.c.alert_id,
            alert.c.record,
            delivery.c.recipient,
            delivery.c.channel,
            delivery.c.state,
            since,
        )
        .join(alert, alert.c.id == delivery.c.alert_id)
        .where(IS_ASKED, delivery.c.next_channel_at <= now)
        .order_by(delivery.c.next_channel_at, delivery.c.number)
        .limit(limit)
        .with_for_update(skip_locked=True, of=delivery)
    )
    return [Asked(*row, _is_seen(tx, row.alert_id, row.record.situation, row.recipient)) for row in tx.execute(found)]


def _is_seen(tx: Transaction, alert_id: int, situation: str, recipient: str) -> bool:
    return bool(situation) and alert_id <= acknowledgements.seen_up_to(tx, situation, recipient)


def ask_at(tx: Transaction, number: int, at: datetime | None) -> None:
    """Ask (again) then; None: the question is answered for good."""
    tx.execute(sa.update(delivery).where(delivery.c.number == number).values(next_channel_at=at))


def stop(tx: Transaction, report_key: str) -> None:
    """No alert that rests on the report goes on to a next channel; summaries and digests, which tell of more, do."""
    told = sa.select(alert_report.c.alert_id).join(alert, alert.c.id == alert_report.c.alert_id)
    mine = told.where(alert_report.c.report_key == report_key, alert.c.situation != "")
    stopped = {"next_channel_at": None, "next_channel_was": delivery.c.next_channel_at}
    tx.execute(sa.update(delivery).where(delivery.c.alert_id.in_(mine), IS_ASKED).values(stopped))


def resume(tx: Transaction, report_key: str, now: datetime) -> None:
    """What `stop` kept from going on goes on: the alerts that rest on the report stand again."""
    told = sa.select(alert_report.c.alert_id).where(alert_report.c.report_key == report_key)
    stopped = delivery.c.next_channel_was
    later = sa.case((stopped > now, stopped), else_=sa.literal(now, stopped.type))
    waits = sa.update(delivery).where(delivery.c.alert_id.in_(told), stopped.is_not(None))
    tx.execute(waits.values(next_channel_at=later, next_channel_was=None))


def ask_now(tx: Transaction, channel: str, now: datetime) -> None:
    """The channel refuses for good: whoever waits for a message on it is to be told on the next one.

    What was never tried and is not due yet waits for another reason, such as the reader's night.
    """
    waits = sa.update(delivery).where(delivery.c.channel == channel, IS_DUE, IS_ASKED)
    begun = sa.or_(delivery.c.attempts > 0, delivery.c.due_at <= now)
    tx.execute(waits.where(begun).values(next_channel_at=now))
