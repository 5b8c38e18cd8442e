"""`monitor log`, `show`, `review` and `situations` as people and scripts read them, after one real run."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from monitor.cli import lookback, one_report, terminal
from monitor.cli.lookback import TABLE_LINES
from monitor.records import ReportState
from monitor.settings import Settings, load
from monitor.store import Store
from monitor.store.reports import LogQuery
from tests.examples import assessment
from tests.world import COLUMN, SIEGE, TALKS, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("world") / "config", [SIEGE, TALKS, COLUMN])
    done = made.monitor("run", "--once", "--backlog", "alert")
    assert done.returncode == 0, done.stderr
    yield made
    made.close()


def settings_of(world: World) -> Settings:
    return load(world.folder)


def key_of(world: World, *words: str) -> str:
    found: str = json.loads(world.monitor("log", "--json", *words).stdout.splitlines()[0])["key"]
    return found


def test_in_a_pipe_a_report_is_one_line_and_no_key_is_cut(world: World) -> None:
    lines = world.monitor("log").stdout.splitlines()
    assert len(lines) == 4
    assert "seen (Damascus)" in lines[0]
    siege = next(line for line in lines if SIEGE.title in line)
    assert siege.startswith(f"{key_of(world, '--type', 'siege')} ")
    assert "siege at Jasim" in siege
    assert "sent 2 times" in siege
    assert "jasim-1 " in world.monitor("situations", "list").stdout


def test_on_a_narrow_terminal_no_word_is_broken(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lookback, "terminal", lambda: Console(width=80, force_terminal=True, color_system=None))
    store = Store(settings_of(world).database)
    try:
        lookback.print_log(store, settings_of(world), LogQuery(), TABLE_LINES, "table")
    finally:
        store.close()
    shown = capsys.readouterr().out
    assert "reinforcements at Nawa" in shown
    assert COLUMN.title in shown
    assert TALKS.title in shown


def test_csv_has_its_header_also_above_nothing_and_the_columns_of_the_json(world: World) -> None:
    nothing = world.monitor("log", "--csv", "--since", "2100-01-01").stdout
    columns = next(csv.reader(io.StringIO(nothing)))
    assert columns == list(json.loads(world.monitor("log", "--json").stdout.splitlines()[0]))
    assert len(list(csv.DictReader(io.StringIO(world.monitor("log", "--csv").stdout)))) == 3


def test_a_misspelt_outlet_is_told_and_does_not_pass_for_a_silent_one(world: World) -> None:
    done = world.monitor("log", "--outlet", "Enab Balady")
    assert done.returncode == 1
    assert "no outlet or feed is called Enab Balady" in done.stderr


def test_a_date_is_meant_in_the_time_zone_in_which_the_log_shows_times(world: World) -> None:
    settings = settings_of(world)
    asked = lookback.query(settings, lookback.moment("2026-03-14"), (), (), (), (), (), reviewed=None, everything=False)
    assert asked.since == datetime(2026, 3, 14, tzinfo=ZoneInfo("Asia/Damascus"))
    exact = lookback.moment("2026-03-14T12:00+00:00")
    assert exact == datetime(2026, 3, 14, 12, tzinfo=UTC)


def test_a_time_names_its_zone_and_the_day_of_utc_where_that_is_another(world: World) -> None:
    settings = settings_of(world)
    assert (
        terminal.local(datetime(2026, 3, 14, 22, 30, tzinfo=UTC), settings)
        == "15 Mar 2026 01:30 Damascus (14 Mar 22:30 UTC)"
    )
    assert terminal.local(datetime(2026, 3, 14, 9, tzinfo=UTC), settings) == "14 Mar 2026 12:00 Damascus (09:00 UTC)"


def test_evidence_is_marked_and_numbered_also_without_colours(world: World) -> None:
    shown = world.monitor("show", key_of(world, "--type", "siege")).stdout
    assert re.search(r"\[\d\] Government forces encircled the town of Jasim", shown)
    assert re.search(r"\n\[\d\] counts siege \(", shown)


def test_a_review_says_who_gave_it_and_in_the_words_of_the_command(world: World) -> None:
    key = key_of(world, "--type", "failed_talks")
    done = world.monitor("review", key, "false-alarm", "--as", "amal", "--note", "an old story")
    assert f"{key} reviewed: false-alarm" in done.stdout
    assert "by amal: false-alarm - an old story" in world.monitor("show", key).stdout
    assert "reviewed: false-alarm" in world.monitor("log", "--reviewed").stdout


@pytest.mark.parametrize("state", ["not_covered", "error"])
def test_of_a_report_that_nobody_judged_no_probability_is_told(state: ReportState) -> None:
    said = one_report.judgement(assessment(state=state))
    assert "not judged" in said
    assert "probability" not in said
    assert "probability 0." in one_report.judgement(assessment("siege"))


def test_a_monitor_that_never_ran_does_not_show_an_empty_log(tmp_path: Path, world: World) -> None:
    other = World(tmp_path / "config", [SIEGE])
    try:
        for words in (
            ("log",),
            ("log", "--json"),
            ("show", "abc"),
            ("situations", "list"),
            ("review", "abc", "confirm"),
        ):
            done = other.monitor(*words)
            assert done.returncode == 1, words
            assert "has not run with the configuration in" in done.stderr
        assert not settings_of(other).data_dir.exists()
    finally:
        other.close()
