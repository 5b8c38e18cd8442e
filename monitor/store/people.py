"""Accounts: who may log in, and as what. A closed account stays, because its reviews name it."""

from datetime import datetime

import sqlalchemy as sa

from monitor.records.people import Account, Role
from monitor.store.columns import Transaction
from monitor.store.dialect import insert
from monitor.store.people_tables import account

_SHOWN = (
    account.c.name,
    account.c.role,
    account.c.language,
    account.c.zone,
    account.c.created_at,
    account.c.closed_at,
    (sa.func.length(account.c.password) > 0).label("has_password"),
)
_OPEN = account.c.closed_at.is_(None)


def add(  # nosec B107  # "": none was chosen so far
    tx: Transaction, name: str, role: Role, now: datetime, password: str = ""
) -> bool:
    """False, and nothing changes, when the name is taken, be it by a closed account."""
    values = {"name": name, "role": role, "language": "", "zone": "", "password": password, "created_at": now}
    adding = insert(tx, account).values(values).on_conflict_do_nothing(index_elements=["name"])
    return tx.scalar(adding.returning(account.c.name)) is not None


def get(tx: Transaction, name: str) -> Account | None:
    row = tx.execute(sa.select(*_SHOWN).where(account.c.name == name)).one_or_none()
    return Account(*row) if row else None


def everybody(tx: Transaction) -> list[Account]:
    """Open accounts first, by name."""
    return [
        Account(*row)
        for row in tx.execute(sa.select(*_SHOWN).order_by(account.c.closed_at.is_not(None), account.c.name))
    ]


def password_of(tx: Transaction, name: str) -> str:
    """Its argon2; "" when there is no open account of that name, or no password."""
    return tx.scalar(sa.select(account.c.password).where(account.c.name == name, _OPEN)) or ""


def set_password(tx: Transaction, name: str, password: str) -> None:
    tx.execute(sa.update(account).where(account.c.name == name).values(password=password))


def set_role(tx: Transaction, name: str, role: Role) -> None:
    tx.execute(sa.update(account).where(account.c.name == name).values(role=role))


def set_language(tx: Transaction, name: str, language: str, zone: str) -> None:
    tx.execute(sa.update(account).where(account.c.name == name).values(language=language, zone=zone))


def close(tx: Transaction, name: str, now: datetime) -> None:
    closed = {account.c.closed_at: now, account.c.password: ""}
    tx.execute(sa.update(account).where(account.c.name == name).values(closed))


def reopen(tx: Transaction, name: str) -> None:
    tx.execute(sa.update(account).where(account.c.name == name).values(closed_at=None))


def able_admins(tx: Transaction, *, but: str = "") -> int:
    """How many can log in and administer, apart from `but`."""
    has_password = sa.func.length(account.c.password) > 0
    able = (account.c.role == "admin", has_password, _OPEN, account.c.name != but)
    return tx.scalar(sa.select(sa.func.count()).select_from(account).where(*able)) or 0
