"""What has to be mended where many feeds fail: folded, counted in groups, and nothing left out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.health import Facts, judge
from monitor.records import Beat, Course, FeedState, Finding
from monitor.settings import Feed, Settings
from monitor.store import feeds
from monitor.web.mending import LESSER, Group, sort_out
from monitor.web.troubles import alike
from tests.databases import opened
from tests.examples import NOON
from tests.situations_support import HOUR, Month

REFUSED = "the address answers 403 Forbidden: it refuses this reader; another user_agent for it in feeds.yaml may help"


def failing(name: str, error: str, hours: float, *told: str) -> FeedState:
    course = Course(failing_since=NOON - timedelta(hours=hours), told=told)
    return FeedState(name, NOON + HOUR, {}, last_read_at=NOON - HOUR / 4, failures=3, error=error, course=course)


def found(*states: FeedState) -> tuple[Finding, ...]:
    facts = Facts(NOON, states, last=Beat(1, NOON - HOUR, NOON, "outbox", "it was announced before"))
    return judge(facts, Settings(config_dir=Path(), database="", data_dir=Path("data")))


def many() -> tuple[FeedState, ...]:
    named = [failing(f"lost-{at}", f"the name lost-{at}.example cannot be resolved", 1) for at in range(3)]
    refused = [failing(f"shut-{at}", REFUSED, 5 + at) for at in range(4)]
    gone = [failing(f"gone-{at}", "the address answers 410", 500, "gone") for at in range(2)]
    course = Course(told=("silent",), address="https://moved.example/", moved_since=NOON)
    odd = FeedState("odd", NOON + HOUR, {}, last_read_at=NOON, course=course)
    return (*named, odd, *gone, *refused, failing("lone", "the answer is empty", 4))


def test_of_many_feeds_the_gravest_are_shown_and_all_others_folded_and_counted_with_those_that_have_the_same() -> None:
    findings = found(*many())
    mending = sort_out(findings)
    assert [each.feed for each in mending.gravest] == ["shut-3", "shut-2", "shut-1", "shut-0", "lone"]
    assert sorted(map(str, (*mending.general, *mending.gravest, *mending.folded))) == sorted(map(str, findings))
    assert {each.check for each in mending.general} == {"process", "canary"}
    assert (mending.feeds, mending.folded_feeds) == (11, 6)
    assert mending.groups == (
        Group("", REFUSED, 4, True),
        Group("gone for good, not watched any more", "", 2, True),
        Group("", "the name … cannot be resolved", 3, False),
        Group("other troubles, named below", "", 2, True),
    )


def test_few_feeds_are_not_folded() -> None:
    findings = found(*many()[-5:])
    mending = sort_out(findings)
    assert (mending.groups, mending.folded) == ((), ())
    assert sorted(map(str, (*mending.general, *mending.gravest))) == sorted(map(str, findings))
    assert [each.feed for each in mending.gravest] == ["shut-0", "shut-1", "shut-2", "shut-3", "lone"]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://a.example/rss closed the connection without an answer", "https://b.example/ closed the connection"
         " without an answer", "… closed the connection without an answer"),
        ("the answer comes in drops: 12 bytes in 60 s", "the answer comes in drops: 7 bytes in 60 s",
         "the answer comes in drops: … bytes in 60 s"),
        ("the page could not be fetched: the name a.example cannot be resolved; the feed holds no entries",
         "the page could not be fetched: the name b.example cannot be resolved; the feed holds no entries",
         "the page could not be fetched: the name … cannot be resolved; the feed holds no entries"),
    ],
)  # fmt: skip
def test_troubles_are_alike_but_for_what_each_feed_has_of_its_own(first: str, second: str, same: str) -> None:
    assert (alike(first), alike(second)) == (same, same)


def test_what_is_asked_otherwise_or_has_no_form_is_not_alike() -> None:
    for kept in ("the address answers 404 Not Found", "Something else; went wrong", "x" * 2000, "; " * 200, ""):
        assert alike(kept) == kept


def test_of_each_trouble_that_health_knows_of_a_feed_many_have_words_without_a_hole_at_their_head() -> None:
    alone = [each for each in found(*many()) if each.feed]
    doubled = [
        replace(each, says=each.says.replace(each.feed, f"{each.feed}2"), feed=f"{each.feed}2") for each in alone
    ]
    groups = sort_out([*alone, *doubled]).groups
    assert {each.words for each in groups} == {"", *LESSER.values()}
    assert not any(each.trouble.startswith("…") for each in groups)


def section(page: str) -> str:
    return page.partition('<section aria-labelledby="findings">')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("count", "english", "arabic"),
    [
        (7, ("7 feeds to mend", "Show 2 other feeds<"), ("يجب إصلاح 7 مصادر", "عرض مصدرين آخرين", "في مصدرين:")),
        (16, ("16 feeds to mend", "14 feeds:"), ("يجب إصلاح 16 مصدرًا", "عرض 11 مصدرًا آخر", "في 14 مصدرًا:")),
    ],
)
def test_the_page_says_how_many_and_folds_the_rest_in_both_languages(
    tmp_path: Path, count: int, english: Sequence[str], arabic: Sequence[str]
) -> None:
    month = Month(opened(tmp_path / "monitor.db"))
    names = [f"feed-{number:02}" for number in range(count)]
    made = tuple(Feed(name=name, url=f"https://{name}.example/", outlet="Wire") for name in names)
    month.desk.parts = replace(month.desk.parts, settings=month.desk.parts.settings.model_copy(update={"feeds": made}))
    with month.store.write() as tx:
        feeds.sync(tx, names, NOON - HOUR)
        for number, name in enumerate(names):
            why = REFUSED if 0 < number < count - 1 else f"the name {name}.example cannot be resolved"
            feeds.fail(tx, name, error=why, due_at=NOON + HOUR, now=NOON - HOUR)
    front = month.front()
    for language, words in (("en", english), ("ar", arabic)):
        shown, _, folded = section(front.browser("reader", language=language).get("/coverage").text).partition(
            "<details>"
        )
        text = re.sub(r"<[^>]*>", "", shown + folded)
        assert [each for each in words if each not in shown + folded] == []
        assert {name for name in names if name in text} == set(names)
        assert sum(name in folded for name in names) == count - 5
        assert "403" in shown
    month.store.close()
