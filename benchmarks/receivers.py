"""Servers that answer as Telegram, Slack, ntfy, a webhook and a mail server do, troubles included. All on 127.0.0.1.

Each keeps the scaled limits of the real one: what comes too fast is counted and refused with 429. What was accepted is
noted with its number, and whether the sender was told so.
"""

import asyncio
import json
import logging
import random
import re
import threading
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiosmtpd.controller import Controller

SCALE = 100.0  # the limits' times are divided by this
# what is counted -> (messages, in seconds): no window may hold more
WINDOWS = {"chat": (1, 1.0), "bot": (30, 1.0), "group": (20, 60.0), "slack": (1, 1.0)}
NTFY = (60, 5.0)  # at once, and then one in so many seconds
HANGS = 4.0  # seconds; longer than the drilled sender waits


@dataclass
class Trouble:
    """How often each thing goes wrong, as a part of all requests."""

    wait: float = 0.006
    broken: float = 0.012
    markup: float = 0.02
    dropped: float = 0.003
    dropped_after: float = 0.003
    hangs: float = 0.0008
    hangs_after: float = 0.0008
    greylist: float = 0.02


@dataclass
class Ledger:
    """What every receiver accepted: (channel, number) -> how often, and in which order."""

    accepted: Counter[tuple[str, int]] = field(default_factory=Counter)
    too_fast: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    order: list[tuple[str, int, bool]] = field(default_factory=list)  # the last: whether the sender was told
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, channel: str, number: int, *, answered: bool = True) -> None:
        with self.lock:
            self.accepted[channel, number] += 1
            self.order.append((channel, number, answered))


class Windows:
    """Says whether one more message may come now; it counts only what was let in."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._buckets: dict[str, tuple[float, float]] = {}

    def let_in(self, now: float, subjects: list[tuple[str, str]]) -> str:
        """ "" and counted, or the limit that forbids it."""
        for counted, subject in subjects:
            if counted == "ntfy":
                if self._level(subject, now) < 1:
                    return counted
                continue
            most, seconds = WINDOWS[counted]
            seen = self._seen[counted, subject]
            while seen and seen[0] <= now - seconds / SCALE:
                seen.popleft()
            if len(seen) >= most:
                return counted
        for counted, subject in subjects:
            if counted == "ntfy":
                self._buckets[subject] = (self._level(subject, now) - 1, now)
            else:
                self._seen[counted, subject].append(now)
        return ""

    def _level(self, subject: str, now: float) -> float:
        level, at = self._buckets.get(subject, (float(NTFY[0]), now))
        return min(float(NTFY[0]), level + (now - at) * SCALE / NTFY[1])


class Receivers:
    """One web server for the four services and one mail server, in a thread of their own."""

    def __init__(self, trouble: Trouble | None = None, seed: int = 7) -> None:
        logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # it tells of each sender that was killed
        self.ledger = Ledger()
        self._trouble = trouble or Trouble()
        self._chance = random.Random(seed)
        self._windows = Windows()
        self._greylisted: set[int] = set()
        self._loop = asyncio.new_event_loop()
        self.ports: list[int] = []
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(20)
        self._mail = _AnyPort(self, hostname="127.0.0.1", port=0)
        self._mail.start()
        self.mail_port = self._mail.port

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_post("/bot{token}/sendMessage", self._telegram)
        app.router.add_post("/services/{path:.*}", self._slack)
        app.router.add_post("/hook/{name}", self._webhook)
        app.router.add_post("/", self._ntfy)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        for _ in range(2):  # two addresses: two servers of ntfy
            site = web.TCPSite(runner, "127.0.0.1", 0, backlog=512)
            await site.start()
            self.ports = [address[1] for address in runner.addresses]

    def close(self) -> None:
        self._mail.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _telegram(self, request: web.Request) -> web.StreamResponse:
        now = self._loop.time()
        content = await request.json()
        chat = content["chat_id"]
        if chat == 403:
            return _telegram_no(403, "Forbidden: bot was blocked by the user")
        subjects = [("bot", request.match_info["token"]), ("chat", str(chat))]
        subjects += [("group", str(chat))] if chat < 0 else []
        if "parse_mode" in content and self._happens("markup"):
            return _telegram_no(400, "Bad Request: can't parse entities: Unexpected end tag at byte offset 5")
        busy = _telegram_no(429, "Too Many Requests: retry after 1", {"retry_after": 1})
        fine = web.json_response({"ok": True, "result": {"message_id": 1}})
        return await self._answer(now, request, f"telegram{chat}", content["text"], subjects, (fine, busy))

    async def _slack(self, request: web.Request) -> web.StreamResponse:
        now = self._loop.time()
        content = await request.json()
        answers = (web.Response(text="ok"), web.Response(status=429, text="rate_limited", headers={"Retry-After": "1"}))
        path = request.match_info["path"]
        return await self._answer(now, request, f"slack/{path[-1]}", content["text"], [("slack", path)], answers)

    async def _ntfy(self, request: web.Request) -> web.StreamResponse:
        now = self._loop.time()
        content = await request.json()
        fine = web.json_response({"id": "x", "event": "message", "topic": content["topic"]})
        busy = web.json_response({"code": 42901, "http": 429, "error": "limit reached"}, status=429)
        where = [("ntfy", request.host)]
        return await self._answer(now, request, f"ntfy/{content['topic']}", content["message"], where, (fine, busy))

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        now = self._loop.time()
        content = await request.json()
        answers = (web.json_response({}), web.Response(status=503, headers={"Retry-After": "1"}))
        return await self._answer(now, request, f"hook/{request.match_info['name']}", content["message"], [], answers)

    async def _answer(
        self,
        now: float,
        request: web.Request,
        channel: str,
        text: str,
        subjects: list[tuple[str, str]],
        answers: tuple[web.StreamResponse, web.StreamResponse],
    ) -> web.StreamResponse:
        found = re.search(r"No\. (\d+)", text)
        if found is None:
            return web.Response(status=400, text="no number")
        for name in ("hangs", "dropped"):
            if self._happens(name):
                return await _gone(request, HANGS if name == "hangs" else 0)
        if self._happens("wait"):
            return answers[1]
        if self._happens("broken"):
            return web.Response(status=self._chance.choice((500, 502, 503)), text="<html>trouble</html>")
        if limit := self._windows.let_in(now, subjects):
            self.ledger.too_fast[limit] += 1
            return answers[1]
        lost = next((name for name in ("hangs_after", "dropped_after") if self._happens(name)), "")
        self.ledger.take(channel, int(found[1]), answered=not lost)
        return await _gone(request, HANGS if lost == "hangs_after" else 0) if lost else answers[0]

    def _happens(self, name: str) -> bool:
        happens = self._chance.random() < float(getattr(self._trouble, name))
        self.ledger.troubles[name] += happens
        return happens

    async def handle_RCPT(  # noqa: N802
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if self._happens("greylist"):
            return "451 4.7.1 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, _session: object, envelope: Any) -> str:  # noqa: N802
        if self._happens("broken"):
            return "421 4.3.2 Service shutting down"
        found = re.search(rb"^X-Delivery-Number: (\d+)", envelope.content, re.MULTILINE)
        lost = self._happens("dropped_after")
        self.ledger.take(f"mail/{envelope.rcpt_tos[0]}", int(found[1]) if found else 0, answered=not lost)
        if lost:
            server.transport.abort()
        return "250 queued"


class _AnyPort(Controller):  # type: ignore[misc]
    """aiosmtpd tries its server at the port it was asked for: given 0, that is nobody's."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _telegram_no(status: int, description: str, parameters: dict[str, int] | None = None) -> web.Response:
    answer = {"ok": False, "error_code": status, "description": description, "parameters": parameters or {}}
    return web.Response(status=status, text=json.dumps(answer), content_type="application/json")


async def _gone(request: web.Request, after: float) -> web.StreamResponse:
    """The connection breaks, at once or after a silence."""
    await asyncio.sleep(after)
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
