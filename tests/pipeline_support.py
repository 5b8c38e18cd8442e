"""A service with given articles and a clock: what the tests of the pipeline share."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.replay import Article
from monitor.errors import DeliveryError
from monitor.pipeline import Parts
from monitor.records import DeliveryState, LogRow, Message, Taken
from monitor.service import open_service
from monitor.settings import load
from monitor.store import outbox, reports
from monitor.store.reports import LogQuery
from tests.world import World

START = datetime(2026, 3, 14, 18, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Refusing:
    """A channel that answers as it is told to; `error` None: it takes everything."""

    def __init__(self, error: DeliveryError | None) -> None:
        self.error = error
        self.messages: list[Message] = []

    async def send(self, message: Message) -> Taken:
        if self.error:
            raise self.error
        self.messages.append(message)
        return Taken("taken")


@asynccontextmanager
async def service(
    folder: Path, articles: Sequence[Article], clock: Clock, *, database: str = "", feeds: int = 1
) -> AsyncIterator[tuple[World, Parts]]:
    world = World(folder, articles, feeds=feeds, database=database)
    try:
        async with open_service(load(folder), clock=clock, backlog="alert") as parts:
            yield world, parts
    finally:
        world.close()


def log_of(parts: Parts) -> list[LogRow]:
    with parts.store.read() as tx:
        return list(reports.iterate(tx, LogQuery(everything=True)))


def deliveries(parts: Parts) -> list[DeliveryState]:
    with parts.store.read() as tx:
        return outbox.listing(tx)
