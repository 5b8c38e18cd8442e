"""Pages that could not be fetched: which reports stand on less than there was to read, and when to ask again."""

from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Report, UnreadPage
from monitor.store.columns import Transaction
from monitor.store.dialect import insert
from monitor.store.feed_tables import unread_page
from monitor.store.tables import report

_PAGE = [unread_page.c[field.name] for field in fields(UnreadPage)]
_REPORT = [report.c[field.name] for field in fields(Report)]


def owe(tx: Transaction, feed: str, page: UnreadPage, due_at: datetime) -> None:
    """Ask for it at `due_at`, or then instead of earlier decided."""
    values = {column.name: getattr(page, column.name) for column in _PAGE} | {"feed": feed, "due_at": due_at}
    adding = insert(tx, unread_page).values(values)
    later = {name: values[name] for name in ("due_at", "tries", "since", "date_note")}
    tx.execute(adding.on_conflict_do_update(index_elements=["report_key"], set_=later))


def due(tx: Transaction, feed: str, now: datetime, limit: int) -> list[tuple[UnreadPage, Report]]:
    """Those of the feed that may be asked for now, the longest waiting first."""
    found = sa.select(*_PAGE, *_REPORT).join(report, report.c.key == unread_page.c.report_key)
    found = found.where(unread_page.c.feed == feed, unread_page.c.due_at <= now)
    rows = tx.execute(found.order_by(unread_page.c.due_at, unread_page.c.report_key).limit(limit))
    return [(UnreadPage(*row[: len(_PAGE)]), Report(*row[len(_PAGE) :])) for row in rows]


def settle(tx: Transaction, report_key: str) -> None:
    """Its page was read, or there is no use in asking again."""
    tx.execute(sa.delete(unread_page).where(unread_page.c.report_key == report_key))
