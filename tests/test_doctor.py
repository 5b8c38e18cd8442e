"""`monitor doctor`: what is wrong is named with what to do, nothing is changed or sent, no secret is shown."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.replay import Inbox
from monitor.cli import diagnosis, doctor_inside, doctor_outside, monitor
from monitor.cli.diagnosis import Line, bounded, in_thread
from monitor.cli.feed_asking import Answer
from monitor.errors import StoreError
from monitor.pipeline import people
from monitor.settings import Feed, Settings, load
from monitor.store import Store, examining
from tests.databases import Postgres
from tests.examples import NOON

RSS = (
    '<rss version="2.0"><channel><title>Horan</title><item><title>Quiet in Nawa</title><guid>1</guid>'
    f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item></channel></rss>"
)


class Site:
    """Serves one feed at /feed, with its clock so many seconds ahead; /readyz as the pages do."""

    def __init__(self, ahead: float = 0) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = {"/feed": RSS, "/readyz": '{"ready": true}'}.get(self.path)
                self.send_response(200 if found else 404)
                self.end_headers()
                self.wfile.write((found or "").encode())

            def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
                return super().date_time_string(time.time() + ahead)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  as the library has it
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    made = Inbox()
    yield made
    made.close()


def configured(folder: Path, feeds: list[str], channels: str, **service: str) -> Path:
    folder.mkdir(exist_ok=True)
    own = {"data_dir": str(folder / "data"), "allow_loopback": "true"} | service
    (folder / "monitor.yaml").write_text("".join(f"{key}: {value}\n" for key, value in own.items()), encoding="utf-8")
    lines = [f"  - {{name: feed-{number}, url: '{url}', outlet: O}}" for number, url in enumerate(feeds)]
    (folder / "feeds.yaml").write_text("\n".join(["feeds:", *lines]) + "\n", encoding="utf-8")
    alerts = f"channels: {channels}\nrecipients: {{desk: {{channels: [hook]}}}}\nrules: [{{to: desk}}]\n"
    (folder / "alerts.yaml").write_text(alerts, encoding="utf-8")
    return folder


def doctor(folder: Path, *words: str) -> tuple[int, str, dict[str, list[dict[str, str]]]]:
    done = CliRunner().invoke(monitor, ["--config", str(folder), "doctor", "--json", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    lines: dict[str, list[dict[str, str]]] = {}
    for line in json.loads(done.stdout)["lines"]:
        lines.setdefault(line["check"], []).append(line)
    return done.exit_code, done.output, lines


def test_where_all_is_well_nothing_is_bad_and_nothing_is_sent_or_made(tmp_path: Path, inbox: Inbox) -> None:
    site = Site()
    channel = f"{{hook: {{url: '{inbox.hook_url}'}}}}"
    folder = configured(tmp_path / "config", [f"{site.url}/feed"], channel, public_url=site.url)
    code, _, lines = doctor(folder)
    site.close()
    assert code == 0
    wanted = {"configuration", "permissions", "disk", "database", "running", "clock", "names", "certificates", "feeds"}
    assert set(lines) == wanted | {"channels", "model", "places", "pages"}
    well = {check for check, some in lines.items() if all(each["grade"] == "ok" for each in some)}
    assert well >= wanted - {"permissions", "database", "running"} | {"channels", "model", "places", "pages"}
    assert lines["database"][0]["says"].startswith("the monitor has not run yet")
    assert not (folder / "data").exists()
    assert inbox.got == []


def test_what_is_wrong_is_named_with_what_to_do_and_without_secrets(tmp_path: Path, inbox: Inbox) -> None:
    site = Site(ahead=3600)
    channel = "{hook: {url: 'tgram://not-a-b0t-t0ken-at-all/'}}"
    folder = configured(tmp_path / "config", [f"{site.url}/gone"], channel, public_url=f"{site.url}/elsewhere")
    (folder / "gazetteer.yaml").write_text("places: nothing\n", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "monitor.db").write_bytes(b"this is no database at all, but long enough to be read" * 20)
    code, output, lines = doctor(folder)
    site.close()
    assert code == 1
    bad = {check: some[0] for check, some in lines.items() if any(each["grade"] == "bad" for each in some)}
    assert set(bad) >= {"database", "clock", "feeds", "channels", "places"}
    assert re.fullmatch(r"the clock of this machine is (0:59:59|1:00:0\d) behind", bad["clock"]["says"])
    assert "not a database" in bad["database"]["says"]
    assert lines["feeds"][1]["says"].startswith("feed-0: ")
    assert all(each["mend"] for each in bad.values())
    assert lines["pages"][0]["grade"] == "warn"
    assert "answered by something else" in lines["pages"][0]["says"]
    assert "t0ken" not in output


def test_a_test_message_is_sent_only_where_it_was_asked_for(tmp_path: Path, inbox: Inbox) -> None:
    settings = load(configured(tmp_path, [], f"{{hook: {{url: '{inbox.hook_url}'}}}}"))
    (line,) = asyncio.run(doctor_inside.channels(settings, send_test=False))
    assert (line.grade, inbox.got) == ("ok", [])
    (line,) = asyncio.run(doctor_inside.channels(settings, send_test=True))
    assert line.says == "hook took a test message"
    assert [occasion.partition(":")[0] for _, _, occasion in inbox.got] == ["test"]
    away = load(configured(tmp_path, [], "{hook: {url: 'json://127.0.0.1:9/'}}"))
    (line,) = asyncio.run(doctor_inside.channels(away, send_test=True))
    assert line.grade == "bad"


def test_a_configuration_that_cannot_be_read_is_all_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds: [\n", encoding="utf-8")
    code, _, lines = doctor(tmp_path)
    assert (code, list(lines)) == (1, ["configuration"])
    assert "feeds.yaml" in lines["configuration"][0]["says"]


def test_a_store_says_its_server_its_journal_and_that_it_is_whole(store: Store) -> None:
    found = examining.examine(store, 5)
    assert found.server.startswith(("SQLite 3.", "PostgreSQL "))
    assert (found.is_empty, found.is_current, found.journal, found.damage) == (False, True, "wal", ())


def test_an_empty_database_of_a_server_is_none_of_an_older_version(postgres: Postgres, tmp_path: Path) -> None:
    name = postgres.create()
    settings = settings_of(tmp_path).model_copy(update={"database": postgres.url(name)})
    lines = asyncio.run(doctor_inside.database(settings))
    assert [(each.grade, each.says.partition(":")[0]) for each in lines][1:] == [
        ("ok", "its 100 connections are enough for 3 workers and the pages"),
        ("warn", "the monitor has not run yet"),
    ]
    assert asyncio.run(doctor_inside.running(settings, NOON)) == []
    postgres.drop(name)


def settings_of(folder: Path) -> Settings:
    return load(configured(folder, [], "{hook: {kind: log}}"))


def test_damage_in_a_file_is_found_and_a_check_that_takes_too_long_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path)
    store = Store(settings.database)
    store.migrate()
    monkeypatch.setattr(examining, "_STEPS", 1)
    assert examining.examine(store, -1).damage is None
    store.close()
    file = settings.database_file
    assert file
    raw = bytearray(file.read_bytes())
    raw[40 * 4096 : 60 * 4096] = b"\xff" * (20 * 4096)
    file.write_bytes(raw)
    found = asyncio.run(doctor_inside.database(settings))
    assert [each.grade for each in found].count("bad") == 1
    assert "restore a backup" in "".join(each.mend + each.says for each in found)


def test_a_monitor_that_stands_still_and_pages_that_nobody_can_administer_are_told(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    store = Store(settings.database)
    store.migrate()
    (lines, accounts) = asyncio.run(_running(settings))
    assert ("running, process", "bad") in {(each.check, each.grade) for each in lines}
    assert [each.grade for each in accounts] == ["warn"]
    people.add(store, "nour", "admin", NOON)
    store.close()


async def _running(settings: Settings) -> tuple[list[Line], list[Line]]:
    return await doctor_inside.running(settings, NOON), await doctor_inside.people(settings)


@pytest.mark.parametrize(
    ("headers", "skew"),
    [
        ({"Date": "Sat, 14 Mar 2026 12:00:00 GMT"}, 0.0),
        ({"Date": "Sat, 14 Mar 2026 11:58:00 GMT", "Age": "120"}, 0.0),
        ({"Date": "Sat, 14 Mar 2026 12:10:00 GMT"}, 600.0),
        ({"Date": "yesterday"}, None),
        ({}, None),
    ],
)
def test_a_server_s_time_counts_from_when_its_answer_was_made(headers: dict[str, str], skew: float | None) -> None:
    assert doctor_outside.skew_of(headers, datetime(2026, 3, 14, 12, tzinfo=UTC).timestamp()) == skew


def answer(number: int, kind: str = "") -> Answer:
    feed = Feed(name=f"feed-{number}", url=f"https://{number}.example.org/", outlet="O")
    return Answer(feed, not kind, 0, None, "", "", kind)


def test_one_certificate_that_is_refused_is_the_outlet_s_fault_and_all_of_them_ours() -> None:
    one = doctor_outside.Answers([answer(1), answer(2, "tls")], ())
    assert [each.grade for each in doctor_outside.tls(one)] == ["warn"]
    all_of_them = doctor_outside.Answers([answer(1, "tls"), answer(2, "tls")], ())
    assert [each.grade for each in doctor_outside.tls(all_of_them)] == ["bad"]
    assert "clock" in doctor_outside.tls(all_of_them)[0].mend


def test_one_server_with_a_wrong_clock_does_not_make_ours_wrong() -> None:
    (line,) = doctor_outside.clock(doctor_outside.Answers((), (0.4, -0.2, 5000.0)))
    assert line.grade == "ok"
    (line,) = doctor_outside.clock(doctor_outside.Answers((), (-30.0, -31.0)))
    assert (line.grade, line.says) == ("warn", "the clock of this machine is 0:00:30 ahead")


def test_a_check_that_hangs_ends_in_its_time_and_one_that_fails_in_its_thread_raises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(diagnosis, "WITHIN", 0.05)

    async def hangs() -> list[Line]:
        await in_thread(threading.Event().wait)
        return []

    (line,) = asyncio.run(bounded("disk", hangs()))
    assert (line.check, line.grade) == ("disk", "bad")

    def fails() -> None:
        raise StoreError("gone")

    with pytest.raises(StoreError):
        asyncio.run(in_thread(fails))


def test_one_feed_of_each_host_is_asked_and_none_that_is_off(tmp_path: Path) -> None:
    hosts = ["https://a.example.org/1", "https://a.example.org/2", *(f"https://h{n}.example.org/" for n in range(9))]
    settings = load(configured(tmp_path, hosts, "{hook: {kind: log}}"))
    chosen = [feed.name for feed in doctor_outside.sample(settings)]
    assert chosen == ["feed-0", *(f"feed-{number}" for number in range(2, 7))]
