"""What is polled when, and what each feed is remembered by: the row `feed`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter

import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.records import Course, FeedState
from monitor.store import dialect
from monitor.store.columns import Instant, Transaction
from monitor.store.dialect import chunks, insert
from monitor.store.feed_tables import feed

CLOCK_MAY_DIFFER = timedelta(minutes=10)

_COURSE = sa.cast(feed.c.course, sa.Text)
_COLUMNS = [feed.c[field.name] for field in fields(FeedState)]
_NEW = {
    "memory": {},
    "failures": 0,
    "error": "",
    "note": "",
    "title": "",
    "paused": False,
    "summary_due": False,
    "course": Course(),
}

# Worded once, with the values beside them: a poll spent more time on the wording of its statements than on the rows.
_NOW = sa.bindparam("now", type_=Instant)
_IS_DUE = sa.and_(~feed.c.paused, feed.c.due_at <= _NOW)
_ORDER = (feed.c.due_at, feed.c.name)
_DUE = sa.select(feed.c.name).where(_IS_DUE).order_by(*_ORDER)
# two that take at once pass each other's by instead of waiting for each other
_MOST = sa.bindparam("most", type_=sa.Integer)
_FREE = sa.select(*_COLUMNS).where(_IS_DUE).order_by(*_ORDER).limit(_MOST).with_for_update(skip_locked=True)
_AMONG = {False: _FREE.where(feed.c.failures == 0), True: _FREE.where(feed.c.failures > 0)}
_NAMED = sa.update(feed).where(feed.c.name == sa.bindparam("which"))
_TAKE = _NAMED.returning(*_COLUMNS)
_TAKE_DUE = _TAKE.where(_IS_DUE)
_ONE = _NAMED.returning(feed.c.name)
_FAILED = _ONE.values(failures=feed.c.failures + 1)
_READ = _NAMED.values(
    failures=0,
    error="",
    first_read_at=sa.func.coalesce(feed.c.first_read_at, sa.bindparam("read_at", type_=Instant)),
    summary_due=sa.case(
        (feed.c.first_read_at.is_(None), sa.bindparam("owes_summary", type_=sa.Boolean)), else_=feed.c.summary_due
    ),
)
_UNTRIED = sa.select(feed.c.name).where(feed.c.first_read_at.is_(None), feed.c.failures == 0, _IS_DUE).limit(1)
_SUMMARY_DUE = sa.select(feed.c.name).where(feed.c.summary_due).order_by(feed.c.name)
_TRIES = sa.select(
    feed.c.name, feed.c.due_at, feed.c.failures, feed.c.last_try_at, feed.c.last_read_at, feed.c.paused
).order_by(feed.c.name)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is noted of a feed that was read. `summary_due` counts at the first one only; what is None or "" stays."""

    name: str
    due_at: datetime
    memory: Mapping[str, str] | None = None
    note: str = ""
    title: str = ""
    new: int = 0
    summary_due: bool = False
    course: Course | None = None


def sync(tx: Transaction, names: Sequence[str], now: datetime) -> None:
    """Make the rows fit the configuration: new ones due now, vanished ones paused, returned ones due now."""
    paused: dict[str, bool] = {row.name: row.paused for row in tx.execute(sa.select(feed.c.name, feed.c.paused))}
    wanted = set(names)
    new = [{"name": name, "due_at": now, **_NEW} for name in sorted(wanted - paused.keys())]
    if new:
        tx.execute(insert(tx, feed).on_conflict_do_nothing(), new)
    gone = [name for name in sorted(paused) if not paused[name] and name not in wanted]
    back = [name for name in sorted(paused) if paused[name] and name in wanted]
    for some in chunks(gone):
        tx.execute(sa.update(feed).where(feed.c.name.in_(some)).values(paused=True))
    for some in chunks(back):
        tx.execute(sa.update(feed).where(feed.c.name.in_(some)).values(paused=False, due_at=now))


def resume(tx: Transaction, now: datetime, name: str | None = None) -> None:
    """Make due what was taken for a poll and never came back, because the process that polled (this feed) was ended.

    A failing feed only if it is named: its row does not tell whether it was in hand or waited for its next try.
    """
    broken_off = sa.or_(feed.c.last_read_at.is_(None), feed.c.last_try_at > feed.c.last_read_at)
    left = sa.update(feed).where(feed.c.due_at > now, broken_off)
    which = feed.c.failures == 0 if name is None else feed.c.name == name
    tx.execute(left.where(which).values(due_at=now))


def set_right(tx: Transaction, now: datetime) -> None:
    """A last try in the future means that the machine's clock was set back: what is due by it may be years off.

    Not asked together with what is due: no index helps there, and every second all rows would be looked at.
    """
    ahead = sa.update(feed).where(~feed.c.paused, feed.c.last_try_at > now + CLOCK_MAY_DIFFER, feed.c.due_at > now)
    tx.execute(ahead.values(due_at=now))


def asked_as(url: str, user_agent: str) -> str:
    """How a feed was asked when it failed, as `fail` remembers it: asked otherwise it may answer."""
    return f"{url} {user_agent}".strip()


def forgive(tx: Transaction, asked: Mapping[str, str], now: datetime) -> None:
    """Make due the failing feeds that will be asked otherwise from now on; `asked`: name -> asked_as."""
    failing = sa.select(feed.c.name, feed.c.memory).where(feed.c.failures > 0, feed.c.due_at > now)
    mended = [row.name for row in tx.execute(failing) if row.memory.get("asked") != asked.get(row.name)]
    for some in chunks(mended):
        tx.execute(sa.update(feed).where(feed.c.name.in_(some)).values(due_at=now))


def due(tx: Transaction, now: datetime, limit: int = 50) -> list[str]:
    """Feeds to poll, the longest due first."""
    return list(tx.scalars(_DUE.limit(limit), {"now": now}))


def next_due(tx: Transaction) -> datetime | None:
    moment: datetime | None = tx.scalar(sa.select(sa.func.min(feed.c.due_at)).where(~feed.c.paused))
    return moment


def claim(tx: Transaction, name: str, now: datetime, lease: timedelta, *, force: bool = False) -> FeedState | None:
    """Take the feed for one poll, unless it is paused, not due, or somebody else's. `force` asks for none of these."""
    taken = {"which": name, "due_at": now + lease, "last_try_at": now}
    row = tx.execute(_TAKE, taken) if force else tx.execute(_TAKE_DUE, taken | {"now": now})
    found = row.one_or_none()
    return FeedState(*found) if found else None


def claim_due(tx: Transaction, now: datetime, lease: timedelta, limit: int, *, failing: bool) -> list[FeedState]:
    """Take those of the due feeds that are the longest due, among those that failed at their last try or the others."""
    found = [FeedState(*row) for row in tx.execute(_AMONG[failing], {"most": limit, "now": now})]
    if found:
        tx.execute(_NAMED, [{"which": each.name, "due_at": now + lease, "last_try_at": now} for each in found])
    return [replace(each, due_at=now + lease, last_try_at=now) for each in found]


def renew(tx: Transaction, name: str, until: datetime) -> None:
    """The poll that took the feed is still at it."""
    _set(tx, name, {"due_at": until})


def get(tx: Transaction, name: str) -> FeedState | None:
    row = tx.execute(sa.select(*_COLUMNS).where(feed.c.name == name)).one_or_none()
    return FeedState(*row) if row else None


def states(tx: Transaction) -> list[FeedState]:
    return [FeedState(*row) for row in tx.execute(sa.select(*_COLUMNS).order_by(feed.c.name))]


def ailing(tx: Transaction, late: datetime, *, remarked: bool = False) -> list[FeedState]:
    """Of those that are asked for: who failed, who should have been asked before `late`, and who speaks best for all.

    That is the one that was read last, and of those that wait for their time the one that waits longest. `remarked`:
    also whoever is silent or has moved, and perhaps others.
    """
    one = sa.select(feed.c.name).where(~feed.c.paused).limit(1)
    latest = one.order_by(feed.c.last_read_at.desc().nulls_last())
    in_hand = sa.func.coalesce(feed.c.last_try_at > feed.c.last_read_at, sa.false())
    waits = one.where(feed.c.failures == 0, feed.c.last_read_at.is_not(None), ~in_hand).order_by(feed.c.due_at.desc())
    which: list[sa.ColumnElement[bool]] = [
        feed.c.name.in_(sa.select(each.subquery().c.name)) for each in (latest, waits)
    ]
    which += [feed.c.failures > 0, feed.c.due_at < late]
    which += [_COURSE.contains('"silent"'), ~_COURSE.contains('"address":""')] if remarked else []
    chosen = sa.select(*_COLUMNS).where(~feed.c.paused, sa.or_(*which))
    return [FeedState(*row) for row in tx.execute(chosen.order_by(feed.c.name))]


def tries(tx: Transaction) -> list[FeedState]:
    """The same, but only when each was tried and read, and is due: for who looks at all of them often."""
    return [
        FeedState(name, due_at, {}, failures, last_try_at=tried, last_read_at=read, paused=paused)
        for name, due_at, failures, tried, read, paused in tx.execute(_TRIES)
    ]


def advance_all(tx: Transaction, readings: Sequence[Reading], now: datetime) -> None:
    """These feeds were read, each once: one statement for all of which the same is to be noted."""
    alike: defaultdict[tuple[str, ...], list[dict[str, object]]] = defaultdict(list)
    for each in sorted(readings, key=attrgetter("name")):  # two workers take rows in the same order
        values = _noted(each, now)
        alike[tuple(values)].append(values)
    for some in alike.values():
        if tx.execute(_READ, some).rowcount < len(some):
            names = (str(values["which"]) for values in some)
            raise _unknown(", ".join(name for name in names if get(tx, name) is None))


def _noted(reading: Reading, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {
        "which": reading.name,
        "due_at": reading.due_at,
        "note": reading.note,
        "last_read_at": now,
        "read_at": now,
        "owes_summary": reading.summary_due,
    }
    given = {
        "memory": reading.memory,
        "course": reading.course,
        "title": reading.title or None,
        "last_new_at": now if reading.new else None,
    }
    return values | {key: value for key, value in given.items() if value is not None}


def fail(  # noqa: PLR0913
    tx: Transaction,
    name: str,
    *,
    error: str,
    due_at: datetime,
    now: datetime,
    memory: Mapping[str, str] | None = None,
    course: Course | None = None,
) -> None:
    """The feed could not be read; what is known of it stays, unless `memory` and `course` say otherwise."""
    values: dict[str, object] = {"error": error, "due_at": due_at, "last_try_at": now}
    given = {"memory": memory, "course": course}
    _set(tx, name, values | {key: value for key, value in given.items() if value is not None}, _FAILED)


def wait(tx: Transaction, name: str, state: FeedState, *, error: str, due_at: datetime) -> None:
    """It was not to blame that it could not be read: as `state` says it stood before, with the reason of the wait."""
    _set(tx, name, {"failures": state.failures, "course": state.course, "error": error, "due_at": due_at})


def hold(tx: Transaction, names: Sequence[str], until: datetime) -> None:
    """Ask none of these before then: their server wishes to be left alone."""
    for some in chunks(names):
        early = sa.update(feed).where(feed.c.name.in_(some), feed.c.due_at < until)
        tx.execute(early.values(due_at=until))


def wake(tx: Transaction, names: Sequence[str], now: datetime) -> None:
    """Ask these now: what kept them from being read is over."""
    for some in chunks(names):
        tx.execute(sa.update(feed).where(feed.c.name.in_(some), feed.c.due_at > now).values(due_at=now))


def lock_summary(tx: Transaction) -> None:
    """Keep other workers from telling the same summary until the transaction ends."""
    dialect.lock(tx, ["summary"])


def is_first_reading_to_come(tx: Transaction, until: datetime) -> bool:
    """Whether a feed that was neither read nor failed so far is due by then, or in hand."""
    return tx.scalar(_UNTRIED, {"now": until}) is not None


def summary_due(tx: Transaction) -> list[str]:
    """Feeds read for the first time that no summary has told of yet."""
    return list(tx.scalars(_SUMMARY_DUE))


def summary_told(tx: Transaction, names: Sequence[str]) -> None:
    for some in chunks(names):
        tx.execute(sa.update(feed).where(feed.c.name.in_(some)).values(summary_due=False))


def _set(tx: Transaction, name: str, values: Mapping[str, object], how: sa.Update = _ONE) -> None:
    if tx.scalar(how, {"which": name, **values}) is None:
        raise _unknown(name)


def _unknown(name: str) -> StoreError:
    return StoreError(f"There is no feed {name} in the database. Start the monitor, which adds those of feeds.yaml.")
