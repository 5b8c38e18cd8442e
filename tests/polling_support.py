"""Feeds, readings and failures in few words: what the tests of polling share."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from monitor import polling
from monitor.polling import Trouble
from monitor.records import Entry, FeedRead, FeedState
from monitor.settings import Feed
from tests.examples import NOON

HOUR = timedelta(hours=1)
URL = "https://horan.example/feed/"


def feed(every: int = 300, url: str = URL) -> Feed:
    return Feed(name="horan", outlet="Horan", url=url, every=every)


def state(**changes: Any) -> FeedState:
    return replace(FeedState("horan", NOON, {}), **changes)


def entry(key: str, hours: float | None = 0.0, **changes: Any) -> Entry:
    at = None if hours is None else NOON + hours * HOUR
    return replace(Entry(key, "", f"title {key}", "", "", "en", at, "", key), **changes)


def read(*entries: Entry, **changes: Any) -> FeedRead:
    return replace(FeedRead(entries, {}, changed=True), **changes)


def posted(gap: timedelta, count: int = 10) -> list[Entry]:
    return [entry(f"e{number}", -number * (gap / HOUR)) for number in range(count)]


def seconds(turn: polling.Turn, now: datetime = NOON) -> float:
    return (turn.due_at - now).total_seconds()


def fail(times: int, trouble: Trouble) -> tuple[list[float], list[polling.Notice]]:
    now, known = NOON, state()
    waits: list[float] = []
    told: list[polling.Notice] = []
    for _ in range(times):
        turn = polling.after_failure(feed(), known, trouble, now, 0.5)
        waits.append(seconds(turn, now))
        told += turn.notices
        known = replace(known, failures=known.failures + 1, course=turn.course)
        now = turn.due_at
    return waits, told


def moving(days: float, to: str = "https://new.example/feed") -> FeedState:
    known = state()
    for hour in range(0, int(days * 24) + 1, 6):
        turn = polling.after_reading(feed(), known, read(entry("a"), moved=to), NOON + hour * HOUR, 0.5)
        known = replace(known, course=turn.course)
    return known
