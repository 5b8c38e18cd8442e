"""What the pages count over time: flagged reports by the hour, hours of blindness, what was sent on each channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from monitor.records import EVENT_TYPES, EventType
from monitor.store.columns import Instant, Transaction
from monitor.store.tables import LISTED, alert, delivery, report, report_subject, sight

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
    """Hour in which they were first seen -> event type -> how many reports."""
    hour = _hour(tx)
    counted = (
        sa.select(hour, report_subject.c.type, sa.func.count(sa.distinct(report.c.key)))
        .join(report_subject, report_subject.c.report_key == report.c.key)
        .where(LISTED, report.c.state == "flagged", ~report.c.canary, report.c.seen_at >= since)
        .where(report_subject.c.type.in_(EVENT_TYPES))
        .group_by(hour, report_subject.c.type)
    )
    found: dict[datetime, dict[EventType, int]] = {}
    for text, event, number in tx.execute(counted):
        found.setdefault(datetime.fromisoformat(f"{text}:00").replace(tzinfo=UTC), {})[event] = number
    return found


def _hour(tx: Transaction) -> sa.ColumnElement[str]:
    """2026-11-21 14, of UTC."""
    if tx.dialect.name == "postgresql":
        return sa.func.to_char(sa.func.timezone("UTC", report.c.seen_at), "YYYY-MM-DD HH24")
    return sa.func.substr(sa.type_coerce(report.c.seen_at, sa.String), 1, 13)


def blind(tx: Transaction, since: datetime) -> list[tuple[datetime, datetime | None]]:
    """(since, until) of the hours of which a recipient was told that nothing at all could be seen; None: it lasts."""
    found: dict[datetime, datetime | None] = {}
    for low, high in _BLIND:
        told = sa.select(alert.c.record).where(alert.c.occasion >= low, alert.c.occasion < high)
        for record in tx.scalars(told.order_by(alert.c.id)):
            hours = record.blindness
            if hours and not hours.places and hours.until is not None and hours.until > since:
                found[hours.since] = max(hours.until, found.get(hours.since) or hours.until)
    lasting = sa.select(sight.c.blind_since, sight.c.unseen).where(sight.c.blind_since.is_not(None))
    for begun, unseen in tx.execute(lasting.where(sight.c.resumed_at.is_(None))):
        if "" in unseen:
            found[begun] = None
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
