"""The daily digest in the service: when one is owed, what it looks back on, and that nothing of it is told twice."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.pipeline import tell_digests
from monitor.pipeline.review import record
from monitor.records import (
    Alert,
    Beat,
    Course,
    Digest,
    OddFeed,
    Proof,
    Review,
)
from monitor.schedule import Watch
from monitor.store import Store, beats, digests, feeds, hearing, meta, outbox, reports, situations
from tests.examples import sighting
from tests.people_support import Clock, happens, parts_of, small, uncertain

__all__ = ["small"]  # fixtures


HOUR = timedelta(hours=1)


EIGHT = datetime(2026, 3, 15, 5, 0, tzinfo=UTC)  # in Damascus
ONE = {"desk": {"channels": ("chat", "mail"), "digest": "08:00", "max_per_day": 1}}
ALL = ({"to": "desk"},)


@pytest.fixture
def clock() -> Clock:
    return Clock(EIGHT - 20 * HOUR)


@pytest.fixture
def started(store: Store, clock: Clock) -> Store:
    """Of a monitor that was first started the day before."""
    with store.write() as tx:
        meta.put(tx, "first_started_at", clock.now.isoformat())
        feeds.sync(tx, ["horan-news"], clock.now)
    return store


def last_of(store: Store) -> tuple[Alert, Digest]:
    with store.read() as tx:
        told = digests.last(tx, "desk")
    assert told is not None
    assert told.digest is not None
    return told, told.digest


def test_a_digest_tells_what_stands_what_was_withheld_and_what_was_unsure(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    happens(parts, level="critical")
    clock.now += HOUR
    limited = happens(parts, "nawa-1:new:reinforcements:1", "r2", types=("reinforcements",), level="elevated")
    uncertain(parts, "u1")
    uncertain(parts, "u2", "not_covered")
    uncertain(parts, "u3", "clear")
    clock.now = EIGHT
    assert tell_digests(parts) == 1
    told, day = last_of(started)
    assert told.occasion == "digest:desk:2026-03-15"
    assert [(each.situation, each.is_new) for each in day.open] == [("jasim-1", True), ("nawa-1", True)]
    assert (told.lines, [each.reason for each in day.withheld]) == ((limited,), ["limit"])
    assert [each.title for each in day.uncertain] == ["Report u1"]
    assert [each.title for each in day.not_covered] == ["Report u2"]
    assert [each.outlet for each in day.unread] == ["Horan News"]
    with started.read() as tx:
        owed = [(each.channel, each.due_at) for each in outbox.listing(tx) if each.occasion == told.occasion]
        assert sorted(owed) == [("chat", EIGHT), ("mail", EIGHT)]
        assert set(hearing.told(tx, "nawa-1")) == {"desk"}
    # what a digest told may be wrong too
    assert record(started, Review("r2", "false_alarm", "", "Rana", EIGHT), EIGHT) == 2


def test_a_digest_says_what_speaks_for_its_silence_and_which_feeds_are_odd_until_they_are_mended(
    started: Store, clock: Clock
) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    clock.now = EIGHT
    quiet = Course(told=("silent",), published=(EIGHT - 9 * 24 * HOUR,))
    with started.write() as tx:
        feeds.advance_all(tx, [feeds.Reading("horan-news", EIGHT + HOUR, course=quiet)], EIGHT)
        beats.end(tx, Beat(beats.begin(tx, EIGHT - HOUR / 6), EIGHT, EIGHT))
    assert tell_digests(parts) == 1
    odd = OddFeed("Horan News", silent=True, since=EIGHT - 9 * 24 * HOUR)
    assert last_of(started)[1].proof == Proof(EIGHT - HOUR / 6, False, (("chat", None), ("mail", None)), (odd,))
    with started.write() as tx:
        taken = outbox.claim(tx, clock.now, HOUR, ["chat"])
        assert taken
        outbox.settle_sent(tx, taken.number, taken.attempt, EIGHT + HOUR, "")
        feeds.advance_all(tx, [feeds.Reading("horan-news", EIGHT, course=Course())], EIGHT)
        beats.end(tx, Beat(beats.begin(tx, EIGHT + HOUR), EIGHT, EIGHT + HOUR, "outbox", "full"))
    clock.now = EIGHT + 24 * HOUR
    assert tell_digests(parts) == 1
    sent = (("chat", EIGHT + HOUR), ("mail", None))
    assert last_of(started)[1].proof == Proof(EIGHT - HOUR / 6, True, sent, ())


def test_a_digest_comes_once_a_day_however_often_it_is_asked_for(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    told = []
    for hours in (-1, 0, 0.1, 5, 23.9, 24, 48.5):
        clock.now = EIGHT + hours * HOUR
        told.append(tell_digests(parts))
    assert told == [0, 1, 0, 0, 0, 1, 1]


def test_missed_digests_are_sent_late_as_one_which_looks_back_to_the_last(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    clock.now = EIGHT
    assert tell_digests(parts) == 1
    clock.now = EIGHT + 12 * HOUR
    uncertain(parts, "u1")
    clock.now = EIGHT + 5 * 24 * HOUR + 3 * HOUR
    assert tell_digests(parts) == 1
    told, day = last_of(started)
    assert (told.occasion, day.since) == ("digest:desk:2026-03-20", EIGHT)
    assert [each.title for each in day.uncertain] == ["Report u1"]


def test_a_monitor_that_was_first_started_after_the_hour_waits_for_the_next_one(small: Store, clock: Clock) -> None:
    parts = parts_of(small, clock, ONE, ALL)
    with small.write() as tx:
        meta.put(tx, "first_started_at", (EIGHT + HOUR).isoformat())
    told = []
    for hours in (2, 12, 24):
        clock.now = EIGHT + hours * HOUR
        told.append(tell_digests(parts))
    assert told == [0, 0, 1]


def test_what_ended_is_told_once_and_what_stands_every_day(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    happens(parts)
    happens(parts, "nawa-1:new:siege:1", "r2")
    with started.write() as tx:
        found = situations.get(tx, "nawa-1")
        assert found is not None
        situations.save(tx, replace(found[0], closed_at=clock.now + HOUR))
    listed = []
    for days in range(5):
        clock.now = EIGHT + days * 24 * HOUR
        tell_digests(parts)
        _, told = last_of(started)
        listed.append(([each.situation for each in told.open], [(each.situation, each.ended) for each in told.closed]))
    assert listed == [
        (["jasim-1"], [("nawa-1", "by_hand")]),
        (["jasim-1"], []),
        (["jasim-1"], []),
        ([], [("jasim-1", "unheard")]),
        ([], []),
    ]


def test_a_digest_keeps_to_the_places_and_types_of_the_rules_and_not_to_their_level(
    started: Store, clock: Clock
) -> None:
    rules = ({"to": "desk", "places": ("nawa",), "types": ("siege",), "least_level": "critical"},)
    parts = parts_of(started, clock, ONE, rules)
    happens(parts)
    happens(parts, "nawa-1:new:siege:1", "r2", level="elevated")
    happens(parts, "nawa-2:new:reinforcements:1", "r3", types=("reinforcements",))
    uncertain(parts, "u1", sightings=(sighting("siege", counts=False),))
    uncertain(parts, "u2", sightings=(sighting("siege", counts=False, place=None),))
    clock.now = EIGHT
    tell_digests(parts)
    told, day = last_of(started)
    assert told.limited
    assert [each.situation for each in day.open] == ["nawa-1"]
    assert [each.title for each in day.uncertain] == ["Report u2"]  # it may be there


def test_the_watch_owes_a_digest_by_itself_and_asks_once_a_minute(small: Store, clock: Clock) -> None:
    with small.write() as tx:
        meta.put(tx, "first_started_at", clock.now.isoformat())
    parts = parts_of(small, clock, ONE, ALL)

    async def run() -> None:
        watch = Watch(parts)
        for hours in (-1, 0, 1):
            clock.now = EIGHT + hours * HOUR
            await watch.tend_due()
            await watch.finish()
            assert (
                await asyncio.to_thread(_number, small) == 0
            )  # it asked an hour too early, and asks in a minute again
        later = Watch(parts)
        await later.tend_due()
        await later.finish()

    asyncio.run(run())
    assert _number(small) == 2


def _number(store: Store) -> int:
    with store.read() as tx:
        return len(outbox.listing(tx))


def test_what_a_digest_listed_that_reached_nobody_stands_in_the_next_one(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    uncertain(parts, "u1")
    clock.now = EIGHT
    assert tell_digests(parts) == 1
    with started.write() as tx:
        for _ in range(2):
            taken = outbox.claim(tx, clock.now, HOUR, ["chat", "mail"])
            assert taken
            assert outbox.give_up(tx, taken.number, taken.attempt, "refused", clock.now)
    clock.now = EIGHT + 24 * HOUR
    uncertain(parts, "u2")
    clock.now += HOUR
    assert tell_digests(parts) == 1
    assert sorted(each.title for each in last_of(started)[1].uncertain) == ["Report u1", "Report u2"]


def test_a_report_whose_page_came_late_and_made_it_uncertain_stands_in_the_next_digest_once(
    started: Store, clock: Clock
) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    clock.now = EIGHT - 10 * HOUR
    uncertain(parts, "u1", "clear")
    uncertain(parts, "u2")
    clock.now = EIGHT
    assert tell_digests(parts) == 1
    with started.write() as tx:
        row = reports.get(tx, "u1")
        assert row
        reports.revise(tx, replace(row.report, revision=2), replace(row.assessment, state="uncertain"))
    listed = []
    for days in (1, 2):
        clock.now = EIGHT + days * 24 * HOUR
        assert tell_digests(parts) == 1
        listed.append([each.title for each in last_of(started)[1].uncertain])
    assert listed == [["Report u1"], []]
