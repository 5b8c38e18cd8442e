"""Alerts to be worded and sent, and servers on loopback that take, refuse or swallow them."""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from monitor.channels import OWN, Channel, apprise
from monitor.channels.apprise import AppriseChannel
from monitor.channels.posting import Service
from monitor.channels.secrets import Redaction
from monitor.channels.wording import render
from monitor.errors import DeliveryError
from monitor.records import Alert, Delivery, Message, Place, Quote, Taken

JASIM = Place("jasim", "Jasim", "جاسم", 32.9931, 36.0603, "town", "al-Sanamayn", True)
TAFAS = Place("tafas", "Tafas", "طفس", 32.736, 36.066, "town", "Daraa", True)
BALAD = Place("daraa-al-balad", "Daraa al-Balad", "درعا البلد", 32.6095, 36.099, "quarter", "Daraa", True, "daraa")
PROVINCE = Place("daraa-governorate", "Daraa governorate", "محافظة درعا", 32.85, 36.15, "governorate", "Daraa", True)

ARABIC = Quote(
    "أغلقت القوات الحكومية فجر الجمعة مداخل مدينة جاسم الأربعة ومنعت دخول الطحين، بحسب المرصد السوري لحقوق الإنسان.",
    "ar",
    "Enab Baladi",
    "https://news.example/أخبار/12?a=1",
    "المرصد السوري",
)
ENGLISH = Quote(
    "The dignitaries of Tafas left the meeting without an agreement, local sources said.",
    "en",
    "Syria Direct",
    "https://direct.example/2026/tafas",
    "local sources",
)
PUBLISHED = datetime(2026, 11, 20, 15, 5, tzinfo=UTC)
SEEN = datetime(2026, 11, 20, 15, 9, tzinfo=UTC)


def alert(**changes: Any) -> Alert:
    """A siege of Jasim, read four minutes after it was published."""
    made = Alert(
        occasion="jasim-1:new:siege:1",
        situation="jasim-1",
        kind="new",
        types=("siege",),
        grade="unconfirmed",
        place=JASIM,
        probability=0.91,
        report_key="k7x2m9",
        quotes=(ARABIC,),
        published_at=PUBLISHED,
        seen_at=SEEN,
        occasions=("jasim-1:new:siege:1",),
        level="critical",
        states={"siege": "standing"},
    )
    return replace(made, **changes)


def quote(text: str, **changes: Any) -> Quote:
    return replace(ENGLISH, text=text, **changes)


HOSTILE = quote(
    "Wake @everyone and @here <!channel> <@U123> [pay](https://evil.example) ||hidden|| ``` "
    "https://evil.example/x <b>bold</b>"
)
ACTIVE = ("@everyone", "@here", "<!channel>", "<@U123>", "](https://evil", " https://evil.example", "||hidden", "```")


def strings(part: object) -> list[str]:
    """All texts inside some JSON."""
    if isinstance(part, dict):
        return [string for each in part.values() for string in strings(each)]
    if isinstance(part, list):
        return [string for each in part for string in strings(each)]
    return [str(part)]


def delivery(told: Alert, *languages: str, **changes: Any) -> Delivery:
    """No. 17, first attempt, in English unless told otherwise."""
    made = Delivery(17, told, "night-desk", "chat", languages or ("en",), "Asia/Damascus", 1, SEEN)
    return replace(made, **changes)


def message(*languages: str, **changes: Any) -> Message:
    return render(delivery(alert(**changes), *languages))


def channel(url: str, *, time_limit: float = 20.0, **seams: str) -> Channel:
    """The channel that build makes of this URL, with less patience; `seams`: where its service stands instead."""
    try:
        parsed = apprise.parsed("chat", url)
    except DeliveryError:
        return AppriseChannel("chat", url, time_limit=time_limit)
    redact = Redaction(url, parsed.url(privacy=True))
    service = Service(parsed.service_name, redact, named_by_user=True, time_limit=time_limit)
    make = cast(Callable[..., Channel | None], OWN.get(parsed.schema, lambda *_: None))
    return make(parsed, service, **seams) or AppriseChannel("chat", url, time_limit=time_limit)


def send(url: str, sent: Message, *, time_limit: float = 20.0, **seams: str) -> str:
    """The answer of the service at this URL."""
    return taken(url, sent, time_limit=time_limit, **seams).answer


def taken(url: str, sent: Message, *, time_limit: float = 20.0, **seams: str) -> Taken:
    """The same with its receipt."""
    return asyncio.run(channel(url, time_limit=time_limit, **seams).send(sent))


def refused(url: str, sent: Message | None = None, *, time_limit: float = 20.0, **seams: str) -> DeliveryError:
    """The error that sending there must end in."""
    with pytest.raises(DeliveryError) as caught:
        send(url, sent or message(), time_limit=time_limit, **seams)
    return caught.value


@dataclass(frozen=True)
class Answer:
    """What a web server gives to the next request. `hold`: seconds before it answers, -1 to drop the connection."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    hold: float = 0.0


@dataclass
class Post:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return cast(dict[str, Any], json.loads(self.body))


class Hook:
    """A web server that gives the answers in order, the last one for ever, and keeps what it was sent."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.posts: list[Post] = []
        self.released = threading.Event()
        left = list(answers)
        hook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                hook.posts.append(Post(self.path, dict(self.headers), body))
                answer = left.pop(0) if len(left) > 1 else left[0]
                if answer.hold:
                    hook.released.wait(max(0.0, answer.hold))
                self.close_connection = True
                if answer.hold >= 0:
                    self.send_response(answer.status)
                    for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    with suppress(ConnectionError):  # who asked has given up
                        self.wfile.write(answer.body)

            do_GET = do_PUT = do_CONNECT = do_POST  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def hook(*answers: Answer) -> Iterator[Hook]:
    server = Hook(answers or (Answer(),))
    try:
        yield server
    finally:
        server.close()


class Mailbox:
    """A real SMTP server. `refuse` maps a command (RCPT, RCPT a@b, DATA) to the answer it gives instead."""

    def __init__(self, refuse: Mapping[str, str]) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.receivers: list[list[str]] = []
        self._refuse = refuse

    async def handle_RCPT(
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if answer := self._refuse.get(f"RCPT {address}", self._refuse.get("RCPT", "")):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        if answer := self._refuse.get("DATA", ""):
            return answer
        self.raw.append(envelope.content)
        self.receivers.append(list(envelope.rcpt_tos))
        self.mails.append(message_from_bytes(envelope.content, policy=modern))
        return "250 queued as 4711"


class _AnyPort(Controller):  # type: ignore[misc]
    """aiosmtpd tries its server at the port it was asked for: given 0, that is nobody's."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _knows(password: str) -> Callable[..., AuthResult]:
    def login(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == password.encode(), handled=False)

    return login


@contextmanager
def mailbox(
    refuse: Mapping[str, str] | None = None, *, password: str = "", certificate: Path | None = None
) -> Iterator[tuple[Mailbox, str]]:
    """The box, and the URL of a channel that sends to it. `certificate`: a PEM file with its key, for STARTTLS."""
    box = Mailbox(refuse or {})
    asked: dict[str, Any] = {}
    if password:
        asked = {"authenticator": _knows(password), "auth_required": True, "auth_require_tls": False}
    if certificate:
        asked["tls_context"] = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        asked["tls_context"].load_cert_chain(certificate)
        asked["require_starttls"] = True
    controller = _AnyPort(box, hostname="127.0.0.1", port=0, **asked)
    controller.start()
    try:
        yield box, mail_url(controller.port)
    finally:
        controller.stop()


def mail_url(port: int, to: str = "desk@example.org") -> str:
    return f"mailto://127.0.0.1:{port}?from=monitor@example.org&to={to}&smtp=127.0.0.1&mode=insecure"


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def closed_port() -> Iterator[int]:
    """A port on which nobody listens, kept from others for the time."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
