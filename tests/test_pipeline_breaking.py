"""Reports, pages and first readings that break the way, or change on it: nothing is lost, and nothing rings twice."""

import asyncio
import importlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from benchmarks.replay import Article
from monitor import rules
from monitor.pipeline import Backlog, Parts, pages, poll, tell_what_stands
from monitor.records import Assessment, Report
from monitor.rules import Told
from monitor.schedule import drain
from monitor.service import open_service
from monitor.settings import load
from monitor.sources.article import full_text
from monitor.store import feeds
from tests.pipeline_support import START, Clock, Refusing, deliveries, log_of, service
from tests.world import BAKERIES, COLUMN, SIEGE, TALKS

journey = importlib.import_module("monitor.pipeline.poll")  # the package gives its name to the function


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
