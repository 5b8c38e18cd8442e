"""Which listed reports wait for a review: keys alone, looked up along the indexes of the log."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.store.columns import Transaction
from monitor.store.dialect import chunks
from monitor.store.log_rows import number_of
from monitor.store.log_tables import log_row
from monitor.store.tables import telling

_original = log_row.alias("original")


def unreviewed(
    tx: Transaction, state: str, since: datetime, limit: int, *, levels: Sequence[str] = (), but: Sequence[str] = ()
) -> list[str]:
    """The newest first; a copy is not asked about beside what it copies. `levels`: only these, `but`: all but these."""
    found = sa.select(log_row.c.report_key).where(
        log_row.c.verdict == "", log_row.c.number >= number_of(since), log_row.c.state == state
    )
    if levels:
        found = found.where(log_row.c.level.in_(levels))
    if but:
        found = found.where(log_row.c.level.not_in(but))
    copied = (
        sa.exists()
        .where(telling.c.report_key == log_row.c.report_key, telling.c.copy_of != "")
        .where(_original.c.report_key == telling.c.copy_of)
    )
    return list(tx.scalars(found.where(~copied).order_by(log_row.c.number.desc()).limit(limit)))


def copies(tx: Transaction, report_keys: Sequence[str]) -> list[tuple[str, str]]:
    """(copy, what it copies), where either is among these reports."""
    found: set[tuple[str, str]] = set()
    columns = sa.select(telling.c.report_key, telling.c.copy_of)
    for some in chunks(report_keys):
        rows = tx.execute(columns.where(telling.c.copy_of.in_(some)))
        found |= {(mine, other) for mine, other in rows}
        rows = tx.execute(columns.where(telling.c.report_key.in_(some), telling.c.copy_of != ""))
        found |= {(mine, other) for mine, other in rows}
    return sorted(found)


def flagged(tx: Transaction, report_keys: Sequence[str]) -> set[str]:
    """Those of the reports that are flagged."""
    found: set[str] = set()
    for some in chunks(report_keys):
        rows = sa.select(log_row.c.report_key).where(log_row.c.report_key.in_(some), log_row.c.state == "flagged")
        found |= set(tx.scalars(rows))
    return found
