"""Accounts: the administrators' page of all of them, with the access tokens of each. Everybody's own is in me.py."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from monitor.errors import AccountError
from monitor.pipeline import people
from monitor.records.people import ROLES, Person, Role
from monitor.store import people as accounts
from monitor.store import tokens
from monitor.web.desk import Desk
from monitor.web.entering import MISTAKES, Text
from monitor.web.guards import Admin
from monitor.web.language import N_

RoleField = Annotated[Role, Form()]
_SAVED, _CLOSED = N_("Saved."), N_("The account is closed.")


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _everybody(desk, router)
    _changes(desk, router)
    return router


def _everybody(desk: Desk, router: APIRouter) -> None:
    @router.get("/accounts")
    def page(request: Request, person: Admin) -> Response:
        return _listed(desk, request, person)

    @router.post("/accounts")
    def add(request: Request, person: Admin, name: Text, role: RoleField) -> Response:
        try:
            token = people.add(desk.parts.store, name, role, desk.parts.clock())
        except AccountError as error:
            return _listed(desk, request, person, mistake=MISTAKES[error.kind])
        return _listed(desk, request, person, made=people.named(name), token=token)


def _changes(desk: Desk, router: APIRouter) -> None:
    @router.post("/accounts/{name}/link")
    def link(request: Request, person: Admin, name: str) -> Response:
        try:
            token = people.new_link(desk.parts.store, name, desk.parts.clock())
        except AccountError as error:
            return _listed(desk, request, person, mistake=MISTAKES[error.kind])
        return _listed(desk, request, person, made=people.named(name), token=token)

    @router.post("/accounts/{name}/role")
    def role(request: Request, person: Admin, name: str, role: RoleField) -> Response:
        try:
            people.set_role(desk.parts.store, name, role)
        except AccountError as error:
            return _listed(desk, request, person, mistake=MISTAKES[error.kind])
        return desk.back(request, "/accounts", desk.words(request, person)(_SAVED))

    @router.post("/accounts/{name}/close")
    def close(request: Request, person: Admin, name: str) -> Response:
        try:
            people.close(desk.parts.store, name, desk.parts.clock())
        except AccountError as error:
            return _listed(desk, request, person, mistake=MISTAKES[error.kind])
        return desk.back(request, "/accounts", desk.words(request, person)(_CLOSED))


def _listed(
    desk: Desk, request: Request, person: Person, *, mistake: str = "", made: str = "", token: str = ""
) -> Response:
    """`token`: of a link that was made now. It is shown this once."""
    with desk.parts.store.read() as tx:
        everybody, held = accounts.everybody(tx), tokens.listing(tx)
    base = desk.parts.settings.public_url.rstrip("/") or f"{request.url.scheme}://{request.headers.get('host', '')}"
    said = {
        "everybody": everybody,
        "tokens": held,
        "roles": ROLES,
        "mistake": mistake,
        "made": made,
        "link": f"{base}/setup/{token}" if token else "",
        "hours": int(people.LINK_LASTS.total_seconds() // 3600),
    }
    return desk.show(request, person, "accounts.html", 400 if mistake else 200, **said)
