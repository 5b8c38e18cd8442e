"""The driver: what is due is polled once, what is owed is sent, and no hang, failure or stop keeps the rest waiting."""

import asyncio
import gc
import logging
from datetime import timedelta
from typing import Any

import pytest

from monitor import schedule
from monitor.errors import StoreError
from monitor.schedule import Watch
from monitor.store import feeds
from tests.examples import NOON
from tests.schedule_support import DAY, Clock, clock, owe, owed, parts_of, quick, states, ticking, until

__all__ = ["clock", "parts_of", "quick"]  # fixtures


def test_feeds_that_are_overdue_after_a_long_sleep_are_polled_once(parts_of: Any, clock: Clock) -> None:
    async def run() -> None:
        parts = parts_of(3)
        watch, source = Watch(parts), parts.sources["rss"]
        clock.now += 3 * DAY
        for _ in range(5):
            await watch.poll_due()
            await until(lambda: len(source.asked) >= 3)
        await watch.finish()
        assert sorted(source.asked) == ["feed-0", "feed-1", "feed-2"]
        assert all(state.due_at > clock.now for state in states(parts).values())

    asyncio.run(run())


def test_feeds_that_hang_do_not_delay_the_others(parts_of: Any, quick: None) -> None:
    async def run() -> None:
        parts = parts_of(24)
        watch, source = Watch(parts), parts.sources["rss"]
        source.hanging = {f"feed-{number}": asyncio.Event() for number in range(10)}
        await watch.poll_due()
        await until(lambda: sum(state.last_read_at is not None for state in states(parts).values()) == 14)
        await watch.finish()

    asyncio.run(run())


def test_feeds_that_failed_and_now_hang_take_nobodys_place(
    parts_of: Any, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "FEEDS_AT_ONCE", 2)
    monkeypatch.setattr(schedule, "FAILING_AT_ONCE", 1)

    async def run() -> None:
        parts = parts_of(8)
        failed = {f"feed-{number}" for number in range(4)}
        with parts.store.write() as tx:
            for name in sorted(failed):
                feeds.fail(tx, name, error="no answer", due_at=NOON, now=NOON)
        watch, source = Watch(parts), parts.sources["rss"]
        source.hanging = {name: asyncio.Event() for name in failed}
        done = lambda: sum(state.last_read_at is not None for state in states(parts).values()) == 4  # noqa: E731
        await ticking(watch.poll_due, done)
        assert len(failed & set(source.asked)) == 1
        await watch.finish()

    asyncio.run(run())


def test_no_feed_is_polled_twice_at_once_however_often_the_timer_ticks(parts_of: Any, clock: Clock) -> None:
    async def run() -> None:
        parts = parts_of(2)
        source = parts.sources["rss"]
        source.hanging["feed-0"] = asyncio.Event()
        watches = [Watch(parts), Watch(parts)]  # as two processes on one database
        for _ in range(3):
            await asyncio.gather(*(watch.poll_due() for watch in watches for _ in range(3)))
            await asyncio.sleep(0.02)
        assert source.most == 1
        assert source.asked.count("feed-0") == 1
        clock.now += timedelta(hours=1)  # the claim has run out: the same process knows that it is still at it
        await watches[source.asked.index("feed-0") * 0].poll_due()
        source.hanging["feed-0"].set()
        for watch in watches:
            await watch.finish()

    asyncio.run(run())


def test_a_tick_that_fails_does_not_stop_the_next(
    parts_of: Any,
    clock: Clock,
    quick: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        parts = parts_of(1)
        stop = asyncio.Event()
        clock.error = StoreError("The database is away. Start it.")
        watching = asyncio.create_task(Watch(parts).run(stop))
        await asyncio.sleep(0.5)
        assert parts.sources["rss"].asked == []
        clock.error = ValueError("a mistake of ours")
        await until(lambda: "broke off" in caplog.text)
        clock.error = None
        await until(lambda: parts.sources["rss"].asked == ["feed-0"])
        stop.set()
        await watching

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    said = [record.message for record in caplog.records if record.message.startswith("The database is away")]
    assert 2 <= len(said) <= 6  # not at every one of the twenty ticks
    assert "broke off" in caplog.text


def test_a_database_that_fails_in_the_middle_of_a_poll_ends_neither_that_feed_nor_in_silence(
    parts_of: Any,
    clock: Clock,
    quick: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        parts = parts_of(1)
        watch, source = Watch(parts), parts.sources["rss"]
        source.hanging["feed-0"] = asyncio.Event()
        await watch.poll_due()
        await until(lambda: source.asked == ["feed-0"])
        clock.error = StoreError("The disk is full.")
        source.hanging["feed-0"].set()
        await until(lambda: "The disk is full." in caplog.text)
        clock.error = None  # and no minute passes: it does not wait for the end of its claim
        await ticking(watch.poll_due, lambda: states(parts)["feed-0"].last_read_at is not None)
        await watch.finish()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
        gc.collect()
    assert "never retrieved" not in caplog.text


def test_a_message_whose_sending_meets_a_failing_database_is_sent_afterwards(
    parts_of: Any,
    clock: Clock,
    quick: None,
) -> None:
    async def run() -> None:
        parts = parts_of(0)
        owe(parts, 1, "left")
        watch, left = Watch(parts), parts.channels["left"]

        def fail_once() -> None:
            left.takes = lambda: None
            clock.error = StoreError("The database is away.")

        left.takes = fail_once
        await watch.send_due()
        await until(lambda: len(left.got) == 1)  # sent, and could not be noted
        await asyncio.sleep(0.15)
        clock.error = None
        clock.now += timedelta(minutes=2)
        await ticking(watch.send_due, lambda: owed(parts) == 0)
        assert left.got == [1, 1]  # twice, under one number; never not at all
        await watch.finish()

    asyncio.run(run())
