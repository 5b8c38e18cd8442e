"""Polling as a whole, over a web that is simulated: pages that fail, entries that pass by, moves, a lost network.

The clock is given. Real are the store, the parsers, the classifier and everything between.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any, cast

import pytest
from multidict import CIMultiDict

from benchmarks.month import simulate
from benchmarks.month_checks import Plan
from monitor import polling
from monitor.classifier import Classifier
from monitor.errors import HttpError
from monitor.http import HttpClient, HttpResponse
from monitor.pipeline import Parts, PollResult, deliver_one, pages, poll, tell_what_stands
from monitor.pipeline.network import Network
from monitor.pipeline.notices import tell_of_feed
from monitor.records import FeedState, Gap, LogRow, Message, Outage, Taken
from monitor.settings import load
from monitor.sources import KINDS, Workers
from monitor.store import Store, feeds, gaps, outbox, reports
from monitor.store.reports import LogQuery
from tests.databases import opened
from tests.examples import NOON
from tests.world import BAKERIES, SIEGE

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


# pages


def test_a_page_that_failed_is_fetched_at_a_later_poll_and_what_it_tells_rings_once(watch_on_both: Live) -> None:
    link = "https://a.example/1"

    async def story(it: Watcher) -> None:
        it.shows(item(1, SIEGE.title, SIEGE.text[:90], link, NOON))
        it.web.answers[link] = HttpError("it did not answer in time", "timeout")
        first = await it.poll()
        assert (first.new, [row.report.text_from for row in it.log()]) == (1, ["feed"])
        it.web.answers[link] = page(SIEGE.title, SIEGE.text)
        second = await it.poll()
        (row,) = it.log()
        assert (second.revised, row.report.revision, row.report.text_from, row.report.note) == (1, 2, "page", "")
        assert row.report.text.startswith(SIEGE.text[:60])
        assert [occasion for occasion in it.owed() if ":new:" in occasion] == ["jasim-1:new:siege:1"]
        it.web.asked.clear()
        await it.poll()
        assert it.web.asked == [it.url()]

    watch_on_both(story)


def test_what_only_the_page_tells_rings_when_the_page_is_there(watch: Live) -> None:
    link = "https://a.example/1"

    async def story(it: Watcher) -> None:
        it.shows(item(1, "News from the south", "The day in brief.", link, NOON))
        it.web.answers[link] = answer("", 503)
        assert (await it.poll()).flagged == 0
        it.web.answers[link] = page("News from the south", SIEGE.text)
        assert (await it.poll()).flagged == 1
        assert "jasim-1:new:siege:1" in it.owed()

    watch(story)


def test_a_page_is_asked_for_again_a_few_times_within_a_day_and_then_no_more(watch: Live) -> None:
    link = "https://a.example/1"

    async def story(it: Watcher) -> None:
        it.shows(item(1, "A", "Words.", link, NOON))
        it.web.answers[link] = answer("", 503)
        for _ in range(60):
            await it.poll(after=HOUR)
        assert it.web.asked.count(link) == 7

    watch(story)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_page_that_is_refused_is_not_asked_for_again(watch: Live, status: int) -> None:
    link = "https://a.example/1"

    async def story(it: Watcher) -> None:
        it.shows(item(1, "A", "Words.", link, NOON))
        it.web.answers[link] = answer("", status)
        await it.poll()
        await it.poll(after=2 * HOUR)
        assert it.web.asked.count(link) == 1

    watch(story)


def test_pages_that_hang_are_left_for_the_next_poll_and_all_that_the_feed_tells_is_read(
    watch: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SECONDS", 0.05)

    class Hanging(Web):
        async def get(self, url: str, *, headers: Mapping[str, str], limits: object) -> HttpResponse:
            if "/slow/" in url:
                await asyncio.Event().wait()
            return await super().get(url, headers=headers, limits=limits)

    async def story(it: Watcher) -> None:
        web = Hanging(it.web.answers)
        it.parts = replace(it.parts, http=cast(HttpClient, web))
        it.shows(*(item(n, f"A {n}", "Words.", f"https://a.example/slow/{n}", NOON) for n in range(8)))
        assert (await it.poll()).new == 8
        assert {row.report.text_from for row in it.log()} == {"feed"}
        it.parts = replace(it.parts, http=cast(HttpClient, it.web))
        for number in range(8):
            it.web.answers[f"https://a.example/slow/{number}"] = page("A", f"The whole story of number {number}. " * 5)
        monkeypatch.setattr(pages, "SECONDS", 45.0)
        assert (await it.poll()).revised == 8
        assert {row.report.text_from for row in it.log()} == {"page"}

    watch(story)


def test_after_three_failures_of_a_site_the_rest_of_its_pages_waits(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        links = [f"https://a.example/{n}" for n in range(20)]
        it.shows(*(item(n, f"A {n}", "Words.", link, NOON) for n, link in enumerate(links)))
        it.web.answers |= {link: answer("", 503) for link in links}
        await it.poll()
        assert len(it.web.asked) <= 1 + 3 + pages.AT_ONCE

    watch(story)


def test_a_summary_that_counts_its_views_is_read_once(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        for views in range(5):
            it.shows(item(1, BAKERIES.title, f"{BAKERIES.text} {views * 37} views, updated {views} min ago", at=NOON))
            await it.poll()
        assert [row.report.revision for row in it.log()] == [1]

    watch(story)


# gaps


def test_entries_that_left_the_window_are_fetched_from_the_older_pages_of_a_blog(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(*(item(n) for n in range(4, -1, -1)), blog=True)
        await it.poll(after=5 * HOUR)
        it.shows(*(item(n) for n in range(14, 9, -1)), blog=True)
        for number, newest in ((2, 9), (3, 4)):
            url = f"{it.url()}?paged={number}"
            it.web.answers[url] = answer("", 200, rss(*(item(n) for n in range(newest, newest - 5, -1)), blog=True))
        result = await it.poll(after=10 * HOUR)
        assert result.new == 10
        assert {row.report.entry_key for row in it.log()} == {f"n{n}" for n in range(15)}
        assert it.gaps() == []

    watch(story)


def test_the_archive_that_a_feed_names_is_walked_back(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(*(item(n) for n in range(4, -1, -1)))
        await it.poll(after=5 * HOUR)
        it.shows(*(item(n) for n in (9, 8, 7)), links='<atom:link rel="prev-archive" href="/archive/1"/>')
        it.web.answers["https://a.example/archive/1"] = answer("", 200, rss(*(item(n) for n in (6, 5, 4))))
        await it.poll(after=5 * HOUR)
        assert {row.report.entry_key for row in it.log()} == {f"n{n}" for n in range(10)}
        assert it.gaps() == []

    watch(story)


@pytest.mark.parametrize("older", [None, "same", 404, "timeout"])
def test_where_older_entries_cannot_be_had_the_gap_is_kept_with_its_hours(watch: Live, older: Any) -> None:
    async def story(it: Watcher) -> None:
        blog = older is not None
        it.shows(*(item(n) for n in range(4, -1, -1)), blog=blog)
        await it.poll(after=5 * HOUR)
        now = rss(*(item(n) for n in range(14, 9, -1)), blog=blog)
        it.shows(*(item(n) for n in range(14, 9, -1)), blog=blog)
        second: dict[Any, Answer] = {
            "same": answer("", 200, now),
            404: answer("", 404),
            "timeout": HttpError("too slow", "timeout"),
        }
        if blog:
            it.web.answers[f"{it.url()}?paged=2"] = second[older]
        assert (await it.poll(after=10 * HOUR)).new == 5
        (gap,) = it.gaps()
        assert (gap.feed, gap.from_at, gap.until_at) == ("a", NOON + 4 * HOUR, NOON + 10 * HOUR)
        assert gap.reason
        await it.poll()
        assert len(it.gaps()) == 1

    watch(story)


# failures, moves, messages


def test_a_feed_that_is_gone_is_told_to_the_owner_once_and_its_hours_are_in_the_log(watch_on_both: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(item(1))
        await it.poll()
        it.web.answers[it.url()] = answer("", 410)
        await it.poll()
        gone_at = it.clock.now
        assert it.state().due_at > gone_at + timedelta(days=6)
        await it.poll(after=timedelta(days=7))
        assert [occasion.rpartition(":feed:")[2][:6] for occasion in it.owed()] == ["a:gone"]
        it.shows(item(2))
        await it.poll()
        assert [(each.from_at, each.until_at) for each in it.outages("a")] == [(gone_at, it.clock.now)]
        assert [occasion.split(":")[3] for occasion in it.owed()] == ["back", "gone"]

    watch_on_both(story)


class Keeping:
    def __init__(self) -> None:
        self.said: list[Message] = []

    async def send(self, message: Message) -> Taken:
        self.said.append(message)
        return Taken("taken")


CONDITIONS: dict[polling.Condition, tuple[str, str, str]] = {
    "failing": ("Feed a cannot be read: see to it", "المصدر a تتعذّر قراءته", "monitor feeds check a"),
    "refused": ("Feed a is refused: see to it", "المصدر a يرفض الموقع قراءته", "monitor feeds check a"),
    "gone": ("Feed a is gone: find its new address", "المصدر a أُزيل نهائيًا", "enabled: false"),
    "moved": ("Feed a has moved: change its address", "المصدر a انتقل إلى عنوان آخر", "feeds.yaml"),
    "silent": ("Feed a has shown nothing new for long", "المصدر a لم ينشر جديدًا", "monitor feeds check a"),
    "back": ("Feed a works again", "المصدر a عاد إلى العمل", "monitor feeds show a"),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_message_on_a_feed_says_what_it_is_why_and_what_to_do_in_both_languages(
    watch: Live, condition: polling.Condition
) -> None:
    async def story(it: Watcher) -> None:
        keeping = Keeping()
        desk = it.parts.settings.recipients["desk"].model_copy(update={"languages": ("en", "ar")})
        settings = it.parts.settings.model_copy(update={"recipients": {"desk": desk}})
        parts = replace(it.parts, settings=settings, channels={"log": keeping})
        with parts.store.write() as tx:
            for _ in range(2):
                tell_of_feed(parts, tx, "a", polling.Notice(condition, NOON, "the host is asleep"))
        while await deliver_one(parts, ["log"]):
            pass
        (message,) = keeping.said
        english, arabic, mend = CONDITIONS[condition]
        plain = re.sub("[\u200e\u200f\u061c\u2066-\u2069]", "", message.text)
        assert message.title.startswith(english)
        assert arabic in plain
        assert plain.count(mend) == 2
        assert plain.count("the host is asleep") == 2

    watch(story)


@pytest.mark.parametrize("wish", ["7200", "Sat, 14 Mar 2026 14:05:00 GMT"])
def test_a_server_that_asks_for_patience_is_left_alone_by_all_its_feeds_in_that_folder(watch: Live, wish: str) -> None:
    async def story(it: Watcher) -> None:
        it.web.answers[it.url()] = answer("", 429, headers={"Retry-After": wish})
        await it.poll()
        assert it.state().due_at == it.state("beside").due_at == it.clock.now + 2 * HOUR
        assert it.state("b").due_at == NOON

    watch(story)


def test_the_first_summary_does_not_wait_for_feeds_that_have_to_be_left_alone(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.parts = replace(it.parts, backlog="summary")
        it.web.answers[it.url()] = answer("", 429, headers={"Retry-After": "7200"})
        await it.poll(after=MINUTE)
        for name in "bcde":
            assert tell_what_stands(it.parts) == 0
            it.shows(item(1), name=name)
            await it.poll(name, after=MINUTE)
        assert it.state("beside").last_try_at is None
        assert tell_what_stands(it.parts) == 1

    watch(story)


def test_a_move_is_followed_after_three_days_and_taken_back_when_the_new_address_fails(watch: Live) -> None:
    new = "https://a.example/new/"

    async def story(it: Watcher) -> None:
        moved = answer(new, 200, rss(item(1)), redirects=(it.url(),), moved=new)
        it.web.answers |= {it.url(): moved, new: answer(new, 200, rss(item(1)))}
        for _ in range(5):
            await it.poll(after=timedelta(days=1))
        assert it.web.asked[-1] == new
        assert "change the url in feeds.yaml" in it.state().note
        it.web.answers |= {it.url(): answer("", 200, rss(item(2))), new: answer("", 404)}
        await it.poll()
        assert it.state().due_at == it.clock.now + MINUTE
        assert (await it.poll()).new == 1
        assert it.web.asked[-1] == it.url()
        assert [occasion.split(":")[3] for occasion in it.owed()] == ["moved"]

    watch(story)


# the network


def test_a_lost_network_is_no_feeds_fault_and_the_first_answer_wakes_them_all(watch_on_both: Live) -> None:
    async def story(it: Watcher) -> None:
        for name in "abcde":
            it.shows(item(1), name=name)
            await it.poll(name, after=MINUTE)
        it.web.offline = True
        for name in "abcde":
            await it.poll(name, after=MINUTE)
        lost_at = it.clock.now - 4 * MINUTE
        assert [it.state(name).failures for name in "abcde"] == [0] * 5
        assert [(each.feed, each.from_at, each.until_at) for each in it.outages()] == [("", lost_at, None)]
        assert all(it.state(name).due_at > it.clock.now + 2 * MINUTE for name in "ab")
        it.web.offline = False
        await it.poll("c", after=2 * MINUTE)
        assert [(each.feed, each.from_at, each.until_at) for each in it.outages()] == [("", lost_at, it.clock.now)]
        assert all(it.state(name).due_at <= it.clock.now for name in "abde")
        await it.poll("a")
        assert it.state("a").error == ""

    watch_on_both(story)


def test_where_feeds_are_asked_rarely_the_blame_of_hours_is_taken_back(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.web.offline = True
        began = it.clock.now + 40 * MINUTE
        for name in "abcd":
            await it.poll(name, after=40 * MINUTE)
        for name in "abcd":
            await it.poll(name, after=5 * MINUTE)
        assert [(each.feed, each.from_at) for each in it.outages()] == [("", began)]
        assert [it.state(name).failures for name in "abcd"] == [0] * 4

    watch(story)


def test_a_start_without_network_is_understood_and_an_outage_of_before_the_start_ends(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.web.offline = True
        for name in "abcd":
            await it.poll(name, after=MINUTE)
        it.parts = replace(it.parts, network=Network())  # as after a restart
        it.web.offline = False
        it.shows(item(1))
        await it.poll()
        assert [(each.feed, each.until_at) for each in it.outages()] == [("", it.clock.now)]

    watch(story)


def test_one_feed_that_cannot_be_reached_is_its_own_fault(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        for name in "bcde":
            it.shows(item(1), name=name)
            await it.poll(name, after=MINUTE)
        it.web.answers[it.url()] = HttpError("no answer", "timeout")
        began = it.clock.now + MINUTE
        await it.poll(after=MINUTE)
        await it.poll(after=9 * MINUTE)
        assert it.state().failures == 2
        it.shows(item(1))
        await it.poll(after=20 * MINUTE)
        assert [(each.from_at, each.until_at) for each in it.outages("a")] == [(began, it.clock.now)]
        assert it.outages("") == []

    watch(story)


# a week


def test_a_week_of_outages_moves_silences_and_a_restart_is_all_in_the_health_log(tmp_path: Path) -> None:
    logging.disable(logging.WARNING)
    try:
        found = simulate(tmp_path, Plan(feeds=20, days=7, every=16 * HOUR, offline=3 * HOUR))
    finally:
        logging.disable(logging.NOTSET)
    assert found.wrong == ()
    assert found.read > 200
    assert found.notices > 10
    assert found.late_pages > 5
