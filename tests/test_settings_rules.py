"""Rules, circles and lists of the configuration, and the one that ships."""

import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.cli.setting_up import print_summary
from monitor.errors import ConfigError
from monitor.settings import Settings, load, placed
from tests.settings_support import CONFIG, ENVIRONMENT, EXAMPLES, folder, start

__all__ = ["folder"]  # fixtures


def with_rule(folder: Path, rule: str) -> Settings:
    text = (folder / "alerts.yaml").read_text(encoding="utf-8")
    (folder / "alerts.yaml").write_text(text.replace("places: all", rule), encoding="utf-8")
    return start(folder)


POINTS = {"nawa": (32.89, 36.04), "jasim": (32.99, 36.06), "hawran": None}


def test_a_rule_that_names_an_unknown_place_is_refused_with_the_nearest_spellings(folder: Path) -> None:
    loaded = with_rule(folder, "places: [nawa, Jassim]")
    placed(loaded, {**POINTS, "Jassim": None})
    with pytest.raises(
        ConfigError, match=r"alerts\.yaml, line 7: rule number 1: .* no place Jassim: did you mean jasim"
    ):
        placed(loaded, POINTS)


def test_the_middle_of_a_circle_is_looked_up_once_and_for_all(folder: Path) -> None:
    loaded = placed(with_rule(folder, "near: {place: nawa, km: 15}"), POINTS)
    near = loaded.rules[0].near
    assert near is not None
    assert (near.lat, near.lon, near.km) == (32.89, 36.04, 15)


@pytest.mark.parametrize(("place", "words"), [("nawaa", "no place nawaa: did you mean nawa"), ("hawran", "no point")])
def test_a_circle_round_what_is_no_point_is_refused(folder: Path, place: str, words: str) -> None:
    loaded = with_rule(folder, f"near: {{place: {place}, km: 15}}")
    with pytest.raises(ConfigError, match=rf"line 7: rule number 1: .*{words}"):
        placed(loaded, POINTS)


def test_check_says_how_people_are_told_and_what_of_it_is_hardly_meant(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESK_CHAT", ENVIRONMENT["DESK_CHAT"])
    text = (folder / "alerts.yaml").read_text(encoding="utf-8")
    person = 'quiet: {from: "22:00", to: "06:00", break_through: emergency}, max_per_day: 0, escalate_after: 10m'
    text = text.replace("zone: Asia/Damascus}", f"zone: Europe/Berlin, {person}}}").replace(
        "places: all", "near: {lat: 52, lon: 13, km: 20}"
    )
    (folder / "alerts.yaml").write_text(text, encoding="utf-8")
    print_summary(folder)
    shown = capsys.readouterr()
    assert "desk by desk-chat then log (quiet 22:00-06:00, at most 0 a day, no digest, Europe/Berlin)" in shown.out
    for words in ("has no digest: what exceeds max_per_day", "critical alerts too wait", "no place of the area lies"):
        assert words in shown.err


def test_feeds_asked_often_are_allowed_where_loopback_is(folder: Path) -> None:
    shutil.copytree(EXAMPLES / "asked-too-often", folder, dirs_exist_ok=True)
    (folder / "monitor.yaml").write_text("allow_loopback: true\n", encoding="utf-8")
    assert start(folder).feeds[1].every == 5


def test_a_list_whose_every_line_is_a_comment_is_empty(folder: Path) -> None:
    (folder / "feeds.yaml").write_text("feeds:\n  # - {name: later}\n", encoding="utf-8")
    (folder / "alerts.yaml").write_text("channels:\nrecipients:\nrules:\n", encoding="utf-8")
    loaded = start(folder)
    assert (loaded.feeds, loaded.channels, loaded.recipients, loaded.rules) == ((), {}, {}, ())


def test_every_line_of_monitor_yaml_may_be_deleted(folder: Path) -> None:
    (folder / "monitor.yaml").write_text("model: escalation\nproxy:\n", encoding="utf-8")
    assert start(folder).time_zone == "Asia/Damascus"


def test_the_shipped_configuration_is_right_and_loads_fast() -> None:
    shipped = load(CONFIG, starting=True, environment={})
    times = []
    for _ in range(3):
        began = time.process_time()
        load(CONFIG, starting=True, environment={})
        times.append(time.process_time() - began)
    assert min(times) < 0.5  # of a processor; 0.11 s on a quiet machine
    assert set(shipped.channels) == {"log"}
    assert set(shipped.recipients) == {"you"}
    assert shipped.rules[0].places == "all"


def test_the_shipped_feeds_are_on_only_where_the_address_is_sure() -> None:
    feeds = load(CONFIG, environment={}).feeds
    assert {feed.confidence for feed in feeds if feed.enabled} == {"high"}
    assert len([feed for feed in feeds if feed.enabled]) == 24
    assert {feed.language for feed in feeds} == {"ar", "en"}
    assert all(feed.side for feed in feeds)
    assert {feed.kind for feed in feeds if feed.enabled} == {"rss", "telegram"}
    assert {"page", "reliefweb"} <= {feed.kind for feed in feeds}
    text = (CONFIG / "feeds.yaml").read_text(encoding="utf-8")
    assert text.isprintable() or all(sign.isprintable() or sign == "\n" for sign in text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 119), sign=st.sampled_from(list("\"'{}[],:#&*!|>%@`\t\n$ -?")), drop=st.booleans())
def test_a_slip_of_the_finger_beside_a_secret_never_shows_it(at: int, sign: str, drop: bool, folder: Path) -> None:
    right = (EXAMPLES / "right" / "alerts.yaml").read_text(encoding="utf-8")
    text = right.replace('"${DESK_CHAT}"', "tgram://s3cr3t:12/99")
    (folder / "alerts.yaml").write_text(text[:at] + sign + text[at + drop :], encoding="utf-8")
    try:
        told = repr(start(folder))
    except ConfigError as refused:
        told = str(refused)
    assert "s3cr3t" not in told
