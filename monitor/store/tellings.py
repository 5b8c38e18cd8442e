"""Who speaks in the reports of a situation. Whether two of them are independent is decided elsewhere."""

from collections.abc import Sequence
from dataclasses import fields
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa

from monitor import verdicts
from monitor.records import Report, Telling
from monitor.store import judgements, log_rows
from monitor.store.columns import Transaction
from monitor.store.dialect import chunks, insert
from monitor.store.tables import report, situation_report, telling

_TELLING = [telling.c[field.name] for field in fields(Telling)]
_REPORT = [report.c[field.name].label(f"report_{field.name}") for field in fields(Report)]
COMPARED = 200  # newest reports of a situation


class Version(NamedTuple):
    """A report as it stood in a situation: once it is edited, or read otherwise, it is another one."""

    situation: str
    report_key: str
    revision: int
    types: tuple[str, ...]


def keep(tx: Transaction, new: Telling) -> None:
    """Of a report's revisions the newest telling stands."""
    values = {column.name: getattr(new, column.name) for column in _TELLING}
    keeping = insert(tx, telling).values(values)
    changing = {name: keeping.excluded[name] for name in values if name != "report_key"}
    tx.execute(keeping.on_conflict_do_update(index_elements=["report_key"], set_=changing))
    log_rows.told(tx, new.report_key)


def all_of(tx: Transaction, key: str) -> list[Telling]:
    """Who speaks in each report of a situation, oldest first."""
    joined = sa.select(*_TELLING).join(situation_report, situation_report.c.report_key == telling.c.report_key)
    rows = tx.execute(joined.where(situation_report.c.situation == key).order_by(telling.c.at, telling.c.report_key))
    return [Telling(*row) for row in rows]


def as_reviewed(tx: Transaction, told: Sequence[Telling]) -> list[Telling]:
    """Without those found wrong and their copies, with the types that a person gave."""
    own = judgements.counting(tx, {key for each in told for key in (each.report_key, each.copy_of) if key})
    return verdicts.as_reviewed(
        told, own, judgements.sources(tx, judgements.originals(own) - {each.report_key for each in told})
    )


def of_situation(tx: Transaction, key: str) -> list[tuple[Report, Telling]]:
    """The reports of a situation with their tellings, oldest first; the newest COMPARED of them."""
    found = (
        sa.select(*_REPORT, *_TELLING)
        .join(telling, telling.c.report_key == report.c.key)
        .join(situation_report, situation_report.c.report_key == report.c.key)
        .where(situation_report.c.situation == key)
        .order_by(telling.c.at.desc(), report.c.key.desc())
        .limit(COMPARED)
    )
    rows = [(Report(*row[: len(_REPORT)]), Telling(*row[len(_REPORT) :])) for row in tx.execute(found)]
    return rows[::-1]


def versions(tx: Transaction, situations: Sequence[str]) -> list[Version]:
    """What `of_situation` has of each of these situations, one after another, without the texts."""
    columns = (situation_report.c.situation, telling.c.report_key, report.c.revision, telling.c.types)
    found = (
        sa.select(*columns)
        .join(telling, telling.c.report_key == situation_report.c.report_key)
        .join(report, report.c.key == situation_report.c.report_key)
        .where(situation_report.c.situation.in_(situations))
        .order_by(situation_report.c.situation, telling.c.at, report.c.key)
    )
    by_situation = groupby((Version(*row) for row in tx.execute(found)), key=lambda version: version.situation)
    return [version for _, some in by_situation for version in list(some)[-COMPARED:]]


def of_reports(tx: Transaction, keys: Sequence[str]) -> dict[str, tuple[Report, Telling]]:
    joined = sa.select(*_REPORT, *_TELLING).join(telling, telling.c.report_key == report.c.key)
    rows = [row for some in chunks(keys) for row in tx.execute(joined.where(report.c.key.in_(some)))]
    pairs = [(Report(*row[: len(_REPORT)]), Telling(*row[len(_REPORT) :])) for row in rows]
    return {each.key: (each, theirs) for each, theirs in pairs}


def version_of(situation: str, of: Report, theirs: Telling) -> Version:
    return Version(situation, of.key, of.revision, theirs.types)
