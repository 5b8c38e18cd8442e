"""Everybody's own account: language, time zone, password, and the access tokens with which their programs ask."""

from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, HTTPException, Path, Request
from fastapi.responses import Response

from monitor.errors import AccountError
from monitor.pipeline import people
from monitor.pipeline import tokens as access
from monitor.records.people import ROLES, Person, Role
from monitor.store import tokens
from monitor.web.desk import Desk
from monitor.web.entering import MISTAKES, Text, door, entered
from monitor.web.filtering import moment
from monitor.web.guards import Reader
from monitor.web.language import LANGUAGES, N_

_SAVED, _REVOKED = N_("Saved."), N_("The token was revoked. It opens nothing any more.")
_CHANGED = N_("The password was changed. Every other session has ended, and every access token.")
_NO_ZONE = N_("There is no such time zone. Write it like Europe/Berlin.")
_NO_DAY = N_("This is no day. Write it like 2027-03-31.")
_WRONG = N_("The password is wrong.")


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _own(desk, router)
    _tokens(desk, router)
    return router


def _own(desk: Desk, router: APIRouter) -> None:
    @router.get("/me")
    def page(request: Request, person: Reader) -> Response:
        return _shown(desk, request, person)

    @router.post("/me")
    def save(request: Request, person: Reader, chosen: Text = "", zone: Text = "") -> Response:
        if zone and zone not in available_timezones():
            return _shown(desk, request, person, _NO_ZONE)
        kept = chosen if chosen in LANGUAGES else ""
        people.set_language(desk.parts.store, person.name, kept, zone)
        now = Person(person.name, person.role, kept, zone)
        return desk.back(request, "/me", desk.words(request, now)(_SAVED))

    @router.post("/me/password")
    def password(request: Request, person: Reader, old: Text, password: Text, again: Text) -> Response:
        if password != again:
            return _shown(desk, request, person, MISTAKES["differ"])
        try:
            token = people.change_own_password(door(desk, request), person, old, password)
        except AccountError as error:
            return _refused(desk, request, person, error)
        response = desk.back(request, "/me", desk.words(request, person)(_CHANGED), held=token)
        return entered(request, response, token)


def _tokens(desk: Desk, router: APIRouter) -> None:
    @router.post("/me/tokens")
    def make(
        request: Request,
        person: Reader,
        name: Text,
        password: Text,
        role: Annotated[Role, Form()] = "reader",
        until: Text = "",
    ) -> Response:
        ends_at = moment(until, end=True)
        if until and ends_at is None:
            return _shown(desk, request, person, _NO_DAY)
        wish = access.Wish(name, role, ends_at)
        try:
            made = access.make(door(desk, request), person, wish, password)
        except AccountError as error:
            return _refused(desk, request, person, error)
        return _shown(desk, request, person, made=made)

    @router.post("/tokens/{number}/revoke")
    def revoke(request: Request, person: Reader, number: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> Response:
        """One's own; an administrator anybody's."""
        try:
            token = access.revoke(desk.parts.store, number, person)
        except AccountError:
            raise HTTPException(404) from None
        back = "/me" if token.account == person.name else "/accounts"
        return desk.back(request, back, desk.words(request, person)(_REVOKED))


def _refused(desk: Desk, request: Request, person: Person, error: AccountError) -> Response:
    mistake = _WRONG if error.kind == "wrong" else MISTAKES[error.kind]
    return _shown(desk, request, person, mistake, status=429 if error.kind == "too_often" else 400)


def _shown(
    desk: Desk, request: Request, person: Person, mistake: str = "", *, status: int = 0, made: str = ""
) -> Response:
    """`made`: a token that was made now. It is shown this once."""
    with desk.parts.store.read() as tx:
        own = tokens.listing(tx, person.name)
    given = [role for role in access.GIVEN if ROLES.index(role) <= ROLES.index(person.role)]
    said = {"mistake": mistake, "made": made, "tokens": own, "given": given, "longest": access.LONGEST}
    return desk.show(request, person, "me.html", status or (400 if mistake else 200), **said)
