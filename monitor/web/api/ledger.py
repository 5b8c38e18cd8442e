"""Situations, alerts, and the messages that were sent of them."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query

from monitor.gazetteer import Gazetteer
from monitor.records import Situation
from monitor.store import latest
from monitor.store import situations as stored
from monitor.store.latest import Numbered
from monitor.web import cursors
from monitor.web.api import shapes
from monitor.web.api.asking import Before, Limit, Number, number_of, row_of
from monitor.web.api.reading import place_shape, told_shape
from monitor.web.desk import Desk
from monitor.web.guards import Reader

_Alert = Annotated[int, Path(ge=0, le=2**63 - 1)]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()
    _situations(desk, router)
    _alerts(desk, router)
    return router


def _situations(desk: Desk, router: APIRouter) -> None:
    gazetteer = desk.parts.classifier.gazetteer

    @router.get("/situations", tags=["situations"])
    def listed(
        _: Reader,
        before: Before = None,
        limit: Limit = 50,
        *,
        open: Annotated[bool, Query()] = False,  # noqa: A002
    ) -> shapes.PageOf[shapes.Situation]:
        """The latest news first. `open`: only those that nobody closed."""
        with desk.parts.store.read() as tx:
            found = latest.situations(tx, limit + 1, row_of(before), only_open=open)
        last = found[limit - 1] if len(found) > limit else None
        more = cursors.of_row(last.last_report_at, last.key) if last else None
        return shapes.PageOf(items=[_situation(each, gazetteer) for each in found[:limit]], next=more)

    @router.get("/situations/{key}", tags=["situations"])
    def one(_: Reader, key: Annotated[str, Path(max_length=200)]) -> shapes.Situation:
        with desk.parts.store.read() as tx:
            found = stored.get(tx, key)
        if found is None:
            raise HTTPException(404, "no situation has this key")
        return _situation(found[0], gazetteer)


def _alerts(desk: Desk, router: APIRouter) -> None:
    gazetteer = desk.parts.classifier.gazetteer

    @router.get("/alerts", tags=["alerts"])
    def listed(_: Reader, before: Before = None, limit: Limit = 50) -> shapes.PageOf[shapes.Alert]:
        """Everything that was to be told, the newest first."""
        with desk.parts.store.read() as tx:
            found = latest.alerts(tx, limit + 1, number_of(before))
        more = cursors.cursor(found[limit - 1].number) if len(found) > limit else None
        return shapes.PageOf(items=[_alert(each, gazetteer) for each in found[:limit]], next=more)

    @router.get("/alerts/{number}", tags=["alerts"])
    def one(_: Reader, number: _Alert) -> shapes.Alert:
        with desk.parts.store.read() as tx:
            found = latest.get_alert(tx, number)
        if found is None:
            raise HTTPException(404, "no alert has this number")
        return _alert(found, gazetteer)

    @router.get("/deliveries", tags=["alerts"])
    def deliveries(
        _: Reader, before: Before = None, limit: Limit = 50, alert: Number | None = None
    ) -> shapes.PageOf[shapes.Told]:
        """Messages, the newest first; of one alert, if its number is given."""
        with desk.parts.store.read() as tx:
            found = latest.deliveries(tx, limit + 1, number_of(before), alert)
        more = cursors.cursor(found[limit - 1].number) if len(found) > limit else None
        return shapes.PageOf(items=[told_shape(each) for each in found[:limit]], next=more)


def _situation(each: Situation, gazetteer: Gazetteer) -> shapes.Situation:
    return shapes.Situation(
        key=each.key,
        place=place_shape(each.place, gazetteer),
        level=each.level,
        opened=each.opened_at,
        last_report=each.last_report_at,
        closed=each.closed_at,
        states=dict(each.states),
        reported=dict(each.tracks),
    )


def _alert(numbered: Numbered, gazetteer: Gazetteer) -> shapes.Alert:
    each = numbered.alert
    return shapes.Alert(
        number=numbered.number,
        occasion=each.occasion,
        situation=each.situation or None,
        kind=each.kind,
        types=list(each.types),
        level=each.level,
        grade=each.grade,
        place=place_shape(each.place.slug, gazetteer) if each.place else None,
        report=each.report_key or None,
        sources=each.sources,
        outlets=each.outlets,
        seen=each.seen_at,
        published=each.published_at,
        quotes=[quote.text for quote in each.quotes],
        held=numbered.held,
    )
