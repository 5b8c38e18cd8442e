"""A feed at an address: asked conditionally, judged, parsed in a worker. RSS and Atom here; jsonfeed.py shares it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

from monitor.errors import HttpError, SourceError
from monitor.http import HttpClient, HttpResponse, Limits, shown
from monitor.records import FeedRead
from monitor.settings import Feed
from monitor.sources.entries import from_fields
from monitor.sources.walls import wall
from monitor.sources.workers import WorkerFailedError, Workers
from monitor.text.dates import feed_date

_RSS = "application/rss+xml,application/atom+xml,application/xml;q=0.9,text/xml;q=0.9,application/feed+json,*/*;q=0.5"
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE,
)
_LINK = re.compile(rb"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(rb"application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
_HREF = re.compile(rb"""href\s*=\s*["']?([^"'\s<>]{1,1000})""", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:item|entry)[\s>]|\"(?:content_html|content_text)\"", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})")
_LIMITS = Limits()
_MEND = {
    401: "it asks for a password",
    403: "it refuses this reader; another user_agent for it in feeds.yaml may help",
    404: "there is no feed at this address; look for its new one",
    410: "the feed is gone for good; take it out of feeds.yaml or find its new address",
    429: "we ask too often",
}
_FAILURES: dict[str, tuple[str, str]] = {
    "too_slow": ("takes too long to parse, as if made to: stopped", "too_slow"),
    "too_big": ("needs too much memory to parse: stopped", "too_large"),
    "crashed": ("cannot be parsed: the parser broke down on it", "malformed"),
}


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
        answer = await self._ask(feed, known, http)
        if answer.status == HTTPStatus.NOT_MODIFIED and ("etag" in known or "modified" in known):
            return _unchanged(answer, known)
        _check(answer, now)
        remembered = _remembered(feed, answer)
        if "body_hash" in remembered and remembered["body_hash"] == known.get("body_hash"):
            return _unchanged(answer, {**known, **remembered})
        read = await self._parse(feed, known, answer, now)
        return FeedRead(
            entries=tuple(from_fields(fields) for fields in read["entries"]),
            memory=remembered | ({"shared": json.dumps(read["shared"])} if read["shared"] else {}),
            changed=True,
            note="; ".join(filter(None, (read["note"], answer.broken_off, _moved(answer)))),
            title=read["title"],
            poll_after=max(read["poll_after"], _max_age(answer) or 0) or None,
        )

    async def _ask(self, feed: Feed, known: Mapping[str, str], http: HttpClient) -> HttpResponse:
        wishes = {
            "Accept": self.accept,
            "User-Agent": feed.user_agent,
            # Sent back exactly as they came: servers compare letter by letter, quotes, W/ and all.
            "If-None-Match": known.get("etag", ""),
            "If-Modified-Since": known.get("modified", ""),
        }
        try:
            headers = {name: value for name, value in wishes.items() if value}
            return await http.get(feed.url, headers=headers, limits=self.limits)
        except HttpError as error:
            raise SourceError(str(error), error.kind) from None

    async def _parse(self, feed: Feed, known: Mapping[str, str], answer: HttpResponse, now: datetime) -> dict[str, Any]:
        fields = {
            "url": answer.url,
            "content_type": answer.headers.get("Content-Type", ""),
            "zone": feed.zone,
            "now": now.isoformat(),
            "shared": json.loads(known.get("shared", "[]")),
        }
        try:
            read = await self.workers.run("feed", fields, answer.body, _seconds(answer.body) * self.patience)
        except WorkerFailedError as failure:
            words, kind = _FAILURES[failure.kind]
            raise SourceError(f"the feed {words} ({len(answer.body)} bytes)", kind) from None
        if "wrong" in read:
            raise SourceError(read["wrong"], read["kind"])
        return read


def rss_feed(workers: Workers) -> FeedReader:
    return FeedReader(workers, _RSS)


def _seconds(body: bytes) -> float:
    """Processor seconds allowed for parsing: a few times what an honest feed needs on a slow machine.

    More than two only for what is large in bytes and in entries: a bomb that is small, or one entry, is stopped soon.
    """
    return 2.0 + min(len(body) / 1e6 * 6, len(_ENTRY.findall(body)) * 0.0015)


def _check(answer: HttpResponse, now: datetime) -> None:
    """Raises SourceError unless this may be a feed."""
    page = _PAGE.match(answer.body) is not None
    blocked = wall(answer) if page or answer.status >= 400 else ""
    if blocked:
        kind = "consent" if "consent" in blocked else "status" if answer.status >= 400 else "not_a_feed"
        raise SourceError(f"the address answers with {blocked}, not with the feed", kind, _retry_after(answer, now))
    if not 200 <= answer.status < 300:
        raise SourceError(_refused(answer), "status", _retry_after(answer, now))
    if not answer.body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise SourceError(f"the address answers {answer.status} with nothing in it", "empty")
    if page:
        raise SourceError("the address answers with a web page, not a feed" + _better(answer), "not_a_feed")


def _refused(answer: HttpResponse) -> str:
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return "the address answers 304 Not Modified though nothing of it is known here yet"
    name = next((f" {status.phrase}" for status in HTTPStatus if status == answer.status), "")
    trouble = "the server has trouble of its own; asked again later" if answer.status >= 500 else ""
    mend = _MEND.get(answer.status, trouble)
    return f"the address answers {answer.status}{name}" + (f": {mend}" if mend else "")


def _better(answer: HttpResponse) -> str:
    """Where the page says its feed is."""
    for link in _LINK.findall(answer.body[:300_000]):
        found = _HREF.search(link)
        if found and _FEED_TYPE.search(link):
            return f"; the page names this feed: {urljoin(answer.url, found[1].decode('utf-8', 'replace'))[:300]}"
    return ""


def _retry_after(answer: HttpResponse, now: datetime) -> float | None:
    """Both forms: seconds, or a date."""
    asked = answer.headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    date = feed_date(asked, UTC) if asked else None
    return max(0.0, (date - now).total_seconds()) if date else None


def _remembered(feed: Feed, answer: HttpResponse) -> dict[str, str]:
    """What to know next time. Of an answer that broke off nothing: it has to be asked for again as a whole."""
    if answer.broken_off:
        return {"url": feed.url}
    validators = {"etag": answer.headers.get("ETag", ""), "modified": answer.headers.get("Last-Modified", "")}
    return {
        "url": feed.url,
        "body_hash": hashlib.sha256(answer.body).hexdigest(),
        **{name: value for name, value in validators.items() if value and value.isprintable() and len(value) < 1000},
    }


def _unchanged(answer: HttpResponse, memory: Mapping[str, str]) -> FeedRead:
    return FeedRead((), memory, changed=False, note=_moved(answer), poll_after=_max_age(answer))


def _max_age(answer: HttpResponse) -> float | None:
    found = _MAX_AGE.search(answer.headers.get("Cache-Control", "").lower())
    return float(found[1]) or None if found else None


def _moved(answer: HttpResponse) -> str:
    return f"moved for good to {shown(answer.moved)}: change the url in feeds.yaml" if answer.moved else ""
