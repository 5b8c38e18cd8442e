"""The verbs that add feeds or write a configuration: what is written where, and what is refused."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import monitor
from monitor.errors import SourceError
from monitor.settings import load
from tests.feeds_verbs_support import folder, refusal, rows, say, site

__all__ = ["folder", "site"]  # fixtures


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
