"""What stands around every answer: who may ask (host names, sizes), and what browsers may do with what they get."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.settings import Settings

LARGEST_BODY = 256 * 1024
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
            await PlainTextResponse(says, 421)(scope, receive, sending)
        elif int(size if (size := asked.get("content-length", "0")).isdecimal() else 0) > LARGEST_BODY:
            await PlainTextResponse("Too much was sent.\n", 413)(scope, receive, sending)
        else:
            await self._app(scope, _bounded(receive), sending)

    def _is_ours(self, host: str) -> bool:
        name = (urlsplit(f"//{host}").hostname or "") if _is_parsable(host) else ""
        return name in self._names or _is_numbers(name)


def _bounded(receive: Receive) -> Receive:
    """The same, until more arrives than was announced or may be."""
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(413, "too much was sent")
        return message

    return receiving


def _is_parsable(host: str) -> bool:
    try:
        urlsplit(f"//{host}")
    except ValueError:
        return False
    return True


def _is_numbers(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
