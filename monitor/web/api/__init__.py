"""The API for programs: what the pages show, as JSON, below /api/v1, described in /api/v1/openapi.json.

Who asks is known by an access token, or by the same session as on the pages. Lists are pages; their cursors are opaque.
"""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi

from monitor.web.api import ledger, reading, reviewing, shapes, watching
from monitor.web.desk import Desk

PREFIX = "/api/v1"
ROOMS = (reading, reviewing, ledger, watching)  # each has routes(desk) -> APIRouter
_ABOUT = (
    "What the pages of the monitor show, for programs. Ask with an access token from the page of your account, or with "
    "the cookie of a session and, to change something, the X-CSRF-Token of its pages. A list is a page of `items` "
    "with the cursor `next`: give it as `before` for what comes after. Probabilities say how surely a text reports an "
    "event, not whether it is true."
)
_ENTRIES: dict[str, dict[str, str]] = {
    "token": {"type": "http", "scheme": "bearer", "description": "An access token."},
    "password": {
        "type": "http",
        "scheme": "basic",
        "description": "Any name, the access token as password. Enough to read, not to change.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "monitor_session"},
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": shapes.Problem, "description": "Something in the request could not be understood."},
    401: {"model": shapes.Problem, "description": "No session, or a token that is wrong, revoked or has run out."},
    403: {"model": shapes.Problem, "description": "Your role does not allow it."},
    404: {"model": shapes.Problem, "description": "There is no such thing."},
    408: {"model": shapes.Problem, "description": "What was sent took too long to arrive."},
    413: {"model": shapes.Problem, "description": "Too much was sent."},
    429: {"model": shapes.Problem, "description": "Too many wrong tokens or passwords: wait a quarter of an hour."},
    503: {"model": shapes.Problem, "description": "The database is busy: try again."},
}


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix=PREFIX, responses=_ANSWERS)
    for room in ROOMS:
        router.include_router(room.routes(desk))

    @router.get("/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> dict[str, Any]:
        return described(request.app)

    return router


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the routes that belong in it."""
    made = get_openapi(title="Escalation monitor", version="1", description=_ABOUT, routes=app.routes)
    made["paths"] = {path: each for path, each in made["paths"].items() if path.startswith(PREFIX)}
    for path in made["paths"].values():
        for method, each in path.items():
            each["responses"].pop("422", None)  # what is not understood is answered by 400 here
            each["security"] = [{name: []} for name in _ENTRIES if name != "password" or method == "get"]
    schemas = made.get("components", {}).get("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    made["components"]["securitySchemes"] = _ENTRIES
    return made
