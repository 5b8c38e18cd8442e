"""`monitor feeds ...`, `init` and `check`: the verbs that keep the configuration, against real servers on loopback."""

import gzip
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import monitor
from monitor.errors import ConfigError, MonitorError, SourceError
from monitor.records import Course, FeedState, Gap
from monitor.settings import load
from monitor.store import Store
from monitor.store import feeds as feed_rows
from monitor.store import gaps as health_log

HEAD = '<link rel="alternate" type="application/{}" title="{}" href="{}">'


def rss(title: str, hours: float, *headlines: str, language: str = "ar") -> str:
    moment = format_datetime(datetime.now(UTC) - timedelta(hours=hours))
    items = "".join(
        f"<item><title>{headline}</title><guid>{number}</guid><pubDate>{moment}</pubDate></item>"
        for number, headline in enumerate(headlines)
    )
    declared = f"<language>{language}</language>" if language else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>{declared}{items}'
        "</channel></rss>"
    )


def page(*links: str) -> str:
    return f"<!doctype html><html><head>{''.join(links)}</head><body><h1>News</h1></body></html>"


ANSWERS: dict[str, tuple[int, str, str]] = {
    "/good": (200, "application/rss+xml", rss("جريدة حوران", 2, "حصار بلدة طفس", "هدوء في نوى")),
    "/stale": (200, "application/rss+xml", rss("Old News", 24 * 40, "An old headline", language="en")),
    "/quiet": (200, "application/rss+xml", rss("Nothing Yet", 1)),
    "/english": (
        200,
        "application/rss+xml",
        rss("Daily Star — English!", 5, "The talks between the army and the town have failed again", language=""),
    ),
    "/json": (
        200,
        "application/feed+json",
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Json News",
                "language": "en",
                "items": [{"id": "1", "title": "One", "date_published": "2026-10-01T10:00:00Z"}],
            }
        ),
    ),
    "/forbidden": (403, "text/html", page()),
    "/empty": (200, "application/rss+xml", ""),
    "/site": (
        200,
        "text/html",
        page(
            HEAD.format("rss+xml", "Comments", "/comments/feed"),
            HEAD.format("rss+xml", "Horan", "good"),
            HEAD.format("rss+xml", "English", "/english"),
            '<link rel="stylesheet" type="text/css" href="/style.css">',
        ),
    ),
    "/bare": (200, "text/html", page()),
}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = ANSWERS.get(self.path, (404, "text/plain", "no"))
            raw = gzip.compress(body.encode()) if "gzip" in self.headers.get("Accept-Encoding", "") else body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if raw[:2] == b"\x1f\x8b":
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path, site: str) -> Path:
    """A configuration with three feeds of the site, written as a person would."""
    home = tmp_path / "config"
    home.mkdir()
    (home / "monitor.yaml").write_text("allow_loopback: true\ndata_dir: data\n", encoding="utf-8")
    (home / "alerts.yaml").write_text(
        "channels:\n  log: {kind: log}\nrecipients:\n  me: {channels: [log]}\nrules:\n  - {to: me}\n", encoding="utf-8"
    )
    (home / "feeds.yaml").write_text(
        "# what we read\nfeeds:\n"
        f'  - {{name: good-ar, url: "{site}/good", outlet: جريدة حوران}}  # the best\n'
        f'  - {{name: stale-en, url: "{site}/stale", outlet: Old News,\n     language: en}}\n'
        f'  - {{name: off-ar, url: "{site}/forbidden", outlet: Walled, enabled: false}}\n'
        "\n# tried in vain: https://nowhere.example.org/feed\n",
        encoding="utf-8",
    )
    return home


def say(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(monitor, ["--config", str(folder), *arguments])


def refusal(result: Result, kind: type[MonitorError] = ConfigError) -> str:
    assert isinstance(result.exception, kind), result.output
    return str(result.exception)


def rows(result: Result) -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in map(json.loads, result.stdout.splitlines())}


def test_check_tells_which_feeds_answer_with_what_and_what_to_do(folder: Path) -> None:
    result = say(folder, "feeds", "check", "--all", "--json")
    told = rows(result)
    assert result.exit_code == 1
    assert (told["good-ar"]["reads"], told["good-ar"]["entries"], told["good-ar"]["advice"]) == (True, 2, "")
    assert told["stale-en"]["reads"]
    assert "nothing new" in str(told["stale-en"]["advice"])
    assert not told["off-ar"]["reads"]
    assert "403" in str(told["off-ar"]["said"])
    assert "2 of 3 feeds answer" in result.stderr


def test_check_asks_only_what_is_switched_on_or_named(folder: Path) -> None:
    result = say(folder, "feeds", "check")
    assert result.exit_code == 0
    assert "good-ar" in result.stdout
    assert "off-ar" not in result.stdout
    assert list(rows(say(folder, "feeds", "check", "--json", "off-ar"))) == ["off-ar"]


def test_check_of_a_name_that_is_not_there_says_where_the_names_are(folder: Path) -> None:
    assert "feeds list" in refusal(say(folder, "feeds", "check", "godo-ar"))


def test_check_with_nothing_switched_on_says_so(folder: Path) -> None:
    (folder / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    assert "No feed is switched on" in say(folder, "feeds", "check").stderr


def test_list_shows_every_feed_and_how_its_last_reading_went(folder: Path) -> None:
    before = rows(say(folder, "feeds", "list", "--json"))
    assert list(before) == ["good-ar", "stale-en", "off-ar"]
    assert before["good-ar"]["last_read_at"] is None
    now = datetime.now(UTC)
    store = Store(load(folder).database)
    store.migrate()
    with store.write() as tx:
        feed_rows.sync(tx, ["good-ar", "stale-en"], now)
        feed_rows.advance(tx, "good-ar", memory={}, due_at=now, now=now)
        feed_rows.claim(tx, "stale-en", now, timedelta(0), force=True)
        feed_rows.fail(tx, "stale-en", error="the host is asleep", due_at=now, now=now)
        state: FeedState | None = feed_rows.get(tx, "good-ar")
    store.close()
    assert state
    after = rows(say(folder, "feeds", "list", "--json"))
    assert after["good-ar"]["last_read_at"] == now.isoformat()
    assert (after["stale-en"]["failures"], after["stale-en"]["error"]) == (1, "the host is asleep")
    table = say(folder, "feeds", "list")
    assert "جريدة حوران" in table.stdout
    assert "the host is asleep" in table.stdout
    assert "3 feeds in" in table.stderr


def test_show_tells_how_a_feed_goes_and_which_hours_of_it_were_not_seen(folder: Path) -> None:
    assert "has not been polled yet" in say(folder, "feeds", "show", "good-ar").stdout
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    course = Course(read_from="x", published=(now - 3 * hour,), every=120.0)
    store = Store(load(folder).database)
    store.migrate()
    with store.write() as tx:
        feed_rows.sync(tx, ["good-ar"], now)
        feed_rows.claim(tx, "good-ar", now, timedelta(0), force=True)
        feed_rows.advance(tx, "good-ar", memory={}, due_at=now + hour, now=now - hour, course=course)
        health_log.note(tx, Gap("good-ar", now - 9 * hour, now - 5 * hour, now, "its older pages do not reach back"))
        health_log.begin(tx, "good-ar", now - 4 * hour, "the host is asleep")
        health_log.end(tx, "good-ar", now - hour)
        health_log.begin(tx, "", now - 2 * hour, "no network")
        health_log.begin(tx, "stale-en", now - hour, "another feed")
    store.close()
    shown = say(folder, "feeds", "show", "good-ar").stdout
    for words in ("asked every  2 min", "newest entry 3 h old", "(4.0 h): entries may be missing", "do not reach back"):
        assert words in shown
    assert "the host is asleep" in shown
    assert "until now: no network" in shown
    assert "another feed" not in shown
    (facts,) = [json.loads(line) for line in say(folder, "feeds", "show", "good-ar", "--json").stdout.splitlines()]
    assert [each["of"] for each in facts["outages"]] == ["network", "feed"]
    assert [each["from"] for each in facts["gaps"]] == [(now - 9 * hour).isoformat()]
    assert rows(say(folder, "feeds", "list", "--json"))["good-ar"]["gaps"] == 1
    assert "There is no feed typo" in str(say(folder, "feeds", "show", "typo").exception)


def test_a_feed_is_read_before_it_is_added_and_the_file_keeps_everything_else(folder: Path, site: str) -> None:
    before = (folder / "feeds.yaml").read_text(encoding="utf-8")
    result = say(folder, "feeds", "add", f"{site}/english")
    assert result.exit_code == 0, result.output
    assert result.stdout == "daily-star-english-en\n"
    assert "1 entries, the newest 5 h old" in result.stderr
    after = (folder / "feeds.yaml").read_text(encoding="utf-8")
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    assert after.replace(new[0] + "\n", "") == before
    assert after.splitlines()[-3] == new[0]
    feed = load(folder).feeds[-1]
    assert (feed.name, feed.language, feed.outlet) == ("daily-star-english-en", "en", "Daily Star — English!")


def test_what_the_user_says_of_a_feed_stands(folder: Path, site: str) -> None:
    options = ["--name", "star", "--language", "fr", "--outlet", "L'Étoile: du Sud", "--zone", "Asia/Damascus"]
    assert say(folder, "feeds", "add", f"{site}/english", *options).exit_code == 0
    feed = load(folder).feeds[-1]
    assert (feed.name, feed.language, feed.outlet, feed.zone) == ("star", "fr", "L'Étoile: du Sud", "Asia/Damascus")


def test_of_a_page_the_feed_that_it_names_is_added_and_comments_come_last(folder: Path, site: str) -> None:
    (folder / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    result = say(folder, "feeds", "add", f"{site}/site")
    assert result.exit_code == 0, result.output
    assert f"also names {site}/english" in result.stderr
    feed = load(folder).feeds[0]
    assert (feed.url, feed.language, feed.outlet) == (f"{site}/good", "ar", "جريدة حوران")
    assert feed.name == "127-0-0-ar"  # no Latin letter in the title, so the host names it


def test_a_json_feed_is_added(folder: Path, site: str) -> None:
    assert say(folder, "feeds", "add", f"{site}/json").exit_code == 0
    assert load(folder).feeds[-1].outlet == "Json News"
    assert rows(say(folder, "feeds", "check", "--json", "json-news-en"))["json-news-en"]["entries"] == 1


def test_a_feed_that_is_there_already_is_not_added_twice(folder: Path, site: str) -> None:
    assert "already, as good-ar" in refusal(say(folder, "feeds", "add", f"{site}/good/"))
    assert "already, as good-ar" in refusal(say(folder, "feeds", "add", f"{site}/site"))
    assert "set enabled: true" in refusal(say(folder, "feeds", "add", f"{site}/forbidden"))
    assert "is taken" in refusal(say(folder, "feeds", "add", f"{site}/english", "--name", "good-ar"))


@pytest.mark.parametrize(
    ("path", "words"), [("/bare", "names no feed"), ("/empty", "nothing in it"), ("/missing", "404")]
)
def test_what_is_no_feed_is_not_added(folder: Path, site: str, path: str, words: str) -> None:
    before = (folder / "feeds.yaml").read_bytes()
    assert words in refusal(say(folder, "feeds", "add", site + path), SourceError)
    assert (folder / "feeds.yaml").read_bytes() == before


def test_a_wish_that_cannot_be_is_refused_before_anything_is_asked(folder: Path) -> None:
    told = refusal(say(folder, "feeds", "add", "https://news.example.org/feed", "--zone", "Asia/Daraa"))
    assert "zone is not a time zone" in told
    assert "password" in refusal(say(folder, "feeds", "add", "https://me:hunter2@news.example.org/feed"))


def test_a_name_that_cannot_be_leaves_the_file_as_it_was(folder: Path, site: str) -> None:
    before = (folder / "feeds.yaml").read_bytes()
    assert "lower-case" in refusal(say(folder, "feeds", "add", f"{site}/english", "--name", "The Star"))
    assert (folder / "feeds.yaml").read_bytes() == before
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_feeds_of_an_opml_file_are_added_once_with_names_of_their_own(folder: Path, site: str, tmp_path: Path) -> None:
    opml = tmp_path / "mine.opml"
    outlines = "".join(
        f'<outline type="rss" text="{title}" xmlUrl="{url}"/>'
        for title, url in (
            ("Replay &amp; Co", "https://one.example.org/feed"),
            ("Replay Co", "https://two.example.org/feed"),
            ("حوران", "https://www.horan.example.org/feed"),
            ("Good again", f"{site}/good"),
            ("Walled", "https://me:hunter2@three.example.org/feed"),
            ("Twice", "http://one.example.org/feed/"),
        )
    )
    opml.write_text(
        f'<?xml version="1.0"?><opml><head/><body><outline text="Syria">{outlines}</outline></body></opml>',
        encoding="utf-8",
    )
    result = say(folder, "feeds", "import", str(opml))
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == ["replay-co", "replay-co-2", "horan-example"]
    assert "Added 3 of 6 feeds" in result.stderr
    assert "as good-ar" in result.stderr
    assert "as replay-co." in result.stderr
    assert "hunter2" not in result.output
    loaded = load(folder).feeds
    assert [feed.outlet for feed in loaded[3:]] == ["Replay & Co", "Replay Co", "حوران"]
    assert all(feed.enabled for feed in loaded[3:])
    again = say(folder, "feeds", "import", str(opml))
    assert "Added 0 of 6" in again.stderr
    assert load(folder).feeds == loaded


def test_an_opml_file_in_another_encoding_or_without_feeds(folder: Path, tmp_path: Path) -> None:
    opml = tmp_path / "old.opml"
    text = '<?xml version="1.0" encoding="windows-1256"?><opml><body><outline text="الوطن" xmlUrl="https://w.example.org/r"/>'
    opml.write_bytes(text.encode("cp1256"))
    assert say(folder, "feeds", "import", str(opml)).exit_code == 0
    assert load(folder).feeds[-1].outlet == "الوطن"
    opml.write_text("<opml><body/></opml>", encoding="utf-8")
    assert "names no feeds" in refusal(say(folder, "feeds", "import", str(opml)))


@pytest.mark.parametrize(
    "text",
    [
        "feeds: []\n",
        "feeds:\n",
        "# mine\nfeeds: [{name: a, url: 'http://a.example.org/', outlet: A}] # end\n",
        "feeds:\n- name: a\n  url: http://a.example.org/ # why\n  outlet: A\n  note: ''\n# end",
        "feeds:\n- name: a\n  url: http://a.example.org/\n  outlet: A",
        "feeds:\r\n  - name: a\r\n    url: http://a.example.org/\r\n    outlet: |\r\n      A\r\n# end\r\n",
    ],
)
def test_feeds_are_added_to_a_file_however_it_is_written(folder: Path, site: str, text: str) -> None:
    (folder / "feeds.yaml").write_bytes(text.encode())
    (folder / "feeds.yaml").chmod(0o640)
    result = say(folder, "feeds", "add", f"{site}/good")
    assert result.exit_code == 0, result.exception
    written = (folder / "feeds.yaml").read_bytes().decode()
    assert [mark for mark in ("# mine", "# why", "# end") if mark in text] == [
        mark for mark in ("# mine", "# why", "# end") if mark in written
    ]
    assert load(folder).feeds[-1].outlet == "جريدة حوران"
    assert (folder / "feeds.yaml").stat().st_mode & 0o777 == 0o640


def test_init_writes_a_configuration_that_check_finds_right(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    result = CliRunner().invoke(monitor, ["init", str(mine)])
    assert result.exit_code == 0, result.output
    assert {path.name for path in mine.iterdir()} == {"monitor.yaml", "feeds.yaml", "alerts.yaml", "gazetteer.yaml"}
    assert load(mine).data_dir == mine / "data"
    checked = say(mine, "check")
    assert checked.exit_code == 0, checked.exception
    assert "24 switched on" in checked.stdout
    assert "you by log" in checked.stdout
    assert "log alone" in checked.stderr


def test_init_beside_a_folder_called_config_keeps_the_data_outside_of_it(tmp_path: Path) -> None:
    assert CliRunner().invoke(monitor, ["init", str(tmp_path / "config")]).exit_code == 0
    assert load(tmp_path / "config").data_dir == tmp_path / "data"


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "alerts.yaml").write_text("mine", encoding="utf-8")
    assert "alerts.yaml" in refusal(CliRunner().invoke(monitor, ["init", str(tmp_path)]))
    assert [path.name for path in tmp_path.iterdir()] == ["alerts.yaml"]
    assert (tmp_path / "alerts.yaml").read_text(encoding="utf-8") == "mine"


def test_check_tells_every_mistake_and_fails(folder: Path) -> None:
    (folder / "monitor.yaml").write_text("allow_loopback: true\nlisten: here\n", encoding="utf-8")
    (folder / "alerts.yaml").write_text(
        "channels:\n  log: {kind: log}\nrecipients:\n  me: {channels: [chat]}\nrules:\n  - {to: you}\n",
        encoding="utf-8",
    )
    told = refusal(say(folder, "check"))
    assert "3 mistakes" in told


def test_check_refuses_an_unknown_place_and_an_unknown_model(folder: Path) -> None:
    alerts = (folder / "alerts.yaml").read_text(encoding="utf-8")
    (folder / "alerts.yaml").write_text(alerts.replace("{to: me}", "{to: me, places: [tafass]}"), encoding="utf-8")
    assert "did you mean tafas" in refusal(say(folder, "check"))
    (folder / "alerts.yaml").write_text(alerts, encoding="utf-8")
    (folder / "monitor.yaml").write_text("allow_loopback: true\nmodel: no-such\n", encoding="utf-8")
    assert "no model no-such" in refusal(say(folder, "check"))


def test_check_says_what_is_right_but_may_not_be_meant(folder: Path) -> None:
    shutil.copy(folder / "feeds.yaml", folder / "old.txt")
    (folder / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    (folder / "alerts.yaml").write_text(
        "channels:\n  log: {kind: log}\nrecipients:\n  me: {channels: [log]}\nrules: []\n", encoding="utf-8"
    )
    result = say(folder, "check")
    assert result.exit_code == 0
    assert "no feed is switched on" in result.stderr
    assert "no rule leads to recipient me" in result.stderr
    assert "nobody would be told" in result.stderr


def test_nothing_is_written_into_the_packaged_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MONITOR_CONFIG", raising=False)
    result = CliRunner().invoke(monitor, ["feeds", "add", "https://news.example.org/feed"])
    assert "monitor init DIR" in refusal(result)
    assert "good-ar" not in CliRunner().invoke(monitor, ["feeds", "list"]).stdout
