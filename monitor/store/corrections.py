"""What those who had an alert were told of its report since: corrections, owed, sent, or withdrawn before they went."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Alert
from monitor.store import outbox
from monitor.store.columns import Transaction
from monitor.store.receivers import Receiver
from monitor.store.tables import alert, alert_report, delivery

WITHDRAWN = "withdrawn: the verdict that it told of was changed before it was sent"


@dataclass(frozen=True, slots=True)
class LastTold:
    """`number`: of the message; those of one recipient are in the order in which they were owed."""

    number: int
    correction: Alert


def last_told(tx: Transaction, report_keys: Collection[str]) -> dict[tuple[str, str, str], LastTold]:
    """(situation, recipient, channel) -> the last correction about these reports that went, or is going, there."""
    rows = sa.select(alert.c.record, delivery.c.recipient, delivery.c.channel, delivery.c.number)
    joined = rows.join(alert, alert.c.id == delivery.c.alert_id).join(
        alert_report, alert_report.c.alert_id == alert.c.id
    )
    mine = joined.where(alert_report.c.report_key.in_(sorted(report_keys)), delivery.c.state != "given_up")
    return {
        (record.situation, recipient, channel): LastTold(number, record)
        for record, recipient, channel, number in tx.execute(mine.order_by(delivery.c.number))
        if record.kind == "corrected" and record.report_key in report_keys
    }


def withdraw(tx: Transaction, report_key: str, now: datetime) -> int:
    """How many corrections about the report nobody had begun to send: they are not sent any more."""
    about = (
        sa.select(alert.c.id, alert.c.record)
        .join(alert_report, alert_report.c.alert_id == alert.c.id)
        .where(alert_report.c.report_key == report_key, alert.c.situation != "")
    )
    mine = [number for number, record in tx.execute(about).all() if record.kind == "corrected"]
    waits = sa.update(delivery).where(delivery.c.alert_id.in_(mine), delivery.c.state == "due")
    over = {"state": "given_up", "due_at": now, "error": WITHDRAWN, "next_channel_at": None}
    return len(tx.execute(waits.where(delivery.c.attempts == 0).values(over).returning(delivery.c.number)).all())


def owe(tx: Transaction, correction: Alert, to: Collection[Receiver], now: datetime) -> int:
    """How many messages that makes: in the form in which each of them had the alert, and not before it."""
    announced = outbox.announce(tx, correction)
    if announced is None:
        return 0
    for each in to:
        outbox.owe(
            tx,
            announced,
            each.recipient,
            each.channel,
            languages=each.languages,
            zone=each.zone,
            due_at=max(now, each.not_before or now),
            now=now,
            form=each.form,
            quote=each.quote,
        )
    return len(to)
