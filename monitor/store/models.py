"""Which models were made from reviews, and which one serves. Append-only: the database refuses to change either."""

from dataclasses import fields

import sqlalchemy as sa

from monitor.records.learning import Candidate, Change
from monitor.store import dialect
from monitor.store.columns import Transaction
from monitor.store.learning_tables import model_candidate, model_change

_CANDIDATE = [model_candidate.c[field.name] for field in fields(Candidate)]
_CHANGE = [model_change.c[field.name] for field in fields(Change)]


def lock(tx: Transaction, name: str) -> None:
    """Of two who change the serving model at once the second waits, and then sees what the first one did."""
    dialect.lock(tx, [f"model {name}"])


def add(tx: Transaction, new: Candidate) -> None:
    tx.execute(sa.insert(model_candidate).values({c.name: getattr(new, c.name) for c in _CANDIDATE}))


def candidates(tx: Transaction, name: str, limit: int = 50) -> list[Candidate]:
    """As each was measured last, the newest first."""
    latest = sa.select(sa.func.max(model_candidate.c.id)).where(model_candidate.c.name == name)
    chosen = sa.select(*_CANDIDATE).where(model_candidate.c.id.in_(latest.group_by(model_candidate.c.version)))
    return [Candidate(*row) for row in tx.execute(chosen.order_by(model_candidate.c.id.desc()).limit(limit))]


def candidate(tx: Transaction, name: str, version: str) -> Candidate | None:
    """As it was measured last."""
    own = sa.select(*_CANDIDATE).where(model_candidate.c.name == name, model_candidate.c.version == version)
    row = tx.execute(own.order_by(model_candidate.c.id.desc()).limit(1)).one_or_none()
    return Candidate(*row) if row else None


def change(tx: Transaction, new: Change) -> None:
    tx.execute(sa.insert(model_change).values({c.name: getattr(new, c.name) for c in _CHANGE}))


def history(tx: Transaction, name: str) -> list[Change]:
    """In the order it happened."""
    rows = tx.execute(sa.select(*_CHANGE).where(model_change.c.name == name).order_by(model_change.c.id))
    return [Change(*row) for row in rows]


def serving(tx: Transaction, name: str) -> str:
    """The version that is to serve; "" for the one that came with the program."""
    last = sa.select(model_change.c.version).where(model_change.c.name == name).order_by(model_change.c.id.desc())
    return tx.scalar(last.limit(1)) or ""
