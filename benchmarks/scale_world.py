"""Workers on virtual time: the rows and the rhythm are the monitor's own, network and processors are modelled."""

import heapq
import math
import random
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from monitor import polling
from monitor.records import Entry, FeedRead, FeedState
from monitor.settings import Feed
from monitor.store import Store, Transaction, feeds
from monitor.worker import AT_ONCE, CALLED_AHEAD, EVERY

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = 86_400.0
LEASE = timedelta(minutes=10)  # as long as a poll may take
TAKEN_AT_MOST = 0.75  # of the places and the processors: beyond it queues grow
_PORTION = 4_000  # events in one transaction of the simulation
_SPREAD = 0.8  # of the logarithm of the times that servers take


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds. `unchanged`: processor of a poll without news; `report`: of each new one, its page included."""

    unchanged: float = 0.0185
    report: float = 0.022
    answers: float = 0.6  # the median server
    hanging: float = 0.02  # share of the polls
    hangs: float = 30.0

    def under_way(self, polls: float) -> float:
        """Polls that are under way at any time, of so many a second."""
        usual = self.answers * math.exp(_SPREAD**2 / 2)
        return polls * (usual * (1 - self.hanging) + self.hangs * self.hanging)


COSTS = Costs()


def places(workers: int) -> int:
    return workers * AT_ONCE["poll"]


def cores(polls: float, reports: float) -> float:
    return polls * COSTS.unchanged + reports * COSTS.report


def needed(polls: float, reports: float) -> int:
    """Workers for so many a second."""
    return max(1, math.ceil(max(cores(polls, reports), COSTS.under_way(polls) / places(1)) / TAKEN_AT_MOST))


@dataclass(frozen=True, slots=True)
class Plan:
    """`every`: as in feeds.yaml; `apart`: mean seconds between two entries of a feed; `unit`: a worker's second."""

    name: str
    feeds: int
    every: float
    lasts: float
    apart: float
    unit: float = 1.0
    seed: int = 5


@dataclass(frozen=True, slots=True)
class Lag:
    """From the moment a feed was due to the moment it was claimed."""

    polls: int
    taken: float  # share of the places, in the mean
    busy: float  # share of the processors
    median: float
    p99: float
    p99_periods: float
    most_periods: float
    waiting: int
    period: float  # seconds between two polls of a feed, in the mean, as their rhythms asked for
    news: float  # entries a poll


@dataclass(slots=True)
class _Outlet:
    feed: Feed
    posts: list[float]
    due: float = 0.0
    period: float = 0.0
    shown: int = 0  # posts that were read


@dataclass(slots=True)
class _Worker:
    free: int
    processor_free_at: float = 0.0


@dataclass(slots=True)
class _World:
    plan: Plan
    workers: list[_Worker]
    outlets: dict[str, _Outlet]
    chance: random.Random
    events: list[tuple[float, int, Literal["sweep", "fetched", "done"], str, int]] = field(default_factory=list)
    called: deque[str] = field(default_factory=deque)
    waiting: set[str] = field(default_factory=set)
    states: dict[str, FeedState] = field(default_factory=dict)
    lags: list[tuple[float, float]] = field(default_factory=list)  # seconds, and in periods
    held: float = 0.0  # seconds of places
    busy: float = 0.0  # seconds of processors
    news: int = 0
    periods: float = 0.0  # seconds, of all polls
    count: int = 0

    def at(self, when: float, what: Literal["sweep", "fetched", "done"], name: str = "", worker: int = 0) -> None:
        self.count += 1
        heapq.heappush(self.events, (when, self.count, what, name, worker))


def simulate(plan: Plan, workers: int, folder: Path) -> Lag:
    """Every feed was read before; when it starts their turns lie spread over a period."""
    chance = random.Random(plan.seed)
    outlets = {f"f{number}": _outlet(number, plan, chance) for number in range(plan.feeds)}
    world = _World(plan, [_Worker(AT_ONCE["poll"]) for _ in range(workers)], outlets, chance)
    store = _store(folder)
    try:
        with store.write() as tx:
            _begin(tx, world)
        world.at(0.0, "sweep")
        while world.events[0][0] < plan.lasts:
            with store.write() as tx:
                for _ in range(_PORTION):
                    if world.events[0][0] < plan.lasts:
                        _step(tx, world)
        with store.read() as tx:
            left = len(feeds.due(tx, _moment(plan.lasts), plan.feeds))
    finally:
        store.close()
    return _lag(world, left)


def _store(folder: Path) -> Store:
    store = Store(f"sqlite:///{folder / 'scale.db'}")
    # nothing is to outlive this process
    sa.event.listen(store._engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    store.migrate()
    return store


def _outlet(number: int, plan: Plan, chance: random.Random) -> _Outlet:
    """Its own mean time between two entries, three times as many by day as at night."""
    apart = plan.apart * math.exp(chance.gauss(0, 0.5))
    posts, when = [], -20 * apart
    while when < plan.lasts:
        when += chance.expovariate(1 / apart)
        if 6 <= when % DAY / 3600 <= 22 or chance.random() < 1 / 3:
            posts.append(when)
    feed = Feed(name=f"f{number}", url=f"https://f{number}.example/feed", outlet="O")
    return _Outlet(feed.model_copy(update={"every": int(plan.every)}), posts)  # feeds.yaml takes a day at most


def _begin(tx: Transaction, world: _World) -> None:
    feeds.sync(tx, list(world.outlets), START)
    for name, outlet in world.outlets.items():
        state = feeds.get(tx, name)
        assert state is not None
        turn = polling.after_reading(outlet.feed, state, _read(outlet, 0.0), START, 0.5)
        outlet.period = turn.course.every
        outlet.due = world.chance.random() * outlet.period
        feeds.advance_all(tx, [feeds.Reading(name, _moment(outlet.due), {}, course=turn.course)], START)


def _step(tx: Transaction, world: _World) -> None:
    now, _, what, name, worker = heapq.heappop(world.events)
    if what == "sweep":
        for each in feeds.due(tx, _moment(now), CALLED_AHEAD):
            if each not in world.waiting:
                world.waiting.add(each)
                world.called.append(each)
        world.at(now + EVERY["sweep"] * world.plan.unit, "sweep")
    elif what == "fetched":
        _process(world, now, name, worker)
    else:
        _settle(tx, world, now, name)
        world.workers[worker].free += 1
    _take(tx, world, now)


def _take(tx: Transaction, world: _World, now: float) -> None:
    """Whoever has a place free takes the next call."""
    while world.called:
        worker = max(range(len(world.workers)), key=lambda number: world.workers[number].free)
        if not world.workers[worker].free:
            return
        name = world.called.popleft()
        world.waiting.discard(name)
        state = feeds.claim(tx, name, _moment(now), LEASE * world.plan.unit)
        if state is None:
            continue
        outlet, waits = world.outlets[name], _network(world.chance) * world.plan.unit
        world.lags.append((now - outlet.due, (now - outlet.due) / outlet.period))
        world.periods += outlet.period
        world.states[name] = state
        world.workers[worker].free -= 1
        world.held += waits
        world.at(now + waits, "fetched", name, worker)


def _network(chance: random.Random) -> float:
    return COSTS.hangs if chance.random() < COSTS.hanging else COSTS.answers * math.exp(chance.gauss(0, _SPREAD))


def _process(world: _World, now: float, name: str, number: int) -> None:
    """The worker's one processor takes one poll after the other."""
    outlet, worker = world.outlets[name], world.workers[number]
    new = bisect_right(outlet.posts, now) - outlet.shown
    world.news += new
    takes = (COSTS.unchanged + new * COSTS.report) * world.plan.unit
    worker.processor_free_at = max(now, worker.processor_free_at) + takes
    world.busy += takes
    world.held += worker.processor_free_at - now
    world.at(worker.processor_free_at, "done", name, number)


def _settle(tx: Transaction, world: _World, now: float, name: str) -> None:
    outlet = world.outlets[name]
    turn = polling.after_reading(
        outlet.feed, world.states.pop(name), _read(outlet, now), _moment(now), world.chance.random()
    )
    outlet.period = turn.course.every
    outlet.due = (turn.due_at - START).total_seconds()
    feeds.advance_all(tx, [feeds.Reading(name, turn.due_at, {}, course=turn.course)], _moment(now))


def _read(outlet: _Outlet, now: float) -> FeedRead:
    """What is new since last time, the newest first."""
    end = bisect_right(outlet.posts, now)
    new = range(end - 1, max(outlet.shown, end - 20) - 1, -1)
    outlet.shown = end
    entries = tuple(_entry(outlet, number) for number in new)
    return FeedRead(entries=entries, memory={}, changed=bool(entries))


def _entry(outlet: _Outlet, number: int) -> Entry:
    key = f"{outlet.feed.name}/{number}"
    return Entry(key, "", key, "", "", "", _moment(outlet.posts[number]), "", "")


def _moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _lag(world: _World, waiting: int) -> Lag:
    lags = sorted(lag for lag, _ in world.lags)
    periods = sorted(period for _, period in world.lags)
    whole = world.plan.lasts * len(world.workers)
    return Lag(
        polls=len(lags),
        taken=world.held / (whole * AT_ONCE["poll"]),
        busy=world.busy / whole,
        median=_at(lags, 0.5),
        p99=_at(lags, 0.99),
        p99_periods=_at(periods, 0.99),
        most_periods=periods[-1],
        waiting=waiting,
        period=world.periods / len(lags),
        news=world.news / len(lags),
    )


def _at(sorted_: Sequence[float], share: float) -> float:
    return sorted_[min(len(sorted_) - 1, int(share * len(sorted_)))]
