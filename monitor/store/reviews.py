"""What people said of the reports. Append-only: the database itself refuses to change or remove a review."""

from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Review
from monitor.store import dialect, judgements, log_rows
from monitor.store.columns import Transaction
from monitor.store.review_tables import review


def lock(tx: Transaction) -> None:
    """Of two who review at once the second waits, and then sees what the first one said: also of another report, which
    his may be a duplicate of.
    """
    dialect.lock(tx, ["reviews"])


def add(tx: Transaction, new: Review) -> int:
    values = {field.name: getattr(new, field.name) for field in fields(Review) if field.name != "number"}
    number: int = tx.execute(sa.insert(review).values(values).returning(review.c.id)).scalar_one()
    log_rows.judged(tx, [new.report_key, *judgements.repeating(tx, new.report_key)])
    return number


def of_report(tx: Transaction, key: str) -> list[Review]:
    """In the order they were given."""
    return list(judgements.of_reports(tx, [key])[key])


def reviewed_since(tx: Transaction, moment: datetime) -> list[str]:
    """Keys of the reports of which something was said since then."""
    return list(tx.scalars(sa.select(review.c.report_key).distinct().where(review.c.at >= moment)))
