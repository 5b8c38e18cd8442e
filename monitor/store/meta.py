"""Small facts about this database, by name, such as when the monitor was first started."""

import sqlalchemy as sa

from monitor.store import dialect
from monitor.store.columns import Transaction
from monitor.store.dialect import insert
from monitor.store.tables import meta


def get(tx: Transaction, name: str) -> str | None:
    return tx.scalar(sa.select(meta.c.value).where(meta.c.name == name))


def beginning(tx: Transaction, name: str) -> dict[str, str]:
    """All whose names begin so, in the order of their names."""
    rows = tx.execute(sa.select(meta.c.name, meta.c.value).where(meta.c.name.startswith(name, autoescape=True)))
    return dict(sorted((found, value) for found, value in rows))


def drop(tx: Transaction, name: str) -> None:
    tx.execute(sa.delete(meta).where(meta.c.name == name))


def put(tx: Transaction, name: str, value: str) -> None:
    putting = insert(tx, meta).values(name=name, value=value)
    tx.execute(putting.on_conflict_do_update(index_elements=["name"], set_={"value": putting.excluded.value}))


def put_first(tx: Transaction, name: str, value: str) -> str:
    """Keep the value unless there is one already, and return what is kept: of two who do it at once one is right."""
    tx.execute(insert(tx, meta).values(name=name, value=value).on_conflict_do_nothing(index_elements=["name"]))
    return get(tx, name) or value


def lock(tx: Transaction, name: str) -> None:
    """Keep other workers from changing it until the transaction ends."""
    dialect.lock(tx, [f"meta {name}"])
