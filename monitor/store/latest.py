"""Situations, alerts and messages a page at a time, the newest first: for programs. The canary's own are left out."""

from dataclasses import dataclass, fields

import sqlalchemy as sa

from monitor.records import Alert, DeliveryState, Situation
from monitor.store.columns import Cursor, Transaction, further
from monitor.store.tables import alert, delivery, situation


@dataclass(frozen=True, slots=True)
class Numbered:
    """`held`: why nobody was sent it, "" if it was owed."""

    number: int
    held: str
    alert: Alert


def situations(
    tx: Transaction, limit: int, before: Cursor | None = None, *, only_open: bool = False
) -> list[Situation]:
    newest = (situation.c.last_report_at, situation.c.key)
    found = sa.select(*(situation.c[field.name] for field in fields(Situation)))
    if only_open:
        found = found.where(situation.c.closed_at.is_(None))
    if before:
        found = found.where(further(newest, before))
    rows = tx.execute(found.order_by(*(column.desc() for column in newest)).limit(limit))
    return [Situation(*row) for row in rows]


def alerts(tx: Transaction, limit: int, before: int | None = None) -> list[Numbered]:
    found = sa.select(alert.c.id, alert.c.held, alert.c.record).where(~alert.c.canary)
    if before is not None:
        found = found.where(alert.c.id < before)
    return [
        Numbered(row.id, row.held, row.record) for row in tx.execute(found.order_by(alert.c.id.desc()).limit(limit))
    ]


def get_alert(tx: Transaction, number: int) -> Numbered | None:
    found = sa.select(alert.c.id, alert.c.held, alert.c.record).where(alert.c.id == number, ~alert.c.canary)
    row = tx.execute(found).one_or_none()
    return Numbered(row.id, row.held, row.record) if row else None


def deliveries(
    tx: Transaction, limit: int, before: int | None = None, alert_number: int | None = None
) -> list[DeliveryState]:
    of_delivery = [delivery.c[field.name] for field in fields(DeliveryState) if field.name != "occasion"]
    columns = [of_delivery[0], alert.c.occasion, *of_delivery[1:]]
    found = sa.select(*columns).join(alert, alert.c.id == delivery.c.alert_id).where(~delivery.c.canary)
    if before is not None:
        found = found.where(delivery.c.number < before)
    if alert_number is not None:
        found = found.where(delivery.c.alert_id == alert_number)
    return [DeliveryState(*row) for row in tx.execute(found.order_by(delivery.c.number.desc()).limit(limit))]
