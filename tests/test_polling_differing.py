"""What makes an entry another revision, and when it is our own network that is down."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import polling
from monitor.polling import Try
from monitor.sources.entries import from_fields
from monitor.sources.parsing import read_feed
from tests.examples import NOON
from tests.polling_support import HOUR, entry
from tests.sources_support import item, rss


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


def test_the_process_that_parses_a_feed_for_the_first_time_makes_the_fingerprints_that_are_made_later() -> None:
    texts = ("أغلقت وحدات الجيش الطريق. منذ 3 دقائق", "Units closed the road. 120 views", "A long story. " * 500)
    feed = rss(*(item(f"{number} killed in Nawa", text=text) for number, text in enumerate(texts))).encode()
    around = {"url": "https://n.example/", "content_type": "", "zone": "UTC", "now": NOON.isoformat(), "shared": []}
    first, later = (list(map(from_fields, read_feed(feed, {**around, "new": new})["entries"])) for new in (True, False))
    assert [len(each.gist) for each in first] == [62, 62, 0]
    assert [each.gist for each in later] == ["", "", ""]
    assert list(map(polling.fingerprint_of, first)) == list(map(polling.fingerprint_of, later))


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
