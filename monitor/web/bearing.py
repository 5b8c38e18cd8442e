"""What programs show instead of a cookie: an access token in the header Authorization, as Bearer, or as the password of
Basic for feed readers that know only that. Never in an address, which logs and histories keep.

It is looked at where programs ask, and nowhere else: no page opens by it.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import HTTPException, Request

from monitor.errors import AccountError
from monitor.pipeline.tokens import BEGINS
from monitor.web import cookies

_API = "/api/"
_FILES = ("/export.", "/flagged.atom")
_LONGEST = 400  # letters of the header
_AGAIN = "900"  # seconds


@dataclass(frozen=True, slots=True)
class Shown:
    """`token`: as it was sent, "" where that was not understood. `is_password`: as that of Basic."""

    token: str = field(repr=False)
    is_password: bool


def shown(request: Request) -> Shown | None:
    """None when no token was sent, or here none is taken."""
    sent = request.headers.getlist("authorization")
    if not sent or not _path(request).startswith((_API, *_FILES)):
        return None
    scheme, _, rest = sent[0].strip().partition(" ")
    kind = scheme.lower()
    token = _READ[kind](rest.strip()) if kind in _READ and len(sent) == 1 and len(rest) <= _LONGEST else ""
    if kind != "bearer" and not token.startswith(BEGINS) and cookies.get(request, "session"):
        return None  # what a proxy before the monitor asks its own visitors for
    return Shown(token, kind == "basic")


def is_for_programs(request: Request) -> bool:
    """Whether who asks wants words for programs: not a browser that opens a file."""
    if _path(request).startswith(_API) or shown(request):
        return True
    says = request.headers
    is_browser = "sec-fetch-site" in says or "text/html" in says.get("accept", "")
    return _path(request).startswith(_FILES) and not is_browser


def challenge(request: Request) -> dict[str, str]:
    """By it feed readers ask their owner. Not of the API: browsers would ask who has a page of ours open."""
    realm = 'realm="Escalation monitor"'
    is_api = _path(request).startswith(_API)
    return {"WWW-Authenticate": f"Bearer {realm}" if is_api else f'Basic {realm}, charset="UTF-8"'}


def refusal(request: Request, error: AccountError) -> HTTPException:
    if error.kind == "too_often":
        return HTTPException(429, str(error), {"Retry-After": _AGAIN})
    return HTTPException(401, str(error), challenge(request))


def _path(request: Request) -> str:
    return str(request.scope["path"])  # not of request.url, in which the header Host has a say


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


_READ: dict[str, Callable[[str], str]] = {"bearer": str, "basic": _password}
