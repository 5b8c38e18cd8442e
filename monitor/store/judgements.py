"""What people said of reports: by which review each is taken. It only reads.

A report that a person called the duplicate of another is taken as that one is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

import sqlalchemy as sa

from monitor import verdicts
from monitor.records import Review
from monitor.store.columns import Transaction
from monitor.store.dialect import chunks
from monitor.store.review_tables import review
from monitor.store.tables import telling

COLUMNS = [review.c["id" if field.name == "number" else field.name] for field in fields(Review)]


def of_reports(tx: Transaction, keys: Sequence[str]) -> dict[str, tuple[Review, ...]]:
    """In the order they were given."""
    found: dict[str, tuple[Review, ...]] = dict.fromkeys(keys, ())
    for some in chunks(keys):
        for row in tx.execute(sa.select(*COLUMNS).where(review.c.report_key.in_(some)).order_by(review.c.id)):
            found[row.report_key] += (Review(*row),)
    return found


def counting(tx: Transaction, keys: Iterable[str]) -> dict[str, Review | None]:
    """Key -> the review that counts of these reports, and of all that a person called them duplicates of."""
    found: dict[str, Review | None] = {}
    asked = set(keys)
    while asked:
        found |= {key: verdicts.counting(given) for key, given in of_reports(tx, sorted(asked)).items()}
        asked = originals(found) - found.keys()
    return found


def originals(own: Mapping[str, Review | None]) -> set[str]:
    """What the duplicates among them repeat."""
    return {verdicts.repeated(each) for each in own.values()} - {""}


def taken(tx: Transaction, keys: Iterable[str]) -> dict[str, Review | None]:
    """Key -> the review by which the report is taken."""
    wanted = set(keys)
    own = counting(tx, wanted)
    return {key: verdicts.taken(key, own) for key in wanted}


def repeating(tx: Transaction, key: str) -> list[str]:
    """The reports that are taken as this one is: its duplicates, and theirs; the nearer ones first."""
    found = [key]
    for each in found:
        named = sa.select(review.c.report_key).distinct().where(review.c.duplicate_of == each)
        own = counting(tx, [other for other in tx.scalars(named) if other not in found])
        found += sorted(other for other, said in own.items() if verdicts.repeated(said) == each)
    return found[1:]


def sources(tx: Transaction, keys: Iterable[str]) -> dict[str, str]:
    """Key -> who speaks in that report, where that is known."""
    speaks = sa.select(telling.c.report_key, telling.c.source)
    some = (tx.execute(speaks.where(telling.c.report_key.in_(chunk))) for chunk in chunks(sorted(keys)))
    return {key: source for rows in some for key, source in rows}
