"""All that is known of one report, for whoever shows it: its words and judgements, its company, whom it reached."""

from dataclasses import dataclass

from monitor import verdicts
from monitor.records import Assessment, LogRow, Report, Situation, Telling
from monitor.store import audits, reports, situations, tellings, told
from monitor.store.columns import Transaction
from monitor.store.told import Told


@dataclass(frozen=True, slots=True)
class Companion:
    """Another report of the same situation. `copies`: it repeats this one, or this one repeats it."""

    telling: Telling
    report: Report
    copies: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    row: LogRow
    situation: Situation | None
    telling: Telling | None
    companions: tuple[Companion, ...]
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
    company = tellings.of_situation(tx, home.key) if home else []
    mine = next((each for report, each in company if report.key == whole), None)
    # not of what was told of since: it is flagged, or stands in a situation
    is_silent = row.assessment.state == "clear" and home is None
    return Dossier(
        row,
        home,
        mine,
        tuple(
            Companion(each, report, each.copy_of == whole or (mine is not None and mine.copy_of == report.key))
            for report, each in company
            if report.key != whole
        ),
        tuple(told.of_report(tx, whole)),
        tuple(reports.revisions(tx, whole)[:-1]),
        is_silent and not verdicts.standing(row.reviews) and audits.is_drawn(tx, whole),
    )
