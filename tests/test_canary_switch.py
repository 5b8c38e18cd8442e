"""What the canary leaves behind, the dead-man's switch outside, its timer and its configuration."""

import asyncio
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from monitor import canary
from monitor.classifier import Classifier
from monitor.errors import ConfigError
from monitor.records import Beat
from monitor.schedule import Watch
from monitor.settings import load
from monitor.settings.models import Canary as CanarySettings
from monitor.store import Store, beats, outbox, reports
from tests.canary_support import World, _shared, beat, blank, file, marked_rows
from tests.people_support import Clock

__all__ = ["_shared", "blank", "file"]  # fixtures


def test_the_last_hundred_runs_are_kept_and_nothing_else_is_touched(shared: World, file: Store) -> None:
    parts = shared.parts(file)
    from tests.store_support import add_report, alert, owe

    with file.write() as tx:
        add_report(tx, "real")
        owe(tx, alert("jasim-1:new:siege:1", "real"))
    assert beat(shared, parts).is_good
    with file.write() as tx:
        for number in range(150):
            beats.begin(tx, parts.clock() + timedelta(minutes=number))
    assert beat(shared, parts).is_good
    with file.read() as tx:
        assert tx.scalar(sa.text("SELECT count(*) FROM beat")) == beats.KEPT
        assert reports.get(tx, "real") is not None
        assert outbox.waiting(tx) == 1
    assert marked_rows(file)["report"] == 4


def test_reports_and_messages_of_old_runs_go_with_them(
    shared: World, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beats, "KEPT", 2)
    parts = shared.parts(store, clock=Clock())
    for _ in range(4):
        assert beat(shared, parts).is_good
        parts.clock.now += timedelta(minutes=15)  # type: ignore[attr-defined]
    assert marked_rows(store) == {"report": 4, "alert": 2, "delivery": 2}


# The dead-man's switch


class Outside:
    """A service in the manner of healthchecks.io."""

    def __init__(self, status: int = 200) -> None:
        outside = self
        self.asked: list[tuple[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                outside.asked.append((self.path, body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/ping/secret-of-ours?create=1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_the_switch_outside_is_told_only_after_the_canary_came_through(shared: World, file: Store) -> None:
    outside = Outside()
    try:
        parts = shared.parts(file, ping=SecretStr(outside.url))
        assert beat(shared, parts).switch == ""
        assert outside.asked == [("/ping/secret-of-ours?create=1", "")]
        done = beat(shared, parts, lambda bird: bird.feed.open_at(1))
        assert done.failed == "feed"
        path, said = outside.asked[1]
        assert path == "/ping/secret-of-ours/fail?create=1"
        assert said.startswith("feed: ")
    finally:
        outside.close()


def test_a_switch_that_cannot_be_reached_is_said_without_its_address(
    shared: World, file: Store, caplog: pytest.LogCaptureFixture
) -> None:
    outside = Outside(404)
    try:
        done = beat(shared, shared.parts(file, ping=SecretStr(outside.url)))
    finally:
        outside.close()
    assert (done.is_good, done.switch) == (True, "it answers 404")
    gone = beat(shared, shared.parts(file, ping=SecretStr("http://127.0.0.1:1/secret-of-ours")))
    assert gone.switch == "it cannot be reached"
    with file.read() as tx:
        assert beats.last_ended(tx) == gone
    assert "secret-of-ours" not in caplog.text


def test_it_is_overdue_when_no_run_came_through_in_time() -> None:
    now = Clock()()
    asked = CanarySettings(every=900, within=300)
    good = Beat(1, now, now)
    assert canary.overdue_since(asked, good, now - timedelta(days=1), now + timedelta(minutes=20)) is None
    late = canary.overdue_since(asked, good, now - timedelta(days=1), now + timedelta(minutes=21))
    assert late == now + timedelta(minutes=20)
    assert canary.overdue_since(asked, None, now, now + timedelta(minutes=19)) is None
    assert canary.overdue_since(asked, good, now + timedelta(hours=2), now + timedelta(hours=2, minutes=5)) is None


def test_the_classifier_of_the_tests_is_the_real_one(shared: World) -> None:
    assert isinstance(shared.classifier, Classifier)


def test_the_timer_sends_one_at_a_time_and_the_next_when_its_time_has_come(shared: World, file: Store) -> None:
    class Bird:
        def __init__(self) -> None:
            self.begun = 0
            self.back = asyncio.Event()

        async def beat(self) -> None:
            self.begun += 1
            await self.back.wait()

    async def run() -> list[int]:
        bird, counts = Bird(), []
        watch = Watch(shared.parts(file, canary=CanarySettings.model_construct(every=0, within=0)), canary=bird)  # type: ignore[arg-type]
        for _ in range(2):
            for _ in range(3):
                await watch.canary_due()
                await asyncio.sleep(0)
            counts.append(bird.begun)
            bird.back.set()
            await asyncio.sleep(0.01)
            bird.back.clear()
        bird.back.set()
        await watch.finish()
        await watch.canary_due()
        return [*counts, bird.begun]

    assert shared.run(run()) == [1, 2, 2]


# The configuration


def folder(path: Path, monitor: str) -> Path:
    (path / "monitor.yaml").write_text(f"data_dir: data\n{monitor}\n", encoding="utf-8")
    (path / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    alerts = "channels: {log: {kind: log}}\nrecipients: {desk: {channels: [log]}}\nrules: [{to: desk}]\n"
    (path / "alerts.yaml").write_text(alerts, encoding="utf-8")
    return path


def test_it_is_on_by_default_and_its_times_can_be_said(tmp_path: Path) -> None:
    assert load(folder(tmp_path, "")).canary == CanarySettings(every=900, within=300)
    said = load(folder(tmp_path, "canary: {every: 30m, within: 2m}\nblind_after: 2h"))
    assert (said.canary.every, said.canary.within, said.blind_after) == (1800, 120, 7200)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("canary: {every: 1m, within: 5m}", "canary: within is longer than every"),
        ("canary: {evry: 1m}", "line 2: unknown key evry: did you mean every?"),
        ("canary: {every: soon}", "canary.every should be a time such as 90s, 5m or 1h"),
        ("ping: hc-ping.com/abc", "ping is not a web address"),
        ("blind_after: 5s", "blind_after should be at least 1m"),
    ],
)
def test_a_mistake_in_it_is_told_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(ConfigError) as told:
        load(folder(tmp_path, line))
    assert says in str(told.value)


def test_a_switch_whose_name_is_unset_stops_a_first_start_and_is_told_of_on_a_later_one(tmp_path: Path) -> None:
    asked = folder(tmp_path, 'ping: "${HEALTHCHECK_URL}"')
    with pytest.raises(ConfigError, match="line 2: ping: the environment has no HEALTHCHECK_URL"):
        load(asked, starting=True, environment={})
    later = load(asked, starting=True, first_start=False, environment={})
    assert later.ping.get_secret_value() == ""
    assert later.ping_unset == "the environment has no HEALTHCHECK_URL: set it before the start, or delete the line"
    url = "https://hc-ping.com/the-secret"
    there = load(asked, environment={"HEALTHCHECK_URL": url})
    assert (there.ping.get_secret_value(), there.ping_unset) == (url, "")
    assert "the-secret" not in repr(there)
