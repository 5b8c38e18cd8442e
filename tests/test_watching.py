"""Polling as a whole, over a web that is simulated: pages that fail, entries that pass by, moves, a lost network.

The clock is given. Real are the store, the parsers, the classifier and everything between.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from monitor.errors import HttpError
from monitor.http import HttpClient, HttpResponse
from monitor.pipeline import pages
from tests.examples import NOON
from tests.watching_support import (
    HOUR,
    Answer,
    Live,
    Watcher,
    Web,
    answer,
    classifier,
    item,
    page,
    rim,
    rss,
    runner,
    watch,
    watch_on_both,
    workers,
)
from tests.world import BAKERIES, SIEGE

__all__ = ["classifier", "rim", "runner", "watch", "watch_on_both", "workers"]  # fixtures


def test_a_page_that_failed_is_fetched_at_a_later_poll_and_what_it_tells_rings_once(watch_on_both: Live) -> None:
    link = "https://a.example/1"

    async def story(it: Watcher) -> None:
        it.shows(item(1, SIEGE.title, SIEGE.text[:90], link, NOON))
        it.web.answers[link] = HttpError("it did not answer in time", "timeout")
        first = await it.poll()
        assert (first.new, [row.report.text_from for row in it.log()]) == (1, ["feed"])
        it.web.answers[link] = page(SIEGE.title, SIEGE.text)
        second = await it.poll()
        (row,) = it.log()
        assert (second.revised, row.report.revision, row.report.text_from, row.report.note) == (1, 2, "page", "")
        assert row.report.text.startswith(SIEGE.text[:60])
        assert [occasion for occasion in it.owed() if ":new:" in occasion] == ["jasim-1:new:siege:1"]
        it.web.asked.clear()
        await it.poll()
        assert it.web.asked == [it.url()]

    watch_on_both(story)


def test_what_only_the_page_tells_rings_when_the_page_is_there(watch: Live) -> None:
    link = "https://a.example/1"

    async def story(it: Watcher) -> None:
        it.shows(item(1, "News from the south", "The day in brief.", link, NOON))
        it.web.answers[link] = answer("", 503)
        assert (await it.poll()).flagged == 0
        it.web.answers[link] = page("News from the south", SIEGE.text)
        assert (await it.poll()).flagged == 1
        assert "jasim-1:new:siege:1" in it.owed()

    watch(story)


def test_a_page_is_asked_for_again_a_few_times_within_a_day_and_then_no_more(watch: Live) -> None:
    link = "https://a.example/1"

    async def story(it: Watcher) -> None:
        it.shows(item(1, "A", "Words.", link, NOON))
        it.web.answers[link] = answer("", 503)
        for _ in range(60):
            await it.poll(after=HOUR)
        assert it.web.asked.count(link) == 7

    watch(story)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_page_that_is_refused_is_not_asked_for_again(watch: Live, status: int) -> None:
    link = "https://a.example/1"

    async def story(it: Watcher) -> None:
        it.shows(item(1, "A", "Words.", link, NOON))
        it.web.answers[link] = answer("", status)
        await it.poll()
        await it.poll(after=2 * HOUR)
        assert it.web.asked.count(link) == 1

    watch(story)


def test_pages_that_hang_are_left_for_the_next_poll_and_all_that_the_feed_tells_is_read(
    watch: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SECONDS", 0.05)

    class Hanging(Web):
        async def get(self, url: str, *, headers: Mapping[str, str], limits: object) -> HttpResponse:
            if "/slow/" in url:
                await asyncio.Event().wait()
            return await super().get(url, headers=headers, limits=limits)

    async def story(it: Watcher) -> None:
        web = Hanging(it.web.answers)
        it.parts = replace(it.parts, http=cast(HttpClient, web))
        it.shows(*(item(n, f"A {n}", "Words.", f"https://a.example/slow/{n}", NOON) for n in range(8)))
        assert (await it.poll()).new == 8
        assert {row.report.text_from for row in it.log()} == {"feed"}
        it.parts = replace(it.parts, http=cast(HttpClient, it.web))
        for number in range(8):
            it.web.answers[f"https://a.example/slow/{number}"] = page("A", f"The whole story of number {number}. " * 5)
        monkeypatch.setattr(pages, "SECONDS", 45.0)
        assert (await it.poll()).revised == 8
        assert {row.report.text_from for row in it.log()} == {"page"}

    watch(story)


def test_after_three_failures_of_a_site_the_rest_of_its_pages_waits(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        links = [f"https://a.example/{n}" for n in range(20)]
        it.shows(*(item(n, f"A {n}", "Words.", link, NOON) for n, link in enumerate(links)))
        it.web.answers |= {link: answer("", 503) for link in links}
        await it.poll()
        assert len(it.web.asked) <= 1 + 3 + pages.AT_ONCE

    watch(story)


def test_a_summary_that_counts_its_views_is_read_once(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        for views in range(5):
            it.shows(item(1, BAKERIES.title, f"{BAKERIES.text} {views * 37} views, updated {views} min ago", at=NOON))
            await it.poll()
        assert [row.report.revision for row in it.log()] == [1]

    watch(story)


# gaps


def test_entries_that_left_the_window_are_fetched_from_the_older_pages_of_a_blog(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(*(item(n) for n in range(4, -1, -1)), blog=True)
        await it.poll(after=5 * HOUR)
        it.shows(*(item(n) for n in range(14, 9, -1)), blog=True)
        for number, newest in ((2, 9), (3, 4)):
            url = f"{it.url()}?paged={number}"
            it.web.answers[url] = answer("", 200, rss(*(item(n) for n in range(newest, newest - 5, -1)), blog=True))
        result = await it.poll(after=10 * HOUR)
        assert result.new == 10
        assert {row.report.entry_key for row in it.log()} == {f"n{n}" for n in range(15)}
        assert it.gaps() == []

    watch(story)


def test_the_archive_that_a_feed_names_is_walked_back(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(*(item(n) for n in range(4, -1, -1)))
        await it.poll(after=5 * HOUR)
        it.shows(*(item(n) for n in (9, 8, 7)), links='<atom:link rel="prev-archive" href="/archive/1"/>')
        it.web.answers["https://a.example/archive/1"] = answer("", 200, rss(*(item(n) for n in (6, 5, 4))))
        await it.poll(after=5 * HOUR)
        assert {row.report.entry_key for row in it.log()} == {f"n{n}" for n in range(10)}
        assert it.gaps() == []

    watch(story)


@pytest.mark.parametrize("older", [None, "same", 404, "timeout"])
def test_where_older_entries_cannot_be_had_the_gap_is_kept_with_its_hours(watch: Live, older: Any) -> None:
    async def story(it: Watcher) -> None:
        blog = older is not None
        it.shows(*(item(n) for n in range(4, -1, -1)), blog=blog)
        await it.poll(after=5 * HOUR)
        now = rss(*(item(n) for n in range(14, 9, -1)), blog=blog)
        it.shows(*(item(n) for n in range(14, 9, -1)), blog=blog)
        second: dict[Any, Answer] = {
            "same": answer("", 200, now),
            404: answer("", 404),
            "timeout": HttpError("too slow", "timeout"),
        }
        if blog:
            it.web.answers[f"{it.url()}?paged=2"] = second[older]
        assert (await it.poll(after=10 * HOUR)).new == 5
        (gap,) = it.gaps()
        assert (gap.feed, gap.from_at, gap.until_at) == ("a", NOON + 4 * HOUR, NOON + 10 * HOUR)
        assert gap.reason
        await it.poll()
        assert len(it.gaps()) == 1

    watch(story)
