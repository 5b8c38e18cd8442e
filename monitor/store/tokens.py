"""Access tokens: what programs ask with in the name of a person. A row holds the digest of the secret alone."""

from datetime import datetime

import sqlalchemy as sa

from monitor.records.people import Person, Token
from monitor.store.columns import Transaction
from monitor.store.people_tables import access_token, account

_SHOWN = (
    access_token.c.id,
    access_token.c.account,
    access_token.c.name,
    access_token.c.role,
    access_token.c.made_at,
    access_token.c.ends_at,
    access_token.c.used_on,
)


def add(tx: Transaction, token: Token, digest: str) -> int:
    """The number that it is given; that of the record does not count."""
    values = {
        "account": token.account,
        "name": token.name,
        "role": token.role,
        "digest": digest,
        "made_at": token.made_at,
        "ends_at": token.ends_at,
    }
    made = sa.insert(access_token).values(values).returning(access_token.c.id)
    return int(tx.execute(made).scalar_one())


def find(tx: Transaction, number: int) -> tuple[Token, str, Person] | None:
    """The token, the digest of its secret, and its owner; None when there is none, or its account is closed."""
    found = (
        sa.select(*_SHOWN, access_token.c.digest, account.c.role.label("own"), account.c.language, account.c.zone)
        .join(account, account.c.name == access_token.c.account)
        .where(access_token.c.id == number, account.c.closed_at.is_(None))
    )
    row = tx.execute(found).one_or_none()
    if row is None:
        return None
    return Token(*row[: len(_SHOWN)]), row.digest, Person(row.account, row.own, row.language, row.zone)


def get(tx: Transaction, number: int) -> Token | None:
    """Also that of a closed account."""
    row = tx.execute(sa.select(*_SHOWN).where(access_token.c.id == number)).one_or_none()
    return Token(*row) if row else None


def listing(tx: Transaction, name: str | None = None) -> list[Token]:
    """Those of the account, else of everybody; the newest first."""
    which = [] if name is None else [access_token.c.account == name]
    rows = tx.execute(sa.select(*_SHOWN).where(*which).order_by(access_token.c.id.desc()))
    return [Token(*row) for row in rows]


def touch(tx: Transaction, number: int, day: datetime) -> None:
    tx.execute(sa.update(access_token).where(access_token.c.id == number).values(used_on=day))


def end(tx: Transaction, number: int) -> None:
    tx.execute(sa.delete(access_token).where(access_token.c.id == number))


def end_all(tx: Transaction, name: str) -> None:
    tx.execute(sa.delete(access_token).where(access_token.c.account == name))
