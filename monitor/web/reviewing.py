"""Reviews as people give them: a verdict with one key or click, undone with another; the queue, and the audit."""

from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from monitor import auditing, verdicts
from monitor.errors import StoreError
from monitor.pipeline import queueing
from monitor.pipeline.audit import WINDOW, audit
from monitor.pipeline.review import Reviewed, submit, undo
from monitor.pipeline.taking_back import Retold
from monitor.records import EVENT_TYPES, EventType, Review, Verdict
from monitor.store import reports
from monitor.web import reasons
from monitor.web.desk import Desk
from monitor.web.filtering import Terms
from monitor.web.guards import Person, Reader, Reviewer
from monitor.web.language import N_
from monitor.web.report import Draft, shown

_SHOWN = 25  # of each part of the queue


class Given(BaseModel):
    """The form of a review. `seen`: number of the last review that stood on the page."""

    verdict: Verdict
    reason: Annotated[str, Field(max_length=40)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    types: list[EventType] = []
    place: Annotated[str, Field(max_length=200)] = ""
    duplicate_of: Annotated[str, Field(max_length=100)] = ""
    seen: Annotated[int, Field(ge=0, lt=2**63)] = 0
    queue: bool = False


@dataclass(frozen=True, slots=True)
class Refused(Exception):  # noqa: N818
    """Why a review cannot be taken as it was given."""

    says: str


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/queue")
    def whole_queue(request: Request, person: Reviewer) -> Response:
        return _queue(desk, request, person)

    @router.get("/audit")
    def whole_audit(request: Request, person: Reader) -> Response:
        with desk.parts.store.read() as tx:
            found = audit(tx, desk.parts.clock())
        return desk.show(
            request,
            person,
            "audit.html",
            audit=found,
            verdicts=verdicts.VERDICTS,
            days=WINDOW.days,
            least=auditing.ENOUGH,
        )

    @router.get("/reports/{key}/next")
    def skipped(request: Request, person: Reviewer, key: str) -> Response:  # noqa: ARG001  only reviewers may
        return desk.back(request, _path(_next(desk, key)))

    @router.post("/reports/{key}/reviews")
    def review(request: Request, person: Reviewer, key: str, form: Annotated[Given, Form()]) -> Response:
        return _review(desk, request, person, key, form)

    @router.post("/reports/{key}/reviews/undo")
    def take_back(
        request: Request, person: Reviewer, key: str, seen: Annotated[int, Form(ge=0, lt=2**63)], queue: str = Form("")
    ) -> Response:
        return _take_back(desk, request, person, key, (seen, bool(queue)))

    return router


class _Said(Protocol):
    """What the form and the API have in common."""

    verdict: Verdict
    reason: str
    note: str
    types: list[EventType]
    place: str
    duplicate_of: str


def made(desk: Desk, key: str, given: _Said, reviewer: str) -> Review:
    """The review as it is kept. Raises Refused."""
    place = _slug(desk.terms, given.place.strip())
    other = given.duplicate_of.strip().rpartition("/")[2]
    if given.reason and given.reason not in verdicts.REASONS[given.verdict]:
        raise Refused(N_("This reason belongs to another verdict: choose one that fits, or none."))
    if other:
        other = _whole(desk, other)
        if other == key:
            raise Refused(N_("A report cannot be a duplicate of itself: name the other one."))
    types = tuple(event for event in EVENT_TYPES if event in given.types)
    return Review(
        key,
        given.verdict,
        given.note.strip(),
        reviewer,
        desk.parts.clock(),
        given.reason,
        types if given.verdict in {"wrong_type", "confirm"} else (),
        place if given.verdict == "wrong_place" else "",
        other if given.verdict == "duplicate" else "",
    )


def _review(desk: Desk, request: Request, person: Person, key: str, given: Given) -> Response:
    parts = desk.parts
    if not _is_there(desk, key):
        return shown(desk, request, person, key, Draft())
    follows = _next(desk, key) if given.queue else ""
    try:
        review = made(desk, key, given, person.name)
    except Refused as refused:
        return shown(desk, request, person, key, Draft(refused.says, None, given.model_dump(), 400))
    came = submit(parts.store, review, parts.clock(), parts.settings.levels, given.seen)
    if came.newer:
        return shown(desk, request, person, key, Draft("", came.newer, given.model_dump(), 409))
    say = desk.words(request, person)
    notice = _said(say(N_("Noted: %(verdict)s.")) % {"verdict": say(reasons.VERDICT_WORDS[given.verdict])}, came, say)
    target = _path(follows, was=f"{key}.{came.number}") if given.queue else _path(key, queued=False)
    return desk.back(request, target, notice)


def _take_back(desk: Desk, request: Request, person: Person, key: str, given: tuple[int, bool]) -> Response:
    """`given`: number of the last review that the page showed, and whether it came from the queue."""
    parts, (seen, queued) = desk.parts, given
    try:
        came = undo(parts.store, key, person.name, parts.clock(), parts.settings.levels, seen)
    except StoreError:
        return shown(desk, request, person, key, Draft(mistake=N_("There is no review to undo."), status=409))
    if came.newer:
        return shown(desk, request, person, key, Draft(newer=came.newer, status=409))
    say = desk.words(request, person)
    return desk.back(request, _path(key, queued=queued), _said(say(N_("Undone.")), came, say))


def _said(first: str, came: Reviewed, say: Any) -> str:
    """What came of it, in whole sentences."""
    retold = came.retold
    told = [first]
    if came.owed:
        told.append(say(N_("Those who had the alert are told so; messages: %(number)s.")) % {"number": came.owed})
    if came.withdrawn:
        told.append(
            say(N_("Corrections that had not gone out are withdrawn: %(number)s.")) % {"number": came.withdrawn}
        )
    if retold.closed:
        told.append(say(N_("The situation is closed: nothing else tells of an event there.")))
    if retold.reopened:
        told.append(say(N_("The situation is open again.")))
    if retold.beside:
        told.append(say(N_("The situation stays closed, for another one is open there by now: merge them if need be.")))
    told += [say(words) % {"situation": each.situation} for each in came.elsewhere if (words := _elsewhere(each))]
    return " ".join(told)


def _elsewhere(retold: Retold) -> str:
    """What came of it in another situation; "" when that is neither closed nor open by it."""
    if retold.closed:
        return N_("%(situation)s, where a duplicate of it stands, is closed too: nothing else tells of an event there.")
    if retold.reopened:
        return N_("%(situation)s, where a duplicate of it stands, is open again too.")
    if retold.beside:
        return N_(
            "%(situation)s, where a duplicate of it stands, stays closed, for another one is open there by now: merge "
            "them if need be."
        )
    return ""


def _queue(desk: Desk, request: Request, person: Person) -> Response:
    with desk.parts.store.read() as tx:
        parts = queueing.queue(tx, desk.parts.clock())
        rows = reports.several(tx, [key for part in parts for key in part.keys[:_SHOWN]])
    return desk.show(
        request,
        person,
        "queue.html",
        parts=[part for part in parts if part.keys],
        rows=rows,
        first=next((key for part in parts for key in part.keys), ""),
        most=queueing.MOST,
        shown=_SHOWN,
        days=queueing.REACHES_BACK.days,
        words=reasons,
        outlet_of=desk.terms.outlet_of,
    )


def _is_there(desk: Desk, key: str) -> bool:
    with desk.parts.store.read() as tx:
        return reports.whole(tx, key) is not None


def _whole(desk: Desk, key: str) -> str:
    try:
        with desk.parts.store.read() as tx:
            row = reports.get(tx, key)
    except StoreError:
        row = None
    if row is None:
        raise Refused(N_("There is no report with the key of the duplicate: take it from its page's address."))
    return row.report.key


def _next(desk: Desk, key: str) -> str:
    with desk.parts.store.read() as tx:
        return queueing.after(queueing.queue(tx, desk.parts.clock()), key)


def _path(key: str, *, queued: bool = True, was: str = "") -> str:
    if not key:
        return "/queue"
    path = f"/reports/{quote(key, safe='')}"
    return f"{path}?from=queue" + (f"&was={quote(was, safe='')}" if was else "") if queued else path


def _slug(terms: Terms, name: str) -> str:
    """Of a place of the area, by its slug or a name in either language. Raises Refused."""
    if not name:
        return ""
    place = terms.places.get(terms.slug(name))
    if place is None or place.canary:
        raise Refused(N_("The gazetteer knows no such place in the area: choose one of the list."))
    return place.slug
