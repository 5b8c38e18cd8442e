"""What is shown where a page cannot be: in the reader's language to people, in JSON to programs."""

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from monitor.errors import StoreError
from monitor.web import bearing, cookies, headers
from monitor.web.bearing import is_for_programs
from monitor.web.desk import Desk
from monitor.web.guards import NobodyError, login_path
from monitor.web.language import N_

log = logging.getLogger(__name__)

_SAYS = {
    400: (N_("This could not be understood"), N_("Something in the address or the form is not as it should be.")),
    403: (N_("This is not for you"), N_("Your role does not allow it, or the form was too old. Load the page again.")),
    404: (N_("There is no such page"), N_("Perhaps the address was cut off, or what it showed is gone.")),
    405: (N_("This cannot be done here"), N_("Go back and use the buttons of the page.")),
    408: (N_("That took too long"), N_("What was sent did not arrive in time. Try again.")),
    409: (N_("Somebody else was faster"), N_("Load the page again and look at what was changed.")),
    413: (N_("That is too much at once"), N_("What was sent is larger than the monitor takes.")),
    429: (N_("Too many tries"), N_("Wait a quarter of an hour, then try again.")),
    500: (N_("The monitor stumbled"), N_("Its log has the details. The watching goes on.")),
    503: (N_("The database is busy or cannot be read"), N_("Try again in a minute. The watching goes on.")),
}


def install(app: FastAPI, desk: Desk) -> None:
    """The answers of the whole app to what goes wrong."""

    @app.exception_handler(NobodyError)
    def nobody(request: Request, error: NobodyError) -> Response:
        if is_for_programs(request):
            return JSONResponse({"error": "log in first, or send an access token"}, 401, bearing.challenge(request))
        return RedirectResponse(login_path(error.back), 303)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        return answer(desk, request, error.status_code, str(error.detail), dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    def misunderstood(request: Request, error: RequestValidationError) -> Response:
        wrong = [".".join(str(part) for part in each["loc"]) for each in error.errors()]
        return answer(desk, request, 400, f"not understood: {', '.join(wrong)}")

    @app.exception_handler(StoreError)
    def busy(request: Request, error: StoreError) -> Response:
        log.warning("page %s: %s", request.url.path, error)
        return answer(desk, request, 503, "the database is busy or cannot be read: try again", {"retry-after": "60"})

    @app.exception_handler(Exception)
    def stumbled(request: Request, error: Exception) -> Response:  # noqa: ARG001  the server logs it
        response = answer(desk, request, 500, "the monitor stumbled; its log has the details")
        headers.add_to(response.headers, secure=cookies.is_secure(request))  # it is made outside of all else
        return response


def answer(desk: Desk, request: Request, status: int, says: str, more: dict[str, Any] | None = None) -> Response:
    if is_for_programs(request):
        return JSONResponse({"error": says}, status, headers=more)
    title, text = _SAYS.get(status, _SAYS[400])
    person = getattr(request.state, "person", None)
    response = desk.show(request, person, "error.html", status, title=title, text=text, code=status)
    response.headers.update(more or {})
    return response
