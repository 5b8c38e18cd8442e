"""Workers that decide at the same time: who waits for whom, and that the ledger is what one worker would have made."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.pipeline import recording
from monitor.pipeline.holding import Hold, NotHeldError, hold_of, united
from monitor.pipeline.preparing import prepared
from monitor.pipeline.recording import Read, record
from monitor.pipeline.reshaping import Act, merge
from monitor.settings.levels import DEFAULT_LEVELS
from monitor.store import Store, feeds, outbox, tellings
from monitor.store import situations as ledger
from tests.databases import Postgres
from tests.examples import NOON, assessment, report
from tests.ledger_support import OUTLETS, Desk, own_words, place

TOWNS = ("jasim", "nawa", "tafas", "inkhil", "al-hirak", "izra", "daraa-al-balad", "daraa-al-mahatta")
EACH = 10  # reports of each of four workers


@pytest.fixture
def many(postgres: Postgres) -> Iterator[Store]:
    """On the database that takes several workers."""
    name = postgres.create()
    made = Store(postgres.url(name))
    made.migrate()
    yield made
    made.close()
    postgres.drop(name)


def told(key: str, at: str, number: int, by: str = "alpha", hours: float = 0, words: str = "") -> Read:
    where = place(at)
    made = report(key, hours=hours, feed=by, url=f"https://{by}.example/{key}", title=f"{key}: {where.name}")
    text = words or own_words(number)
    made = replace(
        made, text=f"{text} in the town of {where.name}, Daraa governorate.", seen_at=made.seen_at + timedelta(hours=1)
    )
    return Read(made, assessment("siege", place=where, key=key))


def newsroom(store: Store) -> Desk:
    """A desk whose feeds the database knows."""
    desk = Desk(store)
    with store.write() as tx:
        feeds.sync(tx, OUTLETS, NOON)
    return desk


def enter(desk: Desk, read: Read) -> None:
    feed = next(each for each in desk.parts.settings.feeds if each.name == read.report.feed)
    record(desk.parts, feed, [read], False)


def enter_all(desk: Desk, reads: Sequence[Read]) -> None:
    for each in reads:
        enter(desk, each)


def held(desk: Desk, *reads: Read) -> Hold:
    cases = prepared(desk.parts, [(each.report, each.assessment) for each in reads], first=False)
    return united(each.hold for each in cases if each.hold)


def test_reports_at_different_towns_are_decided_at_the_same_time_and_one_of_the_province_waits(many: Store) -> None:
    desk = newsroom(many)
    jasim, nawa = told("r1", "jasim", 1), told("r2", "nawa", 2)
    hold = held(desk, jasim)
    with ThreadPoolExecutor(3) as pool:
        with many.write() as tx:
            ledger.lock(tx, hold.alone, hold.beside)
            pool.submit(enter, desk, nawa).result(timeout=20)
            assert desk.keys() == {"nawa-1"}
            waiting = [
                pool.submit(enter, desk, told("r3", "daraa-governorate", 3, "beta")),
                pool.submit(enter, desk, jasim),
            ]
            until_waiting(many, 2)
            assert not any(each.done() for each in waiting)
        for each in waiting:
            each.result(timeout=20)
    assert desk.keys() >= {"jasim-1"}


def until_waiting(store: Store, count: int) -> None:
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    for _ in range(2000):
        with store.read() as tx:
            if tx.exec_driver_sql(query).scalar_one() >= count:
                return
        threading.Event().wait(0.005)
    raise AssertionError("nobody waited")


def test_quarters_of_one_town_and_what_may_mean_the_province_wait_for_each_other(many: Store) -> None:
    desk = newsroom(many)
    balad, mahatta, jasim = (told("r", at, 1) for at in ("daraa-al-balad", "daraa-al-mahatta", "jasim"))
    assert held(desk, balad).alone & held(desk, mahatta).alone == {"daraa"}
    assert held(desk, jasim).alone == {"jasim"}
    assert held(desk, jasim).beside == {"jasim", "district-izra", "daraa-governorate"}
    assert not held(desk, jasim).alone & (held(desk, balad).alone | held(desk, balad).beside)
    assert "daraa-governorate" in held(desk, told("r", "daraa", 1)).alone  # "in Daraa"


def test_a_copy_that_was_placed_elsewhere_waits_for_its_original_and_is_counted_once(many: Store) -> None:
    desk = newsroom(many)
    words = f"{own_words(1)} in the towns of Jasim and Nawa"
    one, other = told("r1", "jasim", 1, words=words), told("r2", "nawa", 1, "beta", words=words)
    assert held(desk, one).alone & held(desk, other).beside
    assert held(desk, other).alone & held(desk, one).beside
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(enter, desk, one), pool.submit(enter, desk, other)]:
            done.result(timeout=20)
    (key,) = desk.keys()
    with many.read() as tx:
        both = tellings.all_of(tx, key)
        (alert,) = outbox.of_situation(tx, key)
    assert len({each.source for each in both}) == 1
    assert alert.kind == "new"


def test_two_workers_who_compared_before_either_wrote_count_a_copy_once(store: Store) -> None:
    desk = newsroom(store)
    one, other = told("r1", "jasim", 1, "alpha"), told("r2", "jasim", 1, "beta")
    (early,) = prepared(desk.parts, [(one.report, one.assessment)], first=False)
    assert not early.compared.seen
    enter(desk, other)
    feed = desk.parts.settings.feeds[0]
    recording._written(desk.parts, feed, [one], [early], early.hold or Hold())
    with store.read() as tx:
        assert {each.source for each in tellings.all_of(tx, "jasim-1")} == {"Beta"}
        assert [each.kind for each in outbox.of_situation(tx, "jasim-1")] == ["new"]


def test_what_was_compared_before_is_not_read_again_and_what_was_edited_since_is(store: Store) -> None:
    desk = newsroom(store)
    enter(desk, told("r1", "jasim", 1, "alpha"))
    copy = told("r2", "nawa", 1, "beta", words=f"{own_words(1)} near the town of Nawa")
    (case,) = prepared(desk.parts, [(copy.report, copy.assessment)], first=False)
    ((version, found),) = case.compared.repeats.items()
    assert (version.report_key, found.names_more) == ("r1", True)
    with store.write() as tx:
        (now,) = tellings.versions(tx, ["jasim-1"])
        assert now == version
        assert now in case.compared.seen
        (mine,) = tellings.of_reports(tx, ["r1"]).values()
        assert tellings.version_of("jasim-1", replace(mine[0], revision=2), mine[1]) not in case.compared.seen


def test_a_report_that_belongs_where_nothing_was_held_is_entered_with_all_held(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = newsroom(store)
    enter(desk, told("r1", "jasim", 1))
    enter(desk, told("r2", "nawa", 2))
    late = told("r3", "jasim", 3, "beta", hours=1)
    (case,) = prepared(desk.parts, [(late.report, late.assessment)], first=False)
    merge(store, "jasim-1", "nawa-1", Act("nour", "one story", NOON), DEFAULT_LEVELS)
    feed = desk.parts.settings.feeds[1]
    with pytest.raises(NotHeldError):
        recording._written(desk.parts, feed, [late], [case], case.hold or Hold())
    stale = iter([[case]])
    monkeypatch.setattr(recording, "prepared", lambda *_, **__: next(stale))
    enter(desk, late)
    with store.read() as tx:
        assert {each.report_key for each in tellings.all_of(tx, "nawa-1")} == {"r1", "r2", "r3"}


def story(each: int) -> list[Read]:
    """Every town's siege, by four outlets; every fourth report is a copy of the one before it."""
    return [
        told(f"r{at:03}", TOWNS[at // 4 % len(TOWNS)], at - (at % 4 == 2), OUTLETS[at % 4], hours=at / 20)
        for at in range(4 * each)
    ]


def ledger_of(desk: Desk) -> dict[str, Any]:
    """Which of two that copy each other is the copy is who came second, and all else the same."""
    found: dict[str, Any] = {}
    with desk.store.read() as tx:
        for each in ledger.listing(tx, 1000):
            speaking = tellings.all_of(tx, each.key)
            sources, copies = len({one.source for one in speaking}), sum(bool(one.copy_of) for one in speaking)
            occasions = sorted(alert.occasion for alert in outbox.of_situation(tx, each.key))
            found[each.key] = (each, {one.report_key for one in speaking}, sources, copies, occasions)
    return found


def test_four_workers_leave_the_ledger_that_one_leaves(many: Store, postgres: Postgres) -> None:
    desk, name = newsroom(many), postgres.create()
    reads = story(EACH)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(enter_all, desk, reads[worker::4]) for worker in range(4)]:
            done.result(timeout=60)
    alone = Store(postgres.url(name))
    alone.migrate()
    other = newsroom(alone)
    enter_all(other, reads)
    assert ledger_of(desk) == ledger_of(other)
    assert desk.keys() == {f"{town}-1" for town in TOWNS}
    alone.close()
    postgres.drop(name)


def test_a_report_that_says_nothing_holds_nothing(many: Store) -> None:
    desk = Desk(many)
    assert hold_of(desk.parts, report(), replace(assessment(), places=())) == Hold()
