"""A monitor that proves to itself that it watches: with real parts; only clock and rim are given."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor import canary
from monitor.classifier import Classifier
from monitor.http import HttpClient
from monitor.pipeline import Canary, Parts, escalate, open_canary, tell_digests, tell_what_stands
from monitor.records import Beat, Message, Taken
from monitor.schedule import drain
from monitor.settings import ChannelSettings, Feed, Recipient, Rule, Settings
from monitor.settings.models import Canary as CanarySettings
from monitor.sources import KINDS, Workers
from monitor.store import Store
from tests import databases
from tests.people_support import Clock


class Mailbox:
    """A channel's other end."""

    def __init__(self) -> None:
        self.got: list[Message] = []

    async def send(self, message: Message) -> Taken:
        self.got.append(message)
        return Taken("taken")


class World:
    """What is expensive, made once: one loop, its workers and the model."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.workers = Workers(count=1)
        self.classifier = Classifier.load()
        self.run(self.workers.__aenter__())

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def close(self) -> None:
        self.run(self.workers.__aexit__(None, None, None))
        self.runner.close()

    def parts(self, store: Store, **changes: Any) -> Parts:
        channels = {"chat": ChannelSettings(kind="log"), "mail": ChannelSettings(kind="log")}
        settings = Settings(
            config_dir=Path(),
            database="",
            data_dir=Path(),
            feeds=(Feed(name="horan-news", url="https://example.org/feed", outlet="Horan News"),),
            channels=changes.pop("channels", channels),
            recipients=changes.pop("recipients", {"desk": Recipient(channels=("chat", "mail"))}),
            rules=changes.pop("rules", (Rule(to="desk"),)),
            canary=changes.pop("canary", CanarySettings(every=900, within=60)),
            ping=changes.pop("ping", ""),
        )
        given: dict[str, Any] = {
            "classifier": self.classifier,
            "workers": self.workers,
            "sources": {kind: source(self.workers) for kind, source in KINDS.items()},
            "http": HttpClient(),
            "clock": Clock(),
            "channels": {"chat": Mailbox(), "mail": Mailbox()},
            **changes,
        }
        return Parts(settings=settings, store=store, **given)


@contextmanager
def world() -> Iterator[World]:
    made = World()
    try:
        yield made
    finally:
        made.close()


@asynccontextmanager
async def canary_of(parts: Parts) -> AsyncIterator[Canary]:
    async with open_canary(parts) as canary:
        yield canary


def boxes(parts: Parts) -> Mapping[str, Sequence[Message]]:
    return {name: channel.got for name, channel in parts.channels.items() if isinstance(channel, Mailbox)}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database: to copy it takes a hundredth of making it."""
    path = tmp_path_factory.mktemp("blank") / "monitor.db"
    databases.blank(path)
    return path


def opened(blank: Path, folder: Path) -> Store:
    shutil.copy(blank, folder / "monitor.db")
    return Store(f"sqlite:///{folder / 'monitor.db'}")


@pytest.fixture
def file(blank: Path, tmp_path: Path) -> Iterator[Store]:
    made = opened(blank, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module", name="shared")
def _shared() -> Iterator[World]:
    with world() as made:
        yield made


def beat(shared: World, parts: Parts, broken: Any = None) -> Beat:
    """One run; `broken` is given the canary, to break something in it."""

    async def run() -> Beat:
        async with open_canary(parts) as bird:
            if broken:
                broken(bird)
            return await bird.beat()

    done: Beat = shared.run(run())
    return done


def others_do_their_work(shared: World, parts: Parts) -> None:
    """All that owes or sends anything to anybody."""

    async def run() -> None:
        tell_what_stands(parts)
        tell_digests(parts)
        escalate(parts)
        await drain(parts, timedelta(hours=1))

    shared.run(run())


def marked_rows(store: Store) -> dict[str, int]:
    with store.read() as tx:
        return {
            table: tx.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE canary")) or 0  # noqa: S608
            for table in ("report", "alert", "delivery")
        }


def _report(sheet: canary.Sheet) -> Any:
    from tests.examples import report

    return report("k", title="", text=canary.text_of(sheet, "en"), language="en")
