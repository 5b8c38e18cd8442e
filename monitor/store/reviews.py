"""What people said of the reports. Append-only: the database itself refuses to change or remove a review."""

from collections.abc import Sequence

import sqlalchemy as sa

from monitor.records import Review
from monitor.store.columns import Transaction
from monitor.store.dialect import chunks
from monitor.store.tables import review

_COLUMNS = [review.c.report_key, review.c.verdict, review.c.note, review.c.reviewer, review.c.at]


def add(tx: Transaction, new: Review) -> int:
    values = {column.name: getattr(new, column.name) for column in _COLUMNS}
    number: int = tx.execute(sa.insert(review).values(values).returning(review.c.id)).scalar_one()
    return number


def of_report(tx: Transaction, key: str) -> list[Review]:
    """In the order they were given."""
    return list(of_reports(tx, [key])[key])


def of_reports(tx: Transaction, keys: Sequence[str]) -> dict[str, tuple[Review, ...]]:
    found: dict[str, tuple[Review, ...]] = dict.fromkeys(keys, ())
    for some in chunks(keys):
        for row in tx.execute(sa.select(*_COLUMNS).where(review.c.report_key.in_(some)).order_by(review.c.id)):
            found[row.report_key] += (Review(*row),)
    return found
