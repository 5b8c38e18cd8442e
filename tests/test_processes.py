"""Many processes of one monitor: each has a pulse of its own, and they are judged one by one and together."""

import random
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from monitor.cli import moving
from monitor.errors import StoreError
from monitor.health import ASKED_WITHIN, READ_LATELY, Condition, at_work, condition_of, judge
from monitor.pipeline.condition import condition, keep_pulse
from monitor.records import Course, Pulse
from monitor.store import Store, Transaction, backlog, feeds, meta
from tests.examples import NOON
from tests.people_support import Clock, parts_of
from tests.test_health import DAY, HOUR, MINUTE, SETTINGS, WELL, feed, pulse


def test_each_process_has_a_pulse_of_its_own_and_is_forgotten_an_hour_after_its_last(store: Store) -> None:
    settings = parts_of(store, Clock()).settings
    for name, at in (("a:1", NOON), ("b:2", NOON + MINUTE), ("c:3", NOON - 10 * MINUTE)):
        keep_pulse(store, Pulse(at, NOON - DAY, at, name=name, polls=7))
    facts, findings = condition(store, settings, NOON + MINUTE)
    assert [(each.name, each.polls) for each in at_work(facts)] == [("b:2", 7), ("a:1", 7)]
    assert [each.says for each in findings if each.check == "process"] == [
        "c:3 ended without having been stopped; what it had in hand is taken up again"
    ]
    keep_pulse(store, Pulse(NOON + 55 * MINUTE, NOON - DAY, name="a:1", ended=True))
    facts, _ = condition(store, settings, NOON + 55 * MINUTE)
    assert [each.name for each in (facts.pulse, *facts.beside) if each] == ["a:1", "b:2"]
    assert at_work(facts) == ()


def test_a_database_that_any_process_was_at_lately_is_not_moved(store: Store) -> None:
    now = datetime.now(UTC)
    keep_pulse(store, Pulse(now - 5 * MINUTE, now, name="a:1"))
    moving._refuse_running(store)
    keep_pulse(store, Pulse(now - MINUTE, now, name="b:2"))
    with nullcontext() if store.has_one_writer else pytest.raises(StoreError, match="wait two minutes"):
        moving._refuse_running(store)  # a file says by itself whether somebody is at it


def fated(tx: Transaction, chance: random.Random) -> None:
    """Four feeds of which any may be switched off, unread, read, silent, moved, in hand, late or failing."""
    tx.exec_driver_sql("DELETE FROM feed")
    names = ["a", "b", "c", "d"]
    feeds.sync(tx, names, NOON - chance.choice((MINUTE, 20 * MINUTE)))
    feeds.sync(tx, chance.sample(names, chance.randint(0, 4)), NOON)
    for name in chance.sample(names, chance.randint(0, 4)):
        read_at, due_at = (
            NOON - chance.choice((MINUTE, 2 * HOUR, 9 * HOUR)),
            NOON + chance.choice((-HOUR, MINUTE, HOUR)),
        )
        course = chance.choice((None, Course(), Course(told=("silent",)), Course(address="https://other.example")))
        feeds.advance_all(tx, [feeds.Reading(name, due_at, course=course)], read_at)
        if chance.random() < 0.3:
            feeds.claim(tx, name, NOON, 10 * MINUTE, force=True)
    for name in chance.sample(names, chance.choice((0, 0, 1, 4))):
        feeds.fail(tx, name, error="no", due_at=NOON + MINUTE, now=NOON, course=Course(failing_since=NOON - DAY))


def test_what_is_red_is_found_without_looking_at_the_feeds_that_are_well(store: Store) -> None:
    chance, settings = random.Random(5), parts_of(store, Clock()).settings
    keep_pulse(store, Pulse(NOON, NOON - DAY, NOON, name="a:1"))
    said: set[str] = set()
    for _ in range(20):
        with store.write() as tx:
            fated(tx, chance)
        facts, whole = condition(store, settings, NOON)
        assert condition(store, settings, NOON, depth="findings")[1] == whole
        _, quick = condition(store, settings, NOON, depth="red")
        assert [each for each in whole if each.red] == [each for each in quick if each.red]
        with store.read() as tx:
            counted = backlog.feeds_by_condition(tx, NOON, ASKED_WITHIN, READ_LATELY)
        assert counted == Counter(condition_of(each, NOON) for each in facts.feeds)
        said |= {each.says.rpartition(" ")[2] for each in whole if each.check == "feeds"} | counted.keys()
    assert said >= {"blind", "asked", "watched", "no", "does", "https://other.example"}
    assert said >= set(get_args(Condition))


def test_what_a_newer_version_says_of_itself_is_read_as_far_as_it_is_known(store: Store) -> None:
    kept = Pulse(NOON, NOON - DAY, NOON, name="a:1")
    keep_pulse(store, kept)
    with store.write() as tx:
        [(row, value)] = meta.beginning(tx, "pulse").items()
        meta.put(tx, row, value.replace("{", '{"mood": "good", ', 1))
    assert condition(store, parts_of(store, Clock()).settings, NOON)[0].pulse == kept


def test_many_workers_are_judged_one_by_one_and_together() -> None:
    one, fresh = pulse(name="a:1"), pulse(name="b:2", started_at=NOON - MINUTE, at=NOON - MINUTE)
    assert judge(replace(WELL, pulse=fresh, beside=(one,)), SETTINGS) == ()
    stuck = replace(fresh, ticked_at=NOON - 9 * MINUTE, canary="parser: broken", canary_at=NOON, jumped_at=NOON)
    found = judge(replace(WELL, pulse=one, beside=(stuck,)), SETTINGS)
    assert [each.check for each in found] == ["timer", "canary", "clock"]
    assert [each.says.split(" has ")[0] for each in found if each.check == "timer"] == ["the timer of b:2"]
    assert any("the clock of b:2" in each.says for each in found)


def test_a_worker_that_is_started_over_and_over_beside_another_does_not_hide_that_nothing_is_read() -> None:
    unread = replace(WELL, feeds=(feed(last_read_at=None, due_at=NOON),), last=None, last_good=None)
    alone = replace(unread, pulse=pulse(name="b:2", started_at=NOON - MINUTE))
    assert judge(alone, SETTINGS) == ()
    assert [each.check for each in judge(replace(alone, beside=(pulse(name="a:1"),)), SETTINGS)] == ["feeds", "canary"]
