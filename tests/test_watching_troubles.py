"""Feeds that fail, move and fall silent, a network that is lost, and a week of all of it: what is told, and to whom."""

import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.month import simulate
from benchmarks.month_checks import Plan
from monitor import polling
from monitor.errors import HttpError
from monitor.pipeline import deliver_one, tell_what_stands
from monitor.pipeline.network import Network
from monitor.pipeline.notices import tell_of_feed
from monitor.records import Message, Taken
from tests.examples import NOON
from tests.watching_support import (
    HOUR,
    MINUTE,
    Live,
    Watcher,
    answer,
    classifier,
    item,
    rim,
    rss,
    runner,
    watch,
    watch_on_both,
    workers,
)

__all__ = ["classifier", "rim", "runner", "watch", "watch_on_both", "workers"]  # fixtures


def test_a_feed_that_is_gone_is_told_to_the_owner_once_and_its_hours_are_in_the_log(watch_on_both: Live) -> None:
    async def story(it: Watcher) -> None:
        it.shows(item(1))
        await it.poll()
        it.web.answers[it.url()] = answer("", 410)
        await it.poll()
        gone_at = it.clock.now
        assert it.state().due_at > gone_at + timedelta(days=6)
        await it.poll(after=timedelta(days=7))
        assert [occasion.rpartition(":feed:")[2][:6] for occasion in it.owed()] == ["a:gone"]
        it.shows(item(2))
        await it.poll()
        assert [(each.from_at, each.until_at) for each in it.outages("a")] == [(gone_at, it.clock.now)]
        assert [occasion.split(":")[3] for occasion in it.owed()] == ["back", "gone"]

    watch_on_both(story)


class Keeping:
    def __init__(self) -> None:
        self.said: list[Message] = []

    async def send(self, message: Message) -> Taken:
        self.said.append(message)
        return Taken("taken")


CONDITIONS: dict[polling.Condition, tuple[str, str, str]] = {
    "failing": ("Feed a cannot be read: see to it", "المصدر a تتعذّر قراءته", "monitor feeds check a"),
    "refused": ("Feed a is refused: see to it", "المصدر a يرفض الموقع قراءته", "monitor feeds check a"),
    "gone": ("Feed a is gone: find its new address", "المصدر a أُزيل نهائيًا", "enabled: false"),
    "moved": ("Feed a has moved: change its address", "المصدر a انتقل إلى عنوان آخر", "feeds.yaml"),
    "silent": ("Feed a has shown nothing new for long", "المصدر a لم ينشر جديدًا", "monitor feeds check a"),
    "back": ("Feed a works again", "المصدر a عاد إلى العمل", "monitor feeds show a"),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_message_on_a_feed_says_what_it_is_why_and_what_to_do_in_both_languages(
    watch: Live, condition: polling.Condition
) -> None:
    async def story(it: Watcher) -> None:
        keeping = Keeping()
        desk = it.parts.settings.recipients["desk"].model_copy(update={"languages": ("en", "ar")})
        settings = it.parts.settings.model_copy(update={"recipients": {"desk": desk}})
        parts = replace(it.parts, settings=settings, channels={"log": keeping})
        with parts.store.write() as tx:
            for _ in range(2):
                tell_of_feed(parts, tx, "a", polling.Notice(condition, NOON, "the host is asleep"))
        while await deliver_one(parts, ["log"]):
            pass
        (message,) = keeping.said
        english, arabic, mend = CONDITIONS[condition]
        plain = re.sub("[\u200e\u200f\u061c\u2066-\u2069]", "", message.text)
        assert message.title.startswith(english)
        assert arabic in plain
        assert plain.count(mend) == 2
        assert plain.count("the host is asleep") == 2

    watch(story)


@pytest.mark.parametrize("wish", ["7200", "Sat, 14 Mar 2026 14:05:00 GMT"])
def test_a_server_that_asks_for_patience_is_left_alone_by_all_its_feeds_in_that_folder(watch: Live, wish: str) -> None:
    async def story(it: Watcher) -> None:
        it.web.answers[it.url()] = answer("", 429, headers={"Retry-After": wish})
        await it.poll()
        assert it.state().due_at == it.state("beside").due_at == it.clock.now + 2 * HOUR
        assert it.state("b").due_at == NOON

    watch(story)


def test_the_first_summary_does_not_wait_for_feeds_that_have_to_be_left_alone(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.parts = replace(it.parts, backlog="summary")
        it.web.answers[it.url()] = answer("", 429, headers={"Retry-After": "7200"})
        await it.poll(after=MINUTE)
        for name in "bcde":
            assert tell_what_stands(it.parts) == 0
            it.shows(item(1), name=name)
            await it.poll(name, after=MINUTE)
        assert it.state("beside").last_try_at is None
        assert tell_what_stands(it.parts) == 1

    watch(story)


def test_a_move_is_followed_after_three_days_and_taken_back_when_the_new_address_fails(watch: Live) -> None:
    new = "https://a.example/new/"

    async def story(it: Watcher) -> None:
        moved = answer(new, 200, rss(item(1)), redirects=(it.url(),), moved=new)
        it.web.answers |= {it.url(): moved, new: answer(new, 200, rss(item(1)))}
        for _ in range(5):
            await it.poll(after=timedelta(days=1))
        assert it.web.asked[-1] == new
        assert "change the url in feeds.yaml" in it.state().note
        it.web.answers |= {it.url(): answer("", 200, rss(item(2))), new: answer("", 404)}
        await it.poll()
        assert it.state().due_at == it.clock.now + MINUTE
        assert (await it.poll()).new == 1
        assert it.web.asked[-1] == it.url()
        assert [occasion.split(":")[3] for occasion in it.owed()] == ["moved"]

    watch(story)


# the network


def test_a_lost_network_is_no_feeds_fault_and_the_first_answer_wakes_them_all(watch_on_both: Live) -> None:
    async def story(it: Watcher) -> None:
        for name in "abcde":
            it.shows(item(1), name=name)
            await it.poll(name, after=MINUTE)
        it.web.offline = True
        for name in "abcde":
            await it.poll(name, after=MINUTE)
        lost_at = it.clock.now - 4 * MINUTE
        assert [it.state(name).failures for name in "abcde"] == [0] * 5
        assert [(each.feed, each.from_at, each.until_at) for each in it.outages()] == [("", lost_at, None)]
        assert all(it.state(name).due_at > it.clock.now + 2 * MINUTE for name in "ab")
        it.web.offline = False
        await it.poll("c", after=2 * MINUTE)
        assert [(each.feed, each.from_at, each.until_at) for each in it.outages()] == [("", lost_at, it.clock.now)]
        assert all(it.state(name).due_at <= it.clock.now for name in "abde")
        await it.poll("a")
        assert it.state("a").error == ""

    watch_on_both(story)


def test_where_feeds_are_asked_rarely_the_blame_of_hours_is_taken_back(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.web.offline = True
        began = it.clock.now + 40 * MINUTE
        for name in "abcd":
            await it.poll(name, after=40 * MINUTE)
        for name in "abcd":
            await it.poll(name, after=5 * MINUTE)
        assert [(each.feed, each.from_at) for each in it.outages()] == [("", began)]
        assert [it.state(name).failures for name in "abcd"] == [0] * 4

    watch(story)


def test_a_start_without_network_is_understood_and_an_outage_of_before_the_start_ends(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        it.web.offline = True
        for name in "abcd":
            await it.poll(name, after=MINUTE)
        it.parts = replace(it.parts, network=Network())  # as after a restart
        it.web.offline = False
        it.shows(item(1))
        await it.poll()
        assert [(each.feed, each.until_at) for each in it.outages()] == [("", it.clock.now)]

    watch(story)


def test_one_feed_that_cannot_be_reached_is_its_own_fault(watch: Live) -> None:
    async def story(it: Watcher) -> None:
        for name in "bcde":
            it.shows(item(1), name=name)
            await it.poll(name, after=MINUTE)
        it.web.answers[it.url()] = HttpError("no answer", "timeout")
        began = it.clock.now + MINUTE
        await it.poll(after=MINUTE)
        await it.poll(after=9 * MINUTE)
        assert it.state().failures == 2
        it.shows(item(1))
        await it.poll(after=20 * MINUTE)
        assert [(each.from_at, each.until_at) for each in it.outages("a")] == [(began, it.clock.now)]
        assert it.outages("") == []

    watch(story)


# a week


def test_a_week_of_outages_moves_silences_and_a_restart_is_all_in_the_health_log(tmp_path: Path) -> None:
    logging.disable(logging.WARNING)
    try:
        found = simulate(tmp_path, Plan(feeds=20, days=7, every=16 * HOUR, offline=3 * HOUR))
    finally:
        logging.disable(logging.NOTSET)
    assert found.wrong == ()
    assert found.read > 200
    assert found.notices > 10
    assert found.late_pages > 5
