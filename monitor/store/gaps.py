"""The health log: hours in which a feed could not be read, and hours of which entries may never have been seen."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Gap, Outage
from monitor.store.columns import Transaction
from monitor.store.dialect import chunks, insert
from monitor.store.feed_tables import gap, outage

_GAP = [gap.c[field.name] for field in fields(Gap)]
_OUTAGE = [outage.c[field.name] for field in fields(Outage)]
_LASTS = outage.c.until_at.is_(None)


def note(tx: Transaction, found: Gap) -> None:
    """Keep a gap; the same one again changes nothing."""
    values = {column.name: getattr(found, column.name) for column in _GAP}
    tx.execute(insert(tx, gap).values(values).on_conflict_do_nothing())


def gaps(tx: Transaction, feed: str | None = None, since: datetime | None = None, limit: int = 1000) -> list[Gap]:
    """The latest first."""
    found = sa.select(*_GAP).order_by(gap.c.until_at.desc(), gap.c.feed).limit(limit)
    found = found if feed is None else found.where(gap.c.feed == feed)
    return [Gap(*row) for row in tx.execute(found if since is None else found.where(gap.c.until_at > since))]


def begin(tx: Transaction, feed: str, at: datetime, reason: str) -> None:
    """It cannot be read from `at` on. While an outage of it lasts, only what is said of it changes."""
    lasting = sa.update(outage).where(outage.c.feed == feed, _LASTS).values(reason=reason)
    if tx.scalar(lasting.returning(outage.c.feed)) is None:
        values = {"feed": feed, "from_at": at, "until_at": None, "reason": reason}
        tx.execute(insert(tx, outage).values(values).on_conflict_do_nothing())


def end(tx: Transaction, feed: str, at: datetime) -> Outage | None:
    """It is read again; the outage that ended, if one lasted."""
    ending = sa.update(outage).where(outage.c.feed == feed, _LASTS).values(until_at=at).returning(*_OUTAGE)
    row = tx.execute(ending).one_or_none()
    return Outage(*row) if row else None


def forget(tx: Transaction, feeds: Sequence[str], since: datetime) -> None:
    """What lasts of these feeds from `since` on was not theirs."""
    for some in chunks(feeds):
        tx.execute(sa.delete(outage).where(outage.c.feed.in_(some), _LASTS, outage.c.from_at >= since))


def outages(tx: Transaction, feed: str | None = None, since: datetime | None = None, limit: int = 1000) -> list[Outage]:
    """The latest first, those that last included. `feed` "": of the machine's own network."""
    found = sa.select(*_OUTAGE).order_by(outage.c.from_at.desc(), outage.c.feed).limit(limit)
    found = found if feed is None else found.where(outage.c.feed == feed)
    if since is not None:
        found = found.where(sa.or_(_LASTS, outage.c.until_at > since))
    return [Outage(*row) for row in tx.execute(found)]
