"""The alerts of the past with what each recipient got of them, for looking back. Nothing is written."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.records import Alert
from monitor.store import withheld
from monitor.store.columns import Transaction
from monitor.store.tables import alert, alert_report, delivery

_TOLD = ("", "summarised")  # not those that were told with another, or belong to an old backlog
_MIXED = timedelta(days=1)  # alerts are kept in the order in which they were made, give or take what was read together


@dataclass(frozen=True, slots=True)
class Got:
    """What became of an alert for one recipient: a delivery on a channel, or why there was none."""

    recipient: str
    channel: str  # "" when it was withheld
    state: str  # due | sent | given_up, or the reason why it was withheld
    at: datetime | None  # sent, else due; None when it was withheld
    in_summary: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """An alert of a situation. `summarised`: it was a line of the summary of a first reading."""

    alert: Alert
    summarised: bool
    got: tuple[Got, ...]


def since(tx: Transaction, moment: datetime) -> Iterator[Past]:
    """The alerts of situations that were made since then, oldest first."""
    theirs = (alert.c.situation != "", alert.c.held.in_(_TOLD))
    numbers = tx.scalars(sa.select(alert.c.id).where(*theirs).order_by(alert.c.id)).all()
    first = bisect_left(numbers, moment, key=lambda number: _seen_at(tx, number) + _MIXED)
    if first == len(numbers):
        return
    found = sa.select(alert.c.id, alert.c.held, alert.c.record).where(*theirs, alert.c.id >= numbers[first])
    for number, held, record in tx.execute(found.order_by(alert.c.id)).all():
        if record.seen_at >= moment:
            yield Past(record, bool(held), tuple(_got(tx, number, record, summarised=bool(held))))


def _seen_at(tx: Transaction, number: int) -> datetime:
    """To unpack a record takes 0.1 ms: only those of the time asked for, and a few to find where it begins."""
    record: Alert = tx.execute(sa.select(alert.c.record).where(alert.c.id == number)).scalar_one()
    return record.seen_at


def _got(tx: Transaction, number: int, record: Alert, *, summarised: bool) -> Iterator[Got]:
    at = sa.func.coalesce(delivery.c.sent_at, delivery.c.due_at, type_=delivery.c.due_at.type)
    rows = sa.select(delivery.c.recipient, delivery.c.channel, delivery.c.state, at, alert.c.record)
    joined = rows.join(alert, alert.c.id == delivery.c.alert_id).order_by(delivery.c.number)
    if not summarised:
        for recipient, channel, state, moment, _ in tx.execute(joined.where(alert.c.id == number)):
            yield Got(recipient, channel, state, moment)
        for recipient, reason, silence_id in withheld.of_alerts(tx, [number]).get(number, ()):
            yield Got(recipient, "", f"{reason} {silence_id}" if silence_id else reason, None)
        return
    telling = sa.select(alert_report.c.alert_id).where(alert_report.c.report_key == record.report_key)
    for recipient, channel, state, moment, told in tx.execute(joined.where(alert.c.id.in_(telling))):
        if told.kind == "summary" and any(line.occasion == record.occasion for line in told.lines):
            yield Got(recipient, channel, state, moment, in_summary=True)
