"""The owner is told what is wrong with the monitor itself: once when it begins, once when it is over."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.channels.wording import render
from monitor.pipeline import condition as gathered
from monitor.pipeline.alarms import OVER_AFTER, TOLD, Trouble, step, tell_alarms
from monitor.records import Beat, Delivery, Finding
from monitor.store import Store, beats, feeds, outbox
from monitor.watchdog import Watchdog
from tests.canary_support import blank, file
from tests.examples import NOON
from tests.people_support import Clock, parts_of

__all__ = ["blank", "file"]  # fixtures

MINUTE = timedelta(minutes=1)
DISK = Finding("disk", "only 150 MB are free on the disk of data", None, "free some space")
PEOPLE: dict[str, dict[str, Any]] = {"desk": {"channels": ("chat", "mail")}, "family": {"channels": ("sms",)}}


def parts_with_owner(store: Store, clock: Clock, owner: str = "desk") -> Any:
    parts = parts_of(store, clock, PEOPLE)
    return replace(parts, settings=parts.settings.model_copy(update={"owner": owner}))


def told(store: Store) -> list[tuple[str, str, str]]:
    """Condition, recipient, channel, in order."""
    with store.read() as tx:
        rows = reversed(outbox.listing(tx))
        return [(each.occasion.split(":")[2], each.recipient, each.channel) for each in rows]


def passes(parts: Any, clock: Clock, minutes: int, *found: Finding) -> None:
    for _ in range(minutes * 4):
        clock.now += MINUTE / 4
        tell_alarms(parts, found)


def conditions(store: Store) -> list[str]:
    return [condition for condition, _, channel in told(store) if channel == "chat"]


def test_the_owner_alone_is_told_when_the_disk_is_full_and_when_it_is_not_once_each(store: Store) -> None:
    clock = Clock()
    parts = parts_with_owner(store, clock)
    passes(parts, clock, 30, DISK)
    assert sorted(told(store)) == [("disk", "desk", "chat"), ("disk", "desk", "mail")]
    passes(parts, clock, 30)
    assert conditions(store) == ["disk", "disk_well"]
    passes(parts, clock, 2, DISK)
    assert conditions(store) == ["disk", "disk_well", "disk"]


def test_what_comes_and_goes_is_one_trouble_until_it_stays_away(file: Store) -> None:
    clock = Clock()
    parts = parts_with_owner(file, clock)
    for _ in range(20):
        passes(parts, clock, 3, DISK)
        passes(parts, clock, 5)
    assert conditions(file) == ["disk"]


def test_a_restart_tells_nothing_twice_and_forgets_no_end(file: Store) -> None:
    clock = Clock()
    passes(parts_with_owner(file, clock), clock, 5, DISK)
    clock.now += 3 * MINUTE
    again = parts_with_owner(file, clock)
    passes(again, clock, 5, DISK)
    assert conditions(file) == ["disk"]
    passes(parts_with_owner(file, clock), clock, 15)
    assert conditions(file) == ["disk", "disk_well"]


def test_what_people_hear_of_in_other_words_is_not_told_again_and_nothing_without_an_owner(file: Store) -> None:
    clock = Clock()
    others = [Finding(check, "x", None, "y") for check in ("feeds", "network", "deliveries", "timer", "switch")]
    passes(parts_with_owner(file, clock), clock, 2, *others, replace(DISK, red=False))
    passes(parts_with_owner(file, clock, owner=""), clock, 2, DISK)
    assert told(file) == []


FINDINGS = st.lists(st.sets(st.sampled_from(TOLD)), max_size=60)


@given(FINDINGS, st.integers(10, 1_000))
def test_whatever_comes_and_goes_beginnings_and_ends_are_told_in_turn(found: Sequence[set[str]], seconds: int) -> None:
    troubles: dict[str, Trouble] = {}
    now = NOON
    open_now: set[str] = set()
    for checks in found:
        now += timedelta(seconds=seconds)
        troubles, changes = step(troubles, [Finding(check, "x", None, "y") for check in checks], now)
        for change in changes:
            assert (change.check in open_now) == change.over
            open_now ^= {change.check}
        assert checks <= open_now == troubles.keys()
        assert all(now - each.found_at < OVER_AFTER for each in troubles.values())


def test_a_clock_that_is_set_back_does_not_keep_a_trouble_open_for_hours() -> None:
    troubles, _ = step({}, [DISK], NOON)
    _, changes = step(troubles, [], NOON - timedelta(hours=5))
    assert [change.over for change in changes] == [True]


# From the watchdog's look to the message


@pytest.fixture
def dog(file: Store, tmp_path: Path) -> tuple[Watchdog, Clock, Any]:
    class Steady:
        now = 1000.0

        def __call__(self) -> float:
            return self.now

    clock, steady = Clock(), Steady()
    parts = parts_with_owner(file, clock)
    parts = replace(parts, settings=parts.settings.model_copy(update={"data_dir": tmp_path}))
    with file.write() as tx:
        feeds.sync(tx, ["horan-news"], clock())
        feeds.advance_all(tx, [feeds.Reading("horan-news", clock() + timedelta(days=9))], clock())
        beats.end(tx, Beat(beats.begin(tx, clock()), clock(), clock()))
    return Watchdog(parts, None, steady), clock, steady


def looks(dog: tuple[Watchdog, Clock, Any], minutes: int) -> None:
    watchdog, clock, steady = dog
    for _ in range(minutes * 2):
        clock.now += MINUTE / 2
        steady.now += 30
        watchdog.look()


def test_disk_clock_and_canary_are_told_as_the_watchdog_finds_them(
    dog: tuple[Watchdog, Clock, Any], file: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, clock, _ = dog
    looks(dog, 3)
    assert told(file) == []
    monkeypatch.setattr(gathered, "_free", lambda _: 1_000_000)
    looks(dog, 3)
    assert conditions(file) == ["disk"]
    monkeypatch.undo()
    looks(dog, 12)
    assert conditions(file) == ["disk", "disk_well"]
    with file.write() as tx:
        beats.end(tx, Beat(beats.begin(tx, clock()), clock(), clock(), "parser", "half a feed"))
    looks(dog, 3)
    with file.write() as tx:
        beats.end(tx, Beat(beats.begin(tx, clock()), clock(), clock()))
    looks(dog, 12)
    assert conditions(file)[2:] == ["canary", "canary_well"]
    clock.now += timedelta(hours=2)
    with file.write() as tx:
        beats.end(tx, Beat(beats.begin(tx, clock()), clock(), clock()))
    looks(dog, 3)
    assert conditions(file)[4:] == ["clock"]


# What it says


SAYS = {
    "disk": ("The disk of the monitor is nearly full", "قرص جهاز المراقبة أوشك على الامتلاء", "data_dir"),
    "clock": ("The clock of the monitor jumped", "تغيّرت ساعة جهاز المراقبة فجأة", "NTP"),
    "canary": ("The monitor's own test does not come through", "لا يصل إلى نهايته", "monitor health"),
}


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("check", TOLD)
def test_it_says_what_it_is_why_and_what_to_do_in_both_languages(file: Store, check: str, over: bool) -> None:
    clock = Clock()
    parts = parts_with_owner(file, clock)
    passes(parts, clock, 1, Finding(check, "the exact cause", None, "mend"))
    passes(parts, clock, 15 if over else 0)
    with file.write() as tx:
        deliveries = []
        while delivery := outbox.claim(tx, clock(), timedelta(hours=1)):
            deliveries.append(delivery)
    said = _said(next(each for each in reversed(deliveries) if each.channel == "chat"))
    english, arabic, mend = SAYS[check]
    if over:
        assert said.count("monitor health") == 2
        assert "again" in said.splitlines()[0]
        assert "عاد" in said
    else:
        assert said.startswith(english)
        assert arabic in said
        assert said.count(mend) == 2
        assert said.count("the exact cause") == 2


def _said(delivery: Delivery) -> str:
    return re.sub("[\u200e\u200f\u061c\u2066-\u2069]", "", render(replace(delivery, languages=("en", "ar"))).text)
