"""The watchdog on its own thread, and what it answers over the wire and on the command line."""

import asyncio
import json
import socket
import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import monitor
from monitor.cli.context import Context
from monitor.errors import StoreError
from monitor.pipeline.settling import PollResult
from monitor.records import Beat, Finding
from monitor.store import Store, beats, feeds
from monitor.watchdog import Watchdog
from monitor.web import create_app
from monitor.web.serving import served
from tests.canary_support import blank, file
from tests.databases import Postgres
from tests.examples import NOON
from tests.people_support import Clock, parts_of

__all__ = ["blank", "file"]  # fixtures

DAY = timedelta(days=1)


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
        feeds.advance_all(tx, [feeds.Reading("horan-news", clock() + 9 * DAY)], clock())
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
