"""The log as it is asked for: filtered, searched, a page at a time in either direction."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from monitor.records import LABELS, Grade, Label, Level, Verdict
from monitor.store import log_text
from monitor.store.columns import Transaction
from monitor.store.log_rows import number_of
from monitor.store.log_tables import log_line, log_place, log_row
from monitor.store.tables import alert_report, delivery
from monitor.text.searching import Term, asked

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


_ROW = (
    *(log_row.c.number, log_row.c.report_key, log_row.c.state, log_row.c.types, log_row.c.level, log_row.c.grade),
    *(log_row.c.verdict, log_row.c.feed, log_row.c.language, log_row.c.situation, log_row.c.sources),
    *(log_row.c.outlets, log_line.c.title, log_line.c.evidence, log_line.c.url, log_line.c.published_at),
    *(log_line.c.seen_at, log_line.c.revision, log_line.c.places, log_line.c.probability, log_line.c.model),
)
_TYPES = [tuple(label for bit, label in enumerate(LABELS) if bits >> bit & 1) for bits in range(1 << len(LABELS))]


def page(tx: Transaction, filters: Filters, limit: int, *, before: int | None = None, after: int | None = None) -> Page:
    """What comes before a number, or the nearest that comes after it; else the newest."""
    found = _lines(tx, _numbers(tx, filters, limit + 1, before=before, after=after))
    more = len(found) > limit
    if after is not None:
        lines = tuple(found[-limit:])
        return Page(lines, lines[-1].number if lines else None, lines[0].number if more else None)
    lines = tuple(found[:limit])
    return Page(lines, lines[-1].number if more else None, lines[0].number if lines and before is not None else None)


def newer(tx: Transaction, filters: Filters, than: int) -> int:
    """How many came after this number, MOST_NEWER at most."""
    found = _numbers(tx, filters, MOST_NEWER, after=than)
    return 0 if found is None else tx.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def newest(tx: Transaction) -> int:
    """The number of the newest line; 0: there is none."""
    return tx.scalar(sa.select(sa.func.max(log_row.c.number))) or 0


def _numbers(
    tx: Transaction, filters: Filters, limit: int, *, before: int | None = None, after: int | None = None
) -> sa.Select[Any] | None:
    """The numbers of a page; None when nothing that could be found is asked for."""
    terms = asked(filters.text)
    if filters.text.strip() and not terms:
        return None
    ends = [(before, operator.lt), (after, operator.gt)]
    ends += [(number_of(filters.since), operator.ge)] if filters.since else []
    ends += [(number_of(filters.until), operator.lt)] if filters.until else []
    bounds = [(bound, compare) for bound, compare in ends if bound is not None]
    walked, conditions = _walked(tx, filters, terms)
    conditions += [compare(walked, bound) for bound, compare in bounds]
    order = walked.asc() if after is not None else walked.desc()
    found = sa.select(walked.label("number")).where(*conditions).order_by(order)
    return found.limit(sa.literal_column(str(limit)))  # as a parameter it would be planned anew each time


def _walked(
    tx: Transaction, filters: Filters, terms: Sequence[Term]
) -> tuple[sa.ColumnElement[int], list[sa.ColumnElement[bool]]]:
    """The column of numbers that is walked along, in the table that leaves most out: words, a place, or all.

    All else is asked of each row on the way, as EXISTS: no planner then begins at the other end.
    """
    conditions = _conditions(filters)
    by_place = log_place.c.place.in_(filters.places)
    if not terms and len(filters.places) != 1:
        if filters.places:
            conditions.append(log_row.c.number.in_(sa.select(log_place.c.number).where(by_place)))
        return log_row.c.number, conditions
    if not terms:
        number: sa.ColumnElement[int] = log_place.c.number
        first = [log_place.c.place == filters.places[0]]
    else:
        number, first = log_text.hits(tx, terms)
        first += [sa.exists().where(by_place, log_place.c.number == number)] if filters.places else []
    rest = [sa.exists().where(log_row.c.number == number, *conditions)] if conditions else []
    return number, first + rest


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


def _lines(tx: Transaction, numbers: sa.Select[Any] | None) -> list[Line]:
    """Newest first. One statement: asking a second time costs more than the answer."""
    if numbers is None:
        return []
    chosen = numbers.subquery("chosen")
    told = (
        sa.select(sa.func.count(sa.distinct(delivery.c.recipient)))
        .join(alert_report, alert_report.c.alert_id == delivery.c.alert_id)
        .where(delivery.c.state == "sent", alert_report.c.report_key == log_row.c.report_key)
        .scalar_subquery()
    )
    found = sa.select(*_ROW, told).join(log_line, log_line.c.number == log_row.c.number)
    found = found.join(chosen, chosen.c.number == log_row.c.number).order_by(log_row.c.number.desc())
    return [
        Line(number, key, state, _TYPES[bits], level, *rest)
        for number, key, state, bits, level, *rest in tx.execute(found).all()
    ]
