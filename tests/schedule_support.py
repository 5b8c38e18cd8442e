"""Sources, channels and a clock that do as they are told: what the tests of the driver share."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import schedule
from monitor.pipeline import Parts
from monitor.records import Assessment, Entry, FeedRead, FeedState, Message, Report, Taken
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
