"""What the pages count over time: flagged reports by the day, hours of blindness, what was sent on each channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from monitor.records import EVENT_TYPES, LABELS, EventType
from monitor.store.columns import Instant, Transaction
from monitor.store.log_rows import number_of
from monitor.store.tables import alert, delivery, sight

_NEVER = 2**63 - 1  # no row of the log has so high a number
_BLIND = (("blind:", "blind;"), ("seeing:", "seeing;"))  # from and to: how their occasions begin


@dataclass(frozen=True, slots=True)
class Success:
    """What became of the messages of a channel that were made since some moment."""

    sent: int = 0
    given_up: int = 0
    due: int = 0
    oldest_due: datetime | None = None
    last_sent: datetime | None = None  # ever


def flagged_between(tx: Transaction, moments: Sequence[datetime]) -> dict[datetime, dict[EventType, int]]:
    """Moment -> event type -> how many flagged reports were first seen from it on until the next, or ever since."""
    if not moments:
        return {}
    ends = [*map(number_of, moments), _NEVER]
    found: dict[datetime, dict[EventType, int]] = {}
    for place, types, reports in tx.execute(_counting(len(moments)), {f"at{n}": end for n, end in enumerate(ends)}):
        at = found.setdefault(moments[place], {})
        for event in EVENT_TYPES:
            if types >> LABELS.index(event) & 1:
                at[event] = at.get(event, 0) + reports
    return found


@cache
def _counting(spans: int) -> sa.TextClause:
    """Each span is a walk along the log's own order: grouping by the hour sorted all rows first, 22 ms instead of 6 for
    20,000. As text: to word thirty selects anew takes longer than to answer them.
    """
    one = (
        "SELECT {0} AS place, types, count(*) AS reports FROM log_row "
        "WHERE number >= :at{0} AND number < :at{1} AND state = 'flagged' GROUP BY types"
    )
    return sa.text(" UNION ALL ".join(one.format(number, number + 1) for number in range(spans)))


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
