"""Until when each recipient's places could be seen, and what was read late of the time in which they could not."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Sight
from monitor.store import dialect
from monitor.store.columns import Transaction
from monitor.store.dialect import insert
from monitor.store.tables import report, sight

_COLUMNS = [sight.c[field.name] for field in fields(Sight)]


def get(tx: Transaction, recipient: str) -> Sight | None:
    row = tx.execute(sa.select(*_COLUMNS).where(sight.c.recipient == recipient)).one_or_none()
    return Sight(*row) if row else None


def save(tx: Transaction, now: Sight) -> None:
    values = {column.name: getattr(now, column.name) for column in _COLUMNS}
    saving = insert(tx, sight).values(values)
    changed = {name: saving.excluded[name] for name in values if name != "recipient"}
    tx.execute(saving.on_conflict_do_update(index_elements=["recipient"], set_=changed))


def keep_only(tx: Transaction, recipients: Collection[str]) -> None:
    """Nobody else is told anything any more, not even that they can see again: their row would stay blind for ever."""
    tx.execute(sa.delete(sight).where(sight.c.recipient.not_in(recipients)))


def lock(tx: Transaction) -> None:
    """Keep other workers from telling the same until the transaction ends."""
    dialect.lock(tx, ["sight"])


def read_late(tx: Transaction, since: datetime, until: datetime) -> int:
    """How many reports were published in that time and not read before its end."""
    counted = sa.select(sa.func.count()).select_from(report)
    within = (report.c.published_at >= since, report.c.published_at < until, report.c.seen_at >= until)
    return tx.scalar(counted.where(*within, ~report.c.canary)) or 0
