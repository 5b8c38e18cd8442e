"""Whether silence may be trusted: each thing that can go wrong is named, with since when and what to do."""

import asyncio
import json
import socket
import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from monitor.cli import monitor
from monitor.cli.context import Context
from monitor.errors import StoreError
from monitor.health import Facts, Owed, is_green, judge
from monitor.pipeline.condition import condition, keep_pulse
from monitor.pipeline.settling import PollResult
from monitor.records import Beat, Course, FeedState, Finding, Outage, Pulse
from monitor.settings import ChannelSettings, Settings
from monitor.store import Store, backlog, beats, feeds, outbox
from monitor.watchdog import Watchdog
from monitor.web import create_app
from monitor.web.serving import served
from tests.canary_support import blank, file
from tests.databases import Postgres
from tests.examples import NOON
from tests.people_support import Clock, parts_of
from tests.store_support import alert, owe

__all__ = ["blank", "file"]  # fixtures

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
        feeds.advance(tx, "horan-news", memory={}, due_at=NOON + HOUR, now=NOON)
    kept = Pulse(NOON, NOON - DAY, NOON, NOON - MINUTE, 90.5, "parser: broken")
    keep_pulse(store, kept)
    facts, findings = condition(store, parts.settings, NOON + MINUTE)
    assert facts.pulse == kept
    assert [each.check for each in findings] == ["canary", "clock"]
    _, later = condition(store, parts.settings, NOON + HOUR)
    assert later[0].check == "process"


# The watchdog


class Steady:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def dog(file: Store, tmp_path: Path) -> tuple[Watchdog, Clock, Steady]:
    clock, steady = Clock(), Steady()
    parts = parts_of(file, clock)
    parts = replace(parts, settings=parts.settings.model_copy(update={"data_dir": tmp_path}))
    with file.write() as tx:
        feeds.sync(tx, ["horan-news"], clock())
        feeds.advance(tx, "horan-news", memory={}, due_at=clock() + 9 * DAY, now=clock())
        beats.end(tx, Beat(beats.begin(tx, clock()), clock(), clock()))
    return Watchdog(parts, None, steady), clock, steady


def passes(clock: Clock, steady: Steady, seconds: float) -> None:
    clock.now += timedelta(seconds=seconds)
    steady.now += seconds


def red(found: tuple[Finding, ...]) -> list[str]:
    return [each.check for each in found if each.red]


def test_a_timer_that_stops_is_noticed_and_logged_once(
    dog: tuple[Watchdog, Clock, Steady], caplog: pytest.LogCaptureFixture
) -> None:
    watchdog, clock, steady = dog
    asyncio.run(watchdog.tick())
    assert red(watchdog.look()) == []
    for _ in range(7):
        passes(clock, steady, 15)
        watchdog.look()
    passes(clock, steady, 15)
    found = watchdog.look()
    assert red(found) == ["timer"]
    assert found[0].since == NOON
    assert caplog.text.count("the timer has stopped") == 1
    asyncio.run(watchdog.tick())
    passes(clock, steady, 1)
    assert red(watchdog.look()) == []


@pytest.mark.parametrize("jump", [3600, -3600])
def test_a_clock_that_jumps_is_noticed(dog: tuple[Watchdog, Clock, Steady], jump: int) -> None:
    watchdog, clock, steady = dog
    for _ in range(3):
        asyncio.run(watchdog.tick())
        passes(clock, steady, 15)
        assert "clock" not in red(watchdog.look())
    clock.now += timedelta(seconds=jump)
    passes(clock, steady, 15)
    asyncio.run(watchdog.tick())
    assert "clock" in red(watchdog.look())
    assert watchdog.pulse.jumped_by == pytest.approx(jump)


def test_a_database_that_does_not_answer_does_not_stop_the_watchdog(
    dog: tuple[Watchdog, Clock, Steady], monkeypatch: pytest.MonkeyPatch
) -> None:
    watchdog, _, _ = dog

    def locked() -> None:
        raise StoreError("The database is locked.")

    monkeypatch.setattr(watchdog.parts.store, "write", locked)
    assert [each.says for each in watchdog.look()] == ["The database is locked."]
    monkeypatch.undo()
    asyncio.run(watchdog.tick())
    assert red(watchdog.look()) == []


def test_it_looks_from_a_thread_while_the_event_loop_is_stuck(dog: tuple[Watchdog, Clock, Steady]) -> None:
    watchdog, _, _ = dog
    with watchdog.on_duty():  # and nobody awaits anything here
        for _ in range(100):
            with watchdog.parts.store.read() as tx:
                if tx.exec_driver_sql("SELECT count(*) FROM meta WHERE name LIKE 'pulse %'").scalar():
                    return
            time.sleep(0.02)
    pytest.fail("it did not look")


# Over the wire


def ask(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_programs_can_ask_whether_all_is_well(dog: tuple[Watchdog, Clock, Steady]) -> None:
    watchdog, clock, _ = dog
    parts = replace(watchdog.parts, workers=type("W", (), {"killed": 3})())
    watchdog = Watchdog(parts)
    watchdog.tally.count(PollResult("horan-news", True, 4, 1, 2, 1))
    watchdog.tally.count(PollResult("horan-news", error="gone"))

    async def run() -> None:
        async with served(create_app(watchdog), f"127.0.0.1:{free_port()}") as address:
            assert (await asyncio.to_thread(ask, f"{address}/readyz"))[0] == 503
            await watchdog.tick()
            assert (await asyncio.to_thread(ask, f"{address}/readyz"))[0] == 200
            status, body = await asyncio.to_thread(ask, f"{address}/healthz")
            assert (status, json.loads(body)["healthy"], json.loads(body)["processes"]) == (200, True, 1)
            _, figures = await asyncio.to_thread(ask, f"{address}/metrics")
            for line in (
                "monitor_healthy 1.0",
                "monitor_polls_total 2.0",
                "monitor_poll_failures_total 1.0",
                "monitor_reports_read_total 5.0",
                "monitor_reports_flagged_total 2.0",
                "monitor_parse_kills_total 3.0",
                'monitor_feeds{state="read"} 1.0',
                'monitor_deliveries{channel="chat",state="sent"} 0.0',
                "monitor_canary_age_seconds 0.0",
            ):
                assert line in figures.splitlines(), line
            clock.now += DAY
            status, body = await asyncio.to_thread(ask, f"{address}/healthz")
            assert (status, json.loads(body)["findings"][0]["check"]) == (503, "canary")
            assert (await asyncio.to_thread(ask, f"{address}/openapi.json"))[0] == 404

    asyncio.run(run())


def test_a_taken_port_is_said_and_watching_goes_on(
    dog: tuple[Watchdog, Clock, Steady], caplog: pytest.LogCaptureFixture
) -> None:
    async def run(listen: str) -> str:
        async with served(create_app(dog[0]), listen) as address:
            return address

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert asyncio.run(run(f"127.0.0.1:{taken.getsockname()[1]}")) == ""
    assert "the monitor watches all the same" in caplog.text
    assert "`listen:` in monitor.yaml" in caplog.text


def configured(folder: Path, where: str) -> Path:
    """`where`: the line of monitor.yaml that names the database, or its folder."""
    (folder / "monitor.yaml").write_text(f"{where}\n", encoding="utf-8")
    feeds_yaml = "feeds: [{name: a, url: 'https://example.org/f', outlet: A}]\n"
    (folder / "feeds.yaml").write_text(feeds_yaml, encoding="utf-8")
    alerts = "channels: {log: {kind: log}}\nrecipients: {desk: {channels: [log]}}\nrules: [{to: desk}]\n"
    (folder / "alerts.yaml").write_text(alerts, encoding="utf-8")
    return folder


def test_an_empty_database_on_a_server_is_no_silence_either_and_stays_empty(tmp_path: Path, postgres: Postgres) -> None:
    name = postgres.create()
    context = Context(configured(tmp_path, f'database: "{postgres.url(name)}"'))
    for _ in range(2):
        with pytest.raises(StoreError, match="its database is empty"), context.store():
            pass
    postgres.drop(name)


def test_the_verb_says_in_words_what_is_to_be_mended_and_exits_with_one(tmp_path: Path) -> None:
    config = configured(tmp_path, f"data_dir: {tmp_path}")
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    store.migrate()
    store.close()
    said = CliRunner().invoke(monitor, ["--config", str(config), "health"])
    assert said.exit_code == 1, said.output
    assert "RED   process: the monitor has not run yet\n      start it with `monitor run`" in said.output
    facts = CliRunner().invoke(monitor, ["--config", str(config), "health", "--json"])
    assert json.loads(facts.stdout)["healthy"] is False
