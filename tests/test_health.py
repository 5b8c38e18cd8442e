"""Whether silence may be trusted: each thing that can go wrong is named, with since when and what to do."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from monitor.health import Facts, Owed, is_green, judge
from monitor.pipeline.condition import condition, keep_pulse
from monitor.records import Beat, Course, FeedState, Outage, Pulse
from monitor.settings import ChannelSettings, Settings
from monitor.store import Store, backlog, feeds, outbox
from tests.examples import NOON
from tests.people_support import Clock, parts_of
from tests.store_support import alert, owe

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SETTINGS = Settings(config_dir=Path(), database="", data_dir=Path("data"))


def feed(name: str = "horan", **changes: Any) -> FeedState:
    read = {"last_read_at": NOON - MINUTE, "last_try_at": NOON - MINUTE, "first_read_at": NOON - DAY}
    return FeedState(**{"name": name, "due_at": NOON + 4 * MINUTE, "memory": {}, **read, **changes})


WELL = Facts(
    now=NOON,
    feeds=(feed(), feed("paused", paused=True, due_at=NOON - 30 * DAY, last_read_at=None)),
    last_good=Beat(7, NOON - 5 * MINUTE, NOON - 5 * MINUTE),
    last=Beat(7, NOON - 5 * MINUTE, NOON - 5 * MINUTE),
    free=10_000_000_000,
    pulse=Pulse(NOON - timedelta(seconds=9), NOON - DAY, NOON - timedelta(seconds=10)),
)


def pulse(**changes: Any) -> Pulse:
    assert WELL.pulse
    return replace(WELL.pulse, **changes)


def failing(hours: float, *told: str) -> FeedState:
    course = Course(failing_since=NOON - timedelta(hours=hours), told=told)
    return feed("idlib", failures=5, error="the address answers 500", course=course, last_read_at=NOON - 9 * HOUR)


BAD: dict[str, tuple[dict[str, Any], str, str, datetime | None]] = {
    "never run": ({"pulse": None}, "process", "has not run yet", None),
    "stopped by somebody": ({"pulse": pulse(ended=True)}, "process", "was stopped", NOON - timedelta(seconds=9)),
    "stopped": ({"pulse": pulse(at=NOON - HOUR)}, "process", "does not run", NOON - HOUR),
    "stuck": ({"pulse": pulse(ticked_at=NOON - 5 * MINUTE)}, "timer", "the timer has stopped", NOON - 5 * MINUTE),
    "never ticked": ({"pulse": pulse(ticked_at=None)}, "timer", "nothing is polled", NOON - DAY),
    "offline": ({"offline": Outage("", NOON - HOUR, None)}, "network", "has no network", NOON - HOUR),
    "no feed": ({"feeds": ()}, "feeds", "no feed is switched on", None),
    "overdue": (
        {"feeds": (feed(), feed("jasim", due_at=NOON - HOUR))},
        "feeds",
        "jasim should have been asked",
        NOON - HOUR,
    ),
    "blind": (
        {"feeds": (feed(last_read_at=NOON - 2 * HOUR, due_at=NOON - MINUTE),)},
        "feeds",
        "the monitor is blind",
        NOON - 2 * HOUR,
    ),
    "never read": ({"feeds": (feed(last_read_at=None),)}, "feeds", "the monitor is blind", NOON - DAY),
    "failing": (
        {"feeds": (feed(), failing(4))},
        "feeds",
        "idlib cannot be read: the address",
        NOON - 4 * HOUR,
    ),
    "gone": ({"feeds": (feed(), failing(0.5, "gone"))}, "feeds", "idlib is gone for good", NOON - HOUR / 2),
    "refused": ({"feeds": (feed(), failing(3.5, "refused"))}, "feeds", "idlib cannot be read", NOON - 3.5 * HOUR),
    "channel off": ({"off": {"chat": (NOON - HOUR, "blocked")}}, "deliveries", "chat is off: blocked", NOON - HOUR),
    "unsent": ({"owed": Owed(41, "mail", NOON - HOUR)}, "deliveries", "No. 41 waits to be sent on mail", NOON - HOUR),
    "canary failed": (
        {"last": Beat(8, NOON, NOON, "parser", "half a feed")},
        "canary",
        "stopped at parser: half a feed",
        NOON - 5 * MINUTE,
    ),
    "canary failed unwritten": (
        {"pulse": pulse(canary="database: locked")},
        "canary",
        "stopped at database: locked",
        NOON - 5 * MINUTE,
    ),
    "canary overdue": (
        {"last_good": Beat(7, NOON - HOUR, NOON - HOUR), "last": None},
        "canary",
        "the canary is overdue",
        NOON - HOUR,
    ),
    "disk": ({"free": 150_000_000}, "disk", "only 150 MB are free on the disk of data", None),
    "clock": (
        {"pulse": pulse(jumped_at=NOON - MINUTE, jumped_by=-3600.0)},
        "clock",
        "jumped back by 1:00:00",
        NOON - MINUTE,
    ),
}


def test_it_is_green_when_all_is_well() -> None:
    assert judge(WELL, SETTINGS) == ()
    assert is_green(())


@pytest.mark.parametrize("case", BAD)
def test_each_thing_that_goes_wrong_is_red_and_named_with_since_when_and_what_to_do(case: str) -> None:
    changes, check, says, since = BAD[case]
    found = [each for each in judge(replace(WELL, **changes), SETTINGS) if each.red]
    assert [each.check for each in found] == [check]
    assert says in found[0].says
    assert found[0].since == since
    assert found[0].mend


def test_a_feed_that_is_gone_for_good_is_named_and_red_only_where_there_was_no_owner_to_be_told() -> None:
    owned = SETTINGS.model_copy(update={"owner": "desk"})
    (found,) = judge(replace(WELL, feeds=(feed(), failing(99, "gone"))), owned)
    assert (found.check, found.red) == ("feeds", False)
    assert found.says == "idlib is gone for good: it is not watched any more"
    alone = judge(replace(WELL, feeds=(failing(99, "gone"),)), owned)
    assert [each.says for each in alone if each.red] == ["no feed has been read: the monitor is blind"]
    refused = judge(replace(WELL, feeds=(feed(), failing(99, "refused"))), owned)
    assert not is_green(refused)


def test_a_switch_outside_that_is_not_set_or_not_reached_is_red() -> None:
    unset = SETTINGS.model_copy(update={"ping_unset": "the environment has no HEALTHCHECK_URL"})
    assert [each.check for each in judge(WELL, unset)] == ["switch"]
    away = replace(WELL, last=Beat(7, NOON, NOON, switch="it cannot be reached"))
    (found,) = judge(away, SETTINGS.model_copy(update={"ping": SecretStr("https://example.org/secret")}))
    assert (found.check, found.since) == ("switch", NOON)
    assert "secret" not in found.says + found.mend


def test_a_channel_without_its_secret_is_red() -> None:
    broken = SETTINGS.model_copy(update={"channels": {"chat": ChannelSettings(broken="the environment has no CHAT")}})
    assert [each.says for each in judge(WELL, broken)] == ["channel chat is off: the environment has no CHAT"]


@pytest.mark.parametrize(
    "odd",
    [
        failing(1),
        feed("quiet", course=Course(told=("silent",), published=(NOON - 30 * DAY,))),
        feed("moved", course=Course(told=("moved https://b",), address="https://b", moved_since=NOON - DAY)),
    ],
    ids=["failing for a while", "silent", "moved"],
)
def test_what_is_read_all_the_same_or_may_pass_is_said_and_not_red(odd: FeedState) -> None:
    found = judge(replace(WELL, feeds=(feed(), odd)), SETTINGS)
    assert [each.red for each in found] == [False]
    assert odd.name in found[0].says


def test_a_feed_whose_publisher_asks_for_long_pauses_does_not_make_the_monitor_blind() -> None:
    slow = feed(last_read_at=NOON - 5 * HOUR, last_try_at=NOON - 5 * HOUR, due_at=NOON + HOUR)
    assert judge(replace(WELL, feeds=(slow,)), SETTINGS) == ()


def test_right_after_a_start_nothing_is_overdue_yet() -> None:
    new = Pulse(NOON, NOON - MINUTE, NOON)
    fresh = replace(WELL, feeds=(feed(last_read_at=None, due_at=NOON),), pulse=new, last=None, last_good=None)
    assert judge(fresh, SETTINGS) == ()


def test_the_worst_stands_first() -> None:
    facts = replace(WELL, feeds=(failing(1), feed()), free=1, pulse=pulse(ticked_at=NOON - HOUR))
    assert [each.check for each in judge(facts, SETTINGS)] == ["timer", "disk", "feeds"]


# What the rows say


def test_the_oldest_unsent_message_counts_from_its_making_and_the_canarys_own_never(store: Store) -> None:
    with store.write() as tx:
        first = owe(tx, alert())
        owe(tx, alert("jasim-2:new:siege:1", "r2"), due_at=NOON + HOUR)  # waits for the reader's morning
        marked = replace(alert("canary:1:t", "r3"), kind="canary", situation="")
        owe(tx, marked, "", "canary", due_at=NOON - DAY)
        taken = outbox.claim(tx, NOON, MINUTE)
        assert taken
        outbox.settle_again(tx, first, taken.attempt, NOON + 2 * HOUR, "refused")
        assert backlog.oldest(tx, NOON + MINUTE) == (first, "log", NOON)
        assert backlog.counts(tx) == [("log", "due", 2)]
        assert backlog.last_sent(tx) == {}
        again = outbox.claim(tx, NOON + 3 * HOUR, MINUTE)
        assert again
        outbox.settle_sent(tx, again.number, again.attempt, NOON + 3 * HOUR, "")
        assert list(backlog.last_sent(tx).values()) == [NOON + 3 * HOUR]


def test_what_a_running_monitor_wrote_down_is_judged_by_another_process(store: Store) -> None:
    clock = Clock()
    parts = parts_of(store, clock)
    with store.write() as tx:
        feeds.sync(tx, ["horan-news"], NOON)
        feeds.advance_all(tx, [feeds.Reading("horan-news", NOON + HOUR)], NOON)
    kept = Pulse(NOON, NOON - DAY, NOON, NOON - MINUTE, 90.5, "parser: broken")
    keep_pulse(store, kept)
    facts, findings = condition(store, parts.settings, NOON + MINUTE)
    assert facts.pulse == kept
    assert [each.check for each in findings] == ["canary", "clock"]
    _, later = condition(store, parts.settings, NOON + HOUR)
    assert later[0].check == "process"
