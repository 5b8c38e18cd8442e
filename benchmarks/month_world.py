"""Outlets of a simulated web: what each shows at any time, and when it is down, moved, gone or silent.

No socket is opened and nothing is waited for: `Web` stands in for the HTTP client and answers by the given clock.
"""

import hashlib
import random
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from multidict import CIMultiDict

from monitor.errors import HttpError
from monitor.http import HttpResponse

How = Literal["timeout", "503", "404"]
HOUR = timedelta(hours=1)
PAGE_COMES_AFTER = timedelta(minutes=20)
_WORDS = ("bakery", "olive", "school", "bridge", "well", "market", "clinic", "road", "harvest", "library")


@dataclass(frozen=True, slots=True)
class Down:
    """From then to then, and how it shows."""

    since: datetime
    until: datetime
    how: How = "timeout"

    def covers(self, now: datetime) -> bool:
        return self.since <= now < self.until


@dataclass(slots=True)
class Outlet:
    """One feed on a host of its own; it shows the newest `window` of its `posts`."""

    name: str
    posts: list[datetime]
    window: int = 10
    is_blog: bool = False  # shows older entries at ?paged=2
    has_pages: bool = False
    down: list[Down] = field(default_factory=list)
    moved_at: datetime | None = None
    gone_at: datetime | None = None
    silent_at: datetime | None = None  # nothing is posted from then on

    @property
    def host(self) -> str:
        return f"{self.name}.example"

    @property
    def url(self) -> str:
        return f"https://{self.host}/feed/"

    @property
    def new_url(self) -> str:
        return f"https://{self.host}/rss/"

    def key(self, number: int) -> str:
        return f"{self.name}/{number}"

    def shown(self, now: datetime, page: int = 1) -> range:
        """Numbers of the posts on that page, the newest being the last."""
        end = max(0, bisect_right(self.posts, now) - (page - 1) * self.window)
        return range(max(0, end - self.window), end)


class Web:
    """Has the one method of the HTTP client that sources use."""

    def __init__(self, outlets: Mapping[str, Outlet], offline: list[Down], clock: Callable[[], datetime]) -> None:
        self._outlets = {outlet.host: outlet for outlet in outlets.values()}
        self._offline = offline
        self._clock = clock
        self.asked = 0

    async def get(self, url: str, *, headers: Mapping[str, str] = {}, limits: Any = None) -> HttpResponse:  # noqa: ARG002
        self.asked += 1
        now, parts = self._clock(), urlsplit(url)
        if any(each.covers(now) for each in self._offline):
            raise HttpError(f"the name {parts.hostname} cannot be resolved", "dns")
        outlet = self._outlets[parts.hostname or ""]
        trouble = next((each.how for each in outlet.down if each.covers(now)), "")
        if trouble == "timeout":
            raise HttpError(f"{url} did not accept a connection in time", "timeout")
        if trouble:
            return _answer(url, int(trouble))
        return self._page(outlet, url, now) if parts.path.startswith("/a/") else self._feed(outlet, url, headers, now)

    def _page(self, outlet: Outlet, url: str, now: datetime) -> HttpResponse:
        number = int(url.rpartition("/")[2])
        if is_late(outlet, number) and now < outlet.posts[number] + PAGE_COMES_AFTER:
            return _answer(url, 503)
        title, text = words(outlet, number)
        page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text * 3}</p></article>"
        return _answer(url, 200, f"{page}</body></html>".encode(), {"Content-Type": "text/html; charset=utf-8"})

    def _feed(self, outlet: Outlet, url: str, headers: Mapping[str, str], now: datetime) -> HttpResponse:
        if outlet.gone_at and now >= outlet.gone_at:
            return _answer(url, 410)
        has_moved = outlet.moved_at is not None and now >= outlet.moved_at
        asked_old = urlsplit(url).path == "/feed/"
        if not has_moved and not asked_old:
            return _answer(url, 404)
        page = int(parse_qs(urlsplit(url).query).get("paged", ["1"])[0])
        shown = outlet.shown(now, page if outlet.is_blog else 1)
        if page > 1 and not shown:
            return _answer(url, 404)
        tag = f'"{shown.start}-{shown.stop}"'
        trail: dict[str, Any] = (
            {"redirects": (url,), "moved": outlet.new_url} if has_moved and asked_old and page == 1 else {}
        )
        at = outlet.new_url if trail else url
        if headers.get("If-None-Match") == tag:
            return _answer(at, 304, b"", {"ETag": tag}, **trail)
        return _answer(at, 200, _rss(outlet, shown), {"ETag": tag, "Content-Type": "application/rss+xml"}, **trail)


def is_late(outlet: Outlet, number: int) -> bool:
    """Whether the page of this post comes later than the feed tells of it."""
    return outlet.has_pages and number % 7 == 3


def words(outlet: Outlet, number: int) -> tuple[str, str]:
    """Title and text; nothing that anybody is to be alarmed about."""
    digest = hashlib.sha256(outlet.key(number).encode()).digest()
    some = [_WORDS[byte % len(_WORDS)] for byte in digest[:6]]
    title = f"The {some[0]} and the {some[1]} of village {number} by {outlet.name}"
    text = (
        f"On the {some[2]} beside the {some[3]} people of village {number} spoke of the {some[4]} and the {some[5]}. "
    )
    return title, text


def made(
    count: int, start: datetime, end: datetime, every: timedelta, offline_for: timedelta, seed: int = 7
) -> tuple[dict[str, Outlet], list[Down]]:
    """Outlets with all that may happen to them, and when this machine has no network."""
    chance = random.Random(seed)
    outlets = {each.name: each for each in (_outlet(number, chance, start, end, every) for number in range(count))}
    offline = start + (end - start) * 0.4 + 3 * HOUR
    return outlets, [Down(offline, offline + offline_for)]


def _outlet(number: int, chance: random.Random, start: datetime, end: datetime, every: timedelta) -> Outlet:
    usual = every / HOUR * (0.5 if number % 15 == 0 else 2.0)
    outlet = Outlet(
        name=f"outlet-{number}",
        posts=_posts(chance, start - timedelta(days=8), end, usual),
        window=chance.randint(6, 12),
        is_blog=chance.random() < 0.5,
        has_pages=number % 5 == 0,
    )
    days = (end - start).days
    at = start + timedelta(days=days * chance.uniform(0.1, 0.3))
    fate = number % 12
    if fate == 1:
        outlet.moved_at = at
    elif fate == 3:
        outlet.gone_at = at + timedelta(days=days * 0.4)
    elif fate == 5:
        outlet.silent_at = at
        outlet.posts = [post for post in outlet.posts if post < at]
    else:
        how: How = chance.choice(["timeout", "503", "404"])
        outlet.down = [Down(at, at + timedelta(hours=chance.choice([1, 5, 9, 20, 40])), how)]
    return outlet


def _posts(chance: random.Random, start: datetime, end: datetime, hours: float) -> list[datetime]:
    posts, now = [], start
    while now < end:
        now += timedelta(hours=min(chance.expovariate(1 / hours), hours * 4))
        posts.append(now.replace(microsecond=0))
    return posts


def _answer(url: str, status: int, body: bytes = b"", headers: Mapping[str, str] = {}, **trail: Any) -> HttpResponse:
    return HttpResponse(url=url, status=status, headers=CIMultiDict(headers), body=body, **trail)


def _rss(outlet: Outlet, shown: range) -> bytes:
    items = "".join(_item(outlet, number) for number in reversed(shown))
    generator = "<generator>https://wordpress.org/?v=6.6</generator>" if outlet.is_blog else ""
    channel = f"<title>{outlet.name}</title><link>https://{outlet.host}/</link>{generator}{items}"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{channel}</channel></rss>'.encode()


def _item(outlet: Outlet, number: int) -> str:
    title, text = words(outlet, number)
    link = f"<link>https://{outlet.host}/a/{number}</link>" if outlet.has_pages else ""
    return (
        f'<item><title>{title}</title>{link}<guid isPermaLink="false">{outlet.key(number)}</guid>'
        f"<pubDate>{format_datetime(outlet.posts[number])}</pubDate><description>{text}</description></item>"
    )
