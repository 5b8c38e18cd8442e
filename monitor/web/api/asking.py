"""The parameters that lists share, checked: how many, where to go on, and the filters of the log."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Literal, TypeVar

from fastapi import HTTPException, Query

from monitor.records import Grade, Label, Level, Verdict
from monitor.store.columns import Cursor
from monitor.web import cursors
from monitor.web.filtering import Asked, Terms

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Before = Annotated[str | None, Query(max_length=200, description="The cursor `next` of the page before.")]
Number = Annotated[int, Query(ge=0, le=2**63 - 1)]
T = TypeVar("T")
Words = Annotated[list[str] | None, Query(max_length=20)]


def number_of(cursor: str | None, name: str = "before") -> int | None:
    """Raises HTTPException for what is no cursor of ours."""
    return _read(cursors.number, cursor, name)


def row_of(cursor: str | None, name: str = "before") -> Cursor | None:
    """The same for lists that are not numbered."""
    return _read(cursors.row, cursor, name)


def _read(how: Callable[[str], T | None], cursor: str | None, name: str) -> T | None:
    if cursor is None:
        return None
    found = how(cursor)
    if found is None:
        raise HTTPException(400, f"{name} is no cursor of this API: take `next` of a page as it is")
    return found


def filters(terms: Terms) -> Callable[..., Awaitable[Asked]]:
    """A dependency that reads the filters of the log."""

    async def wanted(  # noqa: PLR0913, PLR0917  one a parameter of the address; a thread would cost more
        q: Annotated[str | None, Query(max_length=200, description='Words; "in a row"; beginnings*.')] = None,
        place: Annotated[
            list[str] | None, Query(max_length=20, description="Slug or name; what lies in it too.")
        ] = None,
        type: Annotated[list[Label] | None, Query()] = None,  # noqa: A002
        level: Annotated[list[Level] | None, Query()] = None,
        grade: Annotated[list[Grade] | None, Query()] = None,
        review: Annotated[list[Verdict | Literal["none", "any"]] | None, Query()] = None,
        state: Annotated[list[Literal["flagged", "uncertain"]] | None, Query()] = None,
        outlet: Annotated[list[str] | None, Query(max_length=20, description="Outlet, or name of a feed.")] = None,
        language: Annotated[list[str] | None, Query(max_length=20, description="ISO 639-1.")] = None,
        since: Annotated[date | str | None, Query(description="A day of Damascus, or an ISO time.")] = None,
        until: Annotated[date | str | None, Query(description="The same; a day is included.")] = None,
    ) -> Asked:
        one = (("q", q), ("since", since), ("until", until))
        many = (
            *(("place", place), ("type", type), ("level", level), ("grade", grade), ("review", review)),
            *(("state", state), ("outlet", outlet), ("language", language)),
        )
        pairs = [(name, str(value)) for name, value in one if value is not None]
        asked = terms.read(pairs + [(name, value) for name, values in many for value in values or ()])
        return understood(asked)

    return wanted


def understood(asked: Asked) -> Asked:
    """Raises HTTPException if something in it was not."""
    if asked.wrong:
        says = "; ".join(f"{name}: {value!r} is not known here" for name, value in asked.wrong[:5])
        raise HTTPException(400, says)
    return asked
