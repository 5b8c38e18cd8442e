"""Many machines: each feed polled by one, each message sent by one, and what a dead one had in hand taken up again."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from procrastinate.jobs import Status
from procrastinate.periodic import PeriodicDeferrer

from monitor import worker
from monitor.errors import StoreError
from monitor.pipeline import Parts
from monitor.store import Store, feeds, outbox
from monitor.worker import DEAD_AFTER, EVERY, Worker
from tests.databases import Postgres
from tests.schedule_support import Alarmist, Inbox, Scripted, configured, entry, until
from tests.store_support import alert
from tests.world import BAKERIES, World


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def parts_of(url: str, tmp_path: Path) -> Iterator[Callable[..., Parts]]:
    """One desk on PostgreSQL, as each of its machines sees it: the rim is shared, and not real."""
    opened: list[Store] = []
    source, channels = Scripted(), {"left": Inbox(), "right": Inbox()}

    def build(number: int) -> Parts:
        settings = configured(tmp_path, number)
        store = Store(url)
        opened.append(store)
        store.migrate()
        rim: dict[str, Any] = {"classifier": Alarmist(), "http": None, "workers": None}
        rim |= {"sources": {"rss": source}, "channels": channels}
        parts = Parts(settings=settings, store=store, clock=_now, backlog="alert", **rim)
        with store.write() as tx:
            feeds.sync(tx, [feed.name for feed in settings.feeds], _now())
        return parts

    yield build
    for store in opened:
        store.close()


def _now() -> datetime:
    return datetime.now(UTC)


def jobs(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        query = "SELECT task_name, queueing_lock FROM procrastinate_jobs WHERE queue_name <> 'tend' ORDER BY id"
        return connection.execute(query).fetchall()


def _owe_and_break_off(parts: Parts) -> None:
    with parts.store.write() as tx:
        told = outbox.announce(tx, alert())
        outbox.owe(tx, told or 0, "desk", "left", languages=("en",), zone="UTC", due_at=_now(), now=_now())
        raise ZeroDivisionError


def owe(parts: Parts, number: int, *channels: str) -> None:
    with parts.store.write() as tx:
        told = outbox.announce(tx, alert(f"jasim-{number}:new:siege:1"))
        for channel in channels:
            outbox.owe(tx, told or 0, "desk", channel, languages=("en",), zone="UTC", due_at=_now(), now=_now())


def test_two_machines_poll_each_feed_once_and_ring_once_for_each_occasion(
    parts_of: Callable[[int], Parts], url: str
) -> None:
    async def run() -> None:
        both = [parts_of(12), parts_of(12)]
        source: Any = both[0].sources["rss"]
        source.entries = (entry("Army encircles Jasim"),)
        stop = asyncio.Event()
        running = [asyncio.create_task(Worker(parts).run(stop)) for parts in both]
        left: Any = both[0].channels["left"]
        right: Any = both[0].channels["right"]
        await until(lambda: len(source.asked) == 12 and bool(left.got) and bool(right.got), 30)
        owe(both[0], 70, "left")
        await until(lambda: len(left.got) == 2, 30)
        stop.set()
        await asyncio.gather(*running)
        assert sorted(source.asked) == sorted(f"feed-{each}" for each in range(12))
        assert len(right.got) == 1  # twelve outlets tell of one siege
        with both[0].store.read() as tx:
            assert outbox.waiting(tx) == 0
        assert all(name != "poll" for name, _ in jobs(url))

    asyncio.run(run())


def test_the_call_for_a_sender_is_made_with_the_message_or_not_at_all(
    parts_of: Callable[[int], Parts], url: str
) -> None:
    async def run() -> None:
        parts = parts_of(0)
        worker = Worker(parts)
        await worker._prepare()
        parts.store.wake = worker._call_senders
        with pytest.raises(ZeroDivisionError):
            _owe_and_break_off(parts)
        assert jobs(url) == []
        owe(parts, 1, "left", "right")
        owe(parts, 2, "left")
        assert jobs(url) == [("deliver", "deliver left"), ("deliver", "deliver right")]

    asyncio.run(run())


def test_what_a_dead_machine_had_in_hand_is_taken_up_by_another(
    parts_of: Callable[[int], Parts], url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        parts = parts_of(1)
        worker = Worker(parts)
        await worker._prepare()
        async with worker._app.open_async():
            manager = worker._app.job_manager
            await worker._sweep()
            dead = await manager.register_worker()
            in_hand = await manager.fetch_job(queues=["poll"], worker_id=dead)
            assert in_hand is not None
            with parts.store.write() as tx:
                assert feeds.claim(tx, "feed-0", _now(), timedelta(minutes=10))
            await worker._rescue()
            await worker._sweep()
            assert [job.status for job in await manager.list_jobs_async(queue="poll")] == [Status.DOING.value]
            with psycopg.connect(url) as connection:
                late = "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => %s)"
                connection.execute(late, [DEAD_AFTER + 1])
            await worker._rescue()
            await worker._sweep()
            assert [job.status for job in await manager.list_jobs_async(queue="poll")] == [Status.TODO.value]
        stop = asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        source: Any = parts.sources["rss"]
        await until(lambda: source.asked == ["feed-0"], 15)
        stop.set()
        await running

    asyncio.run(run())
    assert "a worker died with poll" in caplog.text


def test_a_channel_that_asked_for_a_wait_is_left_alone_by_every_machine(
    parts_of: Callable[[int], Parts], url: str
) -> None:
    async def run() -> None:
        parts = parts_of(0)
        worker = Worker(parts)
        await worker._prepare()
        parts.pace.pause("left", 60)
        async with worker._app.open_async():
            await worker._delivered("left")
            owe(parts, 1, "left")
            await worker._sweep()
            manager = worker._app.job_manager
            assert await manager.fetch_job(queues=["deliver"], worker_id=await manager.register_worker()) is None
        assert jobs(url) == [("deliver", "deliver left")]

    asyncio.run(run())


def test_feeds_are_called_for_together_also_when_another_machine_called_for_some_meanwhile(
    parts_of: Callable[[int], Parts], url: str
) -> None:
    async def run() -> None:
        parts = parts_of(5)
        worker = Worker(parts)
        await worker._prepare()
        async with worker._app.open_async():
            calls = [
                worker._calling("poll", f"feed-{each}", f"poll feed-{each}", feed=f"feed-{each}") for each in (1, 3)
            ]
            await worker._call(calls)
            await worker._call([worker._calling("poll", "feed-0", "poll feed-0", feed="feed-0"), *calls])
            await asyncio.gather(worker._sweep(), worker._sweep())
        assert sorted(jobs(url)) == [("poll", f"poll feed-{each}") for each in range(5)]

    asyncio.run(run())


def test_a_feed_that_hangs_when_its_worker_is_stopped_is_due_for_the_others_at_once(
    parts_of: Callable[[int], Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        parts, stop = parts_of(1), asyncio.Event()
        source: Any = parts.sources["rss"]
        source.hanging = {"feed-0": asyncio.Event()}
        running = asyncio.create_task(Worker(parts).run(stop))
        await until(lambda: source.asked == ["feed-0"], 15)
        stop.set()
        await running
        with parts.store.read() as tx:
            assert feeds.due(tx, _now()) == ["feed-0"]

    monkeypatch.setattr(worker, "FINISH_WITHIN", 0.2)
    asyncio.run(run())


def test_a_call_for_a_feed_that_only_another_machine_knows_is_left_to_it(parts_of: Callable[[int], Parts]) -> None:
    parts = parts_of(1)
    asyncio.run(Worker(parts)._polled("feed-1"))
    asyncio.run(Worker(parts)._polled("feed-0"))
    source: Any = parts.sources["rss"]
    assert source.asked == ["feed-0"]


@pytest.mark.parametrize("name", EVERY)
def test_what_is_done_every_so_often_is_never_left_for_longer(parts_of: Callable[..., Parts], name: str) -> None:
    jobs = Worker(parts_of(1))._app.periodic_registry
    begins, hours = 1_700_000_000, 3 * 3600
    called = list(PeriodicDeferrer(jobs).get_timestamps(jobs.periodic_tasks[name, ""], begins, begins + hours))
    assert called[0] - begins <= EVERY[name]
    assert {later - at for at, later in pairwise(called)} == {EVERY[name]}
    assert begins + hours - called[-1] < EVERY[name]


def test_one_file_is_not_for_many_machines(tmp_path: Path) -> None:
    world = World(tmp_path, [BAKERIES], feeds=1)
    try:
        refused = world.monitor("worker")
    finally:
        world.close()
    assert refused.returncode == 1
    assert "Many machines need PostgreSQL" in refused.stderr
    assert "monitor run" in refused.stderr


def test_a_store_on_a_file_has_no_address_for_others(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    with pytest.raises(StoreError, match="one process does all the work"):
        assert store.libpq
    store.close()


def test_a_mistake_of_ours_that_ends_a_queue_is_not_taken_for_the_databases(
    parts_of: Callable[..., Parts], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    async def run() -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(Worker(parts_of(1)).run(stop))
        await until(lambda: "begins anew" in caplog.text)
        stop.set()
        await working

    monkeypatch.setattr(Worker, "_serve", broken)
    asyncio.run(run())
    assert "a mistake of ours" in caplog.text
    assert "the database left" not in caplog.text
