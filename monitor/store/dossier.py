"""All that is known of one report, for whoever shows it: its words and judgements, its company, whom it reached."""

from dataclasses import dataclass

import sqlalchemy as sa

from monitor import verdicts
from monitor.records import Alert, Assessment, DeliveryState, LogRow, Report, Situation, Telling
from monitor.store import audits, outbox, reports, situations, tellings, withheld
from monitor.store.columns import Transaction
from monitor.store.tables import alert, alert_report


@dataclass(frozen=True, slots=True)
class Told:
    """An alert that tells of the report, and what became of it. `withheld`: (recipient, reason)."""

    alert: Alert
    deliveries: tuple[DeliveryState, ...]
    withheld: tuple[tuple[str, str], ...]


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
        tuple(_told(tx, whole)),
        tuple(reports.revisions(tx, whole)[:-1]),
        is_silent and not verdicts.standing(row.reviews) and audits.is_drawn(tx, whole),
    )


def _told(tx: Transaction, key: str) -> list[Told]:
    rows = sa.select(alert.c.id, alert.c.record).join(alert_report, alert_report.c.alert_id == alert.c.id)
    found = tx.execute(rows.where(alert_report.c.report_key == key).order_by(alert.c.id)).all()
    return [
        Told(
            record,
            tuple(outbox.of_alert(tx, number)),
            tuple((who, why) for who, why, _ in withheld.of_alert(tx, number)),
        )
        for number, record in found
    ]
