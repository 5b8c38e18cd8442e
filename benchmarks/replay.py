"""The world of the drills: written reports served as RSS feeds and pages, and an inbox for what the monitor sends.

Everything binds 127.0.0.1. Webhook and mail server note every message they accept, with its number and occasion.
"""

import hashlib
import html
import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.policy import default as modern
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Article:
    title: str
    text: str
    published: str  # ISO date, "" if unknown


def articles_of(path: Path) -> list[Article]:
    """Lines of JSON with title, text and perhaps published."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Article(row.get("title") or "", row["text"], row.get("published") or "") for row in rows]


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002  as http.server has it
        return

    def answer(self, body: bytes, kind: str, status: int = 200) -> None:
        tag = '"' + hashlib.sha256(body).hexdigest()[:20] + '"'
        unchanged = status == 200 and self.headers.get("If-None-Match") == tag
        self.send_response(304 if unchanged else status)
        self.send_header("ETag", tag)
        if not unchanged:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def _started(handler: type[BaseHTTPRequestHandler]) -> _Server:
    server = _Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()  # seconds that a stop may take
    return server


class Farm:
    """`feeds` RSS feeds over which the articles are dealt out. `urls` lists them."""

    def __init__(self, articles: Iterable[Article], feeds: int = 4) -> None:
        self.articles = list(articles)
        self.feeds = feeds
        farm = self

        class Handler(_Quiet):
            def do_GET(self) -> None:
                kind, _, number = self.path.strip("/").partition("/")
                if kind == "feed":
                    self.answer(farm.feed(int(number)).encode(), "application/rss+xml; charset=utf-8")
                elif kind == "a" and int(number) < len(farm.articles):
                    self.answer(farm.page(int(number)).encode(), "text/html; charset=utf-8")
                else:
                    self.answer(b"not found", "text/plain", 404)

        self._server = _started(Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self.urls = [f"{self.base}/feed/{number}" for number in range(feeds)]

    def feed(self, number: int) -> str:
        items = "".join(self._item(each) for each in range(number, len(self.articles), self.feeds))
        return (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Replay {number}</title>'
            f"<link>{self.base}/</link><description>written reports</description>{items}</channel></rss>"
        )

    def _item(self, number: int) -> str:
        article = self.articles[number]
        date = ""
        if article.published:
            date = (
                f"<pubDate>{format_datetime(datetime.fromisoformat(article.published).replace(tzinfo=UTC))}</pubDate>"
            )
        link = f"{self.base}/a/{number}"
        summary = html.escape(article.text[:200])
        title = html.escape(article.title)
        return (
            f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>{date}"
            f"<description>{summary}</description></item>"
        )

    def page(self, number: int) -> str:
        article = self.articles[number]
        title, text = html.escape(article.title), html.escape(article.text)
        return (
            f'<!doctype html><html dir="auto"><head><meta charset="utf-8"><title>{title}</title></head><body>'
            f"<nav>Home News</nav><article><h1>{title}</h1><p>{text}</p></article></body></html>"
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _AnyPort(Controller):  # type: ignore[misc]  # aiosmtpd is not typed
    """aiosmtpd tries its server at the port it was asked for: given 0, that is nobody's."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass
class Inbox:
    """A webhook and a mail server that accept everything and answer the webhook `delay` seconds late.

    `got`: (channel, number, occasion) in the order of acceptance.
    """

    delay: float = 0.0
    got: list[tuple[str, int, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        inbox = self

        class Hook(_Quiet):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                inbox.took_json(json.loads(body))
                time.sleep(inbox.delay)  # accepted, not yet answered: where a kill makes a double
                self.answer(b"{}", "application/json")

        self._hook = _started(Hook)
        self._mail = _AnyPort(self, hostname="127.0.0.1", port=0)
        self._mail.start()
        self.hook_url = f"json://127.0.0.1:{self._hook.server_port}/"
        self.mail_url = f"mailto://127.0.0.1:{self._mail.port}?from=monitor@example.org&to=desk@example.org&smtp=127.0.0.1&mode=insecure"

    def took_json(self, facts: dict[str, Any]) -> None:
        known = facts.get("facts", facts)
        known = json.loads(known) if isinstance(known, str) else known
        self.bodies.append(json.dumps(facts, ensure_ascii=False))
        self.got.append(("hook", int(known["number"]), str(known["occasion"])))

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802, ARG002
        message = message_from_bytes(envelope.content, policy=modern)
        self.bodies.append(str(message))
        self.got.append(("mail", int(message["X-Delivery-Number"] or 0), str(message["X-Occasion"] or "")))
        return "250 OK"

    def close(self) -> None:
        self._hook.shutdown()
        self._hook.server_close()
        self._mail.stop()
