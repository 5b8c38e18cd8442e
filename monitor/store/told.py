"""Alerts with what became of them: their messages, who has seen one, and from whom they were kept back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from monitor.records import Alert, DeliveryState
from monitor.store import acknowledgements, outbox, withheld
from monitor.store.acknowledgements import Acknowledgement
from monitor.store.columns import Transaction
from monitor.store.tables import alert, alert_report

_COLUMNS = sa.select(alert.c.id, alert.c.record, alert.c.held)


@dataclass(frozen=True, slots=True)
class Told:
    """`held`: why it was not told by itself, see outbox.announce; "" when it was."""

    alert: Alert
    held: str
    sent: tuple[DeliveryState, ...]
    kept_back: tuple[tuple[str, str, int | None], ...]  # (recipient, reason, silence)
    seen: Mapping[int, Acknowledgement]  # by the number of the message


def of_situation(tx: Transaction, key: str, limit: int) -> list[Told]:
    """The newest first."""
    return _told(tx, _COLUMNS.where(alert.c.situation == key).order_by(alert.c.id.desc()).limit(limit))


def of_report(tx: Transaction, key: str) -> list[Told]:
    """Oldest first; summaries and digests that list it too."""
    about = _COLUMNS.join(alert_report, alert_report.c.alert_id == alert.c.id)
    return _told(tx, about.where(alert_report.c.report_key == key).order_by(alert.c.id))


def _told(tx: Transaction, found: sa.Select[Any]) -> list[Told]:
    rows: Sequence[tuple[int, Alert, str]] = [(number, record, held) for number, record, held in tx.execute(found)]
    numbers = [number for number, *_ in rows]
    messages: dict[str, list[DeliveryState]] = defaultdict(list)
    for each in outbox.of_alerts(tx, numbers):
        messages[each.occasion].append(each)
    seen = acknowledgements.of_alerts(tx, numbers)
    kept = withheld.of_alerts(tx, numbers)
    return [
        Told(
            record,
            held,
            tuple(messages[record.occasion]),
            tuple(kept.get(number, ())),
            {each.number: seen[each.number] for each in messages[record.occasion] if each.number in seen},
        )
        for number, record, held in rows
    ]
