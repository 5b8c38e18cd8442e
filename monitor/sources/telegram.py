"""A public Telegram channel by its web preview; what its pages hold is read by telegram_page.py, in a worker.

Asked for is only what any browser without an account is shown. A preview that is refused is a failure with a name: it
must never pass for a channel that is quiet.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from monitor.errors import SourceError
from monitor.http import HttpClient, HttpResponse, Limits
from monitor.records import Entry, FeedRead
from monitor.settings import Feed
from monitor.sources.answers import asked, parsed, refuse_status, refuse_wall, seconds
from monitor.sources.entries import from_fields, state_of
from monitor.sources.workers import Workers

_ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
_LIMITS = Limits(connect=10, read=15, total=30, size=4_000_000)
_MOST_PAGES = 10  # older ones, of twenty messages each
_CHANNEL = re.compile(r"/(?:s/)?([A-Za-z]\w{3,31})/?", re.ASCII)
_OWN_PAGE = b"tgme_widget_message_wrap", b"tgme_channel_history"
_NO_SUCH_NAME = re.compile(rb"<title[^>]{0,100}>\s*Telegram: Contact")
_MEMBERS = re.compile(rb"tgme_page_extra[^>]{0,100}>[^<]{0,60}(?:members?\b|\xd8\xb9\xd8\xb6\xd9\x88)")


@dataclass(frozen=True, slots=True)
class TelegramReader:
    """Reads the newest page, and older ones back to the last message seen; `pause` is the seconds between two."""

    workers: Workers
    limits: Limits = _LIMITS
    pause: float = 2.0
    most_pages: int = _MOST_PAGES

    async def read(self, feed: Feed, memory: Mapping[str, str], http: HttpClient, now: datetime) -> FeedRead:
        """What the channel shows now. Raises SourceError with one sentence for its row."""
        channel, address = channel_page(feed.url)
        known = memory if memory.get("channel") == channel else {}
        newest = await self._page(feed, address, http, now)
        if not newest.highest and known.get("last_id", "0") != "0":
            raise SourceError(
                "the channel shows no messages, though it did before: look at it in Telegram", "no_preview"
            )
        pages, failure = await self._back(newest, int(known.get("last_id", "0")), feed, address, http, now)
        state = state_of(newest.entries)
        if len(pages) == 1 and not failure and state == known.get("state"):
            return FeedRead((), known, changed=False, title=newest.title)
        missed = _missed(known, pages[-1], failure)
        # What could not be asked for is asked for again; what is not shown any more is not.
        reached = known if failure else {"last_id": str(newest.highest), "last_at": newest.until}
        return FeedRead(
            entries=tuple({each.key: each for page in pages for each in page.entries}.values()),
            memory={**known, **reached, "channel": channel, "state": state},
            changed=True,
            note="; ".join(filter(None, (missed, newest.note))),
            title=newest.title,
        )

    async def _back(
        self, newest: "_Page", last: int, feed: Feed, address: str, http: HttpClient, now: datetime
    ) -> tuple[list["_Page"], str]:
        """The newest page and the older ones back to message `last`; why they could not be had, if so."""
        pages = [newest]
        while last and pages[-1].lowest > last + 1 and pages[-1].before and len(pages) <= self.most_pages:
            await asyncio.sleep(self.pause)
            try:
                older = await self._page(feed, f"{address}?before={pages[-1].before}", http, now)
            except SourceError as error:
                return pages, str(error)
            if not older.lowest or older.lowest >= pages[-1].lowest:
                break  # the same page again
            pages.append(older)
        return pages, ""

    async def _page(self, feed: Feed, address: str, http: HttpClient, now: datetime) -> "_Page":
        answer = await asked(feed, http, _ACCEPT, self.limits, address)
        _check(answer, now, address)
        fields = {"url": answer.url, "content_type": answer.headers.get("Content-Type", ""), "now": now.isoformat()}
        read = await parsed(self.workers, "telegram", fields, answer.body, seconds(answer.body), what="channel's page")
        read["entries"] = tuple(from_fields(each) for each in read["entries"])
        read["note"] = "; ".join(filter(None, (read["note"], answer.broken_off)))
        return _Page(**read)


def telegram_channel(workers: Workers) -> TelegramReader:
    return TelegramReader(workers)


def channel_page(url: str) -> tuple[str, str]:
    """The channel's name in small letters, and the address of its newest page; from https://t.me/NAME or .../s/NAME."""
    parts = urlsplit(url)
    named = _CHANNEL.fullmatch(parts.path)
    if not named:
        raise SourceError("the url names no Telegram channel: it should be https://t.me/s/NAME", "no_preview")
    return named[1].lower(), f"{parts.scheme}://{parts.netloc}/s/{named[1]}"


@dataclass(frozen=True, slots=True)
class _Page:
    entries: tuple[Entry, ...]  # newest first
    lowest: int  # of the ids shown, those of albums and service messages included; 0 if there are none
    highest: int
    since: str  # ISO, of the oldest message shown; "" if none
    until: str
    before: int  # what the next older page is asked by; 0 if the page names none
    title: str
    note: str


def _check(answer: HttpResponse, now: datetime, address: str) -> None:
    """Raises SourceError unless this is a channel's page."""
    is_channel = any(mark in answer.body for mark in _OWN_PAGE)
    if not is_channel or answer.status >= 400:
        refuse_wall(answer, now, "channel")
    refuse_status(answer, now, "channel")
    name = address.partition("/s/")[2].partition("?")[0]
    if "/s/" not in urlsplit(answer.url).path:
        raise SourceError(_no_preview(answer, name), "no_preview")
    if not is_channel:
        size = f"{len(answer.body)} bytes that are" if len(answer.body) < 500 else "a page that is"
        raise SourceError(f"the address answers with {size} no channel's page of Telegram", "no_preview")


def _no_preview(answer: HttpResponse, name: str) -> str:
    head = answer.body[:100_000]
    if _MEMBERS.search(head):
        return f"{name} is a group: Telegram shows only channels on the web"
    if _NO_SUCH_NAME.search(head):
        return f"Telegram knows no channel {name}: look for the outlet's present name"
    return f"Telegram shows no page of {name} on the web: it is private, or kept to the app; it cannot be read this way"


def _missed(known: Mapping[str, str], oldest: _Page, failure: str) -> str:
    """Which messages between the last reading and this one were not read, of what hours, and why."""
    last, lowest = int(known.get("last_id", "0")), oldest.lowest
    if not last or lowest <= last + 1:
        return ""
    times = [datetime.fromisoformat(time) for time in (known.get("last_at", ""), oldest.since) if time]
    hours = ""
    if len(times) == 2:
        since, until = (f"{time.astimezone(UTC):%d %b %H:%M}" for time in times)
        hours = f" ({since} to {until} UTC, {(times[1] - times[0]).total_seconds() / 3600:.1f} h)"
    why = f" yet: {failure}" if failure else ": the channel's pages do not reach back to them"
    return f"messages {last + 1} to {lowest - 1}{hours} were not read{why}"
