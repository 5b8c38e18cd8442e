"""The driver: what is due is polled once, what is owed is sent, and no hang, failure or stop keeps the rest waiting."""

import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import schedule
from monitor.errors import DeliveryError, SourceError, StoreError
from monitor.pipeline import Parts, PollResult
from monitor.records import Assessment, Entry, FeedRead, FeedState, Message, Report, Taken
from monitor.schedule import Watch, drain, once
from monitor.settings import Feed, Settings, load
from monitor.store import Store, feeds, outbox
from tests.databases import opened
from tests.examples import NOON, assessment
from tests.ledger_support import gazetteer
from tests.store_support import alert

DAY = timedelta(days=1)
CONFIG = """
channels: {left: {kind: log}, right: {kind: log}}
recipients: {desk: {channels: [left, right]}}
rules: [{to: desk}]
"""


class Clock:
    def __init__(self) -> None:
        self.now = NOON
        self.error: Exception | None = None

    def __call__(self) -> datetime:
        if self.error:
            raise self.error
        return self.now


class Scripted:
    """Feeds that answer at once, but for those in `hanging`. `most`: how often one feed was asked at a time."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.hanging: dict[str, asyncio.Event] = {}
        self.entries: tuple[Entry, ...] = ()
        self.at_once: list[str] = []
        self.most = 0

    async def read(self, feed: Feed, memory: Mapping[str, str], http: object, now: datetime) -> FeedRead:  # noqa: ARG002
        self.asked.append(feed.name)
        self.at_once.append(feed.name)
        self.most = max(self.most, self.at_once.count(feed.name))
        try:
            await self.hanging.get(feed.name, _SET).wait()
        finally:
            self.at_once.remove(feed.name)
        return FeedRead(self.entries, {}, changed=True)


_SET = asyncio.Event()
_SET.set()


class Inbox:
    """A channel. `takes`: called with each message before it is taken; it may wait by the clock, or refuse."""

    def __init__(self, takes: Callable[[], None] = lambda: None) -> None:
        self.takes = takes
        self.got: list[int] = []
        self.open: asyncio.Event = _SET

    async def send(self, message: Message) -> Taken:
        self.takes()
        await self.open.wait()
        self.got.append(message.number)
        return Taken("taken")


class Alarmist:
    """Reads a siege into everything."""

    name, version = "alarmist", "1"

    def __init__(self) -> None:
        self.gazetteer = gazetteer()

    def assess(self, found: Sequence[Report]) -> list[Assessment]:
        return [assessment("siege", key=each.key) for each in found]


def entry(title: str) -> Entry:
    return Entry(title, "", title, "", "", "en", NOON, "", title)


def configured(folder: Path, number: int) -> Settings:
    lines = [f'  - {{name: feed-{each}, url: "https://example.org/{each}", outlet: O}}' for each in range(number)]
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines), encoding="utf-8")
    (folder / "alerts.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "monitor.yaml").write_text(f"data_dir: {folder / 'data'}\n", encoding="utf-8")
    return load(folder)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parts_of(tmp_path: Path, clock: Clock) -> Iterator[Callable[[int], Any]]:
    """Parts with so many feeds, all due now: only the rim is not real."""
    stores: list[Store] = []

    def build(number: int) -> Parts:
        settings = configured(tmp_path, number)
        names = [feed.name for feed in settings.feeds]
        store = opened(tmp_path / "data" / "monitor.db")
        stores.append(store)
        with store.write() as tx:
            feeds.sync(tx, names, NOON)
        rim: dict[str, Any] = {
            "classifier": Alarmist(),
            "http": None,
            "workers": None,
            "sources": {"rss": Scripted()},
            "channels": {"left": Inbox(), "right": Inbox()},
        }
        return Parts(settings=settings, store=store, clock=clock, backlog="alert", **rim)

    yield build
    for store in stores:
        store.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver's own waits, which go by the machine's clock, in hundredths of a second."""
    for name, seconds in {"TICK_SECONDS": 0.05, "REST_SECONDS": 0.1, "FINISH_WITHIN": 0.4}.items():
        monkeypatch.setattr(schedule, name, seconds)


def states(parts: Parts) -> dict[str, FeedState]:
    with parts.store.read() as tx:
        return {state.name: state for state in feeds.states(tx)}


def owed(parts: Parts) -> int:
    with parts.store.read() as tx:
        return outbox.waiting(tx)


def owe(parts: Parts, messages: int, *channels: str) -> None:
    with parts.store.write() as tx:
        for number in range(messages):
            told = outbox.announce(tx, alert(f"jasim-{number + 1}:new:siege:1"))
            if told is None:
                continue
            for channel in channels:
                outbox.owe(tx, told, "desk", channel, languages=("en",), zone="UTC", due_at=NOON, now=NOON)


async def until(true: Callable[[], bool], seconds: float = 5) -> None:
    """Within real seconds, so that a failure is told and not waited for."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come about"
        await asyncio.sleep(0.01)


async def ticking(tick: Callable[[], Awaitable[None]], true: Callable[[], bool], seconds: float = 5) -> None:
    """As the timer would."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come about"
        await tick()
        await asyncio.sleep(0.01)


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
