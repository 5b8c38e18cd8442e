"""Texts that have been kept long enough: found in the order they were seen, and taken out once they lie elsewhere.

Of what somebody has reviewed the text stays: a model is made from it, and from a headline alone it would learn wrongly.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Report
from monitor.store import meta
from monitor.store.columns import Transaction
from monitor.store.review_tables import review
from monitor.store.tables import report, report_revision

LISTED = ("flagged", "uncertain")
ARCHIVED = "its text lies in the archive"

_COLUMNS = [report.c[field.name] for field in fields(Report)]


@dataclass(frozen=True, slots=True)
class Old:
    """A report as it reads now, how it was judged, and as it read before it was edited."""

    report: Report
    state: str
    earlier: tuple[Report, ...] = ()


def old(tx: Transaction, until: datetime, limit: int, *, listed: bool) -> list[Old]:
    """Reports that were first seen before then and still have their text, the oldest first."""
    state = report.c.state.in_(LISTED) if listed else report.c.state.not_in(LISTED)
    reached = meta.get(tx, _reached(listed=listed))
    found = sa.select(*_COLUMNS, report.c.state).where(report.c.seen_at < until, state, ~report.c.canary)
    is_reviewed = sa.exists().where(review.c.report_key == report.c.key)
    found = found.where(sa.or_(report.c.text != "", report.c.summary != ""), ~is_reviewed)
    if reached:
        found = found.where(report.c.seen_at >= datetime.fromisoformat(reached))
    rows = tx.execute(found.order_by(report.c.seen_at, report.c.key).limit(limit)).all()
    read = [Report(*row[:-1]) for row in rows]
    earlier = _earlier(tx, [each.key for each in read])
    return [Old(each, row[-1], tuple(earlier[each.key])) for each, row in zip(read, rows, strict=True)]


def take_out(tx: Transaction, reports: Sequence[Report], *, listed: bool) -> None:
    """The titles, the judgements and what was sent stay. What was edited or reviewed meanwhile is let be."""
    emptied = {"text": "", "summary": "", "note": ARCHIVED}
    reviewed = sa.exists().where(review.c.report_key == report.c.key)
    same = sa.tuple_(report.c.key, report.c.revision).in_([(each.key, each.revision) for each in reports])
    taking = sa.update(report).where(same, ~reviewed).values(emptied)
    taken = list(tx.scalars(taking.returning(report.c.key)))
    for key, some in _earlier(tx, taken).items():
        for each in some:
            mine = sa.and_(report_revision.c.report_key == key, report_revision.c.revision == each.revision)
            without = replace(each, text="", summary="", note=ARCHIVED)
            tx.execute(sa.update(report_revision).where(mine).values(report=without))
    meta.put(tx, _reached(listed=listed), max(each.seen_at for each in reports).isoformat())


def _earlier(tx: Transaction, keys: Sequence[str]) -> dict[str, list[Report]]:
    found: dict[str, list[Report]] = defaultdict(list)
    rows = sa.select(report_revision.c.report).where(report_revision.c.report_key.in_(keys))
    for each in tx.scalars(rows.order_by(report_revision.c.report_key, report_revision.c.revision)):
        found[each.key].append(each)
    return found


def _reached(*, listed: bool) -> str:
    """In meta: up to where was looked, so that each turn does not begin with the first report ever."""
    return "listed texts archived until" if listed else "texts archived until"
