"""The log as it is asked for: filtered, searched, a page at a time in either direction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from monitor.records import LABELS, Grade, Label, Level, Verdict
from monitor.store import codec, log_asking, log_text
from monitor.store.columns import Transaction
from monitor.store.log_asking import ANY, NONE, Filters, Part, Question
from monitor.store.log_tables import log_row

__all__ = ["ANY", "MOST_NEWER", "NONE", "Filters", "Line", "Page", "newer", "newest", "page"]

MOST_NEWER = 100  # counted; more are "100 and more"


class Line(NamedTuple):
    """One line of the log: a page makes fifty, and a frozen dataclass takes three times as long."""

    number: int
    key: str
    state: str
    types: tuple[Label, ...]
    level: Level | Literal[""]  # of its situation, "" if it belongs to none
    grade: Grade
    verdict: Verdict | Literal[""]
    feed: str
    language: str
    situation: str
    sources: int
    outlets: int
    title: str
    evidence: str  # verbatim
    url: str
    published_at: datetime | None
    seen_at: datetime
    revision: int
    places: tuple[str, ...]  # slugs, the finest first
    probability: float
    model: str
    sent: int = 0  # people who were told of it


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. `older`, `newer`: the numbers to go on from, None where there is nothing more."""

    lines: tuple[Line, ...]
    older: int | None
    newer: int | None


_TYPED, _PUBLISHED, _SEEN, _PLACED = (
    Line._fields.index(name) for name in ("types", "published_at", "seen_at", "places")
)
_NEWEST = sa.select(sa.func.max(log_row.c.number))
_TYPES = [tuple(label for bit, label in enumerate(LABELS) if bits >> bit & 1) for bits in range(1 << len(LABELS))]


def page(tx: Transaction, filters: Filters, limit: int, *, before: int | None = None, after: int | None = None) -> Page:
    """What comes before a number, or the nearest that comes after it; else the newest."""
    found = _lines(tx, filters, Part(limit + 1, before, after))
    more = len(found) > limit
    if after is not None:
        lines = tuple(found[-limit:])
        return Page(lines, lines[-1].number if lines else None, lines[0].number if more else None)
    lines = tuple(found[:limit])
    return Page(lines, lines[-1].number if more else None, lines[0].number if lines and before is not None else None)


def newer(tx: Transaction, filters: Filters, than: int) -> int:
    """How many came after this number, MOST_NEWER at most."""
    question = log_asking.how_many(tx.dialect.name, filters, Part(MOST_NEWER, after=than))
    return _asked(tx, question)[0][0] if question else 0


def newest(tx: Transaction) -> int:
    """The number of the newest line; 0: there is none."""
    return tx.scalar(_NEWEST) or 0


def _lines(tx: Transaction, filters: Filters, part: Part) -> list[Line]:
    """Newest first. One statement: asking a second time costs more than the answer."""
    question = log_asking.lines(tx.dialect.name, filters, part)
    return [_line(row) for row in _asked(tx, question)] if question else []


def _asked(tx: Transaction, question: Question) -> Sequence[sa.Row[Any]]:
    if question.terms:
        log_text.search_by_index(tx, narrowed=question.narrowed)
    return tx.execute(sa.text(question.sql), question.values).all()


def _line(row: sa.Row[Any]) -> Line:
    """Of a row with the fields of a line in their order, as the database has them."""
    values: list[Any] = list(row)
    values[_TYPED] = _TYPES[row[_TYPED]]
    values[_PUBLISHED] = row[_PUBLISHED] and _moment(row[_PUBLISHED])
    values[_SEEN] = _moment(row[_SEEN])
    values[_PLACED] = _slugs(row[_PLACED])
    return Line._make(values)


def _moment(kept: str | datetime) -> datetime:
    """As a file keeps it, or as a server sends it."""
    return datetime.fromisoformat(f"{kept}+00:00") if isinstance(kept, str) else kept.astimezone(UTC)


@lru_cache(4096)
def _slugs(kept: str) -> tuple[str, ...]:
    places: tuple[str, ...] = codec.from_json(tuple[str, ...], json.loads(kept))
    return places
