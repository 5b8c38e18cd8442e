"""What digests rest on: the situations heard of lately, and which digests were told."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Alert, Situation
from monitor.store.columns import Instant, Transaction
from monitor.store.dialect import chunks
from monitor.store.tables import alert, delivery, report, situation, situation_report

_KEPT = sa.select(*(situation.c[field.name] for field in fields(Situation)))


def told(tx: Transaction, occasions: Sequence[str]) -> set[str]:
    """Those of the occasions that were announced."""
    found: set[str] = set()
    for some in chunks(occasions):
        found |= set(tx.scalars(sa.select(alert.c.occasion).where(alert.c.occasion.in_(some))))
    return found


def last(tx: Transaction, recipient: str) -> Alert | None:
    """The recipient's latest digest that came, or will. Their days are sorted as their dates are.

    What a digest listed that was given up on every channel is listed by the next one: nobody has read it.
    """
    comes = sa.exists().where(delivery.c.alert_id == alert.c.id, delivery.c.state != "given_up")
    found = sa.select(alert.c.record).where(*_of(recipient), comes).order_by(alert.c.occasion.desc()).limit(1)
    record: Alert | None = tx.scalar(found)
    return record


def first(tx: Transaction, recipient: str) -> Alert | None:
    """The recipient's very first digest, whether it came or not."""
    found = sa.select(alert.c.record).where(*_of(recipient)).order_by(alert.c.occasion).limit(1)
    record: Alert | None = tx.scalar(found)
    return record


def _of(recipient: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (alert.c.occasion > f"digest:{recipient}:", alert.c.occasion < f"digest:{recipient}:~")


def heard_of(tx: Transaction, since: datetime) -> list[tuple[Situation, datetime, datetime]]:
    """Situations of which a report was read since then, with when the first and the latest of all theirs was read."""
    lately = (
        sa.select(situation_report.c.situation)
        .join(report, report.c.key == situation_report.c.report_key)
        .where(report.c.seen_at > since)
    )
    first, latest = (turn(report.c.seen_at, type_=Instant) for turn in (sa.func.min, sa.func.max))
    read = (
        sa.select(situation_report.c.situation, first, latest)
        .join(report, report.c.key == situation_report.c.report_key)
        .where(situation_report.c.situation.in_(lately))
        .group_by(situation_report.c.situation)
        .order_by(situation_report.c.situation)
    )
    moments = {row[0]: (row[1], row[2]) for row in tx.execute(read)}
    found = [
        Situation(*row) for some in chunks(list(moments)) for row in tx.execute(_KEPT.where(situation.c.key.in_(some)))
    ]
    return [(each, *moments[each.key]) for each in found]
