"""One feed as the database knows it: how its polls go, and which hours of it were not seen."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import click

from monitor.cli.feed_asking import age
from monitor.errors import ConfigError, StoreError
from monitor.polling import address_of
from monitor.records import FeedState, Gap, Outage
from monitor.settings import Feed, Settings
from monitor.store import Store, Transaction
from monitor.store import feeds as feed_rows
from monitor.store import gaps as health_log

LATELY = timedelta(days=7)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class History:
    """`outages`: those of the feed and of this machine's network."""

    state: FeedState | None
    gaps: Sequence[Gap]
    outages: Sequence[Outage]


def show(settings: Settings, name: str, *, days: int, as_json: bool) -> None:
    feed = next((each for each in settings.feeds if each.name == name), None)
    if feed is None:
        raise ConfigError(f"There is no feed {name}: `monitor feeds list` shows the names")
    now = datetime.now(UTC)
    since = now - timedelta(days=days)
    history = from_database(settings, lambda tx: _history(tx, name, since)) or History(None, (), ())
    if as_json:
        click.echo(json.dumps(_facts(feed, history), ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(feed, history, days, now, ZoneInfo(settings.time_zone))))


def lately(settings: Settings) -> dict[str, int]:
    """How many gaps each feed had in the last days."""
    since = datetime.now(UTC) - LATELY
    found = from_database(settings, lambda tx: health_log.gaps(tx, since=since)) or []
    return {name: sum(each.feed == name for each in found) for name in {each.feed for each in found}}


def from_database(settings: Settings, ask: Callable[[Transaction], _T]) -> _T | None:
    """None if the monitor has not run yet, or the database cannot be read: then that is said."""
    if settings.database_file and not settings.database_file.exists():
        return None
    try:
        store = Store(settings.database)
        try:
            with store.read() as tx:
                return ask(tx)
        finally:
            store.close()
    except StoreError as error:
        click.echo(f"How the feeds were last read is not known. {error}", err=True)
        return None


def _history(tx: Transaction, name: str, since: datetime) -> History:
    outages = [each for each in health_log.outages(tx, since=since) if each.feed in (name, "")]
    return History(feed_rows.get(tx, name), health_log.gaps(tx, name, since), outages)


def _lines(feed: Feed, history: History, days: int, now: datetime, zone: ZoneInfo) -> list[str]:
    state = history.state
    lines = [f"{feed.name}: {feed.outlet}", f"address      {feed.url}"]
    if state is None or state.last_try_at is None:
        return [*lines, "It has not been polled yet."]
    address = address_of(state.course, feed.url)
    lines += [f"asked at     {address}, where it moved: change the url in feeds.yaml"] if address != feed.url else []
    lines.append(f"last read    {age(state.last_read_at, now) + ' ago' if state.last_read_at else 'never'}")
    newest = state.course.published[:1]
    if state.last_read_at:
        lines.append(f"newest entry {age(newest[0], now) + ' old' if newest else 'without date'}")
    lines.append(f"asked every  {(state.course.every or feed.every) / 60:.0f} min, next in {_until(state.due_at, now)}")
    lines += [f"fails        {state.failures} times in a row: {state.error}"] if state.failures else []
    lines += [f"waits        {state.error}"] if state.error and not state.failures else []
    lines += [f"note         {state.note}"] if state.note else []
    for outage in history.outages:
        whose = "not read" if outage.feed else "no network"
        lines.append(f"{whose:12} {_hours(outage.from_at, outage.until_at, zone)}: {outage.reason}")
    for gap in history.gaps:
        lines.append(f"gap          {_hours(gap.from_at, gap.until_at, zone)}: entries may be missing; {gap.reason}")
    if not state.last_read_at:
        lines.append("It was never read: what it may have told is not known.")
    elif not history.gaps:
        lines.append(f"No gap in the last {days} days: every entry that it showed was read.")
    return lines


def _until(at: datetime, now: datetime) -> str:
    return "0 min" if at <= now else age(now, at)


def _hours(since: datetime, until: datetime | None, zone: ZoneInfo) -> str:
    begins = f"{since.astimezone(zone):%Y-%m-%d %H:%M}"
    if until is None:
        return f"{begins} until now"
    hours = (until - since).total_seconds() / 3600
    return f"{begins} to {until.astimezone(zone):%Y-%m-%d %H:%M} {zone.key.rsplit('/', 1)[-1]} ({hours:.1f} h)"


def _facts(feed: Feed, history: History) -> dict[str, object]:
    state = history.state
    course = state.course if state else None
    return {
        "name": feed.name,
        "url": feed.url,
        "asked_at": address_of(course, feed.url) if course else feed.url,
        "every": course.every if course else None,
        "due_at": state.due_at.isoformat() if state else None,
        "last_read_at": state.last_read_at.isoformat() if state and state.last_read_at else None,
        "failures": state.failures if state else 0,
        "error": state.error if state else "",
        "outages": [_span(each.from_at, each.until_at, each.reason, own=bool(each.feed)) for each in history.outages],
        "gaps": [_span(each.from_at, each.until_at, each.reason, own=True) for each in history.gaps],
    }


def _span(since: datetime, until: datetime | None, reason: str, *, own: bool) -> dict[str, object]:
    facts: dict[str, object] = {"from": since.isoformat(), "until": until.isoformat() if until else None}
    return facts | {"reason": reason, "of": "feed" if own else "network"}
