"""The canary's runs, and the rows that are marked as its own: nothing else in this package shows them to anybody."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Beat
from monitor.store.columns import Transaction
from monitor.store.tables import IS_CANARY, IS_DUE, alert, beat, delivery, delivery_attempt, report, report_subject

KEPT = 100  # runs, with what they left

_COLUMNS = [beat.c[field.name] for field in fields(Beat)]


def begin(tx: Transaction, now: datetime) -> int:
    """A new run; what one before it left unsent is given up, and the oldest runs are forgotten."""
    stale = sa.update(delivery).where(IS_DUE, delivery.c.canary)
    tx.execute(stale.values(state="given_up", error="a later canary was begun"))
    _prune(tx)
    values = {"begun_at": now, "failed": "", "reason": "", "switch": ""}
    number: int = tx.execute(sa.insert(beat).values(values).returning(beat.c.number)).scalar_one()
    return number


def end(tx: Transaction, ended: Beat) -> None:
    values = {"ended_at": ended.ended_at, "failed": ended.failed, "reason": ended.reason, "switch": ended.switch}
    tx.execute(sa.update(beat).where(beat.c.number == ended.number).values(values))


def last_begun(tx: Transaction) -> Beat | None:
    return _newest(tx, sa.true())


def last_ended(tx: Transaction) -> Beat | None:
    return _newest(tx, beat.c.ended_at.is_not(None))


def last_good(tx: Transaction) -> Beat | None:
    return _newest(tx, beat.c.ended_at.is_not(None), beat.c.failed == "")


def kept(tx: Transaction, keys: Sequence[str]) -> int:
    """How many of these reports are there, marked."""
    counted = sa.select(sa.func.count()).select_from(report)
    return tx.scalar(counted.where(report.c.key.in_(keys), report.c.canary)) or 0


def _newest(tx: Transaction, *where: sa.ColumnElement[bool]) -> Beat | None:
    row = tx.execute(sa.select(*_COLUMNS).where(*where).order_by(beat.c.number.desc()).limit(1)).one_or_none()
    return Beat(*row) if row else None


def _prune(tx: Transaction) -> None:
    """Only what bears the mark can go; the run that begins now is one of those kept."""
    keep = KEPT - 1
    newest = sa.select(beat.c.number).order_by(beat.c.number.desc()).limit(keep)
    tx.execute(sa.delete(beat).where(beat.c.number.not_in(newest)))
    old_alerts = list(tx.scalars(sa.select(alert.c.id).where(IS_CANARY).order_by(alert.c.id.desc()).offset(keep)))
    owed = sa.select(delivery.c.number).where(delivery.c.canary, delivery.c.alert_id.in_(old_alerts))
    numbers = list(tx.scalars(owed))
    tx.execute(sa.delete(delivery_attempt).where(delivery_attempt.c.number.in_(numbers)))
    tx.execute(sa.delete(delivery).where(delivery.c.number.in_(numbers)))
    tx.execute(sa.delete(alert).where(alert.c.id.in_(old_alerts), IS_CANARY))
    read = sa.select(report.c.key).where(IS_CANARY).order_by(report.c.seen_at.desc(), report.c.key.desc())
    old_keys = list(tx.scalars(read.offset(2 * keep)))
    tx.execute(sa.delete(report_subject).where(report_subject.c.report_key.in_(old_keys)))
    tx.execute(sa.delete(report).where(report.c.key.in_(old_keys), IS_CANARY))
