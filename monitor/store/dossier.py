"""All that is known of one report, for whoever shows it: its words and judgements, its company, whom it reached."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa

from monitor import verdicts
from monitor.records import Assessment, LogRow, Report, Situation, Telling
from monitor.store import audits, reports, situations, told
from monitor.store.columns import Transaction
from monitor.store.tables import report, situation_report, telling
from monitor.store.told import Told

SHOWN = 30  # of its copies, and of the other reports of its situation
_TELLING = [telling.c[field.name] for field in fields(Telling)]
_WORDS = (report.c.title, report.c.language, sa.func.substr(report.c.text, 1, 200))


@dataclass(frozen=True, slots=True)
class Companion:
    """Another report of the same situation. `begins`: the first words, by which one without a title is known."""

    telling: Telling
    title: str
    language: str
    begins: str


@dataclass(frozen=True, slots=True)
class Company:
    """The newest SHOWN of them, the newest first, and how many there are."""

    shown: tuple[Companion, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Dossier:
    row: LogRow
    situation: Situation | None
    telling: Telling | None
    copies: Company  # that repeat it, or that it repeats
    others: Company  # of the same situation
    told: tuple[Told, ...]
    older: tuple[tuple[Report, Assessment], ...]  # as it read before, oldest first
    is_blind: bool  # drawn for the audit and not answered: whoever is asked must not see what the model thought


def read(tx: Transaction, key: str) -> Dossier | None:
    """Of the report with this key, or the only one whose key begins so."""
    row = reports.get(tx, key)
    return of_row(tx, row) if row else None


def of_row(tx: Transaction, row: LogRow) -> Dossier:
    whole = row.report.key
    home = situations.of_report(tx, whole)
    found = tx.execute(sa.select(*_TELLING).where(telling.c.report_key == whole)).one_or_none() if home else None
    mine = Telling(*found) if found else None
    is_copy = sa.or_(telling.c.copy_of == whole, telling.c.report_key == (mine.copy_of if mine else ""))
    # not of what was told of since: it is flagged, or stands in a situation
    is_silent = row.assessment.state == "clear" and home is None
    return Dossier(
        row,
        home,
        mine,
        _company(tx, home, (telling.c.report_key != whole, is_copy)),
        _company(tx, home, (telling.c.report_key != whole, ~is_copy)),
        tuple(told.of_report(tx, whole)),
        tuple(reports.revisions(tx, whole)[:-1]),
        is_silent and not verdicts.standing(row.reviews) and audits.is_drawn(tx, whole),
    )


def _company(tx: Transaction, home: Situation | None, which: Sequence[sa.ColumnElement[bool]]) -> Company:
    if home is None:
        return Company()
    joined = sa.join(telling, situation_report, situation_report.c.report_key == telling.c.report_key)
    of_home = (situation_report.c.situation == home.key, *which)
    newest = sa.select(*_TELLING, *_WORDS).select_from(joined.join(report, report.c.key == telling.c.report_key))
    newest = newest.where(*of_home).order_by(telling.c.at.desc(), telling.c.report_key.desc()).limit(SHOWN)
    shown = tuple(Companion(Telling(*row[: len(_TELLING)]), *row[len(_TELLING) :]) for row in tx.execute(newest))
    if len(shown) < SHOWN:
        return Company(shown, len(shown))
    return Company(shown, tx.scalar(sa.select(sa.func.count()).select_from(joined).where(*of_home)) or 0)
