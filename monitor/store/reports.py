"""What was read and what was thought of it: `report`, the superseded `report_revision`, and the log over both."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.records import Assessment, LogRow, Report
from monitor.store import judgements, log_rows, outbox, situations
from monitor.store.codec import storable
from monitor.store.columns import Cursor, Transaction, further
from monitor.store.dialect import chunks, insert
from monitor.store.review_tables import review
from monitor.store.tables import LISTED, report, report_revision, report_subject

_FIELDS = [field.name for field in fields(Report)]
_COLUMNS = [*(report.c[name] for name in _FIELDS), report.c.assessment]
# Worded once, because each poll asks it, with the values beside it.
_SEEN = sa.select(report.c.entry_digest, report.c.fingerprint, report.c.revision).where(
    report.c.feed == sa.bindparam("of"), report.c.entry_digest.in_(sa.bindparam("digests", expanding=True))
)


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What the log is asked for. Empty means any; `since` is included, `until` is not, both by the time first seen."""

    since: datetime | None = None
    until: datetime | None = None
    places: tuple[str, ...] = ()  # slugs
    types: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    reviewed: bool | None = None
    everything: bool = False  # False: flagged and uncertain only, unless `states` says otherwise


def seen(tx: Transaction, feed: str, entry_keys: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Of these entries those that we have: entry key -> (fingerprint, revision)."""
    found: dict[str, tuple[str, int]] = {}
    by_digest = {_digest(key): key for key in entry_keys}
    for some in chunks(list(by_digest)):
        for row in tx.execute(_SEEN, {"of": feed, "digests": some}):
            found[by_digest[row.entry_digest]] = (row.fingerprint, row.revision)
    return found


def add(tx: Transaction, new: Report, assessment: Assessment) -> bool:
    """Keep a report. False if its feed has shown this entry before: then nothing is changed."""
    return bool(add_all(tx, [(new, assessment)]))


def add_all(tx: Transaction, several: Sequence[tuple[Report, Assessment]]) -> frozenset[str]:
    """Keep reports, all in one statement; the keys of those whose entry their feed has not shown before."""
    if not several:
        return frozenset()
    values = [_values(new, assessment) | {"entry_digest": _digest(new.entry_key)} for new, assessment in several]
    adding = insert(tx, report).on_conflict_do_nothing(index_elements=["feed", "entry_digest"])
    # values given beside the statement, not in it, take half the time
    added = frozenset(tx.scalars(adding.returning(report.c.key), values))
    for new, assessment in several:
        if new.key in added:
            _file(tx, new.key, assessment)
            log_rows.enter(tx, new, assessment)
    return added


def revise(tx: Transaction, new: Report, assessment: Assessment) -> None:
    """Show the newer words and judgement of a report; the older ones stay readable. A known revision is let be."""
    row = tx.execute(sa.select(*_COLUMNS).where(report.c.key == new.key).with_for_update()).one_or_none()
    if row is None:
        raise StoreError(f"There is no report {new.key} to revise: it must be added first.")
    old = Report(*row[:-1])
    if new.revision <= old.revision:
        return
    older = {"report_key": old.key, "revision": old.revision, "report": old, "assessment": row.assessment}
    tx.execute(sa.insert(report_revision).values(older))
    tx.execute(sa.update(report).where(report.c.key == new.key).values(_values(new, assessment)))
    tx.execute(sa.delete(report_subject).where(report_subject.c.report_key == new.key))
    _file(tx, new.key, assessment)
    log_rows.revise(tx, new, assessment)


def revisions(tx: Transaction, key: str) -> list[tuple[Report, Assessment]]:
    """A report as it read at first, and after each change; the last is what the log shows."""
    kept = sa.select(report_revision.c.report, report_revision.c.assessment).where(report_revision.c.report_key == key)
    older = [(row.report, row.assessment) for row in tx.execute(kept.order_by(report_revision.c.revision))]
    newest = tx.execute(sa.select(*_COLUMNS).where(report.c.key == key)).one_or_none()
    return [*older, (Report(*newest[:-1]), newest.assessment)] if newest else older


def get(tx: Transaction, key: str) -> LogRow | None:
    """The report with this key, or the only one whose key begins so."""
    key = storable(key)
    starts = sa.select(report.c.key).where(report.c.key >= key, report.c.key < key + "\U0010ffff", ~report.c.canary)
    found = list(tx.scalars(starts.order_by(report.c.key).limit(4))) if key else []
    if len(found) > 1 and found[0] != key:
        raise StoreError(f"Several reports begin with {key} ({', '.join(found)} ...). Write more of the key.")
    return next(iter(_rows(tx, sa.select(*_COLUMNS).where(report.c.key == found[0]))), None) if found else None


def whole(tx: Transaction, key: str) -> LogRow | None:
    """The report with just this key: the beginning of one is for people who type it."""
    return next(iter(_rows(tx, sa.select(*_COLUMNS).where(report.c.key == storable(key), ~report.c.canary))), None)


def several(tx: Transaction, keys: Sequence[str]) -> dict[str, LogRow]:
    """Those of the reports that are there."""
    found = (row for some in chunks(keys) for row in _rows(tx, sa.select(*_COLUMNS).where(report.c.key.in_(some))))
    return {row.report.key: row for row in found}


def log(tx: Transaction, query: LogQuery, limit: int, before: Cursor | None = None) -> list[LogRow]:
    """One page, newest first. `before` is `cursor` of the last row of the page above."""
    page = sa.select(*_COLUMNS).where(*_conditions(query))
    if before:
        page = page.where(further((report.c.seen_at, report.c.key), before))
    return _rows(tx, page.order_by(report.c.seen_at.desc(), report.c.key.desc()).limit(limit))


def cursor(row: LogRow) -> Cursor:
    return row.report.seen_at, row.report.key


def iterate(tx: Transaction, query: LogQuery, page: int = 500) -> Iterator[LogRow]:
    """All that the query fits, newest first, a page in memory at a time."""
    before: Cursor | None = None
    while rows := log(tx, query, page, before):
        yield from rows
        before = cursor(rows[-1])


def count(tx: Transaction, feeds: Sequence[str]) -> int:
    """How many reports these feeds gave so far."""
    counted = sa.select(sa.func.count()).select_from(report).where(~report.c.canary)
    return sum(tx.scalar(counted.where(report.c.feed.in_(some))) or 0 for some in chunks(feeds))


def _digest(entry_key: str) -> str:
    return hashlib.blake2b(storable(entry_key).encode(), digest_size=16).hexdigest()


def _values(new: Report, assessment: Assessment) -> dict[str, Any]:
    return {name: getattr(new, name) for name in _FIELDS} | {"state": assessment.state, "assessment": assessment}


def _file(tx: Transaction, key: str, assessment: Assessment) -> None:
    """Under which types and places it is found."""
    filed = sorted(log_rows.subjects(assessment))
    rows = [{"report_key": key, "type": type_, "place": slug} for type_, slug in filed]
    if rows:
        tx.execute(sa.insert(report_subject), rows)


def _conditions(query: LogQuery) -> list[sa.ColumnElement[bool] | sa.TextClause]:
    conditions: list[sa.ColumnElement[bool] | sa.TextClause] = [~report.c.canary]
    if query.since:
        conditions.append(report.c.seen_at >= query.since)
    if query.until:
        conditions.append(report.c.seen_at < query.until)
    for column, wanted in ((report.c.feed, query.feeds), (report.c.language, query.languages)):
        if wanted:
            conditions.append(column.in_(wanted))
    if query.states:
        conditions.append(report.c.state.in_(query.states))
    elif not query.everything:
        conditions.append(LISTED)
    if query.places or query.types:
        conditions.append(_filed_under(query))
    if query.reviewed is not None:
        has_review = sa.exists().where(review.c.report_key == report.c.key)
        conditions.append(has_review if query.reviewed else ~has_review)
    return conditions


def _filed_under(query: LogQuery) -> sa.ColumnElement[bool]:
    subject = sa.exists().where(report_subject.c.report_key == report.c.key)
    if query.places:
        subject = subject.where(report_subject.c.place.in_(query.places))
    if query.types:
        subject = subject.where(report_subject.c.type.in_(query.types))
    return subject


def _rows(tx: Transaction, page: sa.Select[Any]) -> list[LogRow]:
    rows = tx.execute(page).all()
    keys = [row.key for row in rows]
    decided = situations.decided(tx, keys)
    sent = outbox.sent(tx, keys)
    reviewed = judgements.of_reports(tx, keys)
    undecided = ("", "", "")
    return [
        LogRow(
            Report(*row[:-1]), row.assessment, *decided.get(row.key, undecided), sent.get(row.key, 0), reviewed[row.key]
        )
        for row in rows
    ]
