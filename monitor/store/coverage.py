"""What the pages count over time: flagged reports by the hour, hours of blindness, what was sent on each channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from monitor.records import EVENT_TYPES, LABELS, EventType
from monitor.store.columns import Instant, Transaction
from monitor.store.log_rows import number_of
from monitor.store.log_tables import log_row
from monitor.store.tables import alert, delivery, sight

_HOUR = number_of(datetime.fromtimestamp(3600, UTC))  # the log numbers its rows by time
_BLIND = (("blind:", "blind;"), ("seeing:", "seeing;"))  # from and to: how their occasions begin


@dataclass(frozen=True, slots=True)
class Success:
    """What became of the messages of a channel that were made since some moment."""

    sent: int = 0
    given_up: int = 0
    due: int = 0
    oldest_due: datetime | None = None
    last_sent: datetime | None = None  # ever


def flagged_by_hour(tx: Transaction, since: datetime) -> dict[datetime, dict[EventType, int]]:
    """Hour in which they were first seen -> event type -> how many reports. Reads the narrow rows of the log alone."""
    hour = log_row.c.number // sa.literal(_HOUR, sa.BigInteger)
    counted = sa.select(hour.label("hour"), log_row.c.types, sa.func.count()).where(
        log_row.c.number >= number_of(since), log_row.c.state == "flagged"
    )
    found: dict[datetime, dict[EventType, int]] = {}
    for number, types, reports in tx.execute(counted.group_by("hour", log_row.c.types)):
        at = found.setdefault(datetime.fromtimestamp(number * 3600, UTC), {})
        for event in EVENT_TYPES:
            if types >> LABELS.index(event) & 1:
                at[event] = at.get(event, 0) + reports
    return found


def blind(tx: Transaction, since: datetime) -> list[tuple[datetime, datetime | None]]:
    """(since, until) of the hours in which a recipient could see nothing at all; None: it lasts.

    Until they are told that it is over, which waits until all feeds were read again, the row of their sight has them.
    """
    found: dict[datetime, datetime | None] = {}
    for low, high in _BLIND:
        told = sa.select(alert.c.record).where(alert.c.occasion >= low, alert.c.occasion < high)
        for record in tx.scalars(told.order_by(alert.c.id)):
            hours = record.blindness
            if hours and not hours.places and hours.until is not None and hours.until > since:
                found[hours.since] = max(hours.until, found.get(hours.since) or hours.until)
    lasting = sa.select(sight.c.blind_since, sight.c.resumed_at, sight.c.unseen)
    rows = tx.execute(lasting.where(sight.c.blind_since.is_not(None))).all()
    # without any place it was the monitor itself that did not run
    found |= {begun: resumed_at for begun, resumed_at, unseen in rows if "" in unseen or not unseen}
    return sorted(found.items(), key=lambda each: each[0])


def success(tx: Transaction, since: datetime, channels: Sequence[str]) -> dict[str, Success]:
    """Channel -> its messages that were made since then, and what waits; the canary's do not count."""
    state, made = delivery.c.state, delivery.c.created_at >= since
    last = sa.func.max(delivery.c.sent_at, type_=Instant)
    oldest = sa.func.min(sa.case((state == "due", delivery.c.created_at)), type_=Instant)
    found = (
        sa.select(
            delivery.c.channel,
            _number(sa.and_(made, state == "sent")),
            _number(sa.and_(made, state == "given_up")),
            _number(state == "due"),
            oldest,
            last,
        )
        .where(~delivery.c.canary)
        .group_by(delivery.c.channel)
    )
    known = {channel: Success(*rest) for channel, *rest in tx.execute(found)}
    return {name: known.get(name, Success()) for name in dict.fromkeys((*channels, *sorted(known)))}


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
