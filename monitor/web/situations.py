"""Situations: the list with map and chart, one of them with all that is known of it, and what people do to them."""

from collections.abc import Callable
from typing import Annotated, get_args

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from monitor.channels import when
from monitor.errors import StoreError
from monitor.pipeline import reshaping, silencing
from monitor.pipeline.reshaping import Act
from monitor.records import Level, Silence, Situation
from monitor.store import changes, situation_pages, situations, steps
from monitor.store import told as alerts
from monitor.store.situation_pages import MOST_OPEN
from monitor.web import cursors, decisions, phrases, svg, troubles
from monitor.web.desk import Desk
from monitor.web.guards import Person, Reader, Reviewer
from monitor.web.language import N_
from monitor.web.pictures import QUIET_AFTER, Pictures
from monitor.web.silences import EMPTY, NO_SPAN, Quiet
from monitor.web.situation_view import SPAN_NAMES, SPANS, Asked, Outlook, asked_for, choices, timeline

_PAGE = 30
_REPORTS = 100
_ALERTS = 100

Reason = Annotated[str, Form(max_length=1000)]
Short = Annotated[str, Form(max_length=200)]

_NONE_CHOSEN = N_("No report was chosen: mark those that are a story of their own.")


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pictures = Pictures(desk)
    desk.pages.teach(
        symbol=svg.symbol,
        kept_back=phrases.KEPT_BACK,
        held=phrases.HELD,
        span_names=SPAN_NAMES,
        quiet_after=QUIET_AFTER,
        short_day=when.day,
        decided=decisions.sayer({each.name: each for each in desk.parts.classifier.gazetteer.places}),
    )

    @router.get("/situations")
    def all_situations(request: Request, person: Reader) -> Response:
        asked = asked_for(request.query_params, desk.parts.classifier.gazetteer)
        return _list(desk, pictures, request, person, asked)

    @router.get("/map")
    def whole_map(request: Request, person: Reader) -> Response:  # noqa: ARG001  only who may read is led there
        return desk.back(request, "/situations")

    @router.get("/situations/{key}")
    def one_situation(request: Request, person: Reader, key: str) -> Response:
        return _one(desk, request, person, key)

    _acts(desk, router)
    return router


def _list(desk: Desk, pictures: Pictures, request: Request, person: Person, asked: Asked) -> Response:
    now, voice = desk.parts.clock(), desk.voice(request, person)
    wish = asked.wish(now)
    first = not asked.before
    with desk.parts.store.read() as tx:
        opened = situation_pages.open_ones(tx, wish, MOST_OPEN) if first and asked.state != "past" else []
        all_open = situation_pages.count_open(tx, wish) if opened else 0
        past = [] if asked.state == "open" else situation_pages.earlier(tx, wish, _PAGE + 1, asked.before)
        more = len(past) > _PAGE
        past = past[:_PAGE]
        outlook = Outlook(tx, [each.key for each in (*opened, *past)])
        drawn = pictures.chart(tx, asked.days, now, voice) if first else None
    return desk.show(
        request,
        person,
        "situations.html",
        asked=asked,
        levels=get_args(Level),
        opened=[outlook.row(each, voice) for each in opened],
        all_open=all_open,
        past=[outlook.row(each, voice) for each in past],
        older=asked.link(past[-1]) if more else "",
        chart=drawn,
        map=pictures.map(opened, now, voice) if first and asked.state != "past" else None,
        voice=voice,
    )


def _one(desk: Desk, request: Request, person: Person, key: str, wrong: tuple[str, int] = ("", 200)) -> Response:
    """`wrong`: why what was asked for was not done, and the answer's status."""
    voice = desk.voice(request, person)
    now = desk.parts.clock()
    with desk.parts.store.read() as tx:
        found = situations.get(tx, key)
        if found is None:
            raise HTTPException(404, "there is no such situation")
        situation = found[0]
        outlook = Outlook(tx, [key])
        members = situation_pages.members(tx, key, _REPORTS + 1, cursors.row(request.query_params.get("before", "")))
        told = alerts.of_situation(tx, key, _ALERTS + 1)
        story = timeline(steps.of_situation(tx, key), changes.of_situation(tx, key), voice)
        others = choices(tx, situation, now, voice, desk) if situation.closed_at is None else []
    more = len(members) > _REPORTS
    return desk.show(
        request,
        person,
        "situation.html",
        wrong[1],
        row=outlook.row(situation, voice),
        members=members[:_REPORTS],
        older=cursors.of_row(*members[_REPORTS - 1].cursor) if more else "",
        told=told[:_ALERTS],
        more_told=len(told) > _ALERTS,
        story=story,
        others=others,
        spans=list(SPANS),
        recipients=list(desk.parts.settings.recipients),
        mistake=wrong[0],
        voice=voice,
    )


def _acts(desk: Desk, router: APIRouter) -> None:
    @router.post("/situations/{key}/merge")
    def merge(request: Request, person: Reviewer, key: str, into: Short, reason: Reason = "") -> Response:
        def merged(act: Act) -> Situation:
            return reshaping.merge(desk.parts.store, key, into, act, desk.parts.settings.levels)

        return _do(desk, request, person, (key, reason), merged)

    @router.post("/situations/{key}/split")
    def split(
        request: Request,
        person: Reviewer,
        key: str,
        reason: Reason = "",
        report: Annotated[list[str] | None, Form(max_length=200)] = None,
    ) -> Response:
        if not report:
            return _refused(desk, request, person, key, _NONE_CHOSEN)

        def apart(act: Act) -> Situation:
            parts = desk.parts
            return reshaping.split(parts.store, parts.classifier.gazetteer, key, report, act, parts.settings.levels)

        return _do(desk, request, person, (key, reason), apart)

    @router.post("/situations/{key}/close")
    def close(request: Request, person: Reviewer, key: str, reason: Reason = "") -> Response:
        return _do(desk, request, person, (key, reason), lambda act: reshaping.close(desk.parts.store, key, act))

    @router.post("/situations/{key}/silence")
    def silence(request: Request, person: Reviewer, key: str, form: Annotated[Quiet, Form()]) -> Response:
        if form.span not in SPANS:
            return _refused(desk, request, person, key, NO_SPAN)

        def quiet(act: Act) -> Situation:
            found = _found(desk, key)
            silencing.add(desk.parts.store, desk.parts.settings, _silence(found, form, act))
            return found

        return _do(desk, request, person, (key, form.reason), quiet)


def _silence(of: Situation, form: Quiet, act: Act) -> Silence:
    """Of the situation alone, or of everything at its place."""
    places = (of.place,) if form.what == "place" else ()
    situation = "" if places else of.key
    return Silence(0, act.author, act.reason, form.to, places, (), situation, act.at, act.at + SPANS[form.span])


def _found(desk: Desk, key: str) -> Situation:
    with desk.parts.store.read() as tx:
        found = situations.get(tx, key)
    if found is None:
        raise HTTPException(404, "there is no such situation")
    return found[0]


def _do(
    desk: Desk, request: Request, person: Person, of: tuple[str, str], what: Callable[[Act], Situation]
) -> Response:
    """Do it in the name of who asked, and lead to the situation that came of it."""
    key, reason = of
    if not reason.strip():
        return _refused(desk, request, person, key, EMPTY)
    try:
        became = what(Act(person.name, reason.strip(), desk.parts.clock()))
    except StoreError as error:
        return _one(desk, request, person, key, (troubles.said(str(error), desk.language(request, person)), 409))
    say = desk.words(request, person)
    return desk.back(
        request, f"/situations/{became.key}", say(N_("Done. It is written down with your name and reason."))
    )


def _refused(desk: Desk, request: Request, person: Person, key: str, why: str) -> Response:
    return _one(desk, request, person, key, (desk.words(request, person)(why), 400))
