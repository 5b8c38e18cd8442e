"""What the journeys do when a part fails: driven in this process, with real parts but for the one that is broken."""

import asyncio
import importlib
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from benchmarks.replay import Article
from monitor import rules
from monitor.classifier import Classifier
from monitor.errors import DeliveryError
from monitor.pipeline import Backlog, Parts, deliver_one, pages, poll, tell_what_stands
from monitor.pipeline.review import record
from monitor.records import Assessment, DeliveryState, LogRow, Message, Report, Review, Taken
from monitor.rules import Told
from monitor.schedule import drain
from monitor.service import open_service
from monitor.settings import load
from monitor.sources.article import full_text
from monitor.store import feeds, outbox, reports
from monitor.store.reports import LogQuery
from tests.examples import report
from tests.world import BAKERIES, COLUMN, SIEGE, TALKS, World

journey = importlib.import_module("monitor.pipeline.poll")  # the package gives its name to the function

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


class Choking:
    """The real classifier, but for one title on which it fails."""

    name, version = "choking", "1"

    def __init__(self, classifier: Classifier, title: str) -> None:
        self._classifier = classifier
        self.gazetteer = classifier.gazetteer
        self._title = title

    def assess(self, found: Sequence[Report]) -> list[Assessment]:
        if any(each.title == self._title for each in found):
            raise ValueError("cannot read this")
        return self._classifier.assess(found)


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


def test_a_report_that_cannot_be_read_stands_as_error_and_keeps_no_other_back(tmp_path: Path) -> None:
    async def run() -> None:
        async with service(tmp_path, [BAKERIES, SIEGE, TALKS], Clock()) as (_, parts):
            broken = Choking(parts.classifier, BAKERIES.title)
            result = await poll(replace(parts, classifier=broken), "replay-0")  # type: ignore[arg-type]
            assert result is not None
            assert (result.new, result.flagged, result.error) == (3, 2, "")
            assert {row.report.title: row.assessment.state for row in log_of(parts)}[BAKERIES.title] == "error"

    asyncio.run(run())


def test_a_refused_message_is_tried_again_with_growing_delay_and_given_up_after_a_day(tmp_path: Path) -> None:
    async def run() -> None:
        clock = Clock()
        async with service(tmp_path, [SIEGE], clock) as (_, whole):
            refusing = Refusing(DeliveryError("the server is busy"))
            parts = replace(whole, channels={"hook": refusing, "mail": refusing})
            await poll(parts, "replay-0")
            waits: list[timedelta] = []
            (due,) = [each for each in deliveries(parts) if each.channel == "hook"]
            while due.state == "due" and len(waits) < 200:
                await deliver_one(parts, ["hook"])
                (due,) = [each for each in deliveries(parts) if each.channel == "hook"]
                waits.append(due.due_at - clock.now)
                clock.now = due.due_at
            waits.pop()  # after the last attempt there is none
            assert due.state == "given_up"
            assert due.error == "the server is busy"
            assert waits == sorted(waits)
            assert timedelta(hours=22) < clock.now - START <= timedelta(days=1)

    asyncio.run(run())


def test_a_receiver_that_asks_for_patience_gets_it(tmp_path: Path) -> None:
    async def run() -> None:
        clock = Clock()
        async with service(tmp_path, [SIEGE], clock) as (_, whole):
            parts = replace(whole, channels={"hook": Refusing(DeliveryError("slow down", retry_after=333))})
            await poll(parts, "replay-0")
            await deliver_one(parts, ["hook"])
            assert {each.due_at - clock.now for each in deliveries(parts) if each.channel == "hook"} == {
                timedelta(seconds=333)
            }

    asyncio.run(run())


def test_a_refusal_of_the_message_itself_gives_it_up_at_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with service(tmp_path, [SIEGE], Clock()) as (_, whole):
            too_large = DeliveryError("too large", permanent=True, only_this=True)
            parts = replace(whole, channels={"hook": Refusing(too_large)})
            await poll(parts, "replay-0")
            await deliver_one(parts, ["hook"])
            assert [(each.state, each.error) for each in deliveries(parts) if each.channel == "hook"] == [
                ("given_up", "too large")
            ]

    asyncio.run(run())


def test_a_channel_that_left_the_configuration_keeps_its_messages_until_it_is_back(tmp_path: Path) -> None:
    async def run() -> None:
        clock = Clock()
        async with service(tmp_path, [SIEGE], clock) as (_, parts):
            await poll(parts, "replay-0")
            await drain(replace(parts, channels={}), timedelta(0))
            assert {each.state for each in deliveries(parts)} == {"due"}
            clock.now += timedelta(minutes=1)
            taking = Refusing(None)
            await drain(replace(parts, channels={"hook": taking, "mail": taking}), timedelta(0))
            assert {each.state for each in deliveries(parts)} == {"sent"}
            assert len(taking.messages) == 2

    asyncio.run(run())


def test_a_feed_that_fails_is_asked_again_ever_later_and_its_row_says_why(tmp_path: Path) -> None:
    async def run() -> None:
        clock = Clock()
        async with service(tmp_path, [SIEGE], clock) as (world, parts):
            world.farm.close()
            waits = []
            for _ in range(12):
                result = await poll(parts, "replay-0", force=True)
                assert result is not None
                with parts.store.read() as tx:
                    state = feeds.get(tx, "replay-0")
                assert state is not None
                assert state.error == result.error != ""
                waits.append(state.due_at - clock.now)
            assert all(earlier < later for earlier, later in pairwise(waits[:7]))
            assert timedelta(minutes=4.5) <= waits[0] <= timedelta(minutes=5.5)
            assert all(timedelta(hours=5.4) <= wait <= timedelta(hours=6) for wait in waits[9:])

    asyncio.run(run())


def test_the_first_summary_waits_for_every_feed_and_tells_only_what_still_stands(tmp_path: Path) -> None:
    async def run() -> None:
        clock = Clock()
        old = replace(COLUMN, published="2026-03-01T09:00:00")
        async with service(tmp_path, [BAKERIES, SIEGE, old], clock) as (_, whole):
            parts = replace(whole, backlog="summary")
            assert tell_what_stands(parts) == 0
            await poll(parts, "replay-0")
            assert tell_what_stands(parts) == 1
            assert tell_what_stands(parts) == 0
            taking = Refusing(None)
            await drain(replace(parts, channels={"hook": taking, "mail": taking}), timedelta(0))
            assert len(taking.messages) == 2
            assert "Jasim" in taking.messages[0].text
            assert "Nawa" not in taking.messages[0].text

    asyncio.run(run())


def test_the_first_summary_leaves_out_what_a_reviewer_found_wrong_before_it(tmp_path: Path) -> None:
    async def run() -> None:
        clock = Clock()
        async with service(tmp_path, [SIEGE, TALKS], clock) as (_, whole):
            parts = replace(whole, backlog="summary")
            await poll(parts, "replay-0")
            with parts.store.read() as tx:
                (wrong,) = {each.report_key for _, each in outbox.held(tx, "summary") if "siege" in each.types}
            record(parts.store, Review(wrong, "false_alarm", "", "Rana", clock.now), clock.now)
            assert tell_what_stands(parts) == 1
            with parts.store.read() as tx:
                (summary,) = outbox.of_situation(tx, "")
            assert [line.types for line in summary.lines] == [("failed_talks",)]

    asyncio.run(run())


@pytest.mark.parametrize("threads", [8])
def test_several_threads_may_assess_at_once(threads: int) -> None:
    """The stemmers are not made for it: without turns this raised IndexError within a second."""
    classifier = Classifier.load()
    words = [SIEGE.text, TALKS.text, COLUMN.text]
    batch = [report(f"r{number}", title=f"Word{number}ing {number}", text=words[number % 3]) for number in range(40)]
    alone = [each.state for each in classifier.assess(batch)]
    with ThreadPoolExecutor(threads) as pool:
        for states in pool.map(lambda _: [each.state for each in classifier.assess(batch)], range(threads)):
            assert states == alone


def occasions(parts: Parts) -> list[str]:
    return sorted(each.occasion for each in deliveries(parts) if each.channel == "hook")


def test_a_page_that_breaks_the_reader_keeps_no_other_report_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = full_text

    async def breaking(url: str, *rest: Any, **more: Any) -> Any:
        if url.endswith("/a/0"):
            raise RuntimeError("nobody foresaw this page")
        return await real(url, *rest, **more)

    async def run() -> None:
        async with service(tmp_path, [BAKERIES, SIEGE], Clock()) as (_, parts):
            monkeypatch.setattr(pages, "full_text", breaking)
            result = await poll(parts, "replay-0")
            assert result is not None
            assert (result.new, result.flagged, result.error) == (2, 1, "")
            (note,) = [row.report.note for row in log_of(parts) if row.report.title == BAKERIES.title]
            assert "RuntimeError" in note

    asyncio.run(run())


def test_a_report_that_cannot_be_recorded_keeps_no_other_back_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rules.alerts

    def breaking(told: Told) -> Any:
        if told.report.title == COLUMN.title:
            raise ValueError("a mistake of ours")
        return real(told)

    async def run() -> None:
        async with service(tmp_path, [SIEGE, COLUMN, TALKS], Clock()) as (world, parts):
            with monkeypatch.context() as broken:
                broken.setattr(rules, "alerts", breaking)
                await poll(parts, "replay-0")
            assert occasions(parts) == ["jasim-1:new:siege:1", "tafas-1:new:failed_talks:1"]
            world.farm.articles.append(BAKERIES)
            await poll(parts, "replay-0", force=True)
            assert "nawa-1:new:reinforcements:1" in occasions(parts)

    asyncio.run(run())


@pytest.mark.parametrize("afterwards", ["alert", "summary"])
def test_what_a_first_reading_held_back_is_told_though_it_broke_off_and_the_next_start_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, afterwards: Backlog
) -> None:
    async def run() -> None:
        async with service(tmp_path, [SIEGE, COLUMN], Clock()) as (_, whole):
            monkeypatch.setattr(journey, "PORTION", 1)
            dying = asyncio.create_task(poll(replace(whole, backlog="summary"), "replay-0"))
            for _ in range(1000):  # what is waited for is in the database
                if log_of(whole):
                    break
                await asyncio.sleep(0.01)
            assert log_of(whole), "the first reading recorded nothing"
            dying.cancel()
            await asyncio.gather(dying, return_exceptions=True)
            parts = replace(whole, backlog=afterwards)
            await poll(parts, "replay-0", force=True)
            tell_what_stands(parts)
            taking = Refusing(None)
            await drain(replace(parts, channels={"hook": taking, "mail": taking}), timedelta(0))
            told = " ".join(message.text for message in taking.messages)
            assert "Jasim" in told
            assert "Nawa" in told
            assert tell_what_stands(parts) == 0

    asyncio.run(run())


def test_what_stands_is_told_once_though_several_workers_come_to_tell_it(tmp_path: Path, store_url: str) -> None:
    async def run() -> None:
        async with service(tmp_path, [SIEGE], Clock(), database=store_url) as (_, whole):
            together, asked = Barrier(6), count()

            def warm(_: int) -> None:
                with whole.store.read():  # six connections, so that none comes late
                    together.wait()

            def at_once() -> datetime:
                turn = next(asked)
                if turn < 6:
                    together.wait()
                return START + timedelta(microseconds=turn)

            await poll(replace(whole, backlog="summary"), "replay-0")
            parts = replace(whole, backlog="summary", clock=at_once)
            with ThreadPoolExecutor(6) as workers:
                list(workers.map(warm, range(6)))
                assert sum(workers.map(lambda _: tell_what_stands(parts), range(6))) == 1

    asyncio.run(run())


def test_an_edited_report_that_tells_of_another_place_rings_for_it(tmp_path: Path) -> None:
    async def run() -> None:
        async with service(tmp_path, [SIEGE], Clock()) as (world, parts):
            await poll(parts, "replay-0")
            world.farm.articles[0] = Article(
                SIEGE.title.replace("Jasim", "Inkhil"), SIEGE.text.replace("Jasim", "Inkhil"), SIEGE.published
            )
            await poll(parts, "replay-0", force=True)
            assert occasions(parts) == ["inkhil-1:new:siege:1", "jasim-1:new:siege:1"]
            assert [row.situation for row in log_of(parts)] == ["inkhil-1"]

    asyncio.run(run())


def test_a_report_that_an_edit_turns_into_an_alarm_rings_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with service(tmp_path, [BAKERIES], Clock()) as (world, parts):
            await poll(parts, "replay-0")
            for title in (SIEGE.title, SIEGE.title + ", sources say"):
                world.farm.articles[0] = replace(SIEGE, title=title)
                await poll(parts, "replay-0", force=True)
            assert occasions(parts) == ["jasim-1:new:siege:1"]
            assert [row.report.revision for row in log_of(parts)] == [3]

    asyncio.run(run())


def test_a_long_first_reading_keeps_its_claim_from_portion_to_portion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        clock = Clock()
        async with service(tmp_path, [BAKERIES, SIEGE, TALKS, COLUMN], clock) as (_, parts):
            monkeypatch.setattr(journey, "PORTION", 1)
            real = parts.classifier.assess

            def slow(found: Sequence[Report]) -> list[Assessment]:
                clock.now += journey.LEASE * 0.9
                with parts.store.read() as tx:
                    assert feeds.due(tx, clock.now) == []
                return real(found)

            monkeypatch.setattr(parts.classifier, "assess", slow)
            result = await poll(parts, "replay-0")
            assert result is not None
            assert (result.new, result.error) == (4, "")
            assert "error" not in {row.assessment.state for row in log_of(parts)}

    asyncio.run(run())


def test_a_feed_that_failed_is_asked_at_once_when_its_address_was_mended(tmp_path: Path) -> None:
    async def run() -> None:
        clock = Clock()
        async with service(tmp_path, [SIEGE], clock) as (world, parts):
            file = tmp_path / "feeds.yaml"
            right = file.read_text(encoding="utf-8")
            settings = load(tmp_path)
            wrong = settings.feeds[0].model_copy(update={"url": world.farm.urls[0] + "-gone"})
            for _ in range(9):
                await poll(
                    replace(parts, settings=settings.model_copy(update={"feeds": (wrong,)})), "replay-0", force=True
                )
            assert file.read_text(encoding="utf-8") == right
        for known, due in ((wrong, []), (settings.feeds[0], ["replay-0"])):
            async with open_service(settings.model_copy(update={"feeds": (known,)}), clock=clock) as parts:
                with parts.store.read() as tx:
                    assert feeds.due(tx, clock.now) == due

    asyncio.run(run())
