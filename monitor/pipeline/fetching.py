"""A feed's entries, those included that left its window since last time; where they cannot be had, the gap."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor import polling
from monitor.errors import SourceError
from monitor.pipeline.parts import Parts
from monitor.records import Entry, FeedRead, FeedState, Gap
from monitor.settings import Feed
from monitor.store import reports

MOST_PAGES = 10  # older ones
SECONDS = 120.0  # for all of them


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the feed shows, older pages included. `gap`: hours of which entries may have been lost all the same."""

    read: FeedRead
    gap: Gap | None = None


async def fetched(parts: Parts, feed: Feed, state: FeedState) -> Fetched:
    """Raises SourceError if the feed cannot be read; that older pages cannot is a gap."""
    course = polling.known_of(state.course, feed.url)
    asked = _asked(feed, course.address)
    read = await parts.sources[feed.kind].read(asked, state.memory, parts.http, parts.clock())
    if not read.changed or not course.latest or polling.meets(course, read.entries):
        return Fetched(read)
    known = await asyncio.to_thread(_known, parts, feed.name, read.entries)
    state = replace(state, course=course)
    if not polling.are_lost(course, read.entries, known):
        return Fetched(read)
    entries, failure = await _back(parts, asked, state, read)
    read = replace(read, entries=entries)
    return Fetched(read, polling.gap(state, entries, known, failure, parts.clock()) if failure else None)


def _asked(feed: Feed, address: str) -> Feed:
    """The feed at the address that it moved to, if it did."""
    return feed.model_copy(update={"url": address}) if address else feed


async def _back(parts: Parts, feed: Feed, state: FeedState, read: FeedRead) -> tuple[tuple[Entry, ...], str]:
    """Everything from now back to what was seen last time, and why that was not reached, if so."""
    found = {entry.key: entry for entry in read.entries}
    older, failure = read.older, "the feed names no older page"
    try:
        async with asyncio.timeout(SECONDS):
            for _ in range(MOST_PAGES):
                if not older:
                    break
                page = await _page(parts, feed, older)
                new = [entry for entry in page.entries if entry.key not in found]
                found.update((entry.key, entry) for entry in new)
                if polling.meets(state.course, page.entries):
                    return tuple(found.values()), ""
                failure = "its older pages do not reach back so far"
                older = page.older if new else ""  # the same page again: it has no others
    except SourceError as error:
        failure = f"its older page cannot be read: {error}"
    except TimeoutError:
        failure = "its older pages take too long"
    return tuple(found.values()), failure


async def _page(parts: Parts, feed: Feed, address: str) -> FeedRead:
    older = _asked(feed, address)
    return await parts.sources[feed.kind].read(older, {}, parts.http, parts.clock())


def _known(parts: Parts, feed: str, entries: Sequence[Entry]) -> frozenset[str]:
    with parts.store.read() as tx:
        return frozenset(reports.seen(tx, feed, [entry.key for entry in entries]))
