"""What follows from a try of a feed: when it is due again, what is remembered, who is told. Decided without waiting."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import polling
from monitor.polling import Trouble, Try
from monitor.records import Course, Entry, FeedRead, FeedState
from monitor.settings import Feed
from tests.examples import NOON

HOUR = timedelta(hours=1)
URL = "https://horan.example/feed/"
KINDS = st.sampled_from(["dns", "timeout", "refused", "status", "malformed", "not_a_feed", "wall", "own", "consent"])
STATUSES = st.sampled_from([0, 0, 401, 403, 404, 408, 410, 429, 500, 503])
TROUBLES = st.builds(Trouble, st.just("no"), KINDS, STATUSES, st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False)))
HAPPENINGS = st.lists(st.one_of(TROUBLES, st.sampled_from(["read", "moved"])), min_size=1, max_size=30)


def feed(every: int = 300, url: str = URL) -> Feed:
    return Feed(name="horan", outlet="Horan", url=url, every=every)


def state(**changes: Any) -> FeedState:
    return replace(FeedState("horan", NOON, {}), **changes)


def entry(key: str, hours: float | None = 0.0, **changes: Any) -> Entry:
    at = None if hours is None else NOON + hours * HOUR
    return replace(Entry(key, "", f"title {key}", "", "", "en", at, "", key), **changes)


def read(*entries: Entry, **changes: Any) -> FeedRead:
    return replace(FeedRead(entries, {}, changed=True), **changes)


def posted(gap: timedelta, count: int = 10) -> list[Entry]:
    return [entry(f"e{number}", -number * (gap / HOUR)) for number in range(count)]


def seconds(turn: polling.Turn, now: datetime = NOON) -> float:
    return (turn.due_at - now).total_seconds()


# how often


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


def fail(times: int, trouble: Trouble) -> tuple[list[float], list[polling.Notice]]:
    now, known = NOON, state()
    waits: list[float] = []
    told: list[polling.Notice] = []
    for _ in range(times):
        turn = polling.after_failure(feed(), known, trouble, now, 0.5)
        waits.append(seconds(turn, now))
        told += turn.notices
        known = replace(known, failures=known.failures + 1, course=turn.course)
        now = turn.due_at
    return waits, told


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


# who is told


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


# moves


def moving(days: float, to: str = "https://new.example/feed") -> FeedState:
    known = state()
    for hour in range(0, int(days * 24) + 1, 6):
        turn = polling.after_reading(feed(), known, read(entry("a"), moved=to), NOON + hour * HOUR, 0.5)
        known = replace(known, course=turn.course)
    return known


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


# edits


@pytest.mark.parametrize(
    ("summary", "later"),
    [
        ("Army units closed the road. 120 views", "Army units closed the road. 3,481 views"),
        ("Updated 3 min ago: units closed the road", "Updated 2 hours ago: units closed the road"),
        ("أغلقت وحدات الجيش الطريق. منذ 3 دقائق", "أغلقت وحدات الجيش الطريق. منذ ساعتين"),
        ("أغلقت وحدات الجيش الطريق (المشاهدات: 12)", "أغلقت وحدات الجيش الطريق (المشاهدات: ٣٤٥)"),
        ("Read 1.2k times", "Read 3k times"),
    ],
)
def test_counters_and_clocks_in_a_summary_make_no_revision(summary: str, later: str) -> None:
    known = polling.fingerprint_of(entry("a", summary=summary, fingerprint="1"))
    assert not polling.differs(entry("a", summary=later, fingerprint="2"), known, 1)


@pytest.mark.parametrize(
    ("before", "later"),
    [
        ({"summary": "Units closed the road"}, {"summary": "Units opened the road"}),
        ({"title": "3 killed in Nawa"}, {"title": "12 killed in Nawa"}),
        ({"content": "في جاسم"}, {"content": "في إنخل"}),
    ],
)
def test_other_words_and_other_numbers_in_a_headline_make_a_revision(before: Any, later: Any) -> None:
    known = polling.fingerprint_of(entry("a", fingerprint="1", **before))
    assert polling.differs(entry("a", fingerprint="2", **later), known, 1)


def test_a_summary_that_never_rests_stops_making_revisions_but_its_headline_still_does() -> None:
    known, revision = polling.fingerprint_of(entry("a", summary="read also: tea")), 1
    for word in ("coffee", "bread", "salt", "oil", "rice", "milk", "eggs", "figs", "dates", "lentils", "honey"):
        now = entry("a", summary=f"read also: {word}", fingerprint=word)
        if polling.differs(now, known, revision):
            known, revision = polling.fingerprint_of(now), revision + 1
    assert revision == 8
    assert polling.differs(entry("a", title="Army enters Jasim", fingerprint="x"), known, revision)


def test_what_was_kept_letter_for_letter_before_is_no_revision_now() -> None:
    assert not polling.differs(entry("a", fingerprint="f" * 32), "f" * 32, 1)
    assert polling.differs(entry("a", fingerprint="e" * 32), "f" * 32, 1)


@pytest.mark.parametrize(
    ("title", "summary", "kept"),
    [
        (
            "Updated: units at 12:30 (3) near Nawa",
            "Just now, at 9 a.m.: last updated 3 min ago. 1.2k views",
            "f:de53419706beb40c6bb0:de53419706beb40c6bb0:310c72dc7c988720b984",
        ),
        (
            "عاجل: آخر تحديث منذ ١٢ دقيقة",
            "تم التحديث الآن\nقال مصدر إن القوات دخلت جاسم_ونوى",
            "f:eb5ad2d359aeb37705a2:fc6a1aedafcea46b8e85:0d0e395279d547334ee1",
        ),
    ],
)
def test_the_fingerprints_that_a_database_holds_are_made_again_to_the_letter(
    title: str, summary: str, kept: str
) -> None:
    assert polling.fingerprint_of(entry("a", title=title, summary=summary, fingerprint="f")) == kept


# the network


def tries(*told: tuple[float, str, bool]) -> list[Try]:
    return [Try(NOON + minutes * HOUR / 60, host, reached) for minutes, host, reached in told]


def test_when_most_hosts_cannot_be_reached_at_once_it_is_our_network_since_the_first_of_them() -> None:
    found = tries((0, "a", True), (1, "b", False), (2, "c", False), (2.5, "d", False), (3, "e", False), (4, "f", False))
    assert polling.down_since(found, NOON + 4 * HOUR / 60) == NOON + HOUR / 60


@pytest.mark.parametrize(
    "found",
    [
        tries((0, "a", False), (1, "a", False), (2, "a", False), (3, "b", False)),
        tries((0, "a", False), (1, "b", False), (2, "c", False), (3, "d", True)),
        tries((0, "a", False), (1, "b", False), (2, "c", True), (3, "d", True), (4, "e", False)),
        tries((-200, "a", False), (-100, "b", False), (0, "c", False)),
        tries((-40, "x", True), (-30, "y", True), *((-n, "abc"[n % 3], False) for n in range(20, 0, -1))),
    ],
    ids=["two hosts", "one answers", "some answer", "hours apart", "tried more often"],
)
def test_a_few_hosts_that_fail_are_their_own_fault(found: list[Try]) -> None:
    assert polling.down_since(found, NOON + 5 * HOUR / 60) is None


@given(st.lists(st.tuples(st.floats(0, 59), st.sampled_from("abcdefgh"), st.booleans()), max_size=30))
def test_the_network_is_never_down_right_after_somebody_answered_half_the_time(told: list[Any]) -> None:
    found = sorted(tries(*told), key=lambda each: each.at)
    since = polling.down_since(found, NOON + HOUR)
    last = {each.host: each.reached for each in found}
    if since:
        assert sum(not reached for reached in last.values()) >= 3
        assert any(each.at == since and not each.reached for each in found)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://News.example:8443/feed", "news.example"),
        ("http://127.0.0.1:8000/feed", ""),
        ("http://10.1.2.3/feed", ""),
        ("http://localhost/feed", ""),
        ("http://printer.lan/feed", ""),
        ("http://8.8.8.8/feed", "8.8.8.8"),
    ],
)
def test_feeds_of_this_machine_and_beside_it_say_nothing_of_the_net(url: str, host: str) -> None:
    assert polling.far_host(url) == host
