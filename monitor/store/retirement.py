"""Texts that have been kept long enough: found in the order they were seen, and taken out once they lie elsewhere."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Report
from monitor.store import meta
from monitor.store.columns import Transaction
from monitor.store.tables import report, report_revision

LISTED = ("flagged", "uncertain")
ARCHIVED = "its text lies in the archive"

_COLUMNS = [report.c[field.name] for field in fields(Report)]


def old(tx: Transaction, until: datetime, limit: int, *, listed: bool) -> list[tuple[Report, str]]:
    """Reports with their state that were first seen before then and still have their text, the oldest first."""
    state = report.c.state.in_(LISTED) if listed else report.c.state.not_in(LISTED)
    reached = meta.get(tx, _reached(listed=listed))
    found = sa.select(*_COLUMNS, report.c.state).where(report.c.seen_at < until, state, ~report.c.canary)
    found = found.where(sa.or_(report.c.text != "", report.c.summary != ""))
    if reached:
        found = found.where(report.c.seen_at >= datetime.fromisoformat(reached))
    rows = tx.execute(found.order_by(report.c.seen_at, report.c.key).limit(limit))
    return [(Report(*row[:-1]), row[-1]) for row in rows]


def take_out(tx: Transaction, reports: Sequence[Report], *, listed: bool) -> None:
    """The title, the judgement and what was sent stay; older wordings go with the text."""
    keys = [each.key for each in reports]
    emptied = {"text": "", "summary": "", "note": ARCHIVED}
    tx.execute(sa.update(report).where(report.c.key.in_(keys)).values(emptied))
    tx.execute(sa.delete(report_revision).where(report_revision.c.report_key.in_(keys)))
    meta.put(tx, _reached(listed=listed), max(each.seen_at for each in reports).isoformat())


def _reached(*, listed: bool) -> str:
    """In meta: up to where was looked, so that each turn does not begin with the first report ever."""
    return "listed texts archived until" if listed else "texts archived until"
