"""What people entered by: sessions, links with which to choose a password, and tries at the door. Rows hold digests."""

from datetime import datetime

import sqlalchemy as sa

from monitor.records.people import Person
from monitor.store.columns import Instant, Name, Transaction
from monitor.store.people_tables import account, entry_link, entry_try, session

# Worded once, with the values beside it: every page asks it, and the wording took longer than the answer.
_FOUND = (
    sa.select(account.c.name, account.c.role, account.c.language, account.c.zone, session.c.seen_at)
    .join(session, session.c.account == account.c.name)
    .where(session.c.digest == sa.bindparam("digest", type_=Name), account.c.closed_at.is_(None))
    .where(session.c.begun_at > sa.bindparam("begun_after", type_=Instant))
    .where(session.c.seen_at > sa.bindparam("seen_after", type_=Instant))
)


def begin(tx: Transaction, digest: str, name: str, now: datetime) -> None:
    tx.execute(sa.insert(session).values(digest=digest, account=name, begun_at=now, seen_at=now))


def find(tx: Transaction, digest: str, begun_after: datetime, seen_after: datetime) -> tuple[Person, datetime] | None:
    """Whose session it is and when it was last noted as seen; None when it ended or ran out."""
    row = tx.execute(_FOUND, {"digest": digest, "begun_after": begun_after, "seen_after": seen_after}).one_or_none()
    return (Person(row.name, row.role, row.language, row.zone, digest), row.seen_at) if row else None


def touch(tx: Transaction, digest: str, now: datetime) -> None:
    tx.execute(sa.update(session).where(session.c.digest == digest).values(seen_at=now))


def end(tx: Transaction, digest: str) -> None:
    tx.execute(sa.delete(session).where(session.c.digest == digest))


def end_all(tx: Transaction, name: str) -> None:
    tx.execute(sa.delete(session).where(session.c.account == name))


def forget_old(tx: Transaction, begun_before: datetime, seen_before: datetime, tried_before: datetime) -> None:
    """Sessions that ran out, and tries that count no more."""
    tx.execute(sa.delete(session).where(sa.or_(session.c.begun_at <= begun_before, session.c.seen_at <= seen_before)))
    tx.execute(sa.delete(entry_try).where(entry_try.c.at <= tried_before))


def put_link(tx: Transaction, digest: str, name: str, ends_at: datetime) -> None:
    """The only one of that account from now on."""
    drop_links(tx, name)
    tx.execute(sa.insert(entry_link).values(digest=digest, account=name, ends_at=ends_at))


def drop_links(tx: Transaction, name: str) -> None:
    tx.execute(sa.delete(entry_link).where(entry_link.c.account == name))


def link(tx: Transaction, digest: str, now: datetime) -> str | None:
    """The account that the link is for; None when it was used, ran out or never was."""
    found = sa.select(entry_link.c.account).where(entry_link.c.digest == digest, entry_link.c.ends_at > now)
    return tx.scalar(found)


def take_link(tx: Transaction, digest: str, now: datetime) -> str | None:
    """The same, and the link is used up: of two who take it at once one gets None."""
    taking = sa.delete(entry_link).where(entry_link.c.digest == digest, entry_link.c.ends_at > now)
    return tx.scalar(taking.returning(entry_link.c.account))


def note_try(tx: Transaction, name: str, address: str, now: datetime) -> int:
    made = sa.insert(entry_try).values(account=name, address=address, at=now).returning(entry_try.c.id)
    return int(tx.scalar(made) or 0)


def tries(tx: Transaction, name: str, address: str, since: datetime) -> tuple[int, int, int]:
    """Noted since then: of the account from the address, of the account, from the address."""
    of_name, from_there = entry_try.c.account == name, entry_try.c.address == address
    counting = [
        sa.select(sa.func.count()).select_from(entry_try).where(entry_try.c.at > since, *which).scalar_subquery()
        for which in ((of_name, from_there), (of_name,), (from_there,))
    ]
    row = tx.execute(sa.select(*counting)).one()
    return int(row[0]), int(row[1]), int(row[2])


def forgive(tx: Transaction, name: str, address: str) -> None:
    """Whoever got in at last made no attack."""
    tx.execute(sa.delete(entry_try).where(entry_try.c.account == name, entry_try.c.address == address))
