"""The ledger: situations, the reports that belong to them, and why. Which report belongs where is decided elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.records import DecisionKind, Situation
from monitor.store import dialect, log_rows
from monitor.store.columns import Transaction
from monitor.store.dialect import chunks, insert
from monitor.store.tables import decision, report, situation, situation_report

_COLUMNS = [situation.c[field.name] for field in fields(Situation)]


@dataclass(frozen=True, slots=True)
class Link:
    """What was decided of one revision of a report that belongs to a situation."""

    report_key: str
    revision: int
    kind: DecisionKind
    reason: str
    rests_on: tuple[str, ...]


def lock(tx: Transaction, places: Iterable[str], beside: Iterable[str] = ()) -> None:
    """Keep other workers off these places until the transaction ends, and off those `beside` who wants them alone.

    Who needs several takes them all at once.
    """
    dialect.lock(tx, (f"place {slug}" for slug in places), (f"place {slug}" for slug in beside))


def of_place(tx: Transaction, slug: str) -> list[Situation]:
    """All situations of a place, by number. Locks the place: of two workers only one opens the next number."""
    lock(tx, [slug])
    found = sa.select(*_COLUMNS).where(situation.c.place == slug).order_by(situation.c.number)
    return [Situation(*row) for row in tx.execute(found)]


def keys_of_places(tx: Transaction, slugs: Iterable[str]) -> list[str]:
    return list(tx.scalars(sa.select(situation.c.key).where(situation.c.place.in_(sorted(slugs)))))


def recent(tx: Transaction, since: datetime, *, only_open: bool = True) -> list[Situation]:
    """The situations of all places with news since then, the latest news last."""
    found = sa.select(*_COLUMNS).where(situation.c.last_report_at >= since)
    if only_open:
        found = found.where(situation.c.closed_at.is_(None))
    return [Situation(*row) for row in tx.execute(found.order_by(situation.c.last_report_at, situation.c.key))]


def save(tx: Transaction, new: Situation) -> None:
    """Write the situation as it is now, whether it is there already or not."""
    values = {column.name: getattr(new, column.name) for column in _COLUMNS}
    saving = insert(tx, situation).values(key=new.key, **values)
    changing = {name: saving.excluded[name] for name in values if name not in ("place", "number")}
    tx.execute(saving.on_conflict_do_update(index_elements=["place", "number"], set_=changing))
    log_rows.stands(tx, new.key, new.level)


def link(
    tx: Transaction, report_key: str, situation_key: str, kind: DecisionKind, reason: str, rests_on: Sequence[str]
) -> None:
    """Note the decision on the report's present revision, once, and that the report belongs to this situation alone."""
    revision = tx.scalar(sa.select(report.c.revision).where(report.c.key == report_key))
    if revision is None:
        raise StoreError(f"There is no report {report_key} to decide on: it must be added first.")
    deciding = insert(tx, decision).values(
        report_key=report_key,
        revision=revision,
        situation=situation_key,
        kind=kind,
        reason=reason,
        rests_on=tuple(rests_on),
    )
    if tx.scalar(deciding.on_conflict_do_nothing().returning(decision.c.revision)) is None:
        return
    belonging = insert(tx, situation_report).values(report_key=report_key, situation=situation_key)
    with log_rows.moving(tx, [report_key]):
        tx.execute(belonging.on_conflict_do_update(index_elements=["report_key"], set_={"situation": situation_key}))


def move(tx: Transaction, report_keys: Sequence[str], situation_key: str) -> None:
    """A person put these reports into another situation; what was decided of them at the time stays."""
    moving = sa.update(situation_report).where(situation_report.c.report_key.in_(report_keys))
    with log_rows.moving(tx, report_keys):
        tx.execute(moving.values(situation=situation_key))


def of_report(tx: Transaction, report_key: str) -> Situation | None:
    found = sa.select(*_COLUMNS).join(situation_report, situation_report.c.situation == situation.c.key)
    row = tx.execute(found.where(situation_report.c.report_key == report_key)).one_or_none()
    return Situation(*row) if row else None


def listing(tx: Transaction, limit: int) -> list[Situation]:
    """The latest news first."""
    found = sa.select(*_COLUMNS).order_by(situation.c.last_report_at.desc(), situation.c.key.desc()).limit(limit)
    return [Situation(*row) for row in tx.execute(found)]


def get(tx: Transaction, key: str) -> tuple[Situation, tuple[Link, ...]] | None:
    """A situation and what was decided of its reports, in the order they were first seen."""
    row = tx.execute(sa.select(*_COLUMNS).where(situation.c.key == key)).one_or_none()
    if row is None:
        return None
    links = (
        sa.select(*(decision.c[field.name] for field in fields(Link)))
        .join(situation_report, situation_report.c.report_key == decision.c.report_key)
        .join(report, report.c.key == decision.c.report_key)
        .where(situation_report.c.situation == key)
        .order_by(report.c.seen_at, report.c.key, decision.c.revision)
    )
    return Situation(*row), tuple(Link(*row) for row in tx.execute(links))


def decided(tx: Transaction, report_keys: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Report key -> its situation and the last decision's kind and reason."""
    found: dict[str, tuple[str, str, str]] = {}
    columns = sa.select(decision.c.report_key, situation_report.c.situation, decision.c.kind, decision.c.reason)
    joined = columns.join(situation_report, situation_report.c.report_key == decision.c.report_key)
    for some in chunks(report_keys):
        for key, *rest in tx.execute(joined.where(decision.c.report_key.in_(some)).order_by(decision.c.revision)):
            found[key] = (rest[0], rest[1], rest[2])
    return found
