"""The row of a feed: due, claimed, advanced, failed, paused, and back again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.errors import StoreError
from monitor.records import Course
from monitor.store import Store, feeds

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LEASE = timedelta(minutes=15)
HOUR = timedelta(hours=1)


def test_new_feeds_are_due_at_once(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["horan", "sana"], NOON)
    with store.read() as tx:
        assert feeds.due(tx, NOON) == ["horan", "sana"]
        assert feeds.due(tx, NOON - HOUR) == []
        assert [each.due_at for each in feeds.states(tx)] == [NOON, NOON]


def test_the_longest_due_comes_first_and_no_more_than_asked_for(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["a", "b", "c"], NOON)
        feeds.advance_all(tx, [feeds.Reading("a", NOON + HOUR)], NOON)
        feeds.advance_all(tx, [feeds.Reading("b", NOON - HOUR)], NOON)
        assert feeds.due(tx, NOON + HOUR) == ["b", "c", "a"]
        assert feeds.due(tx, NOON + HOUR, limit=2) == ["b", "c"]


def test_a_claimed_feed_is_nobody_elses_until_the_lease_runs_out(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)
    with store.write() as tx:
        state = feeds.claim(tx, "horan", NOON, LEASE)
    assert state is not None
    assert (state.last_try_at, state.due_at) == (NOON, NOON + LEASE)
    with store.write() as tx:
        assert feeds.claim(tx, "horan", NOON, LEASE) is None
        assert feeds.claim(tx, "horan", NOON, LEASE, force=True) is not None
        assert feeds.claim(tx, "horan", NOON + LEASE, LEASE) is not None
        assert feeds.claim(tx, "nobody", NOON, LEASE) is None


def test_a_read_feed_keeps_what_its_source_wants_back(store: Store) -> None:
    memory = {"etag": 'W/"\\"a"', "عنوان": "قيمة 🕊"}
    with store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)
        feeds.fail(tx, "horan", error="no answer within 20 s", due_at=NOON, now=NOON)
        feeds.advance_all(
            tx,
            [feeds.Reading("horan", NOON + HOUR, memory=memory, note="dates without zone", title="حوران", new=3)],
            NOON,
        )
        state = feeds.get(tx, "horan")
    assert state is not None
    assert state.memory == memory
    assert (state.failures, state.error, state.note, state.title) == (0, "", "dates without zone", "حوران")
    assert (state.first_read_at, state.last_read_at, state.last_new_at) == (NOON, NOON, NOON)


def test_a_reading_without_news_keeps_title_and_times_of_before(store: Store) -> None:
    later = NOON + HOUR
    with store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)
        feeds.advance_all(tx, [feeds.Reading("horan", NOON, title="Horan", new=1, summary_due=True)], NOON)
        feeds.advance_all(tx, [feeds.Reading("horan", later, summary_due=True)], later)
        state = feeds.get(tx, "horan")
    assert state is not None
    assert (state.title, state.last_new_at, state.first_read_at, state.last_read_at) == ("Horan", NOON, NOON, later)


def test_failures_are_counted_and_memory_is_kept(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)
        feeds.advance_all(tx, [feeds.Reading("horan", NOON, memory={"etag": "1"})], NOON)
        for failure in (1, 2):
            feeds.fail(tx, "horan", error=f"failure {failure}", due_at=NOON + HOUR, now=NOON)
        state = feeds.get(tx, "horan")
    assert state is not None
    assert (state.failures, state.error, dict(state.memory), state.due_at) == (
        2,
        "failure 2",
        {"etag": "1"},
        NOON + HOUR,
    )


def test_only_the_first_reading_owes_a_summary_and_it_is_told_once(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["a", "b"], NOON)
        feeds.advance_all(tx, [feeds.Reading("a", NOON, summary_due=True)], NOON)
        feeds.advance_all(tx, [feeds.Reading("b", NOON, summary_due=False)], NOON)
        feeds.advance_all(tx, [feeds.Reading("b", NOON, summary_due=True)], NOON)
        assert feeds.summary_due(tx) == ["a"]
        feeds.summary_told(tx, ["a"])
        feeds.advance_all(tx, [feeds.Reading("a", NOON, summary_due=True)], NOON)
        assert feeds.summary_due(tx) == []


def test_a_feed_that_vanishes_is_paused_and_keeps_its_history(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["horan", "sana"], NOON)
        feeds.advance_all(tx, [feeds.Reading("horan", NOON + HOUR, memory={"etag": "1"})], NOON)
        feeds.sync(tx, ["sana"], NOON)
        gone = feeds.get(tx, "horan")
        assert gone is not None
        assert gone.paused
        assert dict(gone.memory) == {"etag": "1"}
        assert feeds.due(tx, NOON + HOUR) == ["sana"]
        assert feeds.claim(tx, "horan", NOON + HOUR, LEASE) is None


def test_a_feed_that_comes_back_is_due_at_once_with_what_it_remembered(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)
        feeds.advance_all(tx, [feeds.Reading("horan", NOON + HOUR, memory={"etag": "1"})], NOON)
        feeds.sync(tx, [], NOON)
        feeds.sync(tx, ["horan"], NOON + LEASE)
        back = feeds.get(tx, "horan")
    assert back is not None
    assert (back.paused, back.due_at, dict(back.memory)) == (False, NOON + LEASE, {"etag": "1"})


def test_syncing_twice_changes_nothing(store: Store) -> None:
    names = [f"feed-{number}" for number in range(3000)]
    with store.write() as tx:
        feeds.sync(tx, names, NOON)
        feeds.advance_all(tx, [feeds.Reading("feed-7", NOON + HOUR)], NOON)
        before = feeds.states(tx)
        feeds.sync(tx, names, NOON + HOUR)
        assert feeds.states(tx) == before
        feeds.sync(tx, [], NOON)
        assert feeds.due(tx, NOON + HOUR) == []


def test_a_feed_that_the_database_does_not_know_is_named(store: Store) -> None:
    with pytest.raises(StoreError, match="no feed typo"), store.write() as tx:
        feeds.fail(tx, "typo", error="x", due_at=NOON, now=NOON)


def test_times_come_back_as_they_went_in_to_the_microsecond_and_in_utc(store: Store) -> None:
    moment = datetime(2026, 3, 14, 15, 0, 0, 123457, tzinfo=timezone(timedelta(hours=3)))
    with store.write() as tx:
        feeds.sync(tx, ["horan"], moment)
        feeds.advance_all(tx, [feeds.Reading("horan", moment)], moment)
        state = feeds.get(tx, "horan")
    assert state is not None
    for time in (state.due_at, state.last_read_at, state.first_read_at):
        assert time == moment
        assert time is not None
        assert time.tzinfo is UTC


def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="has no zone"), store.write() as tx:
        feeds.sync(tx, ["horan"], NOON.replace(tzinfo=None))


def test_a_poll_that_goes_on_keeps_its_claim(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)
        feeds.claim(tx, "horan", NOON, LEASE)
        feeds.renew(tx, "horan", NOON + HOUR)
        assert feeds.claim(tx, "horan", NOON + LEASE, LEASE) is None
        assert feeds.due(tx, NOON + HOUR) == ["horan"]


def test_polls_that_broke_off_are_resumed_and_no_others(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["read", "failed", "killed", "killed-at-first"], NOON)
        for name in ("read", "killed"):
            feeds.claim(tx, name, NOON, LEASE)
            feeds.advance_all(tx, [feeds.Reading(name, NOON + HOUR)], NOON)
        for name in ("failed", "killed", "killed-at-first"):
            feeds.claim(tx, name, NOON + HOUR, LEASE)
        feeds.fail(tx, "failed", error="no answer", due_at=NOON + 9 * HOUR, now=NOON + HOUR)
        feeds.advance_all(tx, [feeds.Reading("read", NOON + 2 * HOUR)], NOON + HOUR)
        feeds.resume(tx, NOON + HOUR)
        assert feeds.due(tx, NOON + HOUR) == ["killed", "killed-at-first"]
        feeds.resume(tx, NOON + HOUR, "failed")  # whoever names it knows that it was in hand
        feeds.resume(tx, NOON + HOUR, "read")
        assert feeds.due(tx, NOON + HOUR) == ["failed", "killed", "killed-at-first"]


def test_a_failing_feed_is_forgiven_when_it_will_be_asked_otherwise(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["same", "mended", "fine"], NOON)
        for name in ("same", "mended"):
            old = {"etag": "1", "asked": feeds.asked_as("https://old.example", "")}
            feeds.fail(tx, name, error="404", due_at=NOON + HOUR, now=NOON, memory=old)
        feeds.advance_all(tx, [feeds.Reading("fine", NOON + HOUR)], NOON)
        asked = {"same": "https://old.example", "mended": "https://new.example", "fine": "https://new.example"}
        feeds.forgive(tx, {name: feeds.asked_as(url, "") for name, url in asked.items()}, NOON)
        assert feeds.due(tx, NOON) == ["mended"]
        state = feeds.get(tx, "mended")
    assert state is not None
    assert state.memory["etag"] == "1"


def test_a_clock_that_was_set_back_leaves_no_feed_waiting_for_the_wrong_year(store: Store) -> None:
    future = NOON + timedelta(days=4000)
    with store.write() as tx:
        feeds.sync(tx, ["horan"], future)
        feeds.claim(tx, "horan", future, LEASE)
        feeds.advance_all(tx, [feeds.Reading("horan", future + HOUR)], future)
        feeds.set_right(tx, NOON)
        assert feeds.due(tx, NOON) == ["horan"]
        assert feeds.claim(tx, "horan", NOON, LEASE) is not None
        feeds.set_right(tx, NOON)
        assert feeds.due(tx, NOON) == []
        # another machine's clock may go a little ahead of ours
        assert feeds.claim(tx, "horan", NOON + HOUR, LEASE) is not None
        feeds.set_right(tx, NOON + HOUR - timedelta(minutes=5))
        assert feeds.claim(tx, "horan", NOON + HOUR - timedelta(minutes=5), LEASE) is None


def test_several_are_taken_the_longest_due_first_and_read_together(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["a", "b", "c", "failing"], NOON)
        feeds.advance_all(tx, [feeds.Reading("c", NOON - HOUR)], NOON - 2 * HOUR)
        feeds.fail(tx, "failing", error="no answer", due_at=NOON, now=NOON - HOUR)
        taken = feeds.claim_due(tx, NOON, LEASE, 2, failing=False)
        assert [(each.name, each.due_at, each.last_try_at) for each in taken] == [
            ("c", NOON + LEASE, NOON),
            ("a", NOON + LEASE, NOON),
        ]
        assert [feeds.get(tx, each.name) for each in taken] == taken
        assert [each.name for each in feeds.claim_due(tx, NOON, LEASE, 9, failing=True)] == ["failing"]
        course = Course(every=600.0)
        later = [feeds.Reading("c", NOON + HOUR, note="n", course=course), feeds.Reading("a", NOON + 2 * HOUR)]
        feeds.advance_all(tx, later, NOON)
        found = {it.name: it for it in feeds.states(tx)}
        assert feeds.due(tx, NOON + HOUR) == ["b", "failing", "c"]
        bare = [replace(it, memory={}, course=Course(), error="", note="", first_read_at=None) for it in found.values()]
        assert feeds.tries(tx) == bare
    assert (found["c"].note, found["c"].course, found["a"].course) == ("n", course, Course())
    with pytest.raises(StoreError, match="no feed typo"), store.write() as tx:
        feeds.advance_all(tx, [feeds.Reading("a", NOON), feeds.Reading("typo", NOON)], NOON)
