"""Feed to entries, entry to text. What comes from outside is parsed in processes that can be killed, never in this one.

A new kind of source is one file that makes a `Source`, one line in KINDS and one test file.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from monitor.errors import SourceError
from monitor.http import HttpClient
from monitor.records import FeedRead
from monitor.settings import Feed
from monitor.sources.jsonfeed import json_feed
from monitor.sources.page import list_page
from monitor.sources.reliefweb import reliefweb_reports
from monitor.sources.rss import rss_feed
from monitor.sources.telegram import telegram_channel
from monitor.sources.workers import Workers

__all__ = ["KINDS", "Source", "SourceError", "Workers"]


class Source(Protocol):
    async def read(self, feed: Feed, memory: Mapping[str, str], http: HttpClient, now: datetime) -> FeedRead:
        """What the feed shows now; `memory` is that of its last good reading, {} at first. Raises SourceError."""


KINDS: dict[str, Callable[[Workers], Source]] = {
    "rss": rss_feed,
    "jsonfeed": json_feed,
    "telegram": telegram_channel,
    "page": list_page,
    "reliefweb": reliefweb_reports,
}
