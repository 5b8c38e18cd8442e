"""The models: which one answers, the candidates that reviews made with their figures beside it, and for admins
promote and roll back.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from monitor.errors import ModelError
from monitor.pipeline import models as changing
from monitor.pipeline import serving
from monitor.store import models
from monitor.web.desk import Desk
from monitor.web.guards import Admin, Person, Reviewer
from monitor.web.language import N_

_LISTED = 20
_PROMOTED = N_("The candidate serves from now on.")
_ROLLED_BACK = N_("The model before it serves again. What the other one flagged stays in the log.")

Version = Annotated[str, Form(max_length=64)]
Reason = Annotated[str, Form(max_length=1000)]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/models")
    def page(request: Request, person: Reviewer) -> Response:
        return _page(desk, request, person)

    @router.post("/models/promote")
    def promote(request: Request, person: Admin, version: Version, reason: Reason = "") -> Response:
        try:
            parts = desk.parts
            changing.promote(parts.store, parts.settings, version, person.name, reason.strip(), parts.clock())
        except ModelError as error:
            return _page(desk, request, person, str(error), 409)
        return desk.back(request, "/models", desk.words(request, person)(_PROMOTED))

    @router.post("/models/rollback")
    def roll_back(request: Request, person: Admin, serves: Version = "", reason: Reason = "") -> Response:
        try:
            parts = desk.parts
            changing.roll_back(parts.store, parts.settings, person.name, reason.strip(), parts.clock(), serving=serves)
        except ModelError as error:
            return _page(desk, request, person, str(error), 409)
        return desk.back(request, "/models", desk.words(request, person)(_ROLLED_BACK))

    return router


def _page(desk: Desk, request: Request, person: Person, mistake: str = "", status: int = 200) -> Response:
    name = desk.parts.settings.model
    with desk.parts.store.read() as tx:
        made = models.candidates(tx, name, _LISTED)
        history = models.history(tx, name)
        version = models.serving(tx, name)
        stopped = serving.trouble(tx)
    return desk.show(
        request,
        person,
        "models.html",
        status,
        name=name,
        serves=version,
        made=[(each, changing.refused(each, version)) for each in made],
        history=list(reversed(history)),
        may_go_back=bool(changing.stack(history)),
        stopped=stopped,
        mistake=mistake,
    )
