"""The article pages of one poll: within a time for all of them, and again at later polls if they failed in passing."""

import asyncio
import logging
from collections import Counter
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.pipeline.parts import Parts
from monitor.records import Entry, Report, UnreadPage
from monitor.settings import Feed
from monitor.sources.article import Article, full_text
from monitor.store import Transaction, unread_pages

log = logging.getLogger(__name__)

AT_ONCE = 4
SECONDS = 45.0  # for all pages of one poll: those that hang keep nobody waiting for longer
_PATIENCE = 3  # failures of one host in one poll: then the rest of its pages waits for the next one
_AGAIN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (0, 5, 15, 60, 240, 720))
_GIVEN_UP_AFTER = timedelta(days=1)
_MOST = 25  # asked for again in one poll
_LEFT = "the page was left for the next poll"
_HELD = "the page was left for later: its server asked for patience"


class Pages:
    """Fetches the pages of one poll of a feed."""

    def __init__(self, parts: Parts, feed: Feed) -> None:
        self._parts = parts
        self._feed = feed
        self._ends = asyncio.get_running_loop().time() + SECONDS
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._failed: Counter[str] = Counter()

    async def of_entry(self, entry: Entry) -> Article:
        if entry.whole:
            return Article("", "")
        return await self.at(entry.url) if entry.url else Article("", "the entry has no link")

    async def at(self, url: str) -> Article:
        """Never raises for what a page does."""
        host = urlsplit(url).netloc
        async with self._gate:
            if self._parts.left_alone.until(url, self._parts.clock()):
                return Article("", _HELD, again=True)
            if self._failed[host] >= _PATIENCE:
                return Article("", f"{_LEFT}: others of its site failed just now", again=True)
            try:
                async with asyncio.timeout_at(self._ends):
                    found = await self._read(url)
            except TimeoutError:
                return Article("", f"{_LEFT}: there was no time for it", again=True)
        self._failed[host] += found.again
        if found.patience:
            self._parts.left_alone.ask(url, found.patience, self._parts.clock())
        return found

    async def _read(self, url: str) -> Article:
        """One page that breaks the reader must not keep the rest of its feed unread, at every poll anew."""
        try:
            parts, now = self._parts, self._parts.clock()
            return await full_text(url, parts.http, parts.workers, user_agent=self._feed.user_agent, now=now)
        except Exception as error:
            log.exception("feed %s: reading the page %s broke off", self._feed.name, url)
            name = type(error).__name__
            return Article("", f"the monitor itself failed on the page ({name}); its log has the details")


def due(parts: Parts, tx: Transaction, feed: str, now: datetime) -> list[tuple[UnreadPage, Report]]:
    """Pages of the feed to ask for again, with the reports as they stand without them."""
    waiting = unread_pages.due(tx, feed, now, _MOST)
    return [(page, report) for page, report in waiting if not parts.left_alone.until(report.url, now)]


def owed(report: Report, article: Article, date_note: str, now: datetime) -> UnreadPage | None:
    """What is to be remembered of a page that was just asked for the first time."""
    return UnreadPage(report.key, date_note, 0, now) if article.again else None


def tried(page: UnreadPage) -> UnreadPage:
    return UnreadPage(page.report_key, page.date_note, page.tries + 1, page.since)


def again_at(page: UnreadPage, held_until: datetime | None, now: datetime) -> datetime | None:
    """When to ask again; None when it has been asked for often and long enough. What the server asks for is waited."""
    if page.tries >= len(_AGAIN_AFTER):
        return None
    at = now + _AGAIN_AFTER[page.tries]
    if held_until and held_until > at:
        return held_until if held_until <= page.since + 2 * _GIVEN_UP_AFTER else None
    return at if at <= page.since + _GIVEN_UP_AFTER else None
