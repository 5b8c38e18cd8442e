"""Whom polling tells of what, feeds that move, and entries that may be lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import polling
from monitor.polling import Trouble
from monitor.records import Course, Entry
from tests.examples import NOON
from tests.polling_support import HOUR, URL, entry, fail, feed, moving, posted, read, seconds, state


def test_the_owner_is_told_once_of_a_feed_that_fails_for_hours_and_once_when_it_is_back() -> None:
    _, told = fail(20, Trouble("no answer", "timeout"))
    assert [notice.condition for notice in told] == ["failing"]
    known = state(failures=20, course=Course(read_from=URL, told=("failing",), failing_since=NOON - 9 * HOUR))
    turn = polling.after_reading(feed(), known, read(entry("a")), NOON, 0.5)
    assert [(each.condition, each.since) for each in turn.notices] == [("back", NOON - 9 * HOUR)]
    again = polling.after_reading(feed(), state(course=turn.course), read(entry("a")), NOON, 0.5)
    assert again.notices == ()


@pytest.mark.parametrize(("first", "told"), [("timeout", ["failing", "refused"]), ("not_a_feed", ["refused"])])
def test_a_graver_failure_is_told_once_more_and_a_lighter_one_is_not(first: str, told: list[str]) -> None:
    now, known = NOON, state()
    said: list[str] = []
    second = "not_a_feed" if first == "timeout" else "timeout"
    for number in range(30):
        turn = polling.after_failure(
            feed(), known, Trouble("no", first if number < 9 or number % 2 else second), now, 0.5
        )
        said += [notice.condition for notice in turn.notices]
        known, now = replace(known, failures=known.failures + 1, course=turn.course), turn.due_at
    assert said == told


def test_a_short_failure_is_told_to_nobody() -> None:
    assert fail(4, Trouble("no answer", "timeout"))[1] == []


def test_a_feed_silent_far_beyond_its_own_rhythm_is_told_once_and_told_when_it_speaks_again() -> None:
    known = state(course=polling.after_reading(feed(), state(), read(*posted(HOUR)), NOON, 0.5).course)
    told = []
    for day in range(1, 9):
        turn = polling.after_reading(feed(), known, read(changed=False), NOON + timedelta(days=day), 0.5)
        told += [(day, notice.condition) for notice in turn.notices]
        known = replace(known, course=turn.course)
    turn = polling.after_reading(feed(), known, read(entry("new", 9 * 24)), NOON + timedelta(days=9), 0.5)
    assert told == [(4, "silent")]
    assert [notice.condition for notice in turn.notices] == ["back"]


def test_a_move_is_believed_after_three_days_and_told_once() -> None:
    assert polling.address_of(moving(2.9).course, URL) == URL
    known = moving(4)
    assert polling.address_of(known.course, URL) == "https://new.example/feed"
    assert known.course.told == ("moved https://new.example/feed",)


def test_a_move_that_is_taken_back_begins_anew() -> None:
    known = moving(2)
    turn = polling.after_reading(feed(), known, read(entry("a")), NOON + 50 * HOUR, 0.5)
    turn = polling.after_reading(
        feed(), state(course=turn.course), read(entry("a"), moved="https://new.example/feed"), NOON + 80 * HOUR, 0.5
    )
    assert turn.course.address == ""
    assert turn.course.moved_since == NOON + 80 * HOUR


def test_when_the_new_address_fails_the_old_one_is_asked_within_a_minute() -> None:
    turn = polling.after_failure(feed(), moving(4), Trouble("not here", "status", 404), NOON, 0.5)
    assert polling.address_of(turn.course, URL) == URL
    assert seconds(turn) == 60


def test_an_address_corrected_by_hand_is_asked_whatever_the_old_one_had_said() -> None:
    course = moving(4).course
    assert polling.address_of(course, "https://third.example/feed") == "https://third.example/feed"


# gaps


def after(*entries: Entry) -> Course:
    return polling.after_reading(feed(), state(), read(*entries), NOON, 0.5).course


def test_entries_may_be_lost_when_none_of_the_newest_of_last_time_is_shown() -> None:
    course = after(*posted(HOUR))
    new = [entry(f"n{number}", 30 - number) for number in range(10)]
    assert polling.are_lost(course, new, ())
    assert not polling.are_lost(course, [*new, entry("e0")], {"e0"})
    assert not polling.are_lost(course, [], ())
    assert not polling.are_lost(Course(), new, ())


def test_an_old_entry_that_is_kept_at_the_top_hides_no_gap() -> None:
    pinned = entry("pinned", -900)
    course = after(pinned, *posted(HOUR))
    new = [entry(f"n{number}", 30 - number) for number in range(9)]
    assert polling.are_lost(course, [pinned, *new], {"pinned"})
    gap = polling.gap(state(course=course), [pinned, *new], {"pinned"}, "why", NOON + 30 * HOUR)
    assert (gap.from_at, gap.until_at) == (NOON, NOON + 22 * HOUR)


def test_an_outlet_that_names_its_entries_otherwise_from_now_on_has_lost_none() -> None:
    course = after(*posted(HOUR))
    renamed = [replace(each, key=f"new-{each.key}") for each in posted(HOUR)]
    assert not polling.are_lost(course, [entry("fresh", 1), *renamed], ())


def test_without_dates_a_gap_reaches_from_the_last_reading_to_this_one() -> None:
    course = after(*(entry(f"e{number}", None) for number in range(5)))
    known = state(course=course, last_read_at=NOON)
    new = [entry(f"n{number}", None) for number in range(5)]
    assert polling.are_lost(course, new, ())
    gap = polling.gap(known, new, (), "why", NOON + HOUR)
    assert (gap.from_at, gap.until_at) == (NOON, NOON + HOUR)


@given(st.integers(1, 40), st.integers(0, 80), st.integers(1, 40))
def test_a_gap_is_seen_exactly_when_entries_were_lost(window: int, posts: int, before: int) -> None:
    """One entry an hour; `posts` of them between two readings."""
    total = before + posts
    course = after(*reversed([entry(f"e{n}", n - before) for n in range(max(0, before - window), before)]))
    now = list(reversed([entry(f"e{n}", n - before) for n in range(max(0, total - window), total)]))
    assert polling.are_lost(course, now, [f"e{n}" for n in range(before)]) == (posts >= window)
