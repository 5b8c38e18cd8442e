"""What the journeys do when a part fails: driven in this process, with real parts but for the one that is broken."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.classifier import Classifier
from monitor.errors import DeliveryError
from monitor.pipeline import deliver_one, poll, tell_what_stands
from monitor.pipeline.review import record
from monitor.records import Assessment, Report, Review
from monitor.schedule import drain
from monitor.store import feeds, outbox
from tests.examples import report
from tests.pipeline_support import START, Clock, Refusing, deliveries, log_of, service
from tests.world import BAKERIES, COLUMN, SIEGE, TALKS


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
