"""The cookies: a session, a visit (somebody who has not logged in), a language, and a notice for the next page.

Where the pages are reached by https they are __Host- cookies, which no neighbouring host can plant. On the plain
address of the machine itself they cannot be.
"""

import base64
import binascii
import secrets
from typing import Literal
from urllib.parse import urlsplit

from fastapi import Request, Response

from monitor.settings import Settings
from monitor.web.forgery import signed

Kind = Literal["session", "visit", "language", "notice"]
_LASTS: dict[Kind, int | None] = {"session": 14 * 86400, "visit": None, "language": 365 * 86400, "notice": 60}


def is_secure(request: Request) -> bool:
    """Whether this request came to the https address that people use."""
    settings: Settings = request.app.state.desk.parts.settings
    public = urlsplit(settings.public_url)
    return public.scheme == "https" and request.headers.get("host", "").lower() == public.netloc.lower()


def get(request: Request, kind: Kind) -> str:
    return request.cookies.get(_name(request, kind), "")


def put(request: Request, response: Response, kind: Kind, value: str) -> None:
    response.set_cookie(
        _name(request, kind),
        value,
        max_age=_LASTS[kind],
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",  # not strict: whoever follows the link of an alert is logged in there
    )


def drop(request: Request, response: Response, kind: Kind) -> None:
    response.delete_cookie(_name(request, kind), path="/", secure=is_secure(request), httponly=True, samesite="lax")


def held(request: Request) -> str:
    """What forms are bound to; "" when the browser holds nothing of ours."""
    return get(request, "session") or get(request, "visit")


def new_visit() -> str:
    return secrets.token_urlsafe(24)


def put_notice(request: Request, response: Response, notice: str, held: str) -> None:
    """`held`: what the browser that is to show it will hold."""
    text = base64.urlsafe_b64encode(notice[:400].encode()).decode()
    put(request, response, "notice", f"{text}.{signed(text, held)}")


def notice(request: Request) -> str:
    """What the page before wanted said on this one."""
    text, _, proof = get(request, "notice").partition(".")
    if not secrets.compare_digest(proof.encode(), signed(text, held(request)).encode()):
        return ""
    try:
        return base64.urlsafe_b64decode(text).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _name(request: Request, kind: Kind) -> str:
    return f"__Host-monitor_{kind}" if is_secure(request) else f"monitor_{kind}"
