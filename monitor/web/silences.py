"""Silences: which last, what each kept back from whom, and a new one for a place or an end before its time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, get_args

from fastapi import APIRouter, Form, HTTPException, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from monitor.channels.wording import first_line
from monitor.errors import StoreError
from monitor.pipeline import silencing
from monitor.records import EventType, Silence
from monitor.store import silences
from monitor.store.silences import Swallowed
from monitor.web import troubles
from monitor.web.desk import Desk
from monitor.web.guards import Person, Reader, Reviewer
from monitor.web.language import N_
from monitor.web.situation_view import SPANS, around

_LISTED = 100  # the newest, of which those that ended are shown
_MOST_LASTING = 1000
_SHOWN = 50  # of what a silence kept back

EMPTY = N_("The reason is empty: say in a few words why, for those who look at it later.")
NO_SPAN = N_("This is no time that can be chosen.")
_NO_PLACE = N_("The gazetteer knows no such place in the area. Try another spelling, or Arabic.")

Number = Annotated[int, Path(ge=0, lt=2**63)]


class Quiet(BaseModel):
    """What is asked for on a form: `what` a silence is of (situation or place), or which `place`, and `event` types."""

    span: Annotated[str, Field(max_length=10)]
    what: Annotated[str, Field(max_length=20)] = ""
    place: Annotated[str, Field(max_length=100)] = ""
    to: Annotated[str, Field(max_length=200)] = ""
    reason: Annotated[str, Field(max_length=1000)] = ""
    event: Annotated[list[str], Field(max_length=10)] = []


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/silences")
    def listed(request: Request, person: Reader) -> Response:
        return _page(desk, request, person)

    @router.post("/silences")
    def add(request: Request, person: Reviewer, form: Annotated[Quiet, Form()]) -> Response:
        place, reason, now = form.place.strip(), form.reason.strip(), desk.parts.clock()
        slugs = around(place, desk.parts.classifier.gazetteer) if place else ()
        if not slugs:
            return _refused(desk, request, person, _NO_PLACE)
        if form.span not in SPANS:
            return _refused(desk, request, person, NO_SPAN)
        if not reason:
            return _refused(desk, request, person, EMPTY)
        types = tuple(each for each in get_args(EventType) if each in form.event)
        wanted = Silence(0, person.name, reason, form.to, slugs[:1], types, "", now, now + SPANS[form.span])
        try:
            made = silencing.add(desk.parts.store, desk.parts.settings, wanted)
        except StoreError as error:
            return _page(desk, request, person, troubles.said(str(error), desk.language(request, person)), 409)
        say = desk.words(request, person)
        return desk.back(
            request, f"/silences#silence-{made.id}", say(N_("The silence has begun. Corrections still come."))
        )

    @router.post("/silences/{number}/end")
    def end(request: Request, person: Reviewer, number: Number) -> Response:
        with desk.parts.store.read() as tx:
            if silences.get(tx, number) is None:
                raise HTTPException(404, "there is no such silence")
        _, ended, _ = silencing.end(desk.parts.store, number, person.name, desk.parts.clock())
        say = desk.words(request, person)
        told = N_("The silence has ended.") if ended else N_("It had ended already; nothing changes.")
        return desk.back(request, f"/silences#silence-{number}", say(told))

    return router


def _page(desk: Desk, request: Request, person: Person, mistake: str = "", status: int = 200) -> Response:
    now = desk.parts.clock()
    language = desk.language(request, person)
    with desk.parts.store.read() as tx:
        lasting = silences.listing(tx, _MOST_LASTING, since=now)
        found = [*lasting, *(each for each in silences.listing(tx, _LISTED) if each.ends_at <= now)]
        kept = silences.kept_back(tx, [each.id for each in found])
        latest = silences.latest(tx, list(kept), _SHOWN)
    rows = [(each, kept[each.id], _worded(latest.get(each.id, ()), language)) for each in found]
    return desk.show(
        request,
        person,
        "silences.html",
        status,
        lasting=rows[: len(lasting)],
        ended=rows[len(lasting) :],
        spans=list(SPANS),
        events=get_args(EventType),
        recipients=list(desk.parts.settings.recipients),
        mistake=mistake,
    )


def _worded(kept: Sequence[Swallowed], language: str) -> list[tuple[datetime, str, str, str]]:
    """(when, from whom, of which situation, its first line)."""
    return [(at, name, told.situation, first_line(told, language)) for at, name, told in kept]


def _refused(desk: Desk, request: Request, person: Person, why: str) -> Response:
    return _page(desk, request, person, desk.words(request, person)(why), 400)
