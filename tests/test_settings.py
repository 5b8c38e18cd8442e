"""The configuration: every mistake is refused with file, line and mend, all at once, and no secret is ever shown."""

import shutil
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.packaged import packaged
from monitor.settings import load, refuse_packaged
from tests.settings_support import CONFIG, ENVIRONMENT, EXAMPLES, folder, start

__all__ = ["folder"]  # fixtures


# folder in config_examples -> (file, line or 0 for the whole file, words that the message must hold)
MISTAKES = {
    "appname-in-the-url": ("feeds.yaml", 3, "feed number 2 appname RELIEFWEB_APPNAME"),
    "appname-of-a-feed": ("feeds.yaml", 3, "feed number 2 appname kind: reliefweb"),
    "appname-unset": ("feeds.yaml", 3, "appname APPNAME_THAT_NOBODY_SET set it"),
    "asked-too-often": ("feeds.yaml", 3, "wire-en every 5 seconds 5m"),
    "bad-confidence": ("feeds.yaml", 3, "wire-en confidence hihg did you mean high"),
    "bad-duration": ("feeds.yaml", 3, "wire-en every 90s 5m 1h"),
    "bad-feed-name": ("feeds.yaml", 3, "name lower-case syria-tv"),
    "bad-language": ("feeds.yaml", 3, "wire-en language two-letter"),
    "bad-listen": ("monitor.yaml", 3, "listen 127.0.0.1:8000"),
    "bad-proxy": ("monitor.yaml", 4, "proxy.sources not a web address"),
    "bad-public-url": ("monitor.yaml", 3, "public_url not a web address https://"),
    "bad-service-zone": ("monitor.yaml", 2, "time_zone IANA Asia/Damascus"),
    "bad-time-zone": ("feeds.yaml", 3, "wire-en zone IANA Asia/Damascus"),
    "bad-trusted-proxy": ("monitor.yaml", 3, "trusted_proxies proxy.example.org address 127.0.0.1"),
    "bad-url": ("feeds.yaml", 3, "wire-en url not a web address https://"),
    "bad-yaml": ("feeds.yaml", 3, "quote missing"),
    "bracket-left-open": ("feeds.yaml", 3, "closing bracket missing"),
    "channel-url-is-no-url": ("alerts.yaml", 2, "desk-chat needs an apprise url"),
    "channel-without-url": ("alerts.yaml", 2, "desk-chat needs an apprise url"),
    "channels-not-a-list": ("alerts.yaml", 5, "recipient desk channels should be a list"),
    "circle-half-a-point": ("alerts.yaml", 7, "rule number 1 near name either a place lat lon"),
    "circle-key-misspelt": ("alerts.yaml", 7, "rule number 1 unknown key radius known are place, lat, lon, km"),
    "circle-misspelt": ("alerts.yaml", 7, "rule number 1 near name either a place"),
    "circle-of-nothing": ("alerts.yaml", 7, "rule number 1 near.km kilometres above 0"),
    "circle-of-two-middles": ("alerts.yaml", 7, "rule number 1 near name either a place lat lon"),
    "circle-off-the-map": ("alerts.yaml", 7, "rule number 1 near.lat degrees -90 90"),
    "circle-without-km": ("alerts.yaml", 7, "rule number 1 km is missing near needs km"),
    "control-character": ("feeds.yaml", 2, "control character"),
    "database-in-memory": ("monitor.yaml", 3, "database names no file sqlite:///"),
    "database-password-unset": ("monitor.yaml", 3, "database DB_PASSWORD_THAT_NOBODY_SET"),
    "digest-left-empty": ("alerts.yaml", 5, "desk digest is empty"),
    "digest-no-time": ("alerts.yaml", 5, 'desk digest time of day "08:00"'),
    "duplicate-feed-name": ("feeds.yaml", 3, "town-news-ar taken line 2 another name"),
    "duplicate-yaml-key": ("feeds.yaml", 5, "url twice line 3"),
    "empty-file": ("feeds.yaml", 0, "empty monitor init"),
    "empty-name": ("alerts.yaml", 2, "desk-chat not a name ${NAME}"),
    "escalates-at-once": ("alerts.yaml", 5, "desk escalate_after at least 1m write m for minutes"),
    "escalates-some-time": ("alerts.yaml", 5, "desk escalate_after 90s, 5m or 1h"),
    "feed-is-a-word": ("feeds.yaml", 2, "keys and values"),
    "feeds-is-one-feed": ("feeds.yaml", 1, "feeds should be a list"),
    "file-is-a-list": ("feeds.yaml", 1, "holds a list monitor init"),
    "file-is-a-word": ("feeds.yaml", 1, "single word monitor init"),
    "form-of-something": ("alerts.yaml", 5, "desk form is tiny full, short"),
    "key-is-a-list": ("feeds.yaml", 2, "key is a list quotes"),
    "key-of-the-program": ("alerts.yaml", 3, "channel log unknown key broken"),
    "limit-below-nothing": ("alerts.yaml", 5, "desk max_per_day whole number 0 to 1000"),
    "limit-of-many": ("alerts.yaml", 5, "desk max_per_day whole number 0 to 1000"),
    "log-with-url": ("alerts.yaml", 3, "channel log writes a file path"),
    "loop": ("feeds.yaml", 1, "anchor alias"),
    "loopback-maybe": ("monitor.yaml", 3, "allow_loopback true or false"),
    "missing-key": ("feeds.yaml", 2, "town-news-ar url is missing needs name, url, outlet"),
    "name-filled-into-a-feed": ("feeds.yaml", 3, "wire-en ${NAME} not for feeds"),
    "name-not-closed": ("alerts.yaml", 2, "desk-chat not a name ${NAME}"),
    "near-everywhere": ("alerts.yaml", 7, "rule number 1 places: all nothing for near delete one"),
    "near-left-empty": ("alerts.yaml", 7, "rule number 1 near is empty give it a value"),
    "no-places": ("alerts.yaml", 7, "rule number 1 places all list"),
    "not-utf8": ("feeds.yaml", 2, "UTF-8"),
    "number-for-a-name": ("feeds.yaml", 2, "name should be text quotes"),
    "only-comments": ("feeds.yaml", 0, "empty monitor init"),
    "outlet-empty": ("feeds.yaml", 3, "wire-en outlet is empty"),
    "page-without-selectors": ("feeds.yaml", 3, "feed number 2 kind page needs select item:"),
    "places-not-a-list": ("alerts.yaml", 7, "rule number 1 places all list [jasim"),
    "proxy-is-a-word": ("monitor.yaml", 3, "proxy keys and values"),
    "quiet-all-day": ("alerts.yaml", 5, "desk quiet same time write two"),
    "quiet-breaks-for-nobody": (
        "alerts.yaml",
        5,
        "desk quiet.break_through is high is not one of watch, elevated, critical, emergency",
    ),
    "quiet-is-a-time": ("alerts.yaml", 5, "desk quiet keys and values"),
    "quiet-key-misspelt": ("alerts.yaml", 5, "desk unknown key till known are from, to, break_through"),
    "quiet-never-ends": ("alerts.yaml", 5, "desk to is missing quiet needs from, to"),
    "quiet-no-time": ("alerts.yaml", 5, "desk quiet.to time of day"),
    "quote-of-something": ("alerts.yaml", 5, "desk quote is sentences sentence, headline did you mean sentence"),
    "recipient-without-channels": ("alerts.yaml", 5, "recipient desk channels empty list"),
    "recipient-zone": ("alerts.yaml", 5, "recipient desk zone Asia/Damascus"),
    "same-url-twice": ("feeds.yaml", 3, "wire-en url of feed town-news-ar line 2"),
    "secret-where-a-name-belongs": ("alerts.yaml", 5, "recipient desk no channel known are desk-chat"),
    "section-missing": ("alerts.yaml", 1, "rules is missing"),
    "section-misspelt": ("alerts.yaml", 4, "recipient did you mean recipients"),
    "selector-key-mistyped": ("feeds.yaml", 3, "wire-en unknown key titel did you mean title"),
    "selector-that-is-none": ("feeds.yaml", 3, "wire-en select.item CSS selector h2 a"),
    "selectors-of-a-feed": ("feeds.yaml", 3, "feed number 2 select kind: page"),
    "sign-for-a-chat": ("alerts.yaml", 2, "desk-chat sign is for webhooks json:// delete it"),
    "sign-of-a-word": ("alerts.yaml", 3, "desk-hook sign openssl rand -hex 32"),
    "tab": ("feeds.yaml", 2, "tab spaces"),
    "tab-inside": ("feeds.yaml", 3, "tab spaces"),
    "telegram-without-a-channel": ("feeds.yaml", 3, "feed number 2 https://t.me/s/NAME"),
    "two-documents": ("feeds.yaml", 4, "--- second document"),
    "unknown-alias": ("feeds.yaml", 3, "not valid YAML alias"),
    "unknown-channel": ("alerts.yaml", 5, "recipient desk desk-caht did you mean desk-chat"),
    "unknown-channel-kind": ("alerts.yaml", 3, "channel log kind file apprise, log"),
    "unknown-database": ("monitor.yaml", 3, "database sqlite:/// postgresql://"),
    "unknown-event-type": ("alerts.yaml", 7, "rule number 1 seige did you mean siege"),
    "unknown-grade": ("alerts.yaml", 7, "rule number 1 least_grade unconfirmed"),
    "unknown-key": ("feeds.yaml", 2, "town-news-ar unknown key lang did you mean language"),
    "unknown-kind": ("feeds.yaml", 3, "wire-en kind gopher rss, jsonfeed, telegram"),
    "unknown-level": (
        "alerts.yaml",
        7,
        "rule number 1 least_level citical watch, elevated, critical, emergency did you mean critical",
    ),
    "unknown-message-language": ("alerts.yaml", 5, "recipient desk languages fr en, ar"),
    "unknown-owner": ("alerts.yaml", 3, "owner dsek did you mean desk"),
    "unknown-proxy-key": ("monitor.yaml", 4, "unknown key source did you mean sources"),
    "unknown-recipient": ("alerts.yaml", 7, "rule number 1 dsek did you mean desk"),
    "unknown-service-key": ("monitor.yaml", 3, "unknown key publik_url did you mean public_url"),
    "unset-name": ("alerts.yaml", 2, "desk-chat DESK_CHAT_THAT_NOBODY_SET set it"),
    "url-with-a-password": ("feeds.yaml", 3, "wire-en url user name or password"),
    "url-with-a-space": ("feeds.yaml", 3, "wire-en url space"),
    "user-agent-with-a-line-break": ("feeds.yaml", 3, "wire-en user_agent one line"),
    "value-left-empty": ("feeds.yaml", 3, "town-news-ar url is empty"),
    "wrong-type": ("feeds.yaml", 2, "town-news-ar enabled true or false"),
    "yaml-tag": ("feeds.yaml", 3, "YAML tag quotes"),
}


def refusal(folder: Path, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as refused:
        start(folder, environment)
    assert refused.value.__cause__ is None
    return str(refused.value)


def test_every_example_of_a_mistake_is_in_the_table() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {*MISTAKES, "right"}


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_a_mistake_is_refused_with_file_line_and_mend(mistake: str, folder: Path) -> None:
    shutil.copytree(EXAMPLES / mistake, folder, dirs_exist_ok=True)
    name, line, words = MISTAKES[mistake]
    told = refusal(folder)
    place = f"{folder / name}, line {line}: " if line else f"{folder / name}: "
    sentence = next((each for each in told.splitlines() if place in each), "")
    assert sentence, f"{place} is not in: {told}"
    missing = [word for word in words.split() if word not in sentence]
    assert not missing, f"{missing} not in: {sentence}"
    assert "hunter2" not in told
    assert "s3cr3t" not in told


def test_the_right_example_is_taken_as_it_is_written(folder: Path) -> None:
    loaded = start(folder)
    assert [feed.name for feed in loaded.feeds] == ["town-news-ar", "wire-en"]
    assert [feed.every for feed in loaded.feeds] == [300, 600]
    assert loaded.channels["desk-chat"].url.get_secret_value() == ENVIRONMENT["DESK_CHAT"]
    assert loaded.rules[0].places == "all"
    assert loaded.data_dir == folder / "data"
    assert loaded.database == f"sqlite:///{folder / 'data' / 'monitor.db'}"
    assert loaded.gazetteer == packaged("config/gazetteer.yaml")
    assert not loaded.packaged


def test_all_mistakes_of_all_files_are_told_at_once(folder: Path) -> None:
    for mistake in ("unknown-key", "unknown-recipient", "bad-listen"):
        shutil.copytree(EXAMPLES / mistake, folder, dirs_exist_ok=True)
    told = refusal(folder)
    assert "3 mistakes" in told
    assert [line.split(",")[0].rsplit("/", 1)[1] for line in told.splitlines()[1:]] == [
        "alerts.yaml",
        "feeds.yaml",
        "monitor.yaml",
    ]


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "alerts.yaml").unlink()
    assert "alerts.yaml: the file is missing" in refusal(folder)


def test_a_folder_without_any_file_is_told_how_to_get_them(tmp_path: Path) -> None:
    assert refusal(tmp_path).endswith(f"check the path or run `monitor init {tmp_path}`")


def test_a_folder_in_place_of_a_file_is_named(folder: Path) -> None:
    (folder / "alerts.yaml").unlink()
    (folder / "alerts.yaml").mkdir()
    assert "alerts.yaml: the file cannot be read" in refusal(folder)


def test_a_file_with_a_byte_order_mark_is_read(folder: Path) -> None:
    text = (folder / "feeds.yaml").read_bytes()
    (folder / "feeds.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert len(start(folder).feeds) == 2


def test_an_unset_name_stops_the_first_start_and_takes_down_one_channel_later(folder: Path) -> None:
    assert "DESK_CHAT" in refusal(folder, {})
    assert "DESK_CHAT" in refusal(folder, {"DESK_CHAT": ""})
    later = start(folder, {}, first_start=False)
    assert "DESK_CHAT" in later.channels["desk-chat"].broken
    assert later.channels["log"].broken == ""


def test_a_verb_that_only_looks_needs_no_secrets(folder: Path) -> None:
    assert load(folder, environment={}).channels["desk-chat"].broken


def test_an_unset_canary_leaves_its_channel_working_later(folder: Path) -> None:
    text = (folder / "alerts.yaml").read_text(encoding="utf-8")
    (folder / "alerts.yaml").write_text(text.replace('CHAT}"', 'CHAT}", canary: "${DESK_TEST}"'), encoding="utf-8")
    assert "DESK_TEST" in refusal(folder)
    assert start(folder, first_start=False).channels["desk-chat"].broken == ""


def test_database_and_proxy_are_filled_from_the_environment(folder: Path) -> None:
    with (folder / "monitor.yaml").open("a", encoding="utf-8") as file:
        file.write('database: "postgresql://monitor:${PW}@db.example.org/log"\n')
        file.write('proxy: {sources: "http://me:${PW}@proxy.example.org:3128"}\n')
    loaded = start(folder, {**ENVIRONMENT, "PW": "hunter2"})
    assert loaded.database == "postgresql+psycopg://monitor:hunter2@db.example.org/log"
    assert loaded.proxy.sources.get_secret_value() == "http://me:hunter2@proxy.example.org:3128"
    assert "hunter2" not in f"{loaded!r} {loaded} {loaded.proxy!r}"
    assert "s3cr3t" not in f"{loaded!r} {loaded} {loaded.channels}"


def test_a_relative_sqlite_file_lies_in_the_data_folder(folder: Path) -> None:
    monitor_yaml = folder / "monitor.yaml"
    monitor_yaml.write_text('database: "sqlite:///log.db"\ndata_dir: ../here\n', encoding="utf-8")
    assert start(folder).database == f"sqlite:///{folder.parent / 'here' / 'log.db'}"
    monitor_yaml.write_text('database: "sqlite:////var/lib/log.db"\n', encoding="utf-8")
    assert start(folder).database == "sqlite:////var/lib/log.db"


def test_the_lookup_is_option_then_environment_then_here_then_packaged(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = load(environment=ENVIRONMENT)
    assert here.config_dir == Path("config")
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    named = {**ENVIRONMENT, "MONITOR_CONFIG": str(other)}
    assert load(environment=named).config_dir == other
    assert load(folder, environment=named).config_dir == folder
    shutil.rmtree(folder)
    folder.mkdir()  # somebody else's ./config
    fallback = load(environment={})
    assert fallback.packaged
    assert fallback.config_dir == CONFIG
    assert fallback.data_dir == tmp_path / "data"
    with pytest.raises(ConfigError, match="monitor init DIR"):
        refuse_packaged(fallback)
    refuse_packaged(here)


def test_a_folder_that_does_not_exist_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--config names .*no-such.*monitor init"):
        load(tmp_path / "no-such", environment={})
    with pytest.raises(ConfigError, match=r"\$MONITOR_CONFIG names"):
        load(environment={"MONITOR_CONFIG": str(tmp_path / "no-such")})
