"""Who has heard what: of a situation, and how much today. From the rows `delivery`."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Alert
from monitor.store.columns import Instant, Transaction
from monitor.store.tables import alert, alert_report, delivery, situation_report

_COMES = delivery.c.state != "given_up"


def told(tx: Transaction, situation: str) -> dict[str, list[Alert]]:
    """Recipient -> what they were told, or are about to be, of reports of this situation, oldest first; lines of a
    summary or digest too.
    """
    stands = sa.select(situation_report.c.report_key).where(situation_report.c.situation == situation)
    rests = sa.select(alert_report.c.alert_id).where(alert_report.c.report_key.in_(stands))
    found = sa.select(delivery.c.recipient, delivery.c.alert_id).where(delivery.c.alert_id.in_(rests), _COMES)
    keys = set(tx.scalars(stands))
    heard_of = sorted(tuple(row) for row in tx.execute(found.distinct()))
    lines = {  # each unpacked once, however many were told; asked last, as another worker may owe more meanwhile
        number: [each for each in (record, *record.lines) if each.report_key in keys]
        for number, record in tx.execute(sa.select(alert.c.id, alert.c.record).where(alert.c.id.in_(rests)))
    }
    heard: dict[str, list[Alert]] = {}
    for name, number in heard_of:
        heard.setdefault(name, []).extend(lines[number])
    return heard


def of_story(tx: Transaction, situation: str) -> tuple[list[Alert], frozenset[str]]:
    """What was told of the situation or of a report that stands in it now, oldest first; and the reports which that
    rests on that stand elsewhere: a person merged or split.
    """
    stands = sa.select(situation_report.c.report_key).where(situation_report.c.situation == situation)
    rests = sa.select(alert_report.c.alert_id).where(alert_report.c.report_key.in_(stands))
    columns = sa.select(alert.c.id, alert.c.record)
    found = [
        *tx.execute(columns.where(alert.c.situation == situation)),
        *tx.execute(columns.where(alert.c.id.in_(rests), alert.c.situation.not_in(("", situation)))),
    ]
    told = [row.record for row in sorted(found, key=lambda row: int(row.id))]
    here = set(tx.scalars(stands))
    return told, frozenset(each.report_key for each in told) - here


def pushes(tx: Transaction, recipient: str, kinds: Collection[str], since: datetime) -> list[datetime]:
    """When the alerts of these kinds that were made owed since then reached, or will reach, the recipient."""
    at = sa.func.min(sa.func.coalesce(delivery.c.sent_at, delivery.c.due_at), type_=Instant)
    found = (
        sa.select(alert.c.occasion, at)
        .join(alert, alert.c.id == delivery.c.alert_id)
        .where(delivery.c.recipient == recipient, delivery.c.created_at >= since, _COMES, alert.c.situation != "")
        .group_by(alert.c.id, alert.c.occasion)
    )
    return [moment for occasion, moment in tx.execute(found) if occasion.split(":")[1] in kinds]
