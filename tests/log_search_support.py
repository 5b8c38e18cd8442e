"""Reports, filters and rows of the log: what its tests share."""

from typing import Any

import sqlalchemy as sa

from monitor.records import Label
from monitor.store import Store, Transaction, log_search, reports
from monitor.store.log_search import Filters
from monitor.store.log_tables import log_place, log_row
from tests.examples import JASIM, assessment, report


def add(tx: Transaction, key: str, *labels: Label, hours: float = 0, **changes: Any) -> None:
    place = changes.pop("place", JASIM)
    kept = assessment(*(labels or ("siege",)), key=key, place=place)
    assert reports.add(tx, report(key, hours=hours, entry_key=key, **changes), kept)


def found(store: Store, **filters: Any) -> list[str]:
    with store.read() as tx:
        return [line.key for line in log_search.page(tx, Filters(**filters), 100).lines]


def kept(tx: Transaction) -> list[Any]:
    """All that is kept of each listed report, but for the bits that only tell apart what was seen at once."""
    rows = {row.number: tuple(row) for row in tx.execute(sa.select(log_row))}
    lines = {line.number: line for line in log_search.page(tx, Filters(), 1000).lines}
    filed = {
        number: sorted(tx.scalars(sa.select(log_place.c.place).where(log_place.c.number == number))) for number in rows
    }
    assert rows.keys() == lines.keys()
    return sorted((rows[at][1:], lines[at]._replace(number=at >> 10), filed[at]) for at in rows)
