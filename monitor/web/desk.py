"""What every room of the pages works with: the parts of the monitor, and how a page is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from monitor.pipeline import Parts
from monitor.pipeline.passwords import Passwords
from monitor.records.people import ROLES, Person
from monitor.watchdog import Watchdog
from monitor.web import cookies, forgery
from monitor.web.filtering import Terms
from monitor.web.language import LANGUAGES, Voice, chosen
from monitor.web.pages import Pages


@dataclass(frozen=True)
class Desk:
    """Handed to every room: `def routes(desk: Desk) -> APIRouter`."""

    watchdog: Watchdog
    pages: Pages
    passwords: Passwords = field(repr=False)

    @property
    def parts(self) -> Parts:
        return self.watchdog.parts

    @cached_property
    def terms(self) -> Terms:
        return Terms(self.parts.classifier.gazetteer, self.parts.settings)

    def language(self, request: Request, person: Person | None) -> str:
        return chosen(
            person.language if person else "",
            request.query_params.get("lang", ""),
            cookies.get(request, "language"),
            request.headers.get("accept-language", ""),
        )

    def words(self, request: Request, person: Person | None) -> Callable[[str], str]:
        """gettext in the reader's language: `_ = desk.words(request, person)`."""
        return self.pages.say(self.language(request, person))

    def voice(self, request: Request, person: Person | None) -> Voice:
        return Voice(self.words(request, person), self.language(request, person))

    def show(
        self, request: Request, person: Person | None, template: str, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """The page. Its forms carry a token for this very browser: {{ csrf_field() }}."""
        held = cookies.held(request)
        visit = "" if held else cookies.new_visit()
        token = forgery.token_for(held or visit)
        path, query = request.url.path, request.url.query
        known: dict[str, Any] = {
            "person": person,
            "may": lambda role: person is not None and ROLES.index(person.role) >= ROLES.index(role),
            "path": path,
            "here": f"{path}?{query}" if query else path,
            "notice": cookies.notice(request),
            "csrf_token": token,
            "csrf_field": lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(token),
            "now": self.parts.clock(),
        }
        page = self.pages.render(template, self.language(request, person), known | context)
        response = HTMLResponse(page, status)
        if visit:
            cookies.put(request, response, "visit", visit)
        if cookies.get(request, "notice"):
            cookies.drop(request, response, "notice")
        if request.query_params.get("lang", "") in LANGUAGES:
            cookies.put(request, response, "language", request.query_params["lang"])
        return response

    def back(self, request: Request, path: str, notice: str = "", *, held: str = "") -> RedirectResponse:
        """To another page of ours after something was done; `notice`, in the reader's language, is shown there once.

        `held`: the new session, where this answer brings one.
        """
        response = RedirectResponse(local(path), 303)
        if notice:
            cookies.put_notice(request, response, notice, held or cookies.held(request))
        return response


def local(path: str) -> str:
    """The path, "/" where it would lead away from here: browsers read //host and /\\host as another host."""
    fits = path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable() and "\\" not in path
    return path if fits else "/"
