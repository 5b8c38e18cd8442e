"""The door: log in, log out, choose a password by a link, and the language of the pages."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from monitor.errors import AccountError
from monitor.pipeline import people
from monitor.pipeline.passwords import SHORTEST
from monitor.web import cookies
from monitor.web.desk import Desk, local
from monitor.web.guards import Maybe, address_of
from monitor.web.language import LANGUAGES, N_

MISTAKES = {
    "wrong": N_("The name or the password is wrong."),
    "too_often": N_("Too many tries. Wait a quarter of an hour, then try again."),
    "taken": N_("There is an account of that name already."),
    "unknown": N_("There is no such account."),
    "closed": N_("The account is closed. A new link opens it again."),
    "name": N_("A name has 1 to 40 letters, digits, dots, hyphens or underscores."),
    "short": N_("The password is too short: take at least 12 characters."),
    "long": N_("The password is too long."),
    "same": N_("The password is too easy to guess. Take some words that do not belong together."),
    "differ": N_("The two passwords are not the same."),
    "link": N_("This link was used, or has run out. Ask for a new one."),
    "last_admin": N_("This is the only administrator. Make another one first."),
    "token_name": N_("A name of a token has 1 to 60 letters."),
    "token_role": N_("A token may do no more than its owner."),
    "token_day": N_("This day is over already. Choose a later one."),
    "many": N_("You have 20 tokens. Revoke one first."),
}
Text = Annotated[str, Form(max_length=1000)]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _log_in_and_out(desk, router)
    _set_up(desk, router)

    @router.post("/language")
    def language(request: Request, person: Maybe, language: Text, next: Text = "/") -> Response:  # noqa: A002
        response = RedirectResponse(local(next), 303)
        if language in LANGUAGES:
            cookies.put(request, response, "language", language)
            if person:
                people.set_language(desk.parts.store, person.name, language, person.zone)
        return response

    return router


def _log_in_and_out(desk: Desk, router: APIRouter) -> None:
    @router.get("/login")
    def login_page(request: Request, person: Maybe, next: str = "/") -> Response:  # noqa: A002
        if person:
            return RedirectResponse(local(next), 303)
        return desk.show(request, None, "login.html", next=local(next), name="", mistake="")

    @router.post("/login")
    def login(request: Request, name: Text, password: Text, next: Text = "/") -> Response:  # noqa: A002
        old = cookies.get(request, "session")
        try:
            token = people.enter(door(desk, request), name, password, old)
        except AccountError as error:
            status = 429 if error.kind == "too_often" else 401
            said = {"next": local(next), "name": name, "mistake": MISTAKES[error.kind]}
            return desk.show(request, None, "login.html", status, **said)
        return entered(request, RedirectResponse(local(next), 303), token)

    @router.post("/logout")
    def logout(request: Request) -> Response:
        people.leave(desk.parts.store, cookies.get(request, "session"))
        response = RedirectResponse("/login", 303)
        cookies.drop(request, response, "session")
        response.headers["clear-site-data"] = '"cache"'
        return response


def _set_up(desk: Desk, router: APIRouter) -> None:
    @router.get("/setup/{token}")
    def setup_page(request: Request, token: str) -> Response:
        return _chooses(desk, request, token)

    @router.post("/setup/{token}")
    def setup(request: Request, token: str, password: Text, again: Text, name: Text = "") -> Response:
        if password != again:
            return _chooses(desk, request, token, name, "differ")
        try:
            session = people.choose_password(door(desk, request), token, name, password)
        except AccountError as error:
            return _chooses(desk, request, token, name, error.kind)
        people.leave(desk.parts.store, cookies.get(request, "session"))
        return entered(request, RedirectResponse("/", 303), session)


def _chooses(desk: Desk, request: Request, token: str, name: str = "", kind: str = "") -> Response:
    """The page on which a password is chosen; without its form when the link does not hold."""
    account = people.link_for(desk.parts.store, token, desk.parts.clock())
    said = {"account": account, "name": name, "shortest": SHORTEST, "mistake": MISTAKES.get(kind, "")}
    status = 410 if account is None else 400 if kind else 200
    return desk.show(request, None, "setup.html", status, **said)


def entered(request: Request, response: Response, token: str) -> Response:
    """The browser holds the new session, and nothing from before it."""
    cookies.put(request, response, "session", token)
    cookies.drop(request, response, "visit")
    return response


def door(desk: Desk, request: Request) -> people.Door:
    return people.Door(desk.parts.store, desk.passwords, address_of(request), desk.parts.clock())
