"""A feed at an address: asked conditionally, judged, parsed in a worker. RSS and Atom here; jsonfeed.py shares it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from monitor.errors import SourceError
from monitor.http import HttpClient, HttpResponse, Limits
from monitor.records import FeedRead
from monitor.settings import Feed
from monitor.sources.answers import (
    SOON,
    asked,
    is_unchanged,
    max_age,
    moved,
    parsed,
    refuse_status,
    refuse_wall,
    remembered,
    unchanged,
)
from monitor.sources.entries import from_fields
from monitor.sources.workers import Workers

_RSS = "application/rss+xml,application/atom+xml,application/xml;q=0.9,text/xml;q=0.9,application/feed+json,*/*;q=0.5"
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE,
)
_LINK = re.compile(rb"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(rb"application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
_HREF = re.compile(rb"""href\s*=\s*["']?([^"'\s<>]{1,1000})""", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
_JSON_ENTRY = (b'"content_html"', b'"content_text"')
_LIMITS = Limits()
_MOST_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Reads whatever feed comes; `accept` only says what it would like. `patience` stretches the time for parsing."""

    workers: Workers
    accept: str
    limits: Limits = _LIMITS
    patience: float = 1.0

    async def read(self, feed: Feed, memory: Mapping[str, str], http: HttpClient, now: datetime) -> FeedRead:
        """What the feed shows now. Raises SourceError with one sentence for its row."""
        known = memory if memory.get("url") == feed.url else {}  # another address: its validators mean nothing
        answer = await asked(feed, http, self.accept, self.limits, known=known)
        if is_unchanged(answer, known):
            return unchanged(answer, known)
        _check(answer, now)
        kept = remembered(feed, answer)
        if "body_hash" in kept and kept["body_hash"] == known.get("body_hash"):
            return unchanged(answer, {**known, **kept})
        read = await self._parse(feed, known, answer, now)
        return FeedRead(
            entries=tuple(from_fields(fields) for fields in read["entries"]),
            memory=kept | ({"shared": json.dumps(read["shared"])} if read["shared"] else {}),
            changed=True,
            note="; ".join(filter(None, (read["note"], answer.broken_off, moved(answer)))),
            title=read["title"],
            poll_after=max(read["poll_after"], max_age(answer) or 0) or None,
            moved=answer.moved,
            older=_older(answer.url, read["older"], blog=read["blog"]),
        )

    async def _parse(self, feed: Feed, known: Mapping[str, str], answer: HttpResponse, now: datetime) -> dict[str, Any]:
        fields = {
            "url": answer.url,
            "content_type": answer.headers.get("Content-Type", ""),
            "zone": feed.zone,
            "now": now.isoformat(),
            "shared": json.loads(known.get("shared", "[]")),
            "new": not known,
        }
        return await parsed(self.workers, "feed", fields, answer.body, _seconds(answer.body) * self.patience)


def rss_feed(workers: Workers) -> FeedReader:
    return FeedReader(workers, _RSS)


def _older(url: str, named: str, *, blog: bool) -> str:
    """Where the next older entries are: as the feed says (RFC 5005), else as every blog of this make answers."""
    if named or not blog:
        return urljoin(url, named) if named else ""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "paged"]
    page = next((int(value) for name, value in parse_qsl(parts.query) if name == "paged" and value.isdecimal()), 1)
    return urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(page + 1))]), fragment=""))


def _seconds(body: bytes) -> float:
    """Processor seconds allowed for parsing: a few times what an honest feed needs on a slow machine.

    More than a moment only for what is large in bytes and in entries: a bomb that is small, or one entry, is stopped
    soon; and one that counts its entries in millions does not keep a worker for a minute and a half.
    """
    lower = body.lower()  # one pattern for all of them in any case takes five times as long
    entries = len(_ENTRY.findall(lower)) + sum(map(lower.count, _JSON_ENTRY))
    return SOON + min(len(body) / 1e6 * 6, entries * 0.0015, _MOST_SECONDS)


def _check(answer: HttpResponse, now: datetime) -> None:
    """Raises SourceError unless this may be a feed."""
    page = _PAGE.match(answer.body) is not None
    if page or answer.status >= 400:
        refuse_wall(answer, now, kind="not_a_feed")
    refuse_status(answer, now)
    if page:
        raise SourceError("the address answers with a web page, not a feed" + _better(answer), "not_a_feed")


def _better(answer: HttpResponse) -> str:
    """Where the page says its feed is."""
    for link in _LINK.findall(answer.body[:300_000]):
        found = _HREF.search(link)
        if found and _FEED_TYPE.search(link):
            return f"; the page names this feed: {urljoin(answer.url, found[1].decode('utf-8', 'replace'))[:300]}"
    return ""
