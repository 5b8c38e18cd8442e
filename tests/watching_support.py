"""A web of given answers, a clock, and the monitor between them: what the tests of watching share."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any, cast

import pytest
from multidict import CIMultiDict

from monitor.classifier import Classifier
from monitor.errors import HttpError
from monitor.http import HttpClient, HttpResponse
from monitor.pipeline import Parts, PollResult, poll
from monitor.records import FeedState, Gap, LogRow, Outage
from monitor.settings import load
from monitor.sources import KINDS, Workers
from monitor.store import Store, feeds, gaps, outbox, reports
from monitor.store.reports import LogQuery
from tests.databases import opened
from tests.examples import NOON

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
Answer = HttpResponse | Exception


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Web:
    """Answers an address as it is told to; 404 where it is not. `asked`: every address, in order."""

    answers: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    offline: bool = False

    async def get(self, url: str, *, headers: Mapping[str, str], limits: object) -> HttpResponse:  # noqa: ARG002
        self.asked.append(url)
        if self.offline:
            raise HttpError(f"the name of {url} cannot be resolved", "dns")
        found = self.answers.get(url, answer(url, 404))
        found = found() if callable(found) else found
        if isinstance(found, Exception):
            raise found
        await asyncio.sleep(0)
        return replace(found, url=found.url or url)


def answer(url: str, status: int = 200, body: str = "", kind: str = "application/rss+xml", **more: Any) -> HttpResponse:
    headers = CIMultiDict({"Content-Type": f"{kind}; charset=utf-8", **more.pop("headers", {})})
    return HttpResponse(url=url, status=status, headers=headers, body=body.encode(), **more)


def rss(*items: str, blog: bool = False, links: str = "") -> str:
    generator = "<generator>https://wordpress.org/?v=6.6</generator>" if blog else ""
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Horan</title>'
        f"{generator}{links}{''.join(items)}</channel></rss>"
    )


def item(number: int, title: str = "", text: str = "", link: str = "", at: datetime | None = None) -> str:
    link = f"<link>{link}</link>" if link else ""
    return (
        f"<item><guid isPermaLink='false'>n{number}</guid><title>{escape(title or f'Story {number}')}</title>{link}"
        f"<pubDate>{format_datetime(at or NOON + number * HOUR)}</pubDate>"
        f"<description>{escape(text or f'The well of village {number} was cleaned.')}</description></item>"
    )


def page(title: str, text: str) -> HttpResponse:
    return answer("", 200, f"<html><body><article><h1>{title}</h1><p>{text}</p></article></body></html>", "text/html")


class Watcher:
    """Feeds named a, b, ... at their own hosts, polled by hand."""

    def __init__(self, parts: Parts, web: Web, clock: Clock) -> None:
        self.parts, self.web, self.clock = parts, web, clock

    def url(self, name: str = "a") -> str:
        return next(feed.url for feed in self.parts.settings.feeds if feed.name == name)

    def shows(self, *items: str, name: str = "a", **more: Any) -> None:
        self.web.answers[self.url(name)] = answer("", 200, rss(*items, **more))

    async def poll(self, name: str = "a", after: timedelta = 5 * MINUTE) -> PollResult:
        self.clock.now += after
        result = await poll(self.parts, name, force=True)
        assert result is not None
        return result

    def state(self, name: str = "a") -> FeedState:
        with self.parts.store.read() as tx:
            found = feeds.get(tx, name)
        assert found is not None
        return found

    def log(self) -> list[LogRow]:
        with self.parts.store.read() as tx:
            return list(reports.iterate(tx, LogQuery(everything=True)))

    def gaps(self) -> list[Gap]:
        with self.parts.store.read() as tx:
            return gaps.gaps(tx)

    def outages(self, name: str | None = None) -> list[Outage]:
        with self.parts.store.read() as tx:
            return gaps.outages(tx, name)

    def owed(self) -> list[str]:
        with self.parts.store.read() as tx:
            return sorted(each.occasion for each in outbox.listing(tx))


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def workers(runner: asyncio.Runner) -> Iterator[Workers]:
    made = Workers(1)
    runner.run(made.__aenter__())
    yield made
    runner.run(made.__aexit__(None, None, None))


Live = Callable[[Callable[[Watcher], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def rim(classifier: Classifier, workers: Workers) -> dict[str, Any]:
    sources = {kind: source(workers) for kind, source in KINDS.items()}
    return {"classifier": classifier, "workers": workers, "sources": sources, "channels": {}, "backlog": "alert"}


@pytest.fixture
def watch_on_both(tmp_path: Path, store: Store, rim: dict[str, Any], runner: asyncio.Runner) -> Live:
    """Runs a story of a watcher with six feeds, on each kind of database in turn."""
    return lambda story: runner.run(story(watcher(tmp_path, store, rim)))


@pytest.fixture
def watch(tmp_path: Path, rim: dict[str, Any], runner: asyncio.Runner) -> Iterator[Live]:
    """The same on SQLite alone."""
    store = opened(tmp_path / "monitor.db")
    yield lambda story: runner.run(story(watcher(tmp_path, store, rim)))
    store.close()


def watcher(folder: Path, store: Store, rim: dict[str, Any]) -> Watcher:
    lines = [f'  - {{name: {each}, url: "https://{each}.example/news/feed/", outlet: {each}}}' for each in "abcde"]
    lines.append('  - {name: beside, url: "https://a.example/news/daraa/feed/", outlet: a}')
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines), encoding="utf-8")
    (folder / "alerts.yaml").write_text(
        "channels: {log: {kind: log}}\nrecipients: {desk: {channels: [log]}}\nrules: [{to: desk}]\nowner: desk\n",
        encoding="utf-8",
    )
    (folder / "monitor.yaml").write_text(f"data_dir: {folder / 'data'}\n", encoding="utf-8")
    settings, web, clock = load(folder), Web(), Clock()
    with store.write() as tx:
        feeds.sync(tx, [feed.name for feed in settings.feeds], clock.now)
    return Watcher(Parts(settings=settings, store=store, http=cast(HttpClient, web), clock=clock, **rim), web, clock)
