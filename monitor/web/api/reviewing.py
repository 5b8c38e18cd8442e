"""Giving a review and taking one back, for programs: the same acts as those of the pages, in the name of who asks."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from monitor import verdicts
from monitor.pipeline.review import Reviewed, submit, undo
from monitor.records import EventType, Verdict
from monitor.store import Transaction, reports, reviews
from monitor.web.api import shapes
from monitor.web.api.reading import review_shape
from monitor.web.desk import Desk
from monitor.web.guards import Reviewer
from monitor.web.reviewing import Refused, made

_Key = Annotated[str, Path(max_length=100)]
_Seen = Annotated[
    int | None, Field(ge=0, lt=2**63, description="Number of the last review you have seen, 0 for none; null: any.")
]
_REASONS = "; ".join(f"{verdict}: {', '.join(codes)}" for verdict, codes in verdicts.REASONS.items())


class NewReview(BaseModel):
    """A verdict is about the report: `confirm` says that it tells of an event, also where none was flagged."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    reason: Annotated[str, Field(max_length=40, description=f"One of those of its verdict, or empty. {_REASONS}")] = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    types: Annotated[list[EventType], Field(max_length=3, description="What it does report: wrong_type, confirm.")] = []
    place: Annotated[str, Field(max_length=200, description="Slug or name of the right place: wrong_place.")] = ""
    duplicate_of: Annotated[str, Field(max_length=100, description="Key of the other report: duplicate.")] = ""
    seen: _Seen = None


class Undoing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seen: _Seen = None


class Done(BaseModel):
    number: Annotated[int, Field(description="Of the review that was written.")]
    messages: Annotated[int, Field(description="Owed by it to those who had the alert.")]
    withdrawn: Annotated[int, Field(description="Messages of an earlier verdict that had not gone out, and will not.")]
    closed: Annotated[str | None, Field(description="Situation that is closed by it.")]
    reopened: Annotated[str | None, Field(description="Situation that is open again by it.")]
    closed_too: Annotated[list[str], Field(description="Others, in which duplicates of the report stand.")]
    reopened_too: Annotated[list[str], Field(description="Others, in which duplicates of the report stand.")]


class Overtaken(BaseModel):
    error: str
    newer: shapes.Review


_ANSWERS: dict[int | str, dict[str, Any]] = {
    409: {"model": Overtaken, "description": "Somebody else was faster: nothing was written."}
}


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["reviews"])

    @router.post("/reports/{key}/reviews", responses=_ANSWERS, response_model=Done)
    def review(person: Reviewer, key: _Key, given: NewReview) -> Any:
        """Say what a report really was. Reviews are only ever added."""
        with desk.parts.store.read() as tx:
            _known(tx, key)
        try:
            new = made(desk, key, given, person.name)
        except Refused as refused:
            raise HTTPException(400, refused.says) from None
        parts = desk.parts
        return _answer(submit(parts.store, new, parts.clock(), parts.settings.levels, given.seen))

    @router.post("/reports/{key}/reviews/undo", responses=_ANSWERS, response_model=Done)
    def take_back(person: Reviewer, key: _Key, given: Undoing) -> Any:
        """Take back the last review that stands; that too is one more review."""
        parts = desk.parts
        with parts.store.read() as tx:
            _known(tx, key)
            if not verdicts.standing(reviews.of_report(tx, key)):
                raise HTTPException(400, "there is no review to undo")
        return _answer(undo(parts.store, key, person.name, parts.clock(), parts.settings.levels, given.seen))

    return router


def _known(tx: Transaction, key: str) -> None:
    """Raises HTTPException when no report has this whole key."""
    if reports.whole(tx, key) is None:
        raise HTTPException(404, "no report has this key")


def _answer(came: Reviewed) -> Done | JSONResponse:
    if came.newer:
        error = "somebody else reviewed it in the meantime: nothing was written"
        told = Overtaken(error=error, newer=review_shape(came.newer))
        return JSONResponse(told.model_dump(mode="json"), 409)
    retold = came.retold
    return Done(
        number=came.number,
        messages=came.owed,
        withdrawn=came.withdrawn,
        closed=retold.situation if retold.closed else None,
        reopened=retold.situation if retold.reopened else None,
        closed_too=[each.situation for each in came.elsewhere if each.closed],
        reopened_too=[each.situation for each in came.elsewhere if each.reopened],
    )
