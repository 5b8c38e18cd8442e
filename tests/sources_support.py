"""A web server on loopback that answers byte for byte what a test says, and a reader that asks as the service does."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from xml.sax.saxutils import escape

from monitor.http import HttpClient, HttpResponse, Limits
from monitor.records import FeedRead
from monitor.settings import Feed
from monitor.sources.article import Article, full_text
from monitor.sources.rss import FeedReader
from monitor.sources.workers import Workers

T = TypeVar("T")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
QUICK = Limits(connect=2, read=0.4, total=1.5, size=2_000_000)


@dataclass(frozen=True)
class Request:
    target: str
    head: bytes  # everything up to the empty line, as it came

    def header(self, name: str) -> str:
        lines = self.head.decode("utf-8", "surrogateescape").split("\r\n")[1:]
        return next(
            (line.partition(":")[2].strip() for line in lines if line.lower().startswith(name.lower() + ":")), ""
        )


Answer = bytes | Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """Answers a path with whole bytes, or by a coroutine that writes them itself. Closes after each answer.

    A question that is not known with what stands behind its question mark is answered without it.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            request = Request(head.split(b" ", 2)[1].decode("ascii", "replace"), head)
            self.requests.append(request)
            path = request.target.partition("?")[0]
            known = self.answers.get(request.target) or self.answers.get(path)
            answer = reply(b"not here", status="404 Not Found") if known is None else known
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(request, writer)
            await writer.drain()
        writer.close()


def reply(
    body: bytes, kind: str = "application/rss+xml; charset=utf-8", status: str = "200 OK", **headers: str
) -> bytes:
    """A whole HTTP answer. Header names are given with _ for -."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return reply(b"", status=status, Location=to)


def item(
    title: str = "",
    link: str = "",
    guid: str = "",
    date: str = "Sat, 21 Nov 2026 09:30:00 GMT",
    text: str = "",
    more: str = "",
) -> str:
    """One RSS item; what is "" is left out. `text` is markup."""
    parts = [("title", title), ("link", link), ("guid", guid), ("pubDate", date), ("description", text)]
    return "<item>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts if value) + more + "</item>"


def rss(*items: str, channel: str = "") -> str:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>Southern News</title>'
        f"{channel}{''.join(items)}</channel></rss>"
    )


def feed(url: str, **fields: Any) -> Feed:
    return Feed(**{"name": "southern", "outlet": "Southern News", "url": url, **fields})


class Reader:
    """A site and everything that reads it, in a thread with a loop of its own. Close it in the end."""

    def __init__(self, limits: Limits = QUICK, patience: float = 1.0, allow_loopback: bool = True) -> None:
        self.site = Site()
        self.limits = limits
        self.patience = patience
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._stack = AsyncExitStack()
        self.http: HttpClient
        self.workers: Workers
        self.run(self._open(allow_loopback))

    async def _open(self, allow_loopback: bool) -> None:
        server = await asyncio.start_server(self.site.serve, "127.0.0.1", 0, limit=1 << 20)
        self._stack.push_async_callback(server.wait_closed)
        self._stack.callback(server.close)
        self.site.port = server.sockets[0].getsockname()[1]
        self.http = await self._stack.enter_async_context(HttpClient(allow_loopback=allow_loopback))
        self.workers = await self._stack.enter_async_context(Workers())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    def close(self) -> None:
        self.run(self._stack.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def get(self, target: str, headers: Mapping[str, str] | None = None, limits: Limits | None = None) -> HttpResponse:
        url = self.site.url(target) if target.startswith("/") else target
        return self.run(self.http.get(url, headers=headers or {}, limits=limits or self.limits))

    def read(self, path: str, memory: Mapping[str, str] | None = None, now: datetime = NOW, **fields: Any) -> FeedRead:
        source = FeedReader(self.workers, "application/rss+xml", self.limits, self.patience)
        return self.run(source.read(feed(self.site.url(path), **fields), memory or {}, self.http, now))

    def article(self, path: str) -> Article:
        return self.run(full_text(self.site.url(path), self.http, self.workers, limits=self.limits))
