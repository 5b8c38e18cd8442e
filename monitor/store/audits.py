"""The sample of unflagged reports that people are asked about: what was drawn of which day, out of how many."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from monitor.drawing import Drawn
from monitor.store.columns import Transaction
from monitor.store.dialect import insert
from monitor.store.log_rows import number_of
from monitor.store.log_tables import log_line, log_row
from monitor.store.review_tables import audit_draw, audit_item, review
from monitor.store.tables import report, situation_report


@dataclass(frozen=True, slots=True)
class Item:
    """One report that was drawn. `weight`: of how many reports of its day and stratum it speaks."""

    report_key: str
    day: str
    stratum: str
    weight: float


def silent(tx: Transaction, since: datetime, until: datetime) -> list[tuple[str, float]]:
    """(key, probability) of the reports first seen then that were not flagged and moved no situation."""
    probability = sa.type_coerce(report.c.assessment, sa.JSON)["probability"].as_float()
    seen = sa.select(report.c.key, probability).where(report.c.seen_at >= since, report.c.seen_at < until)
    stands = sa.exists().where(situation_report.c.report_key == report.c.key)
    rows = tx.execute(seen.where(report.c.state == "clear", ~report.c.canary, ~stands))
    return [(key, float(found or 0.0)) for key, found in rows]


def days(tx: Transaction, since: str) -> set[str]:
    """Those of which a sample was drawn."""
    return set(tx.scalars(sa.select(audit_draw.c.day).distinct().where(audit_draw.c.day >= since)))


def keep(tx: Transaction, day: str, drawn: Sequence[Drawn], now: datetime) -> None:
    """Note the draw of a day. What was drawn before stays as it was; a day without reports is noted as empty."""
    for part in drawn or [Drawn("rest", 0, ())]:
        row = {"day": day, "stratum": part.stratum, "reports": part.reports, "drawn": len(part.turns), "at": now}
        noting = insert(tx, audit_draw).values(row).on_conflict_do_nothing()
        if tx.scalar(noting.returning(audit_draw.c.day)) is None:
            continue
        for key, turn in part.turns:
            item = {"report_key": key, "day": day, "stratum": part.stratum, "turn": turn}
            tx.execute(insert(tx, audit_item).values(item).on_conflict_do_nothing())


def items(tx: Transaction, since: str) -> list[Item]:
    joined = sa.and_(audit_draw.c.day == audit_item.c.day, audit_draw.c.stratum == audit_item.c.stratum)
    weight = sa.cast(audit_draw.c.reports, sa.Float) / audit_draw.c.drawn
    found = sa.select(audit_item.c.report_key, audit_item.c.day, audit_item.c.stratum, weight)
    rows = found.join(audit_draw, joined).where(audit_item.c.day >= since).order_by(audit_item.c.day, audit_item.c.turn)
    return [Item(*row) for row in tx.execute(rows)]


def populations(tx: Transaction, since: str) -> dict[str, int]:
    """Stratum -> how many reports it had on the days that were drawn."""
    found: dict[str, int] = defaultdict(int)
    rows = sa.select(audit_draw.c.stratum, audit_draw.c.reports).where(audit_draw.c.day >= since)
    for stratum, number in tx.execute(rows):
        found[stratum] += number
    return dict(found)


def unasked(tx: Transaction, since: str, limit: int) -> list[str]:
    """Keys of what was drawn and nobody said anything of, the latest day first, in their random turn."""
    asked = sa.exists().where(review.c.report_key == audit_item.c.report_key)
    found = sa.select(audit_item.c.report_key).where(audit_item.c.day >= since, ~asked)
    return list(tx.scalars(found.order_by(audit_item.c.day.desc(), audit_item.c.turn).limit(limit)))


def is_drawn(tx: Transaction, report_key: str) -> bool:
    return tx.scalar(sa.select(audit_item.c.day).where(audit_item.c.report_key == report_key)) is not None


def of_state(tx: Transaction, state: str, since: datetime, until: datetime) -> list[tuple[str, datetime, str]]:
    """(key, first seen, level of its situation or "") of the listed reports in this state."""
    found = sa.select(log_row.c.report_key, log_line.c.seen_at, log_row.c.level).join(log_line)
    within = (log_row.c.number >= number_of(since), log_row.c.number < number_of(until))
    return [(key, seen_at, level) for key, seen_at, level in tx.execute(found.where(log_row.c.state == state, *within))]
