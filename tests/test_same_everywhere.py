"""One machine on a file, one on a server, and three workers come to the same reports, situations and alerts.

Within one process, for the time's sake; benchmarks/same_everywhere.py does it with all reports and real processes.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from benchmarks.drill import configure
from benchmarks.replay import Inbox, articles_of
from benchmarks.same_everywhere import Way, compare, is_same, wait_for
from monitor.schedule import once
from monitor.service import open_service
from monitor.settings import load
from monitor.worker import Worker
from tests.databases import Postgres

REPORTS = 12


@pytest.fixture
def urls(postgres: Postgres) -> Iterator[list[str]]:
    names = [postgres.create() for _ in range(2)]
    yield [postgres.url(name) for name in names]
    for name in names:
        postgres.drop(name)


def alone(url: str) -> Way:
    def run(folder: Path, feeds: Sequence[str], inbox: Inbox) -> str:
        configure(folder, feeds, inbox, url)

        async def read() -> str:
            async with open_service(load(folder), backlog="alert") as parts:
                await once(parts, [feed.name for feed in parts.settings.feeds])
                return parts.settings.database

        return asyncio.run(read())

    return run


def together(url: str) -> Way:
    def run(folder: Path, feeds: Sequence[str], inbox: Inbox) -> str:
        configure(folder, feeds, inbox, url)

        async def read() -> None:
            async with AsyncExitStack() as stack:
                stop = asyncio.Event()
                opening = [open_service(load(folder), backlog="alert") for _ in range(3)]
                workers = [Worker(await stack.enter_async_context(each)) for each in opening]
                running = [asyncio.create_task(each.run(stop)) for each in workers]
                await asyncio.to_thread(wait_for, url, len(feeds))
                stop.set()
                await asyncio.gather(*running)

        asyncio.run(read())
        return url

    return run


def test_one_machine_on_a_file_one_on_a_server_and_three_workers_tell_the_same(urls: list[str], tmp_path: Path) -> None:
    articles = articles_of(Path("models/evaluation/reports.jsonl"))[:REPORTS]
    ways = {"file": alone(""), "server": alone(urls[0]), "workers": together(urls[1])}
    found = compare(articles, 1, ways, tmp_path)
    file = found["file"]
    assert len(file.reports) == REPORTS
    assert len({place for place, _ in file.standing}) > 1
    assert len(file.alerts) > 4
    assert found["server"] == file
    assert found["workers"] == file
    assert is_same(found, 1)
