"""Asks feeds whether they answer, once and politely, and says what to do with those that do not. Stores nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from monitor.errors import ConfigError, HttpError, SourceError
from monitor.http import HttpClient
from monitor.records import FeedRead
from monitor.settings import Feed, Settings
from monitor.sources import KINDS, Workers

AT_ONCE = 8
STALE = timedelta(days=14)

_LATER = "Try again later; if it stays so, set enabled: false, or look for a new address on the outlet's site."
_ADDRESS = "Look up the outlet's site and correct the url, or set enabled: false."
_WALL = (
    "Open the url in a browser. If it works there, the site keeps programs out: set enabled: false and use another way."
)
_ADVICE = {
    "dns": "Check the host for slips of the finger. If no feed answers, this machine is off the net or needs a proxy.",
    "refused": _LATER,
    "timeout": _LATER,
    "too_slow": _LATER,
    "protocol": _LATER,
    "tls": "Check this machine's clock. If other feeds answer, the site's certificate is at fault: tell them, or wait.",
    "status": _WALL,
    "consent": _WALL,
    "wall": _WALL,
    "no_preview": "Open the channel in Telegram: it may have another name by now, or have left the web.",
    "redirects": _ADDRESS,
    "empty": "The address answers with nothing: look for another feed on the outlet's site.",
    "not_a_feed": "The address is a page: `monitor feeds add` with the site's address finds the feed that it names.",
    "malformed": "The outlet's feed is broken: try again later, or look for another feed on its site.",
    "encoding": "The outlet's feed is broken: try again later, or look for another feed on its site.",
    "too_large": "Look for a shorter feed on the outlet's site, such as that of its Syria section.",
    **dict.fromkeys(("blocked_address", "not_a_page", "selectors", "appname"), ""),  # said in the sentence itself
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What it takes to read a feed; the clock stands still meanwhile."""

    http: HttpClient
    workers: Workers
    now: datetime

    async def read(self, feed: Feed) -> FeedRead:
        """The feed as if for the first time."""
        return await KINDS[feed.kind](self.workers).read(feed, {}, self.http, self.now)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one feed answered. `advice` is what to do, "" if nothing is."""

    feed: Feed
    reads: bool
    entries: int
    newest_at: datetime | None
    said: str
    advice: str
    kind: str = ""  # of the error, as sources name it


def chosen(settings: Settings, names: Sequence[str], *, everything: bool) -> list[Feed]:
    """The feeds meant: those named, else all, else those that are switched on."""
    by_name = {feed.name: feed for feed in settings.feeds}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise ConfigError(f"There is no feed {', '.join(unknown)}: `monitor feeds list` shows the names")
    if names:
        return [by_name[name] for name in dict.fromkeys(names)]
    return [feed for feed in settings.feeds if everything or feed.enabled]


async def ask_all(settings: Settings, feeds: Sequence[Feed]) -> list[Answer]:
    """The answers in the order of the feeds; a few are asked at a time."""
    gate = asyncio.Semaphore(AT_ONCE)
    console = Console(stderr=True)
    columns = (TextColumn("asking"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("asking", total=len(feeds))
        async with open_reading(settings) as reading:

            async def one(feed: Feed) -> Answer:
                async with gate:
                    answer = await ask(feed, reading)
                bar.advance(task)
                return answer

            return list(await asyncio.gather(*(one(feed) for feed in feeds)))


@asynccontextmanager
async def open_reading(settings: Settings) -> AsyncIterator[Reading]:
    """Client and parsers as the running monitor has them."""
    proxy = settings.proxy.sources.get_secret_value()
    async with (
        HttpClient(settings.user_agent, proxy=proxy, allow_loopback=settings.allow_loopback) as http,
        Workers() as workers,
    ):
        yield Reading(http, workers, datetime.now(UTC))


async def ask(feed: Feed, reading: Reading) -> Answer:
    """One feed and its answer."""
    try:
        read = await reading.read(feed)
    except (SourceError, HttpError) as error:
        return Answer(
            feed, reads=False, entries=0, newest_at=None, said=str(error), advice=_mend(error), kind=error.kind
        )
    newest = newest_of(read)
    advice = _remark(read, newest, reading.now)
    return Answer(feed, reads=True, entries=len(read.entries), newest_at=newest, said=read.note, advice=advice)


def _mend(error: SourceError | HttpError) -> str:
    said = str(error)
    if error.kind == "status" and ": " in said:
        return ""  # the sentence itself says what to do
    if "names this feed" in said:
        return "Put that address in the place of this one."
    return _ADVICE.get(error.kind, _LATER)


def newest_of(read: FeedRead) -> datetime | None:
    """The latest date among the entries."""
    return max(_dates(read), default=None)


def _dates(read: FeedRead) -> Iterable[datetime]:
    return (entry.published_at for entry in read.entries if entry.published_at)


def _remark(read: FeedRead, newest: datetime | None, now: datetime) -> str:
    if not read.entries:
        return "It answers, but shows no entries: look at the outlet's site whether that can be."
    if newest and now - newest > STALE:
        return "It answers, but shows nothing new: the outlet may have moved. Look at its site for another feed."
    return ""


def age(then: datetime | None, now: datetime) -> str:
    """ "2 h", "3 days", as a table shows it."""
    if then is None:
        return "no date"
    minutes = max(0, int((now - then).total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
