"""What was seen when: days with the reports of each type, and the hours in which the monitor was blind. Pure.

Silence and blindness look alike in a list of reports. Here they are told apart.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeVar

from monitor.records import EVENT_TYPES, EventType, Gap, Outage

Lapse = TypeVar("Lapse", Gap, Outage)


@dataclass(frozen=True, slots=True)
class Span:
    """From, until."""

    since: datetime
    until: datetime

    @property
    def long(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Day:
    """`blind`: nothing at all was read then; `partly`: some feeds were not. The last day may not be over."""

    day: date
    span: Span
    counts: Mapping[EventType, int] = field(hash=False)  # a mapping has none
    blind: tuple[Span, ...]
    partly: tuple[Span, ...]

    @property
    def is_silent(self) -> bool:
        """It was watched throughout, and nothing was reported."""
        return not any(self.counts.values()) and not self.blind

    @property
    def blind_hours(self) -> float:
        return sum((each.long for each in self.blind), timedelta(0)).total_seconds() / 3600

    @property
    def partly_hours(self) -> float:
        return sum((each.long for each in self.partly), timedelta(0)).total_seconds() / 3600


def days(
    counted: Mapping[datetime, Mapping[EventType, int]],
    blind: Sequence[Span],
    partly: Sequence[Span],
    window: Span,
    zone: tzinfo,
) -> list[Day]:
    """`counted`: by a moment of the day. One day of the zone after another; `blind` and `partly` have no overlaps."""
    by_day: dict[date, Counter[EventType]] = {}
    for moment, counts in counted.items():
        by_day.setdefault(moment.astimezone(zone).date(), Counter()).update(counts)
    found = []
    for begins in beginnings(window, zone):
        span = Span(begins, datetime.combine(begins.date() + timedelta(days=1), time(), zone))
        seen = Span(begins, min(span.until, window.until))
        counts = by_day.get(begins.date(), Counter())
        told = {event: counts[event] for event in EVENT_TYPES}
        found.append(Day(begins.date(), span, told, _clipped(blind, seen), _clipped(partly, seen)))
    return found


def beginnings(window: Span, zone: tzinfo) -> list[datetime]:
    """Of the days of the zone that lie in the window, the first one whole."""
    found = []
    day = window.since.astimezone(zone).date()
    while (begins := datetime.combine(day, time(), zone)) < window.until:
        found.append(begins)
        day += timedelta(days=1)
    return found


def united(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time without overlaps, in order."""
    joined: list[Span] = []
    for each in sorted(spans, key=lambda span: span.since):
        if joined and each.since <= joined[-1].until:
            joined[-1] = Span(joined[-1].since, max(joined[-1].until, each.until))
        elif each.until > each.since:
            joined.append(each)
    return tuple(joined)


def without(spans: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of `spans` when `others` is taken away; both in order and without overlaps."""
    left: list[Span] = []
    for each in spans:
        since = each.since
        for other in others:
            if other.until <= since or other.since >= each.until:
                continue
            if other.since > since:
                left.append(Span(since, other.since))
            since = max(since, other.until)
        if since < each.until:
            left.append(Span(since, each.until))
    return tuple(left)


def by_feed(found: Iterable[Lapse]) -> Mapping[str, list[Lapse]]:
    """Those of each feed, in the same order; under "" those of the network."""
    each_of: dict[str, list[Lapse]] = {}
    for each in found:
        each_of.setdefault(each.feed, []).append(each)
    return each_of


def unread(
    gaps: Sequence[Gap], outages: Sequence[Outage], feeds: Sequence[str], now: datetime
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """(hours in which none of these feeds was read, hours in which some were not)."""
    lost, failed = by_feed(gaps), by_feed(outages)
    offline = united(Span(each.from_at, each.until_at or now) for each in failed.get("", ()))
    out = {
        name: united(
            (
                *(Span(each.from_at, each.until_at or now) for each in failed.get(name, ())),
                *(Span(each.from_at, each.until_at) for each in lost.get(name, ())),
            )
        )
        for name in feeds
    }
    blind = united((*offline, *_shared(list(out.values()))))
    return blind, without(united(span for spans in out.values() for span in spans), blind)


def _shared(each_out: Sequence[Sequence[Span]]) -> tuple[Span, ...]:
    """The time that lies in every one of them."""
    if not each_out:
        return ()
    shared = list(each_out[0])
    for spans in each_out[1:]:
        met = [
            Span(max(one.since, other.since), min(one.until, other.until))
            for one in shared
            for other in spans
            if one.since < other.until and other.since < one.until
        ]
        shared = [span for span in met if span.until > span.since]
        if not shared:
            return ()
    return tuple(shared)


def _clipped(spans: Sequence[Span], to: Span) -> tuple[Span, ...]:
    met = (Span(max(each.since, to.since), min(each.until, to.until)) for each in spans)
    return tuple(span for span in met if span.until > span.since)
