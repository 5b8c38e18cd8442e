"""How many independent sources tell of what a listed report tells, what people said of it, and so its grade.

What a person found wrong counts for nobody, and neither do its copies.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from monitor import verdicts
from monitor.records import LABELS, Review, Telling
from monitor.store import judgements
from monitor.store.columns import Transaction
from monitor.store.dialect import chunks
from monitor.store.log_tables import log_row
from monitor.store.review_tables import review
from monitor.store.tables import situation_report, telling

UNCONFIRMED = "unconfirmed"
_TELLING = [telling.c[field.name] for field in fields(Telling)]


@dataclass(frozen=True, slots=True)
class _Counted:
    sources: int
    outlets: int


def judge(tx: Transaction, report_keys: Sequence[str]) -> None:
    """Note the last verdict on each, and count the sources of their situations anew."""
    note(tx, report_keys)
    count(tx, homes(tx, report_keys))


def note(tx: Transaction, report_keys: Sequence[str]) -> None:
    """The last verdict on each, and the grade that follows from what was counted before."""
    said = _reviews(tx, sa.select(*judgements.COLUMNS), report_keys)
    by = judgements.taken(tx, said)
    kept = sa.select(log_row.c.report_key, log_row.c.state, log_row.c.sources)
    for some in chunks(report_keys):
        for key, state, sources in tx.execute(kept.where(log_row.c.report_key.in_(some))).all():
            found = said.get(key, [])
            values = {"verdict": _verdict(found), "grade": _grade(by.get(key), state, sources)}
            if key in said:
                tx.execute(sa.update(log_row).where(log_row.c.report_key == key).values(values))


def corrected(tx: Transaction, report_keys: Sequence[str]) -> dict[str, Review | None]:
    """Of those of which a review ever named the right type or place: by which review each is taken."""
    said = _reviews(tx, sa.select(*judgements.COLUMNS), report_keys)
    return {
        key: verdicts.counting(found) for key, found in said.items() if any(each.types or each.place for each in found)
    }


def homes(tx: Transaction, report_keys: Sequence[str]) -> set[str]:
    """The situations that these reports belong to."""
    found: set[str] = set()
    for some in chunks(report_keys):
        theirs = sa.select(situation_report.c.situation).where(situation_report.c.report_key.in_(some))
        found |= set(tx.scalars(theirs))
    return found


def count(tx: Transaction, situations: Iterable[str]) -> None:
    """How many sources and outlets tell of what each listed report of these situations tells."""
    for key in sorted(situations):
        _count(tx, key)


def _count(tx: Transaction, key: str) -> None:
    kept = ("number", "report_key", "state", "types", "sources", "outlets", "grade")
    rows = tx.execute(sa.select(*(log_row.c[name] for name in kept)).where(log_row.c.situation == key)).all()
    if not rows:
        return
    told = _told(tx, key)
    theirs = sa.select(*judgements.COLUMNS).join(situation_report, situation_report.c.report_key == review.c.report_key)
    said = _reviews(tx, theirs.where(situation_report.c.situation == key))
    own = {each: verdicts.counting(found) for each, found in said.items()}
    here, originals = {each.report_key for each in told}, judgements.originals(own)
    own |= judgements.counting(tx, ({each.copy_of for each in told} | originals) - here - {""})
    by_label = _sources(verdicts.as_reviewed(told, own, judgements.sources(tx, originals - here)))
    for number, report_key, state, types, *known in rows:
        counted = [by_label[label] for bit, label in enumerate(LABELS) if types >> bit & 1 and label in by_label]
        found = max(counted, key=lambda each: (each.sources, each.outlets), default=_Counted(1, 1))
        values = (found.sources, found.outlets, _grade(verdicts.taken(report_key, own), state, found.sources))
        if values != tuple(known):
            named = dict(zip(("sources", "outlets", "grade"), values, strict=True))
            tx.execute(sa.update(log_row).where(log_row.c.number == number).values(named))


def _told(tx: Transaction, key: str) -> list[Telling]:
    joined = sa.select(*_TELLING).join(situation_report, situation_report.c.report_key == telling.c.report_key)
    return [Telling(*row) for row in tx.execute(joined.where(situation_report.c.situation == key))]


def _sources(told: Iterable[Telling]) -> dict[str, _Counted]:
    """Label -> how many independent sources and outlets tell of it."""
    sources: dict[str, set[str]] = defaultdict(set)
    outlets: dict[str, set[str]] = defaultdict(set)
    for each in told:
        for label in each.types:
            sources[label].add(each.source)
            outlets[label].add(each.outlet)
    return {label: _Counted(len(sources[label]), len(outlets[label])) for label in sources}


def _grade(taken_by: Review | None, state: str, sources: int) -> str:
    """Two that are unsure of the same thing alarm together, but do not make each other sure."""
    return verdicts.grade(taken_by, sources if state == "flagged" else 1)


def _verdict(said: Sequence[Review]) -> str:
    """By which the report is taken; "unsure" where nobody is sure, "" where nobody said anything that stands."""
    counts = verdicts.counting(said)
    return counts.verdict if counts else "unsure" if verdicts.standing(said) else ""


def _reviews(
    tx: Transaction, found: sa.Select[Any], report_keys: Sequence[str] | None = None
) -> dict[str, list[Review]]:
    """Those of each report that has any, in the order they were given."""
    said: dict[str, list[Review]] = defaultdict(list)
    wanted = [found] if report_keys is None else [found.where(review.c.report_key.in_(k)) for k in chunks(report_keys)]
    for some in wanted:
        for row in tx.execute(some.order_by(review.c.id)):
            said[row.report_key].append(Review(*row))
    return said
