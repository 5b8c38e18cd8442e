"""What people said of the reports. Append-only: the database itself refuses to change or remove a review."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Review
from monitor.store import dialect, log_rows
from monitor.store.columns import Transaction
from monitor.store.dialect import chunks
from monitor.store.review_tables import review

_GIVEN = [review.c[field.name] for field in fields(Review) if field.name != "number"]
_COLUMNS = [*_GIVEN, review.c.id]


def lock(tx: Transaction, report_key: str) -> None:
    """Of two who review a report at once the second waits, and then sees what the first one said."""
    dialect.lock(tx, [f"review of {report_key}"])


def add(tx: Transaction, new: Review) -> int:
    values = {column.name: getattr(new, column.name) for column in _GIVEN}
    number: int = tx.execute(sa.insert(review).values(values).returning(review.c.id)).scalar_one()
    log_rows.judged(tx, [new.report_key])
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


def reviewed_since(tx: Transaction, moment: datetime) -> list[str]:
    """Keys of the reports of which something was said since then."""
    return list(tx.scalars(sa.select(review.c.report_key).distinct().where(review.c.at >= moment)))
