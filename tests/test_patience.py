"""Servers of article pages that ask for patience get it; the report is told from the feed's words meanwhile."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import HttpError
from monitor.pipeline import PollResult
from monitor.pipeline.leaving import LeftAlone
from monitor.sources.article import full_text
from monitor.store import outbox
from tests.examples import NOON
from tests.sources_support import NOW, Reader, reply
from tests.watching_support import (
    HOUR,
    MINUTE,
    Live,
    Watcher,
    answer,
    classifier,
    item,
    page,
    rim,
    runner,
    watch,
    workers,
)
from tests.world import SIEGE

__all__ = ["classifier", "rim", "runner", "watch", "workers"]  # fixtures

SITE = "https://a.example"
LINKS = [f"{SITE}/2026/{number}" for number in range(3)]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wish", ["7200", "Sat, 14 Mar 2026 14:05:00 GMT"])
def test_a_page_is_left_alone_as_long_as_its_server_asks_and_its_report_rings_meanwhile(
    watch: Live, status: int, wish: str
) -> None:
    async def story(it: Watcher) -> None:
        it.shows(item(1, SIEGE.title, SIEGE.text, LINKS[0], NOON))
        it.web.answers[LINKS[0]] = answer("", status, headers={"Retry-After": wish})
        assert (await it.poll()).flagged == 1  # at 12:05
        assert "jasim-1:new:siege:1" in it.owed()
        for _ in range(23):
            await it.poll()
        assert it.web.asked.count(LINKS[0]) == 1
        it.web.answers[LINKS[0]] = page(SIEGE.title, f"{SIEGE.text} More was said on the page of it than in the feed.")
        assert (await it.poll()).revised == 1  # at 14:05
        assert [row.report.text_from for row in it.log()] == ["page"]
        assert [occasion for occasion in it.owed() if ":new:" in occasion] == ["jasim-1:new:siege:1"]

    watch(story)


def test_the_wish_is_kept_for_new_pages_of_that_folder_and_for_no_others(watch: Live) -> None:
    elsewhere = f"{SITE}/sport/1"

    async def story(it: Watcher) -> None:
        it.shows(item(1, link=LINKS[0]))
        it.web.answers[LINKS[0]] = answer("", 429, headers={"Retry-After": "3600"})
        await it.poll()
        it.shows(item(4, link=elsewhere), item(3, link=LINKS[2]), item(2, link=LINKS[1]), item(1, link=LINKS[0]))
        it.web.answers |= {link: page("A", f"All that {link} has to tell. " * 5) for link in (*LINKS, elsewhere)}
        assert (await it.poll()).new == 3
        assert set(it.web.asked) == {it.url(), LINKS[0], elsewhere}
        assert (await it.poll(after=HOUR)).revised == 3
        assert {row.report.text_from for row in it.log()} == {"page"}

    watch(story)


def test_an_address_of_another_feed_in_that_folder_waits_too(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(item(1, link=LINKS[0]))
        it.shows(item(7, link=LINKS[1]), name="beside")
        it.web.answers[LINKS[0]] = answer("", 503, headers={"Retry-After": "3600"})
        await it.poll()
        await it.poll("beside")
        assert LINKS[1] not in it.web.asked
        it.web.answers[LINKS[1]] = page("A", "All that this page has to tell of the well. " * 3)
        assert (await it.poll("beside", after=HOUR)).revised == 1

    watch(story)


def test_a_wish_of_a_day_is_granted_and_the_page_is_read_after_it(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(item(1, link=LINKS[0]))
        it.web.answers[LINKS[0]] = answer("", 429, headers={"Retry-After": "9999999"})
        await it.poll()
        for _ in range(23):
            await it.poll(after=HOUR)
        assert it.web.asked.count(LINKS[0]) == 1
        it.web.answers[LINKS[0]] = page("A", "All that this page has to tell of the well. " * 3)
        assert (await it.poll(after=HOUR)).revised == 1

    watch(story)


def test_a_server_that_asks_for_a_day_each_time_is_given_up_after_two(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(item(1, link=LINKS[0]))
        it.web.answers[LINKS[0]] = answer("", 429, headers={"Retry-After": "86400"})
        for _ in range(30):
            await it.poll(after=6 * HOUR)
        assert 2 <= it.web.asked.count(LINKS[0]) <= 3

    watch(story)


def test_after_a_restart_the_page_itself_still_waits_for_its_time(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(item(1, link=LINKS[0]))
        it.web.answers[LINKS[0]] = answer("", 429, headers={"Retry-After": "7200"})
        await it.poll()
        it.parts = replace(it.parts, left_alone=LeftAlone())
        await it.poll(after=HOUR)
        assert it.web.asked.count(LINKS[0]) == 1
        await it.poll(after=HOUR)
        assert it.web.asked.count(LINKS[0]) == 2

    watch(story)


def test_only_answers_that_ask_for_patience_are_believed_to() -> None:
    reader = Reader()
    try:
        for status, wish, seconds in (
            ("429 Too Many Requests", "120", 120.0),
            ("503 Service Unavailable", "Sat, 21 Nov 2026 12:05:00 GMT", 300.0),
            ("429 Too Many Requests", "soon", 0.0),
            ("404 Not Found", "120", 0.0),
        ):
            reader.site.answers["/a"] = reply(b"no", "text/html", status, Retry_After=wish)
            asking = full_text(reader.site.url("/a"), reader.http, reader.workers, now=NOW)
            assert reader.run(asking).patience == seconds, (status, wish)
    finally:
        reader.close()


def test_the_longer_of_two_wishes_counts_and_what_is_over_is_forgotten() -> None:
    held = LeftAlone()
    held.ask(f"{SITE}/a/1", 600, NOON)
    held.ask(f"{SITE}/a/1", 60, NOON)
    assert held.until(f"{SITE}/a/2", NOON) == NOON + 10 * MINUTE
    assert held.until(f"{SITE}/b/2", NOON) is None
    assert held.until("https://b.example/a/2", NOON) is None
    assert held.until(f"{SITE}/a/2", NOON + 10 * MINUTE) is None


# What the owner is told of feeds, from the polls to the outbox


def conditions(it: Watcher) -> list[str]:
    with it.parts.store.read() as tx:
        return [each.occasion.split(":")[3] for each in reversed(outbox.listing(tx))]


async def polled(it: Watcher, times: int, after: timedelta) -> list[PollResult]:
    return [await it.poll(after=after) for _ in range(times)]


def test_a_feed_that_fails_is_told_after_hours_once_again_when_it_gets_worse_and_once_when_it_is_back(
    watch: Live,
) -> None:
    async def story(it: Watcher) -> None:
        it.shows(item(1), name="b")
        it.shows(item(1))
        await it.poll()
        it.web.answers[it.url()] = HttpError("it did not answer in time", "timeout")
        for _ in range(5):
            await it.poll("b", after=MINUTE)  # somebody answers: it is not our network
            await it.poll(after=29 * MINUTE)
        assert conditions(it) == []
        await polled(it, 6, HOUR)
        assert conditions(it) == ["failing"]
        it.web.answers[it.url()] = answer("", 404)
        await polled(it, 6, HOUR)
        assert conditions(it) == ["failing", "refused"]
        it.web.answers[it.url()] = HttpError("it did not answer in time", "timeout")
        await polled(it, 3, HOUR)
        assert conditions(it) == ["failing", "refused"]
        it.shows(item(2))
        await polled(it, 3, HOUR)
        assert conditions(it) == ["failing", "refused", "back"]

    logging.disable(logging.WARNING)
    try:
        watch(story)
    finally:
        logging.disable(logging.NOTSET)


def test_a_feed_silent_far_beyond_its_rhythm_is_told_once_and_once_when_it_speaks_again(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        for number in range(12):  # an entry an hour
            it.shows(*(item(each) for each in range(number, max(-1, number - 5), -1)))
            await it.poll(after=HOUR)
        await polled(it, 5, timedelta(hours=12))
        assert conditions(it) == []
        await polled(it, 6, timedelta(hours=12))
        assert conditions(it) == ["silent"]
        it.shows(item(200, at=it.clock.now), *(item(each) for each in range(11, 6, -1)))
        await polled(it, 2, HOUR)
        assert conditions(it) == ["silent", "back"]
        await polled(it, 8, timedelta(hours=12))
        assert conditions(it) == ["silent", "back", "silent"]

    watch(story)
