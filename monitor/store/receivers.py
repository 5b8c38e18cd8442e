"""Who was told of a report, by which alert: those whom a correction must reach."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from monitor.records import Alert
from monitor.store.columns import Transaction
from monitor.store.tables import alert, alert_report, delivery


@dataclass(frozen=True, slots=True)
class Receiver:
    """One who was sent an alert, or is about to be."""

    number: int  # of the message
    recipient: str
    channel: str
    languages: tuple[str, ...]
    zone: str
    form: Literal["full", "short"]
    quote: Literal["sentence", "headline"]
    not_before: datetime | None  # when what they are still owed comes: its correction must not overtake it


def told_of(tx: Transaction, report_key: str) -> list[tuple[Alert, list[Receiver]]]:
    """The alerts that rest on the report, oldest first, with their receivers; of a summary its line on the report."""
    about = (
        sa.select(alert.c.id, alert.c.record)
        .join(alert_report, alert_report.c.alert_id == alert.c.id)
        .where(alert_report.c.report_key == report_key)
        .order_by(alert.c.id)
    )
    found = []
    for number, record in tx.execute(about).all():
        resting = [each for each in (record, *record.lines) if each.report_key == report_key]
        if resting and record.kind != "corrected":
            found.append((resting[0], _receivers(tx, number)))
    return found


def _receivers(tx: Transaction, number: int) -> list[Receiver]:
    words = (delivery.c.languages, delivery.c.zone, delivery.c.form, delivery.c.quote)
    comes = sa.case((delivery.c.state == "due", delivery.c.due_at))
    rows = sa.select(delivery.c.number, delivery.c.recipient, delivery.c.channel, *words, comes)
    mine = rows.where(delivery.c.alert_id == number, delivery.c.state != "given_up").order_by(delivery.c.number)
    return [Receiver(*row) for row in tx.execute(mine)]
