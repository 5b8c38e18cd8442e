"""What a recipient's daily digest says, and when it is due. Pure.

It comes also on days on which nothing happened: then it says so, and how much of the sources was read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from monitor.records import (
    EVENT_TYPES,
    LEVELS,
    Alert,
    Digest,
    FeedState,
    LogRow,
    Mentioned,
    OddFeed,
    Place,
    Proof,
    Situation,
    Story,
    Unread,
    Withheld,
)
from monitor.settings import Recipient

LATE_FOR = timedelta(hours=20)  # later than that, the next one tells it all
FIRST_LOOK_BACK = timedelta(days=1)
UNHEARD_AFTER = timedelta(hours=72)
READ_WITHIN = timedelta(hours=1)
MOST = 15  # of each list
_ALARMING = LEVELS.index("critical")

Ended = Literal["", "over", "unheard", "by_hand"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """A situation as the store has it. `first_seen`, `last_seen`: when its first and latest report were read."""

    situation: Situation
    place: Place | None
    over: bool  # every track has come to its end
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """All that one digest rests on; of situations and reports those that concern the recipient."""

    since: datetime
    until: datetime
    known: Sequence[Known]
    withheld: Sequence[tuple[Alert, Withheld]]
    uncertain: Sequence[Mentioned]
    not_covered: Sequence[Mentioned]
    feeds: Sequence[FeedState]
    outlets: Mapping[str, str]  # by feed
    limited: bool  # the recipient's rules leave something out
    proof: Proof | None = None


def due(person: Recipient, now: datetime) -> date | None:
    """The day whose digest should have been sent by now; None if that was so long ago that the next one will do."""
    if person.digest is None:
        return None
    zone = ZoneInfo(person.zone)
    here = now.astimezone(zone)
    day = here.date() if here.time() >= person.digest else here.date() - timedelta(days=1)
    at = datetime.combine(day, person.digest, zone)
    return day if now - at <= LATE_FOR else None


def due_at(person: Recipient, day: date) -> datetime:
    """When that day's digest was due."""
    return datetime.combine(day, person.digest or datetime.min.time(), ZoneInfo(person.zone))


def occasion(recipient: str, day: date) -> str:
    return f"digest:{recipient}:{day.isoformat()}"


def made(recipient: str, day: date, told: Day) -> Alert:
    """The digest as an alert: unique by recipient and day."""
    held, reasons = _newest(told.withheld)
    return Alert(
        occasion=occasion(recipient, day),
        situation="",
        kind="digest",
        seen_at=told.until,
        lines=held,
        limited=told.limited,
        digest=_digest(told, reasons),
    )


def _digest(told: Day, reasons: tuple[Withheld, ...]) -> Digest:
    stories = [story for each in told.known if (story := _story(each, told))]
    stories.sort(key=lambda each: (LEVELS.index(each.level), each.last_report_at), reverse=True)
    stands = [each for each in stories if not each.ended]
    ended = [each for each in stories if each.ended]
    blind = unread(told.feeds, told.outlets, told.until)
    active = [feed for feed in told.feeds if not feed.paused]
    read = sum(_is_read(feed, told.until) for feed in active)
    return Digest(
        since=told.since,
        open=_first(stands),
        closed=_first(ended),
        uncertain=_first(told.uncertain),
        not_covered=_first(told.not_covered),
        unread=_first(blind),
        withheld=reasons,
        open_count=len(stands),
        closed_count=len(ended),
        uncertain_count=len(told.uncertain),
        not_covered_count=len(told.not_covered),
        unread_count=len(blind),
        withheld_count=len(told.withheld),
        feeds=len(active),
        feeds_read=read,
        feeds_waiting=len(active) - read - len(blind),
        proof=told.proof,
        critical=sum(LEVELS.index(each.level) >= _ALARMING for each in stands),
    )


def unread(feeds: Iterable[FeedState], outlets: Mapping[str, str], now: datetime) -> list[Unread]:
    """Feeds that should have been read within the last hour and were not, the longest unread first."""
    blind = [feed for feed in feeds if not feed.paused and not _is_read(feed, now) and not _waits(feed, now)]
    blind.sort(key=lambda feed: (feed.last_read_at is not None, feed.last_read_at or now, feed.name))
    return [Unread(outlets.get(feed.name, feed.name), feed.last_read_at) for feed in blind]


def odd(feeds: Iterable[FeedState], outlets: Mapping[str, str]) -> tuple[OddFeed, ...]:
    """Feeds that are read, and show nothing new for longer than they ever did, or have moved: until that is mended."""
    found = []
    for feed in feeds:
        course, outlet = feed.course, outlets.get(feed.name, feed.name)
        if feed.paused or feed.failures:
            continue
        if "silent" in course.told:
            newest = course.published[0] if course.published else feed.last_new_at
            found.append(OddFeed(outlet, True, newest))
        if course.address:
            found.append(OddFeed(outlet, False, course.moved_since))
    return tuple(found[:MOST])


def _is_read(feed: FeedState, now: datetime) -> bool:
    return feed.last_read_at is not None and feed.last_read_at > now - READ_WITHIN


def _waits(feed: FeedState, now: datetime) -> bool:
    """It was read, and its publisher asks for longer pauses than an hour."""
    return bool(feed.last_read_at) and not (feed.failures or feed.error) and feed.due_at > now


def _story(each: Known, told: Day) -> Story | None:
    """The situation as it stands, or as it ended since the last digest; None if it ended before."""
    situation = each.situation
    is_new = each.first_seen >= told.since
    ended, at = _end(each, told.until, is_new=is_new)
    if ended and not told.since <= at < told.until:
        return None
    return Story(
        situation=situation.key,
        place=each.place,
        types=tuple(event for event in EVENT_TYPES if event in situation.tracks),
        states=situation.states,
        level=situation.level,
        opened_at=situation.opened_at,
        last_report_at=situation.last_report_at,
        is_new=is_new,
        ended=ended,
    )


def _end(each: Known, now: datetime, *, is_new: bool) -> tuple[Ended, datetime]:
    """How it ended, "" if it has not, and when. What was read only now is not unheard of, however old it is."""
    situation = each.situation
    if situation.closed_at:
        return "by_hand", situation.closed_at
    if each.over:
        return "over", each.last_seen
    unheard = situation.last_report_at + UNHEARD_AFTER
    return ("", now) if is_new or unheard > now else ("unheard", unheard)


def mentioned(row: LogRow, outlet: str, place: Place | None) -> Mentioned:
    report = row.report
    at = report.published_at or report.seen_at
    return Mentioned(report.key, report.title, report.language, outlet, report.url, place, at)


def _newest(held: Sequence[tuple[Alert, Withheld]]) -> tuple[tuple[Alert, ...], tuple[Withheld, ...]]:
    kept = held[-MOST:]
    return tuple(alert for alert, _ in kept), tuple(why for _, why in kept)


def _first(items: Sequence[T]) -> tuple[T, ...]:
    return tuple(items[:MOST])
