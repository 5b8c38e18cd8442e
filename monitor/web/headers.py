"""What stands around every answer: who may ask (host names, sizes, patience), and what browsers may do with it."""

import asyncio
import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.settings import Settings

LARGEST_BODY = 256 * 1024
SLOWEST_BODY = 20.0  # seconds until all of it has arrived
_HOST = re.compile(r"[\w.:\[\]-]*", re.ASCII)  # urlsplit would find a host before a path, and after a user
_FOR_PROGRAMS = frozenset({"/healthz", "/readyz", "/metrics"})
HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
    ),
    # not no-referrer: browsers would write "Origin: null" into our own forms. Other sites get nothing either way.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}
_YEAR = 365 * 86400
_GO = {"connection": "close"}


def add_to(headers: MutableHeaders, *, secure: bool) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if secure:
        headers.setdefault("strict-transport-security", f"max-age={_YEAR}")


class Doorkeeper:
    """Wraps the app. Another name than ours in the Host header is refused: a foreign page whose name was pointed at
    this machine (DNS rebinding) would read ours with it. An address of numbers cannot be pointed anywhere.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        public = urlsplit(settings.public_url)
        self._names = {"localhost", public.hostname or "localhost", settings.listen.rpartition(":")[0].lower()}
        self._secure_host = public.netloc.lower() if public.scheme == "https" else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        secure = asked.get("host", "").lower() == self._secure_host

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_to(MutableHeaders(scope=message), secure=secure)
            await send(message)

        if not self._is_ours(asked.get("host", "")) and scope["path"] not in _FOR_PROGRAMS:
            says = "This name is not known here. Set public_url in monitor.yaml to the address that people use.\n"
            await _no(scope, 421, says)(scope, receive, sending)
        elif _announced(asked) > LARGEST_BODY:
            await _no(scope, 413, "Too much was sent.\n")(scope, receive, sending)
        else:
            await self._app(scope, _bounded(receive), sending)

    def _is_ours(self, host: str) -> bool:
        name = (urlsplit(f"//{host}").hostname or "") if _is_parsable(host) else ""
        return name in self._names or _is_numbers(name)


def _no(scope: Scope, status: int, says: str) -> Response:
    """To who gets no page of ours. The connection ends: what is still on its way is not waited for."""
    if scope["path"].startswith("/api/"):
        return JSONResponse({"error": says.strip()}, status, _GO)
    return PlainTextResponse(says, status, _GO)


def _announced(asked: Headers) -> int:
    size = asked.get("content-length", "0")
    return int(size) if size.isdecimal() and len(size) < 20 else 0


def _bounded(receive: Receive) -> Receive:
    """The same, until more arrives than may be, or it takes too long."""
    taken, is_whole = 0, False
    ends = asyncio.get_running_loop().time() + SLOWEST_BODY

    async def receiving() -> Message:
        nonlocal taken, is_whole
        if is_whole:
            return await receive()  # that whoever asked has gone
        try:
            async with asyncio.timeout_at(ends):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, "it took too long to arrive", _GO) from None
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(413, "too much was sent", _GO)
        is_whole = not message.get("more_body", False)
        return message

    return receiving


def _is_parsable(host: str) -> bool:
    try:
        urlsplit(f"//{host}")
    except ValueError:
        return False
    return _HOST.fullmatch(host) is not None


def _is_numbers(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
