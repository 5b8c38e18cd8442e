"""Pages that could not be fetched: which reports stand on less than there was to read, and when to ask again."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Report, UnreadPage
from monitor.store.columns import Transaction
from monitor.store.dialect import chunks, insert
from monitor.store.feed_tables import unread_page
from monitor.store.tables import report

_PAGE = [unread_page.c[field.name] for field in fields(UnreadPage)]
_REPORT = [report.c[field.name] for field in fields(Report)]
_IS_DUE = sa.and_(
    unread_page.c.feed == sa.bindparam("of"),
    unread_page.c.due_at <= sa.bindparam("by", type_=unread_page.c.due_at.type),
)
_AMONG = (
    sa.select(unread_page.c.feed)
    .where(
        unread_page.c.feed.in_(sa.bindparam("several", expanding=True)),
        unread_page.c.due_at <= sa.bindparam("by", type_=unread_page.c.due_at.type),
    )
    .distinct()
)
_DUE = (
    sa.select(*_PAGE, *_REPORT)
    .join(report, report.c.key == unread_page.c.report_key)
    .where(_IS_DUE)
    .order_by(unread_page.c.due_at, unread_page.c.report_key)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def owe(tx: Transaction, feed: str, page: UnreadPage, due_at: datetime) -> None:
    """Ask for it at `due_at`, or then instead of earlier decided."""
    values = {column.name: getattr(page, column.name) for column in _PAGE} | {"feed": feed, "due_at": due_at}
    adding = insert(tx, unread_page).values(values)
    later = {name: values[name] for name in ("due_at", "tries", "since", "date_note")}
    tx.execute(adding.on_conflict_do_update(index_elements=["report_key"], set_=later))


def due(tx: Transaction, feed: str, now: datetime, limit: int) -> list[tuple[UnreadPage, Report]]:
    """Those of the feed that may be asked for now, the longest waiting first."""
    rows = tx.execute(_DUE, {"of": feed, "by": now, "most": limit})
    return [(UnreadPage(*row[: len(_PAGE)]), Report(*row[len(_PAGE) :])) for row in rows]


def due_among(tx: Transaction, feeds: Sequence[str], now: datetime) -> frozenset[str]:
    """For which of these feeds `due` would find any. Asked at every poll: nearly always there is none."""
    return frozenset(name for some in chunks(feeds) for name in tx.scalars(_AMONG, {"several": some, "by": now}))


def settle(tx: Transaction, report_key: str) -> None:
    """Its page was read, or there is no use in asking again."""
    tx.execute(sa.delete(unread_page).where(unread_page.c.report_key == report_key))
