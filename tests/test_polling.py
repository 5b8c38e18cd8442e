"""What follows from a try of a feed: when it is due again, what is remembered, who is told. Decided without waiting."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import polling
from monitor.polling import Trouble
from tests.examples import NOON
from tests.polling_support import HOUR, URL, entry, fail, feed, moving, posted, read, seconds, state

KINDS = st.sampled_from(["dns", "timeout", "refused", "status", "malformed", "not_a_feed", "wall", "own", "consent"])
STATUSES = st.sampled_from([0, 0, 401, 403, 404, 408, 410, 429, 500, 503])
TROUBLES = st.builds(Trouble, st.just("no"), KINDS, STATUSES, st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False)))
HAPPENINGS = st.lists(st.one_of(TROUBLES, st.sampled_from(["read", "moved"])), min_size=1, max_size=30)


def test_a_feed_of_few_entries_is_asked_as_often_as_its_user_wants_give_or_take_a_tenth() -> None:
    for chance, wait in ((0.0, 270), (0.5, 300), (1.0, 330)):
        assert seconds(polling.after_reading(feed(), state(), read(entry("a")), NOON, chance)) == pytest.approx(wait)


@pytest.mark.parametrize(("minutes", "wait"), [(1, 60), (4, 120), (8, 240), (30, 300), (1000, 300)])
def test_a_busy_feed_is_asked_twice_between_two_entries_but_not_more_than_once_a_minute(
    minutes: int, wait: float
) -> None:
    found = read(*posted(timedelta(minutes=minutes)))
    assert seconds(polling.after_reading(feed(), state(), found, NOON, 0.5)) == pytest.approx(wait)


def test_at_night_a_busy_feed_is_asked_as_rarely_as_any_other() -> None:
    times = [each.published_at for each in posted(timedelta(minutes=2)) if each.published_at]
    assert polling.interval(300, times, None, NOON) == 60
    assert polling.interval(300, times, None, NOON + HOUR) == 300


@pytest.mark.parametrize(("wish", "wait"), [(100, 300), (900, 900), (86_400, 1800)])
def test_what_the_publisher_asks_for_is_granted_up_to_half_an_hour(wish: float, wait: float) -> None:
    assert polling.interval(300, [], wish, NOON) == wait


@given(st.integers(1, 86_400), st.lists(st.datetimes(), max_size=25), st.one_of(st.none(), st.floats(0, 1e9)))
def test_no_rhythm_and_no_wish_leads_out_of_the_bounds(every: int, times: list[datetime], wish: float | None) -> None:
    published = sorted((time.replace(tzinfo=NOON.tzinfo) for time in times), reverse=True)
    found = polling.interval(every, published, wish, NOON)
    assert min(60, every) <= found <= max(every, 1800)


# failures


@given(st.integers(1, 86_400), HAPPENINGS, st.floats(0, 1))
def test_whatever_happens_a_feed_is_asked_again_and_not_at_once(every: int, events: list[Any], chance: float) -> None:
    now, known = NOON, state()
    for event in events:
        shortest = 60
        if isinstance(event, Trouble):
            shortest = 10 if event.kind == "own" else 60
            turn = polling.after_failure(feed(every), known, event, now, chance)
            known = replace(known, failures=known.failures + 1, course=turn.course)
            longest = 7 * 86_400 if event.status == 410 else 86_400 if event.patience else 6 * 3600
        else:
            found = read(entry("a"), moved="https://new.example/feed" if event == "moved" else "")
            turn = polling.after_reading(feed(every), known, found, now, chance)
            known = replace(known, failures=0, course=turn.course, last_read_at=now)
            longest = int(max(every, 1800) * 1.1) + 1
        assert min(every, shortest) * 0.89 <= seconds(turn, now) <= longest
        assert turn.hold is None or turn.hold <= turn.due_at
        now = turn.due_at


def test_the_wait_doubles_with_what_may_pass_and_grows_faster_with_what_somebody_has_to_mend() -> None:
    assert fail(9, Trouble("no answer", "timeout"))[0][:4] == [300, 600, 1200, 2400]
    assert fail(9, Trouble("no answer", "timeout"))[0][-1] == 6 * 3600
    assert fail(4, Trouble("not here", "status", 404))[0] == [1200, 9600, 21_600, 21_600]


def test_a_trouble_of_our_own_is_over_in_seconds_and_where_it_is_not_it_is_tried_as_rarely_as_any() -> None:
    waits = fail(20, Trouble("the database was away", "own"))[0]
    assert waits[:3] == [10, 20, 40]
    assert waits[-1] == 6 * 3600
    turn = polling.after_failure(feed(), moving(4), Trouble("the database was away", "own"), NOON, 0.5)
    assert polling.address_of(turn.course, URL) == "https://new.example/feed"  # the new address was not to blame


@pytest.mark.parametrize(
    ("trouble", "weight"),
    [
        (Trouble("", "timeout"), "soft"),
        (Trouble("", "malformed"), "soft"),
        (Trouble("", "status", 503), "soft"),
        (Trouble("", "status", 429), "soft"),
        (Trouble("", "status", 404), "hard"),
        (Trouble("", "not_a_feed"), "hard"),
        (Trouble("", "consent"), "hard"),
        (Trouble("", "wall"), "hard"),
        (Trouble("", "status", 410), "gone"),
    ],
)
def test_failures_are_weighed(trouble: Trouble, weight: str) -> None:
    assert polling.weight(trouble) == weight


def test_a_feed_that_is_gone_for_good_is_told_at_once_and_looked_for_once_a_week() -> None:
    turn = polling.after_failure(feed(), state(), Trouble("gone", "status", 410), NOON, 0.5)
    assert turn.due_at == NOON + timedelta(days=7)
    assert [notice.condition for notice in turn.notices] == ["gone"]


@pytest.mark.parametrize(("status", "waits"), [(429, 7200), (503, 7200), (404, 1200), (500, 300)])
def test_the_wait_that_a_server_asks_for_counts_where_it_asks_for_patience(status: int, waits: float) -> None:
    turn = polling.after_failure(feed(), state(), Trouble("later", "status", status, 7200.0), NOON, 0.5)
    assert seconds(turn) == waits
    assert turn.hold == (turn.due_at if status in (429, 503) else None)


def test_a_server_that_asks_for_a_week_gets_a_day() -> None:
    turn = polling.after_failure(feed(), state(), Trouble("later", "status", 429, 1e7), NOON, 0.5)
    assert turn.hold == NOON + timedelta(days=1)


def test_other_feeds_of_the_same_folder_of_a_host_share_its_wish() -> None:
    urls = {
        "beside": "https://a.example/news/daraa/feed/",
        "below": "https://A.example/news/syria/south/feed/",
        "above": "https://a.example/feed/",
        "other": "https://b.example/news/syria/feed/",
    }
    assert polling.sharing("https://a.example/news/syria/", urls) == ["below", "beside"]
