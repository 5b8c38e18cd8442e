"""What the pages of situations read: lists a page at a time, and all that is known of one situation."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor import verdicts
from monitor.records import LEVELS, DecisionKind, Situation
from monitor.store import tellings
from monitor.store.columns import Cursor, Transaction, further
from monitor.store.dialect import chunks
from monitor.store.review_tables import review
from monitor.store.tables import alert, alert_report, decision, delivery, report, situation, situation_report, telling

_COLUMNS = [situation.c[field.name] for field in fields(Situation)]
_LATEST = (situation.c.last_report_at.desc(), situation.c.key.desc())
MOST_OPEN = 500
_OF_REPORT = ("key", "feed", "title", "url", "language", "published_at", "seen_at", "state")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which situations are asked for; empty means any. `heard_since`: those without news since then are not open."""

    heard_since: datetime
    places: tuple[str, ...] = ()  # slugs
    level: str = ""


@dataclass(frozen=True, slots=True)
class Voices:
    """How many reports a situation has, and how many speak in those that count."""

    reports: int
    sources: int  # independent ones
    outlets: int


@dataclass(frozen=True, slots=True)
class Member:
    """One report of a situation, what it changed there, and who speaks in it."""

    key: str
    feed: str
    title: str
    url: str
    language: str
    published_at: datetime | None
    seen_at: datetime
    state: str
    begins: str  # the first words, by which a report without a title is known
    kind: DecisionKind
    reason: str
    outlet: str
    source: str
    copy_of: str
    why: str  # how source and copy were found, one clause

    @property
    def cursor(self) -> Cursor:
        return self.seen_at, self.key


def open_ones(tx: Transaction, wish: Wish, limit: int = MOST_OPEN) -> list[Situation]:
    """Those with news lately that nobody closed, the gravest first, of equals the one with the latest news."""
    gravity = sa.case({level: at for at, level in enumerate(LEVELS)}, value=situation.c.level, else_=-1)
    found = _columns(wish, *_COLUMNS).where(*_is_open(wish)).order_by(gravity.desc(), *_LATEST)
    return _situations(tx, found.limit(limit))


def count_open(tx: Transaction, wish: Wish) -> int:
    return tx.scalar(_columns(wish, sa.func.count()).select_from(situation).where(*_is_open(wish))) or 0


def _is_open(wish: Wish) -> tuple[sa.ColumnElement[bool], ...]:
    return situation.c.closed_at.is_(None), situation.c.last_report_at >= wish.heard_since


def earlier(tx: Transaction, wish: Wish, limit: int, before: Cursor | None = None) -> list[Situation]:
    """All others, the latest news first, a page at a time."""
    past = sa.or_(situation.c.closed_at.is_not(None), situation.c.last_report_at < wish.heard_since)
    found = _columns(wish, *_COLUMNS).where(past).order_by(*_LATEST).limit(limit)
    if before:
        found = found.where(further((situation.c.last_report_at, situation.c.key), before))
    return _situations(tx, found)


def voices(tx: Transaction, keys: Sequence[str]) -> dict[str, Voices]:
    """Key -> who speaks in the situation, without those whom a reviewer found wrong; nothing of one without reports."""
    found: dict[str, Voices] = {}
    counted = (
        sa.select(
            situation_report.c.situation,
            sa.func.count(),
            sa.func.count(sa.distinct(telling.c.source)),
            sa.func.count(sa.distinct(telling.c.outlet)),
        )
        .join(telling, telling.c.report_key == situation_report.c.report_key)
        .group_by(situation_report.c.situation)
    )
    for some in chunks(keys):
        for key, *numbers in tx.execute(counted.where(situation_report.c.situation.in_(some))):
            found[key] = Voices(*numbers)
    for key in _corrected(tx, list(found)):
        left = tellings.as_reviewed(tx, tellings.all_of(tx, key))
        sources, outlets = {each.source for each in left}, {each.outlet for each in left}
        found[key] = Voices(found[key].reports, len(sources), len(outlets))
    return found


def _corrected(tx: Transaction, keys: Sequence[str]) -> set[str]:
    """Those of the situations that hold a report of which a reviewer ever said what changes who counts."""
    said = sa.select(situation_report.c.situation).join(review, review.c.report_key == situation_report.c.report_key)
    said = said.where(review.c.verdict.in_((*verdicts.CORRECTING, "duplicate"))).distinct()
    return {key for some in chunks(keys) for key in tx.scalars(said.where(situation_report.c.situation.in_(some)))}


def sent(tx: Transaction, keys: Sequence[str]) -> dict[str, int]:
    """Key -> how many messages that tell of it were sent; summaries and digests that list a report of it too."""
    of_it = sa.select(alert.c.situation, delivery.c.number).join(delivery, delivery.c.alert_id == alert.c.id)
    listing = (
        sa.select(situation_report.c.situation, delivery.c.number)
        .join(alert_report, alert_report.c.report_key == situation_report.c.report_key)
        .join(delivery, delivery.c.alert_id == alert_report.c.alert_id)
    )
    found: dict[str, int] = {}
    for some in chunks(keys):
        both = sa.union(
            of_it.where(alert.c.situation.in_(some), delivery.c.state == "sent"),
            listing.where(situation_report.c.situation.in_(some), delivery.c.state == "sent"),
        ).subquery()
        counted = sa.select(both.c.situation, sa.func.count()).group_by(both.c.situation)
        found |= {key: number for key, number in tx.execute(counted)}  # noqa: C416
    return found


def members(tx: Transaction, key: str, limit: int, before: Cursor | None = None) -> list[Member]:
    """The reports of a situation as they were last decided on, the one that was read last first."""
    any_of_it = decision.alias()
    last = (
        sa.select(sa.func.max(any_of_it.c.revision))
        .where(any_of_it.c.report_key == report.c.key)
        .correlate(report)
        .scalar_subquery()
    )
    found: sa.Select[Any] = (
        sa.select(
            *(report.c[name] for name in _OF_REPORT),
            sa.func.substr(report.c.text, 1, 200),
            decision.c.kind,
            decision.c.reason,
            *(sa.func.coalesce(telling.c[name], "") for name in ("outlet", "source", "copy_of", "reason")),
        )
        .join(situation_report, situation_report.c.report_key == report.c.key)
        .join(decision, sa.and_(decision.c.report_key == report.c.key, decision.c.revision == last))
        .join(telling, telling.c.report_key == report.c.key, isouter=True)
        .where(situation_report.c.situation == key)
    )
    if before:
        found = found.where(further((report.c.seen_at, report.c.key), before))
    page = found.order_by(report.c.seen_at.desc(), report.c.key.desc()).limit(limit)
    return [Member(*row) for row in tx.execute(page)]


def _columns(wish: Wish, *columns: Any) -> sa.Select[Any]:
    found = sa.select(*columns)
    if wish.places:
        found = found.where(situation.c.place.in_(wish.places))
    return found.where(situation.c.level == wish.level) if wish.level else found


def _situations(tx: Transaction, found: sa.Select[Any]) -> list[Situation]:
    return [Situation(*row) for row in tx.execute(found)]
