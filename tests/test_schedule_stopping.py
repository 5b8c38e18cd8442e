"""How the driver of one process stops, what hangs meanwhile, and clocks that are set back."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor import schedule
from monitor.errors import DeliveryError, SourceError
from monitor.pipeline import PollResult
from monitor.records import FeedRead, Message, Taken
from monitor.schedule import Watch, drain, once
from monitor.settings import Feed
from monitor.store import feeds
from tests.schedule_support import DAY, Clock, clock, entry, owe, owed, parts_of, quick, states, ticking, until

__all__ = ["clock", "parts_of", "quick"]  # fixtures


def test_a_stop_lets_what_is_in_flight_finish_and_begins_nothing_new(
    parts_of: Any, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "FINISH_WITHIN", 8)  # nothing hangs here

    async def run() -> None:
        parts = parts_of(schedule.FEEDS_AT_ONCE + 4)
        stop, source = asyncio.Event(), parts.sources["rss"]
        gate = asyncio.Event()
        source.hanging = {feed.name: gate for feed in parts.settings.feeds}
        watching = asyncio.create_task(Watch(parts).run(stop))
        await until(lambda: len(source.asked) == schedule.FEEDS_AT_ONCE)
        stop.set()
        await asyncio.sleep(0.05)
        gate.set()
        await watching
        assert len(source.asked) == schedule.FEEDS_AT_ONCE
        read = [state for state in states(parts).values() if state.last_read_at]
        assert len(read) == schedule.FEEDS_AT_ONCE

    asyncio.run(run())


def test_what_hangs_at_a_stop_is_cut_off_in_time_and_due_again_at_the_next_start(
    parts_of: Any,
    clock: Clock,
    quick: None,
) -> None:
    async def run() -> None:
        parts = parts_of(2)
        stop, source = asyncio.Event(), parts.sources["rss"]
        source.hanging["feed-0"] = asyncio.Event()
        watching = asyncio.create_task(Watch(parts).run(stop))
        await until(lambda: len(source.asked) == 2)
        stop.set()
        began = time.monotonic()
        await watching
        assert time.monotonic() - began < 1
        clock.now += timedelta(seconds=1)
        with parts.store.write() as tx:
            feeds.resume(tx, clock.now)
            assert feeds.due(tx, clock.now) == ["feed-0"]

    asyncio.run(run())


def test_an_alert_of_a_poll_that_ends_after_the_stop_is_still_sent(
    parts_of: Any, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "FINISH_WITHIN", 8)  # nothing hangs here, and the first poll of a process is slow

    async def run() -> None:
        parts = parts_of(1)
        stop, source = asyncio.Event(), parts.sources["rss"]
        source.entries = (entry("Jasim is under siege"),)
        source.hanging["feed-0"] = asyncio.Event()
        watching = asyncio.create_task(Watch(parts).run(stop))
        await until(lambda: source.asked == ["feed-0"])
        stop.set()
        await asyncio.sleep(0.05)
        source.hanging["feed-0"].set()
        await watching
        assert [len(channel.got) for channel in parts.channels.values()] == [1, 1]
        assert owed(parts) == 0

    asyncio.run(run())


def test_a_long_queue_does_not_outlast_the_stop_nor_is_a_message_cut_off(
    parts_of: Any,
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run() -> None:
        parts = parts_of(0)
        owe(parts, 100, "left")
        begun = 0

        async def slow(message: Message) -> Taken:
            nonlocal begun
            begun += 1
            await asyncio.sleep(0.05)
            parts.channels["left"].got.append(message.number)
            return Taken("")

        monkeypatch.setattr(parts.channels["left"], "send", slow)
        watch = Watch(parts)
        await watch.send_due()
        await asyncio.sleep(0.1)
        await watch.finish()
        assert 0 < begun == len(parts.channels["left"].got) < 100
        assert owed(parts) == 100 - begun

    asyncio.run(run())


def test_a_channel_that_hangs_holds_up_no_other(parts_of: Any) -> None:
    async def run() -> None:
        parts = parts_of(0)
        owe(parts, 20, "left", "right")
        parts.channels["left"].open = asyncio.Event()
        draining = asyncio.create_task(drain(parts, timedelta(0)))
        await until(lambda: len(parts.channels["right"].got) == 20)
        parts.channels["left"].open.set()
        await draining
        assert len(parts.channels["left"].got) == 20

    asyncio.run(run())


def test_what_comes_to_be_owed_on_a_channel_that_was_through_is_sent_too(parts_of: Any) -> None:
    async def run() -> None:
        parts = parts_of(0)
        owe(parts, 1, "left")
        parts.channels["left"].takes = lambda: owe(parts, 3, "right")
        await drain(parts, timedelta(0))
        assert len(parts.channels["right"].got) == 2  # the first occasion was told before

    asyncio.run(run())


def test_one_run_ends_though_a_channel_takes_long_to_refuse_everything(parts_of: Any, clock: Clock) -> None:
    """Each refusal comes 40 s later, and by then the one before is due again: it never ended for a day."""

    async def run() -> None:
        parts = parts_of(0)
        owe(parts, 5, "left")
        tries = 0

        def refuse() -> None:
            nonlocal tries
            tries += 1
            clock.now += timedelta(seconds=40)
            raise DeliveryError("no answer within 40 s")

        parts.channels["left"].takes = refuse
        async with asyncio.timeout(20):
            await once(parts, [])
        assert 5 <= tries <= 20
        assert owed(parts) == 5

    asyncio.run(run())


def test_a_clock_that_is_set_back_stops_neither_the_timer_nor_the_feeds(parts_of: Any, clock: Clock) -> None:
    async def run() -> None:
        parts = parts_of(1)
        watch, source = Watch(parts), parts.sources["rss"]
        await watch.poll_due()
        await until(lambda: states(parts)["feed-0"].last_read_at is not None)
        clock.now -= 400 * DAY  # it had been wrong, and was put right
        await watch.tend_due()
        await ticking(watch.poll_due, lambda: source.asked == ["feed-0", "feed-0"])
        await until(lambda: states(parts)["feed-0"].due_at < clock.now + DAY)
        await watch.finish()

    asyncio.run(run())


def test_a_timer_that_waits_for_an_hour_to_come_again_is_set_right() -> None:
    async def run() -> None:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            ticks += 1

        timer = schedule._timer(tick)
        await until(lambda: ticks > 0)
        (job,) = timer.get_jobs()
        before = ticks
        job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
        schedule.set_right(timer, datetime.now(UTC))
        await until(lambda: ticks > before)
        timer.shutdown(wait=False)

    asyncio.run(run())


def test_one_run_reads_every_feed_and_says_which_failed(parts_of: Any) -> None:
    async def run() -> None:
        parts = parts_of(3)
        source = parts.sources["rss"]
        read = source.read

        async def failing(feed: Feed, *rest: Any) -> FeedRead:
            if feed.name == "feed-1":
                raise SourceError("the address answers 500")
            return await read(feed, *rest)  # type: ignore[no-any-return]

        source.read = failing
        told: list[PollResult] = []
        await once(parts, ["feed-0", "feed-1", "feed-2"], told.append)
        assert {result.feed: result.error for result in told} == {
            "feed-0": "",
            "feed-1": "the address answers 500",
            "feed-2": "",
        }

    asyncio.run(run())
