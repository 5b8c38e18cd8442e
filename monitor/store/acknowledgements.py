"""Who has seen what: the message with this number was acknowledged, and with it what its situation had told so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.records import AlertKind
from monitor.store.columns import Transaction
from monitor.store.dialect import insert
from monitor.store.tables import acknowledgement, alert, delivery

_NOTHING_NEW: tuple[AlertKind, ...] = ("corroborated",)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """`number` is that of the message. It names nobody."""

    number: int
    situation: str
    note: str
    at: datetime


def situation_of(tx: Transaction, number: int) -> tuple[str, AlertKind] | None:
    """The situation that the message tells of ("" if of none) and its kind; None: there is no such message."""
    told = sa.select(alert.c.record).join(delivery, delivery.c.alert_id == alert.c.id)
    record = tx.scalar(told.where(delivery.c.number == number))
    return (record.situation, record.kind) if record else None


def add(tx: Transaction, new: Acknowledgement) -> bool:
    """False, and nothing changes, if it was acknowledged before."""
    values = {"delivery": new.number, "situation": new.situation, "note": new.note, "at": new.at}
    adding = insert(tx, acknowledgement).values(values).on_conflict_do_nothing(index_elements=["delivery"])
    return tx.scalar(adding.returning(acknowledgement.c.delivery)) is not None


def get(tx: Transaction, number: int) -> Acknowledgement | None:
    row = tx.execute(sa.select(acknowledgement).where(acknowledgement.c.delivery == number)).one_or_none()
    return Acknowledgement(*row) if row else None


def of_alerts(tx: Transaction, alert_ids: Sequence[int]) -> dict[int, Acknowledgement]:
    """By the number of the message."""
    found = sa.select(acknowledgement).join(delivery, delivery.c.number == acknowledgement.c.delivery)
    rows = tx.execute(found.where(delivery.c.alert_id.in_(alert_ids)))
    return {each.number: each for each in (Acknowledgement(*row) for row in rows)}


def of_situation(tx: Transaction, situation: str) -> list[Acknowledgement]:
    """Oldest first."""
    found = sa.select(acknowledgement).where(acknowledgement.c.situation == situation)
    return [
        Acknowledgement(*row) for row in tx.execute(found.order_by(acknowledgement.c.at, acknowledgement.c.delivery))
    ]


def seen_up_to(tx: Transaction, situation: str, recipient: str) -> int:
    """The latest alert of the situation whose message to the recipient was acknowledged; 0: none.

    What came before it counts as seen, what came after it does not: an old number must not quiet a new alarm.
    """
    latest = (
        sa.select(sa.func.max(delivery.c.alert_id))
        .join(acknowledgement, acknowledgement.c.delivery == delivery.c.number)
        .where(acknowledgement.c.situation == situation, delivery.c.recipient == recipient)
    )
    return tx.scalar(latest) or 0


def quiet(tx: Transaction, situation: str, recipients: Sequence[str]) -> frozenset[str]:
    """Those of the recipients who have acknowledged the latest thing they were told of the situation.

    A second source is nothing new to them; whatever changed since they acknowledged makes them listen again.
    """
    return frozenset(
        name for name in recipients if 0 < _last_told(tx, situation, name) <= seen_up_to(tx, situation, name)
    )


def _last_told(tx: Transaction, situation: str, recipient: str) -> int:
    owed = (
        sa.select(alert.c.id, alert.c.record)
        .join(delivery, delivery.c.alert_id == alert.c.id)
        .where(alert.c.situation == situation, delivery.c.recipient == recipient)
        .order_by(alert.c.id.desc())
    )
    return next((row.id for row in tx.execute(owed) if row.record.kind not in _NOTHING_NEW), 0)
