"""The ledger in the database: numbers, links, and one situation to a report."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from monitor.errors import StoreError
from monitor.store import Store, outbox, reports, situation_pages, situations
from tests.examples import NOON, assessment, report
from tests.store_support import HOUR, LEASE, add_report, alert, owe, situation


def test_a_situation_comes_back_as_it_was_saved(store: Store) -> None:
    with store.write() as tx:
        situations.save(tx, situation())
        situations.save(tx, situation("tafas"))
    with store.read() as tx:
        assert situations.of_place(tx, "jasim") == [situation()]
        assert situations.of_place(tx, "nawa") == []


def test_saving_again_changes_the_one_that_is_there(store: Store) -> None:
    closed = situation(opened_at=NOON - HOUR, closed_at=NOON + 80 * HOUR, tracks={"siege": NOON - HOUR})
    with store.write() as tx:
        situations.save(tx, situation())
        situations.save(tx, closed)
        situations.save(tx, situation(number=2))
        assert situations.of_place(tx, "jasim") == [closed, situation(number=2)]


def test_two_workers_cannot_both_open_the_next_number(store: Store) -> None:
    gate = threading.Barrier(2)

    def open_next(_: int) -> int:
        gate.wait(timeout=30)
        with store.write() as tx:
            number = len(situations.of_place(tx, "jasim")) + 1
            situations.save(tx, situation(number=number))
            return number

    with ThreadPoolExecutor(2) as pool:
        opened = sorted(number for _ in range(15) for number in pool.map(open_next, range(2)))
    assert opened == list(range(1, 31))


def test_workers_who_want_the_same_places_in_different_order_do_not_block_each_other(store: Store) -> None:
    gate = threading.Barrier(2)
    places = [f"place-{number}" for number in range(20)]

    def write(order: list[str]) -> None:
        gate.wait(timeout=30)
        with store.write() as tx:
            situations.lock(tx, order)
            for place in order:
                numbers = [each.number for each in situations.of_place(tx, place)]
                situations.save(tx, situation(place, len(numbers) + 1))

    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            list(pool.map(write, (places, places[::-1])))
    with store.read() as tx:
        assert {len(situations.of_place(tx, place)) for place in places} == {10}


def test_a_report_belongs_to_exactly_one_situation(store: Store) -> None:
    with store.write() as tx:
        for number in (1, 2):
            situations.save(tx, situation(number=number))
        add_report(tx, "r1")
        assert situations.of_report(tx, "r1") is None
        situations.link(tx, "r1", "jasim-1", "new", "first", ("r1",))
        situations.link(tx, "r1", "jasim-2", "repeat", "decided twice", ())
        assert situations.of_report(tx, "r1") == situation()
        second = situations.get(tx, "jasim-2")
    assert second == (situation(number=2), ())


def test_each_revision_of_a_report_has_its_own_decision(store: Store) -> None:
    with store.write() as tx:
        situations.save(tx, situation())
        add_report(tx, "r2", hours=1)
        add_report(tx, "r1")
        situations.link(tx, "r2", "jasim-1", "confirmation", "second source", ("r1", "r2"))
        situations.link(tx, "r1", "jasim-1", "new", "أول تقرير", ("r1",))
        reports.revise(tx, report("r1", revision=2), assessment("siege", "withdrawal"))
        situations.link(tx, "r1", "jasim-1", "easing", "now says that it ends", ("r1",))
        found = situations.get(tx, "jasim-1")
        row = reports.get(tx, "r1")
    assert found is not None
    assert [(link.report_key, link.revision, link.kind, link.rests_on) for link in found[1]] == [
        ("r1", 1, "new", ("r1",)),
        ("r1", 2, "easing", ("r1",)),
        ("r2", 1, "confirmation", ("r1", "r2")),
    ]
    assert row is not None
    assert (row.decision, row.reason) == ("easing", "now says that it ends")


def test_what_is_not_there_cannot_be_linked(store: Store) -> None:
    with pytest.raises(StoreError, match="no report r9"), store.write() as tx:
        situations.link(tx, "r9", "jasim-1", "new", "", ())
    with store.read() as tx:
        assert situations.get(tx, "jasim-1") is None


def test_the_latest_news_is_listed_first(store: Store) -> None:
    old = replace(situation("tafas"), closed_at=NOON, last_report_at=NOON - HOUR)
    with store.write() as tx:
        for each in (old, situation(), situation("nawa", last_report_at=NOON + 2 * HOUR)):
            situations.save(tx, each)
        assert [each.key for each in situations.listing(tx, 10)] == ["nawa-1", "jasim-1", "tafas-1"]
        assert [each.key for each in situations.listing(tx, 1)] == ["nawa-1"]


def test_a_message_of_a_situation_is_counted_also_where_a_first_summary_told_of_it(store: Store) -> None:
    first = alert()
    summary = replace(first, occasion="summary:desk:1", situation="", kind="summary", report_key="", lines=(first,))
    with store.write() as tx:
        for name in ("jasim", "nawa"):
            situations.save(tx, situation(name))
        for key in ("r1", "r2"):
            add_report(tx, key)
            situations.link(tx, key, "jasim-1", "new", "first", (key,))
        outbox.announce(tx, first, "summary")
        owe(tx, summary)
        assert situation_pages.sent(tx, ["jasim-1", "nawa-1"]) == {}
        owe(tx, alert("jasim-1:escalated:siege:1", "r2"))
        while taken := outbox.claim(tx, NOON, LEASE):
            outbox.settle_sent(tx, taken.number, taken.attempt, NOON, "taken")
        assert situation_pages.sent(tx, ["jasim-1", "nawa-1"]) == {"jasim-1": 2}
