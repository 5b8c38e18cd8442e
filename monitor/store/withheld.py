"""What was granted to somebody and not sent, and why: the rows that a digest lists."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Alert, Withheld
from monitor.store.columns import Transaction
from monitor.store.dialect import insert
from monitor.store.tables import alert, withheld


def keep(tx: Transaction, alert_id: int, recipient: str, *, reason: str, silence_id: int | None, now: datetime) -> None:
    values = {"alert_id": alert_id, "recipient": recipient, "reason": reason, "silence_id": silence_id, "at": now}
    tx.execute(insert(tx, withheld).values(values).on_conflict_do_nothing())


def from_recipient(tx: Transaction, recipient: str, since: datetime, until: datetime) -> list[tuple[Alert, Withheld]]:
    """What was withheld since then, `until` excluded, oldest first."""
    columns = (alert.c.record, withheld.c.reason, withheld.c.silence_id)
    found = sa.select(*columns).join(alert, alert.c.id == withheld.c.alert_id)
    mine = found.where(withheld.c.recipient == recipient, withheld.c.at >= since, withheld.c.at < until)
    rows = tx.execute(mine.order_by(withheld.c.at, alert.c.id))
    return [(row.record, Withheld(row.record.occasion, row.reason, row.silence_id)) for row in rows]


def of_alerts(tx: Transaction, alert_ids: Sequence[int]) -> dict[int, list[tuple[str, str, int | None]]]:
    """Alert -> (recipient, reason, silence), by recipient; nothing of one that was kept from nobody."""
    columns = (withheld.c.alert_id, withheld.c.recipient, withheld.c.reason, withheld.c.silence_id)
    rows = tx.execute(sa.select(*columns).where(withheld.c.alert_id.in_(alert_ids)).order_by(withheld.c.recipient))
    found: dict[int, list[tuple[str, str, int | None]]] = {}
    for row in rows:
        found.setdefault(row.alert_id, []).append((row.recipient, row.reason, row.silence_id))
    return found
