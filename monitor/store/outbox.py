"""What is to be told, and what is owed to whom: `alert`, `delivery` and its attempts. Sending happens elsewhere.

A claim pushes the delivery one lease ahead and counts its attempts up. The count is the fencing token: who comes back
with an older one has been overtaken and settles nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.records import Alert, Delivery, DeliveryState
from monitor.store import calls
from monitor.store.columns import Instant, Transaction
from monitor.store.dialect import chunks, insert
from monitor.store.tables import IS_DUE, IS_HELD, alert, alert_report, delivery, delivery_attempt

DeliveryIs = Literal["due", "sent", "given_up"]
Form = Literal["full", "short"]
Quoting = Literal["sentence", "headline"]

_STATE = sa.select(
    delivery.c.number,
    alert.c.occasion,
    delivery.c.recipient,
    delivery.c.channel,
    delivery.c.state,
    delivery.c.attempts,
    delivery.c.due_at,
    delivery.c.sent_at,
    delivery.c.error,
).join(alert, alert.c.id == delivery.c.alert_id)


def announce(tx: Transaction, new: Alert, held: str = "") -> int | None:
    """Keep an alert and return its id; None if its occasion was announced before.

    `held`: "" owed now, "summary" waiting for the first summary, "ignored".
    """
    is_canary = new.kind == "canary"
    values = {"occasion": new.occasion, "situation": new.situation, "held": held, "level": new.level, "record": new}
    announcing = insert(tx, alert).values(**values, canary=is_canary)
    announcing = announcing.on_conflict_do_nothing(index_elements=["occasion"])
    number: int | None = tx.scalar(announcing.returning(alert.c.id))
    keys = {told.report_key for told in (new, *new.lines) if told.report_key}
    if number is not None and keys and not is_canary:
        tx.execute(sa.insert(alert_report), [{"report_key": key, "alert_id": number} for key in sorted(keys)])
    return number


def held(tx: Transaction, how: str) -> list[tuple[int, Alert]]:
    """The alerts held so, oldest first."""
    found = sa.select(alert.c.id, alert.c.record).where(alert.c.held == how, IS_HELD).order_by(alert.c.id)
    return [(row.id, row.record) for row in tx.execute(found)]


def release(tx: Transaction, ids: Sequence[int], as_: str) -> None:
    """Note what became of held alerts, such as "summarised"."""
    for some in chunks(ids):
        tx.execute(sa.update(alert).where(alert.c.id.in_(some)).values(held=as_))


def of_situation(tx: Transaction, situation: str) -> list[Alert]:
    return list(tx.scalars(sa.select(alert.c.record).where(alert.c.situation == situation).order_by(alert.c.id)))


def owe(  # noqa: PLR0913
    tx: Transaction,
    alert_id: int,
    recipient: str,
    channel: str,
    *,
    languages: Sequence[str],
    zone: str,
    due_at: datetime,
    now: datetime,
    form: Form = "full",
    quote: Quoting = "sentence",
    next_channel_at: datetime | None = None,
) -> int | None:
    """Owe the alert to a recipient on a channel and return the delivery's number; None if it is owed already.

    `next_channel_at`: when to ask whether the recipient's next channel is owed it too; None: never.
    """
    owing = insert(tx, delivery).values(
        alert_id=alert_id,
        recipient=recipient,
        channel=channel,
        languages=tuple(languages),
        zone=zone,
        state="due",
        attempts=0,
        created_at=now,
        due_at=due_at,
        error="",
        form=form,
        quote=quote,
        next_channel_at=next_channel_at,
        canary=sa.select(alert.c.canary).where(alert.c.id == alert_id).scalar_subquery(),
    )
    unique = ["alert_id", "recipient", "channel"]
    number: int | None = tx.scalar(owing.on_conflict_do_nothing(index_elements=unique).returning(delivery.c.number))
    calls.note(tx, channel)
    return number


def claim(
    tx: Transaction, now: datetime, lease: timedelta, channels: Sequence[str] | None = None, *, canary: bool = False
) -> Delivery | None:
    """Take the delivery that is longest due, on any channel or on these; None if there is none that nobody has.

    `canary`: of those that the canary's row marks as its own, and of no others; else of all others.
    """
    while (number := _push_oldest(tx, now, lease, channels, canary=canary)) is not None:
        try:
            taken = _delivery(tx, number)
        except StoreError as error:
            # What cannot be read stays due, a lease later: it must not stand in the way of the others.
            tx.execute(sa.update(delivery).where(delivery.c.number == number).values(error=str(error)))
            continue
        begun = {"number": number, "attempt": taken.attempt, "at": now, "outcome": "", "answer": ""}
        tx.execute(sa.insert(delivery_attempt).values(begun))
        return taken
    return None


def _push_oldest(
    tx: Transaction, now: datetime, lease: timedelta, channels: Sequence[str] | None, *, canary: bool
) -> int | None:
    mine = delivery.c.canary if canary else ~delivery.c.canary
    oldest = sa.select(delivery.c.number).where(IS_DUE, delivery.c.due_at <= now, mine)
    if channels is not None:
        oldest = oldest.where(delivery.c.channel.in_(channels))
    oldest = oldest.order_by(delivery.c.due_at, delivery.c.number).limit(1).with_for_update(skip_locked=True)
    number: int | None = tx.scalar(oldest)
    if number is not None:
        pushed = {"due_at": now + lease, "attempts": delivery.c.attempts + 1}
        tx.execute(sa.update(delivery).where(delivery.c.number == number).values(pushed))
    return number


def resume(tx: Transaction, now: datetime) -> int:
    """Make due what was claimed and never settled, because the only process that sends was ended; how many."""
    unsettled = sa.exists().where(
        delivery_attempt.c.number == delivery.c.number,
        delivery_attempt.c.attempt == delivery.c.attempts,
        delivery_attempt.c.outcome == "",
    )
    left = sa.update(delivery).where(IS_DUE, delivery.c.due_at > now, unsettled, ~delivery.c.canary).values(due_at=now)
    return len(tx.execute(left.returning(delivery.c.number)).all())


def get(tx: Transaction, number: int) -> Delivery | None:
    """The message with this number, however it stands."""
    known = tx.scalar(sa.select(delivery.c.number).where(delivery.c.number == number))
    return None if known is None else _delivery(tx, number)


def _delivery(tx: Transaction, number: int) -> Delivery:
    columns = (
        delivery.c.number,
        alert.c.record,
        delivery.c.recipient,
        delivery.c.channel,
        delivery.c.languages,
        delivery.c.zone,
        delivery.c.attempts,
        delivery.c.created_at,
        delivery.c.form,
        delivery.c.quote,
    )
    joined = sa.select(*columns).join(alert, alert.c.id == delivery.c.alert_id)
    taken = Delivery(*tx.execute(joined.where(delivery.c.number == number)).one())
    return replace(taken, answers=_first_receipt(tx, taken)) if taken.alert.situation else taken


def _first_receipt(tx: Transaction, taken: Delivery) -> str:
    """That of the first message which told this recipient of the situation there."""
    first = (
        sa.select(delivery.c.receipt)
        .join(alert, alert.c.id == delivery.c.alert_id)
        .where(alert.c.situation == taken.alert.situation, delivery.c.number < taken.number)
        .where(delivery.c.recipient == taken.recipient, delivery.c.channel == taken.channel, delivery.c.receipt != "")
    )
    return tx.scalar(first.order_by(delivery.c.number).limit(1)) or ""


def settle_sent(tx: Transaction, number: int, attempt: int, now: datetime, answer: str, receipt: str = "") -> bool:
    """The receiver took it. False, and nothing is changed, if another attempt has the delivery by now.

    `receipt`: by what a later message can say that it answers this one, "" where that cannot be.
    """
    taken = {"state": "sent", "sent_at": now, "error": "", "receipt": receipt}
    return _settle(tx, (number, attempt), taken, ("sent", answer))


def settle_again(tx: Transaction, number: int, attempt: int, due_at: datetime, error: str) -> bool:
    """It was not taken; it stays due, at `due_at`. False if another attempt has it by now."""
    return _settle(tx, (number, attempt), {"due_at": due_at, "error": error}, ("again", error))


def give_up(tx: Transaction, number: int, attempt: int, error: str, now: datetime) -> bool:
    """It will not be tried any more, and the next channel is asked for now. False if another attempt has it by now."""
    next_channel_at = sa.case((delivery.c.next_channel_at.is_not(None), sa.literal(now, Instant)))
    over = {"state": "given_up", "due_at": now, "error": error, "next_channel_at": next_channel_at}
    return _settle(tx, (number, attempt), over, ("given_up", error))


def _settle(tx: Transaction, token: tuple[int, int], values: Mapping[str, Any], outcome: tuple[str, str]) -> bool:
    number, attempt = token
    mine = sa.update(delivery).where(delivery.c.number == number, delivery.c.attempts == attempt, IS_DUE)
    if tx.scalar(mine.values(values).returning(delivery.c.number)) is None:
        return False
    tried = sa.update(delivery_attempt).where(
        delivery_attempt.c.number == number, delivery_attempt.c.attempt == attempt
    )
    tx.execute(tried.values(outcome=outcome[0], answer=outcome[1]))
    return True


def waiting(tx: Transaction) -> int:
    """How many deliveries are owed and not settled."""
    owed = sa.select(sa.func.count()).select_from(delivery).where(IS_DUE, ~delivery.c.canary)
    return tx.scalar(owed) or 0


def of_report(tx: Transaction, report_key: str) -> list[DeliveryState]:
    """To whom the report was told, or is owed; in a summary too."""
    about = sa.select(alert_report.c.alert_id).where(alert_report.c.report_key == report_key)
    return _states(tx, _STATE.where(delivery.c.alert_id.in_(about)).order_by(delivery.c.number))


def of_alerts(tx: Transaction, alert_ids: Sequence[int]) -> list[DeliveryState]:
    return _states(tx, _STATE.where(delivery.c.alert_id.in_(alert_ids)).order_by(delivery.c.number))


def listing(tx: Transaction, state: DeliveryIs | None = None, limit: int = 50) -> list[DeliveryState]:
    """The newest first."""
    found = _STATE.where(~delivery.c.canary).order_by(delivery.c.number.desc()).limit(limit)
    return _states(tx, found.where(delivery.c.state == state) if state else found)


def sent(tx: Transaction, report_keys: Sequence[str]) -> dict[str, int]:
    """Report key -> how many deliveries telling of it were sent."""
    found: dict[str, int] = {}
    counted = (
        sa.select(alert_report.c.report_key, sa.func.count())
        .join(delivery, delivery.c.alert_id == alert_report.c.alert_id)
        .where(delivery.c.state == "sent")
        .group_by(alert_report.c.report_key)
    )
    for some in chunks(report_keys):
        rows = tx.execute(counted.where(alert_report.c.report_key.in_(some)))
        found |= {key: number for key, number in rows}  # noqa: C416  a Row is a tuple to us, not to mypy
    return found


def _states(tx: Transaction, rows: sa.Select[Any]) -> list[DeliveryState]:
    return [DeliveryState(*row) for row in tx.execute(rows)]
