"""Who may enter a page, and whether a change comes from a page of ours. Parameter types for routes:

    def page(request: Request, person: Reviewer) -> Response: ...

Nobody logged in is sent to /login, too low a role gets 403; to programs both are said in JSON. Programs are known by an
access token instead of a session, where bearing.py takes one.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request

from monitor.errors import AccountError
from monitor.pipeline import people, tokens
from monitor.records.people import ROLES, Role
from monitor.records.people import Person as Visitor
from monitor.web import bearing, cookies, forgery

__all__ = ["Admin", "Maybe", "NobodyError", "Person", "Reader", "Reviewer", "address_of", "unforged"]

Person = Visitor
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_FIELDS = 200


class NobodyError(Exception):
    """The page is for people who have logged in; `back`: where to go afterwards."""

    def __init__(self, back: str) -> None:
        super().__init__("not logged in")
        self.back = back


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def login_path(back: str) -> str:
    return "/login" if back in {"", "/"} else f"/login?next={quote(back, safe='/')}"


def _somebody(request: Request) -> Visitor | None:
    store, clock = request.app.state.desk.parts.store, request.app.state.desk.parts.clock
    if (shown := bearing.shown(request)) is None:
        found: Visitor | None = people.person(store, cookies.get(request, "session"), clock)
    else:  # it alone counts, whatever cookies came with it
        try:
            found = tokens.person(store, shown.token, address_of(request), clock)
        except AccountError as error:
            raise bearing.refusal(request, error) from None
    request.state.person = found
    return found


Maybe = Annotated[Visitor | None, Depends(_somebody)]


def _at_least(role: Role) -> Callable[[Request, Visitor | None], Awaitable[Visitor]]:
    async def check(request: Request, person: Maybe) -> Visitor:  # it waits for nothing: a thread would cost more
        if person is None:
            query = f"?{request.url.query}" if request.url.query else ""
            raise NobodyError(request.url.path + query if request.method in _SAFE else "/")
        if ROLES.index(person.role) < ROLES.index(role):
            raise HTTPException(403, f"this needs the role {role}")
        return person

    return check


Reader = Annotated[Visitor, Depends(_at_least("reader"))]
Reviewer = Annotated[Visitor, Depends(_at_least("reviewer"))]
Admin = Annotated[Visitor, Depends(_at_least("admin"))]


async def unforged(request: Request) -> None:
    """For the whole app: whatever changes something comes from a page of ours, in the browser that was given it, or
    from a program with its access token.

    The proof is the field `csrf` of the form, or the header X-CSRF-Token.
    """
    if request.method in _SAFE:
        return
    if shown := bearing.shown(request):
        if shown.is_password:  # a browser sends one again by itself, for whatever page asks it to
            raise HTTPException(403, "whoever changes something sends the token as Bearer")
        return  # no page of another site can
    if not _is_from_here(request):
        raise HTTPException(403, "sent from a page of another site")
    token: Any = request.headers.get("x-csrf-token")
    if token is None and _is_form(request):
        token = (await request.form(max_files=0, max_fields=_MOST_FIELDS)).get("csrf")
    if not isinstance(token, str) or not forgery.is_genuine(token, cookies.held(request)):
        raise HTTPException(403, "the form is too old, or not of this site: load the page again")


def _is_from_here(request: Request) -> bool:
    """As far as the browser says: an old one says nothing, and the token alone decides."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    return origin is None or (host != "" and origin.lower().partition("://")[2] == host.lower())


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in {"application/x-www-form-urlencoded", "multipart/form-data"}
