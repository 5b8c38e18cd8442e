"""The log as it is asked for: filtered, searched, a page at a time in either direction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.records import LABELS
from monitor.store import log_text, outbox
from monitor.store.columns import Transaction
from monitor.store.log_rows import number_of
from monitor.store.log_tables import log_line, log_place, log_row
from monitor.text.searching import asked

ANY = "any"  # as a review state: somebody reviewed it
NONE = "none"
MOST_NEWER = 100  # counted; more are "100 and more"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty means any. `since` is included, `until` is not, both by the time first seen."""

    places: tuple[str, ...] = ()  # slugs; what lies inside counts
    types: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()  # verdicts, or "any", "none"
    states: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    number: int
    key: str
    state: str
    types: tuple[str, ...]
    level: str  # of its situation, "" if it belongs to none
    grade: str
    verdict: str
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
    sent: int = 0  # messages that told of it


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. `older`, `newer`: the numbers to go on from, None where there is nothing more."""

    lines: tuple[Line, ...]
    older: int | None
    newer: int | None


_ROW = (
    *(log_row.c.number, log_row.c.report_key, log_row.c.state, log_row.c.types, log_row.c.level, log_row.c.grade),
    *(log_row.c.verdict, log_row.c.feed, log_row.c.language, log_row.c.situation, log_row.c.sources),
    *(log_row.c.outlets, log_line.c.title, log_line.c.evidence, log_line.c.url, log_line.c.published_at),
    *(log_line.c.seen_at, log_line.c.revision, log_line.c.places, log_line.c.probability, log_line.c.model),
)
_NAMES = [field.name for field in fields(Line) if field.name != "sent"]


def page(tx: Transaction, filters: Filters, limit: int, *, before: int | None = None, after: int | None = None) -> Page:
    """What comes before a number, or the nearest that comes after it; else the newest."""
    numbers = _numbers(tx, filters, limit + 1, before=before, after=after)
    more, numbers = len(numbers) > limit, numbers[:limit]
    if after is not None:
        numbers.reverse()
        return Page(_lines(tx, numbers), numbers[-1] if numbers else None, numbers[0] if more else None)
    newer = numbers[0] if numbers and before is not None else None
    return Page(_lines(tx, numbers), numbers[-1] if more else None, newer)


def get(tx: Transaction, report_key: str) -> Line | None:
    number = tx.scalar(sa.select(log_row.c.number).where(log_row.c.report_key == report_key))
    return next(iter(_lines(tx, [number])), None) if number is not None else None


def newer(tx: Transaction, filters: Filters, than: int) -> int:
    """How many came after this number, MOST_NEWER at most."""
    return len(_numbers(tx, filters, MOST_NEWER, after=than))


def newest(tx: Transaction) -> int:
    """The number of the newest line; 0: there is none."""
    return tx.scalar(sa.select(sa.func.max(log_row.c.number))) or 0


def iterate(tx: Transaction, filters: Filters, size: int = 500) -> Iterator[Line]:
    """All that fits, newest first, a page in memory at a time."""
    before: int | None = None
    while True:
        found = page(tx, filters, size, before=before)
        yield from found.lines
        if found.older is None:
            return
        before = found.older


def used(tx: Transaction, column: str) -> list[str]:
    """The values of `feed` or `language` that occur: one step of the index for each."""
    kept, found = log_row.c[column], list[str]()
    while (value := tx.scalar(sa.select(sa.func.min(kept)).where(kept > (found[-1] if found else "")))) is not None:
        found.append(value)
    return found


def _numbers(
    tx: Transaction, filters: Filters, limit: int, *, before: int | None = None, after: int | None = None
) -> list[int]:
    terms = asked(filters.text)
    if filters.text.strip() and not terms:
        return []  # nothing that could be found was asked for
    walked, source, conditions = _walked(tx, filters, terms)
    ends = ((before, walked.__lt__), (after, walked.__gt__))
    conditions += [compare(bound) for bound, compare in ends if bound is not None]
    conditions += [walked >= number_of(filters.since)] if filters.since else []
    conditions += [walked < number_of(filters.until)] if filters.until else []
    order = walked.asc() if after is not None else walked.desc()
    found = sa.select(walked).select_from(source).where(*conditions).order_by(order).limit(limit)
    return list(tx.scalars(found))


def _walked(
    tx: Transaction, filters: Filters, terms: Sequence[Any]
) -> tuple[sa.ColumnElement[int], sa.FromClause, list[sa.ColumnElement[bool]]]:
    """The column of numbers that is walked along, from the table that leaves most out: words, a place, or all."""
    conditions = _conditions(filters)
    by_place = log_place.c.place.in_(filters.places)
    if terms:
        words, number = log_text.source(tx)
        conditions.append(log_text.holds(tx, terms))
        if filters.places:
            conditions.append(sa.exists().where(by_place, log_place.c.number == number))
        joined = words.join(log_row, log_row.c.number == number) if len(conditions) > 1 else words
        return number, joined, conditions
    if len(filters.places) == 1:
        joined = log_place.join(log_row, log_row.c.number == log_place.c.number) if conditions else log_place
        return log_place.c.number, joined, [log_place.c.place == filters.places[0], *conditions]
    if filters.places:
        conditions.append(log_row.c.number.in_(sa.select(log_place.c.number).where(by_place)))
    return log_row.c.number, log_row, conditions


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    asked_for = (
        (log_row.c.level, filters.levels),
        (log_row.c.grade, filters.grades),
        (log_row.c.state, filters.states),
        (log_row.c.feed, filters.feeds),
        (log_row.c.language, filters.languages),
    )
    conditions = [_one_of(column, wanted) for column, wanted in asked_for if wanted]
    if filters.types:
        bits = sum(1 << LABELS.index(label) for label in LABELS if label in filters.types)
        conditions.append(log_row.c.types.bitwise_and(bits) != 0)
    if filters.reviews:
        conditions.append(_reviewed(filters.reviews))
    return conditions


def _one_of(column: sa.ColumnElement[str], wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    return column == wanted[0] if len(wanted) == 1 else column.in_(wanted)


def _reviewed(wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    if ANY in wanted:
        return sa.true() if NONE in wanted else log_row.c.verdict != ""
    return _one_of(log_row.c.verdict, ["" if each == NONE else each for each in wanted])


def _lines(tx: Transaction, numbers: Sequence[int]) -> tuple[Line, ...]:
    """In this order."""
    joined = sa.select(*_ROW).join(log_line, log_line.c.number == log_row.c.number)
    rows = {row[0]: row for row in tx.execute(joined.where(log_row.c.number.in_(numbers)))}
    sent = outbox.sent(tx, [row[1] for row in rows.values()])
    return tuple(_line(rows[number], sent) for number in numbers if number in rows)


def _line(row: Sequence[Any], sent: Mapping[str, int]) -> Line:
    values = dict(zip(_NAMES, row, strict=True))
    values["types"] = _types(values["types"])
    return Line(**values, sent=sent.get(values["key"], 0))


def _types(bits: int) -> tuple[str, ...]:
    return tuple(label for bit, label in enumerate(LABELS) if bits >> bit & 1)
