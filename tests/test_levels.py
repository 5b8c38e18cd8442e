"""The level of a situation, by a table that a person can read; and what is wrong with a table, by file and line."""

from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.packaged import packaged
from monitor.settings import load
from monitor.settings.levels import DEFAULT_LEVELS, LevelRow
from monitor.situations import level_of

HEAD = "channels: {log: {kind: log}}\nrecipients: {you: {channels: [log]}}\nrules: [{to: you}]\n"


def folder_with(tmp_path: Path, alerts: str) -> Path:
    for name in ("monitor.yaml", "feeds.yaml"):
        (tmp_path / name).write_text((packaged("config") / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "alerts.yaml").write_text(alerts, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("states", "level"),
    [
        ({}, "watch"),
        ({"siege": "over", "talks": "agreed"}, "watch"),
        ({"talks": "under_way"}, "watch"),
        ({"siege": "threatened"}, "elevated"),
        ({"reinforcements": "growing"}, "elevated"),
        ({"talks": "failed"}, "elevated"),
        ({"reinforcements": "reported", "talks": "failed"}, "elevated"),
        ({"reinforcements": "growing", "talks": "failed"}, "critical"),
        ({"siege": "standing"}, "critical"),
        ({"siege": "standing", "talks": "resumed"}, "critical"),
        ({"siege": "standing", "talks": "failed"}, "emergency"),
        ({"siege": "eased", "talks": "agreed"}, "elevated"),
    ],
)
def test_the_first_row_that_fits_gives_the_level(states: dict[str, str], level: str) -> None:
    assert level_of(states, 1, DEFAULT_LEVELS) == level


def test_a_row_may_ask_for_independent_sources() -> None:
    rows = (
        LevelRow(level="emergency", siege=("standing",), sources=2),
        LevelRow(level="critical", siege=("standing",)),
    )
    assert [level_of({"siege": "standing"}, sources, rows) for sources in (1, 2)] == ["critical", "emergency"]


def test_the_packaged_table_says_what_holds_without_one(tmp_path: Path) -> None:
    assert load(packaged("config")).levels == DEFAULT_LEVELS == load(folder_with(tmp_path, HEAD)).levels


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ("[{level: high, siege: standing}]", 4, "level number 1: level is high, which is not one of watch"),
        ("[{level: critical, siege: standign}]", 4, "standign, which is not one of threatened"),
        ("[{siege: standing}]", 4, "level is missing: every level needs level"),
        ("[{level: watch, seige: standing}]", 4, "unknown key seige: did you mean siege?"),
        ("\n  - {level: watch}\n  - {level: critical, siege: standing}", 4, "row 1 fits every situation"),
        ("[]", 4, "levels is an empty list"),
        ("[{level: watch, siege: standing, sources: 0}]", 4, "sources"),
    ],
)
def test_a_mistake_in_the_table_is_told_with_its_line(tmp_path: Path, table: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(folder_with(tmp_path, f"{HEAD}levels: {table}\n"))
    assert f"alerts.yaml, line {line}: " in str(caught.value)
    assert words in str(caught.value)
