"""The page of coverage: in words, whether silence may be trusted; and the counting behind it, on both databases."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.pipeline.condition import keep_pulse
from monitor.records import Beat, Course, FeedState, Gap, Pulse
from monitor.settings import Feed
from monitor.store import Store, beats, feeds, gaps, outbox
from monitor.web.coverage import STATES, condition_of
from tests.databases import opened
from tests.examples import NOON
from tests.ledger_support import OUTLETS
from tests.situations_support import HOUR, Month
from tests.store_support import alert
from tests.web_coverage_support import row
from tests.web_support import Front

WALL = "the address answers 403 Forbidden: <script>alert(1)</script>"


def troubled(store: Store) -> None:
    """Alpha fails, beta has moved and a gap, gamma is read; a canary came through, the next one did not."""
    with store.write() as tx:
        feeds.sync(tx, OUTLETS, NOON - 99 * HOUR)
        feeds.fail(tx, "alpha", error=WALL, due_at=NOON + HOUR, now=NOON - HOUR)
        gaps.begin(tx, "alpha", NOON - HOUR, WALL)
        moved = Course(
            read_from="https://beta.example/",
            every=600,
            address="https://new.example/feed",
            told=("silent",),
            published=(NOON - 99 * HOUR,),
        )
        feeds.advance_all(tx, [feeds.Reading("beta", NOON + HOUR, course=moved)], NOON - HOUR / 4)
        feeds.advance_all(tx, [feeds.Reading("gamma", NOON + HOUR / 6, course=Course(every=1200))], NOON - HOUR / 6)
        gaps.note(
            tx,
            Gap(
                "beta", NOON - 30 * HOUR, NOON - 27 * HOUR, NOON - 27 * HOUR, "its older pages do not reach back so far"
            ),
        )
        good, bad = beats.begin(tx, NOON - HOUR), beats.begin(tx, NOON - HOUR / 2)
        beats.end(tx, Beat(good, NOON - HOUR, NOON - HOUR))
        beats.end(tx, Beat(bad, NOON - HOUR / 2, NOON - HOUR / 3, "outbox", "what was sent could not be settled"))
        number = outbox.announce(tx, alert("x:notice:1", ""))
        assert number is not None
        outbox.owe(tx, number, "desk", "log", languages=["en"], zone="UTC", due_at=NOON - 3 * HOUR, now=NOON - 3 * HOUR)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('coverage') / 'monitor.db'}")
    store.migrate()
    troubled(store)
    for name, at in (("host-a:1", NOON), ("host-b:2", NOON), ("host-c:3", NOON - HOUR / 2)):
        keep_pulse(store, Pulse(at, NOON - HOUR, NOON, name=name))
    yield Month(store).front()
    store.close()


def test_a_feed_that_fails_stands_first_and_says_why_in_words(front: Front) -> None:
    page = front.browser("reader").get("/coverage").text
    names = re.findall(r'<bdi class="faint" dir="ltr">(\w+)</bdi></th>', page)
    assert names[0] == "alpha"
    assert sorted(names) == sorted(OUTLETS)
    assert "cannot be read" in row(page, "alpha")
    assert "answers 403 Forbidden: &lt;script&gt;" in row(page, "alpha")
    assert ("not read now" in row(page, "alpha"), "nothing missing" in row(page, "alpha")) == (True, False)
    assert "Silence must not be trusted" in page


def test_rhythm_next_time_gaps_in_hours_and_moves_are_said(front: Front) -> None:
    page = front.browser("reader").get("/coverage").text
    assert "every 20 min" in row(page, "gamma")
    assert "next in 10 min" in row(page, "gamma")
    assert "10 min ago" in row(page, "gamma")
    assert "https://new.example/feed" in row(page, "beta")
    assert "nothing new for longer" in row(page, "beta")
    assert "nothing new for longer" not in row(page, "gamma")
    assert "news of 3 h may be missing" in row(page, "beta")


def test_canary_queues_and_channels_are_said(front: Front) -> None:
    page = front.browser("reader").get("/coverage").text
    assert "last came through" in page
    assert "the messages to be sent" in page  # the stage at which the latest was stopped
    assert "what was sent could not be settled" in page
    assert "No. 1 on log, for 3 h" in page
    assert "none so far" in page  # no real message was sent
    assert "processes: 3" in page  # this one, too
    assert "host-a:1, host-b:2" in page


def test_the_model_is_named_and_its_card_is_shown_as_text(front: Front) -> None:
    page = front.browser("reader").get("/coverage").text
    assert "escalation@52da4052" in page
    assert "<h3>Model card: escalation@" in page
    assert '<th scope="col">label</th>' in page


def test_it_is_said_in_arabic_down_to_the_reasons_and_what_a_server_said_is_marked(front: Front) -> None:
    page = front.browser("reader", language="ar").get("/coverage").text
    assert "تتعذّر قراءته" in page
    assert "لا يُعوَّل على الصمت" in page
    assert "عدد العمليات: 3" in page
    assert 'انتهت العملية <bdi lang="en" dir="ltr">host-c:3</bdi> من دون أن يوقفها أحد' in page
    assert "في آخر سجلها السبب" in page
    assert "الراصد متوقف" not in page
    assert 'يجيب العنوان بالرمز <bdi lang="en" dir="ltr">403 Forbidden</bdi>: ' in row(page, "alpha")
    assert "صفحاته الأقدم لا تعود إلى ذلك الوقت" in row(page, "beta")
    assert "تعذّر تسجيل ما أُرسل" in page
    body = re.sub("<code.*?</code>", "", page.partition("<main")[2].partition('class="model-card"')[0])
    assert not re.search(r">[^<]*[a-z]{3,} [a-z]{3,}[^<]*<", body)
    assert "%(" not in page


def test_a_feed_that_is_gone_for_good_is_named_where_silence_may_be_trusted_but_for_it(tmp_path: Path) -> None:
    store = opened(tmp_path / "monitor.db")
    gone = Course(failing_since=NOON - 9 * HOUR, told=("gone",))
    with store.write() as tx:
        feeds.sync(tx, OUTLETS, NOON)
        for name in OUTLETS[1:]:
            feeds.advance_all(tx, [feeds.Reading(name, NOON + HOUR)], NOON - HOUR / 4)
        feeds.fail(tx, OUTLETS[0], error="410", due_at=NOON + 99 * HOUR, now=NOON - HOUR, course=gone)
        beats.end(tx, Beat(beats.begin(tx, NOON - HOUR / 60), NOON - HOUR / 60, NOON - HOUR / 60))
    month = Month(store)
    owned = month.desk.parts.settings.model_copy(update={"owner": "desk"})
    month.desk.parts = replace(month.desk.parts, settings=owned)
    keep_pulse(store, Pulse(NOON, NOON - HOUR, NOON, name="host-a:1"))
    page = month.front().browser("reader").get("/coverage").text
    assert "Silence may be trusted" in page
    assert "Not watched any more, because they are gone for good: alpha." in page
    assert "alpha is gone for good: it is not watched any more" in page
    assert '<li class="red">' not in page
    store.close()


def test_only_who_has_logged_in_sees_it_and_it_needs_nothing_inline(front: Front) -> None:
    assert front.browser().get("/coverage").status_code == 303
    page = front.browser("reader").get("/coverage").text
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?! src=)", page)


def test_no_address_of_a_channel_or_a_feeds_secret_is_on_the_page(front: Front) -> None:
    page = front.browser("admin").get("/coverage").text
    assert "://" not in "".join(
        re.findall(r"<section aria-labelledby=\"channels-heading\">.*?</section>", page, re.DOTALL)
    )


@pytest.mark.parametrize(
    ("says", "changes"),
    [
        ("paused", {"paused": True}),
        ("failing", {"failures": 2}),
        ("overdue", {"due_at": NOON - HOUR}),
        ("new", {}),
        ("read", {"last_read_at": NOON - HOUR / 2}),
        ("waiting", {"last_read_at": NOON - 5 * HOUR}),
    ],
)
def test_each_condition_of_a_feed_has_its_word(says: str, changes: dict[str, object]) -> None:
    feed = Feed(name="alpha", url="https://alpha.example/", outlet="Alpha")
    values: dict[str, object] = {"name": "alpha", "due_at": NOON + HOUR, "memory": {}} | changes
    assert condition_of(feed, FeedState(**values), NOON) == says  # type: ignore[arg-type]
    assert says in STATES
    assert condition_of(feed, None, NOON) == "new"
    assert condition_of(feed.model_copy(update={"enabled": False}), None, NOON) == "paused"


def test_of_many_feeds_a_page_shows_what_needs_mending_and_finds_the_others(tmp_path: Path) -> None:
    month = Month(opened(tmp_path / "monitor.db"))
    names = [f"feed-{number:03}" for number in range(250)]
    many = tuple(Feed(name=name, url=f"https://{name}.example/", outlet="شبكة الجنوب") for name in names)
    month.desk.parts = replace(month.desk.parts, settings=month.desk.parts.settings.model_copy(update={"feeds": many}))
    with month.store.write() as tx:
        feeds.sync(tx, names, NOON - HOUR)
        feeds.advance_all(tx, [feeds.Reading("feed-000", NOON + HOUR)], NOON - HOUR / 4)
        feeds.fail(tx, "feed-249", error=WALL, due_at=NOON + HOUR, now=NOON - HOUR)
    browser = month.front().browser("reader")
    page = browser.get("/coverage").text
    assert shown(page) == ["feed-249", *names[1:200]]
    assert "1 to 200 of 250; what needs mending comes first." in page
    assert "1 of 250 are read" in page
    assert 'rel="next" href="/coverage?from=200#feeds-heading"' in page
    last = browser.get("/coverage?from=200").text
    assert (shown(last), 'rel="next"' in last) == ([*names[200:249], "feed-000"], False)
    assert shown(browser.get("/coverage?feed=FEED-21").text) == names[210:220]
    assert len(shown(browser.get("/coverage?feed=شبكه&from=99999").text)) == 200
    assert "لا مصدر بهذا الاسم." in browser.get("/coverage?feed=nobody&from=%D9%A1&lang=ar").text
    month.store.close()


def shown(page: str) -> list[str]:
    return re.findall(r'<bdi class="faint" dir="ltr">(feed-\d+)</bdi></th>', page)
