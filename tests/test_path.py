"""From a feed to an alert in someone's hand and a line in the log: the real command, real servers on loopback."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.drill import drill
from benchmarks.replay import Article, Farm, Inbox, articles_of
from tests.world import BAKERIES, COLUMN, SIEGE, TALKS, World, monitor

REPORTS = Path(__file__).parent.parent / "models" / "evaluation" / "reports.jsonl"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "config", [BAKERIES, SIEGE, TALKS, COLUMN])
    yield made
    made.close()


def log_of(world: World, *words: str) -> list[dict[str, Any]]:
    done = world.monitor("log", "--json", *words)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_reports_become_alerts_on_both_channels_and_lines_in_the_log(world: World) -> None:
    done = monitor(world.folder, "run", "--once", "--backlog", "alert")
    assert done.returncode == 0, done.stderr
    flagged = [json.loads(line) for line in monitor(world.folder, "log", "--json").stdout.splitlines()]
    assert {(tuple(row["types"]), row["places"][0]) for row in flagged} == {
        (("siege",), "Jasim"),
        (("failed_talks",), "Tafas"),
        (("reinforcements",), "Nawa"),
    }
    assert len(log_of(world, "--all")) == 4
    assert sorted(occasion for channel, _, occasion in world.inbox.got if channel == "hook") == sorted(
        ["jasim-1:new:siege:1", "tafas-1:new:failed_talks:1", "nawa-1:new:reinforcements:1"]
    )
    assert len(world.inbox.got) == 6
    assert any(TALKS.text.split("،")[0] in body for body in world.inbox.bodies)
    assert [row["read_from"] for row in flagged] == ["page"] * 3


def test_either_database_gives_the_same_reports_and_alerts(tmp_path: Path, store_url: str) -> None:
    world = World(tmp_path / "config", [BAKERIES, SIEGE, TALKS, COLUMN], database=store_url)
    try:
        for _ in range(2):
            done = world.monitor("run", "--once", "--backlog", "alert")
            assert done.returncode == 0, done.stderr
        assert {row["situation"] for row in log_of(world, "--all")} == {None, "jasim-1", "tafas-1", "nawa-1"}
        assert len(set(world.inbox.got)) == len(world.inbox.got) == 6
    finally:
        world.close()


def test_a_second_run_is_answered_304_and_adds_nothing(world: World) -> None:
    world.monitor("run", "--once", "--backlog", "alert")
    again = world.monitor("run", "--once", "--backlog", "alert")
    assert "0 new reports" in again.stderr
    assert again.stderr.count("unchanged") == 2
    assert len(world.inbox.got) == 6


def test_by_default_the_first_reading_sends_one_summary_and_what_is_new_afterwards_an_alert(world: World) -> None:
    done = world.monitor("run", "--once")
    assert done.returncode == 0, done.stderr
    assert [occasion.split(":")[0] for _, _, occasion in world.inbox.got] == ["summary", "summary"]
    world.farm.articles.append(
        Article(
            "Military column enters Dael",
            "A military column with tanks entered the town of Dael in Daraa on Sunday to reinforce the garrison there.",
            "2026-03-15T08:00:00",
        )
    )
    world.monitor("run", "--once")
    assert [occasion for channel, _, occasion in world.inbox.got if channel == "hook"][1:] == [
        "dael-1:new:reinforcements:1"
    ]


def test_ignoring_the_backlog_sends_nothing_but_keeps_the_log(world: World) -> None:
    world.monitor("run", "--once", "--backlog", "ignore")
    assert world.inbox.got == []
    assert len(log_of(world)) == 3


def test_an_edited_article_is_a_new_revision_of_the_same_report(world: World) -> None:
    world.monitor("run", "--once", "--backlog", "alert")
    world.farm.articles[0] = Article(
        "Bread prices rise in Irbid, again", BAKERIES.text + " Prices rose again.", BAKERIES.published
    )
    world.monitor("run", "--once")
    rows = log_of(world, "--all")
    assert len(rows) == 4
    assert [row["revision"] for row in rows if row["title"].endswith("again")] == [2]


def test_the_log_is_filtered_by_place_type_language_state_and_review(world: World) -> None:
    world.monitor("run", "--once", "--backlog", "ignore")
    assert [row["places"] for row in log_of(world, "--place", "طفس")] == [["Tafas"]]
    assert [row["places"][0] for row in log_of(world, "--type", "siege")] == ["Jasim"]
    assert [row["language"] for row in log_of(world, "--language", "ar")] == ["ar"]
    assert [row["title"] for row in log_of(world, "--state", "clear")] == [BAKERIES.title]
    key = log_of(world, "--type", "siege")[0]["key"]
    reviewed = world.monitor("review", key[:6], "confirm", "--note", "seen by two others")
    assert reviewed.returncode == 0, reviewed.stderr
    assert world.monitor("review", key, "unsure").returncode == 0
    assert [row["reviews"] for row in log_of(world, "--reviewed")] == [["confirm", "unsure"]]
    assert len(log_of(world, "--not-reviewed")) == 2
    assert world.monitor("log", "--csv").stdout.splitlines()[0].startswith("key,seen,published,state")


def test_show_tells_why_to_whom_and_what_reviewers_said(world: World) -> None:
    world.monitor("run", "--once", "--backlog", "alert")
    key = log_of(world, "--place", "Jasim")[0]["key"]
    world.monitor("review", key, "confirm", "--note", "two colleagues saw it")
    shown = world.monitor("show", key)
    assert shown.returncode == 0, shown.stderr
    for words in (
        SIEGE.title,
        "counts siege",
        "desk by hook: sent",
        "desk by mail: sent",
        "two colleagues saw it",
        "jasim-1",
    ):
        assert words in " ".join(shown.stdout.split()), words
    facts = json.loads(world.monitor("show", key, "--json").stdout)
    assert facts["text"].startswith("Government forces encircled")
    assert {each["state"] for each in facts["deliveries"]} == {"sent"}


SECOND = Article(
    "Residents of Jasim cut off",
    "People in the northern Daraa town of Jasim could not leave it on Saturday evening, as soldiers surrounded it and "
    "blocked the roads with earth barriers. The mayor of a neighbouring village said his cousins had run out of bread.",
    "2026-03-14T18:00:00",
)
LIFTED = Article(
    "Roads into Jasim open again",
    "The siege of Jasim in northern Daraa was lifted on Sunday: soldiers withdrew from its outskirts and reopened the "
    "roads, local sources said.",
    "2026-03-15T09:00:00",
)


def test_a_second_source_an_easing_and_a_correction_reach_those_who_had_the_alert(world: World) -> None:
    world.farm.articles[:] = [BAKERIES, SIEGE]
    world.monitor("run", "--once", "--backlog", "alert")
    world.farm.articles += [SECOND, Article("Repeated: Jasim", SIEGE.text, "2026-03-14T19:00:00"), LIFTED]
    world.monitor("run", "--once")
    on_hook = [occasion for channel, _, occasion in world.inbox.got if channel == "hook"]
    assert sorted(on_hook) == [
        "jasim-1:all_clear:withdrawal:1",
        "jasim-1:corroborated:siege:1",
        "jasim-1:new:siege:1",
    ]
    first = next(row["key"] for row in log_of(world) if row["title"] == SIEGE.title)
    said = world.monitor("review", first, "false-alarm")
    assert "Corrections owed to those who had the alert: 2" in said.stdout
    world.monitor("deliver")
    corrections = [channel for channel, _, occasion in world.inbox.got if ":corrected:siege:" in occasion]
    assert sorted(corrections) == ["hook", "mail"]
    assert any("Correction: the alert of siege in Jasim" in body for body in world.inbox.bodies)


def test_situations_list_their_reports_and_what_each_changed(world: World) -> None:
    world.monitor("run", "--once", "--backlog", "ignore")
    listed = [json.loads(line) for line in world.monitor("situations", "list", "--json").stdout.splitlines()]
    assert {each["key"] for each in listed} == {"jasim-1", "tafas-1", "nawa-1"}
    shown = json.loads(world.monitor("situations", "show", "jasim-1", "--json").stdout)
    assert [(each["title"], each["decision"]) for each in shown["reports"]] == [(SIEGE.title, "new")]
    assert (shown["level"], shown["states"], shown["within"][-1]) == (
        "critical",
        {"siege": "standing"},
        "daraa-governorate",
    )
    closed = world.monitor("situations", "close", "jasim-1", "--reason", "roads open", "--as", "nour")
    assert closed.returncode == 0, closed.stderr
    told = world.monitor("situations", "show", "jasim-1").stdout
    for words in (SIEGE.title, "critical", "siege standing", "nour: roads open"):
        assert words in told, words


def test_a_key_that_is_not_there_is_a_sentence_and_exit_code_1(world: World) -> None:
    world.monitor("run", "--once", "--backlog", "ignore")
    for words in (("show", "zzzzzz"), ("review", "zzzzzz", "confirm"), ("situations", "show", "zzz-9")):
        done = world.monitor(*words)
        assert done.returncode == 1
        assert done.stderr.startswith("monitor: no ")
        assert "Traceback" not in done.stderr


def started(world: World) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "monitor", "--config", str(world.folder), "run", "--backlog", "alert"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=world.folder)


def awaited(world: World, messages: int) -> None:
    for _ in range(2400):
        if len(world.inbox.got) >= messages:
            return
        time.sleep(0.05)
    raise AssertionError(f"only {len(world.inbox.got)} messages came")


def test_the_service_watches_refuses_a_second_one_and_finishes_on_sigterm(world: World) -> None:
    service = started(world)
    try:
        awaited(world, 6)
        second = world.monitor("run", "--once")
        assert second.returncode == 1
        assert second.stderr.startswith("monitor: ")
        assert "Traceback" not in second.stderr
        assert len(log_of(world, "--all")) == 4  # the log can be read meanwhile
        service.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert service.wait(timeout=15) == 0
        assert time.monotonic() - began < 12
    finally:
        service.kill()
        _, said = service.communicate()
    assert "every message was sent" in said


def test_a_monitor_killed_while_it_reads_and_sends_loses_nothing(tmp_path: Path) -> None:
    """The short form of `make drill`. Two portions a feed, but few alerts: a mailbox takes one message a second."""
    quiet = [replace(BAKERIES, text=f"{BAKERIES.text} Loaves weigh {grams} grams.") for grams in range(300, 342)]
    farm, inbox = Farm([*articles_of(REPORTS)[:18], *quiet], 2), Inbox(delay=0.05)
    try:
        outcome = drill(tmp_path, farm.urls, inbox, kills=2)
    finally:
        farm.close()
        inbox.close()
    assert outcome.reports == 60
    assert outcome.owed > 0
    assert (outcome.lost, outcome.rung_twice, outcome.in_one_situation) == ((), (), True)


def test_an_unset_name_stops_the_first_start_and_later_only_its_own_channel(world: World) -> None:
    alerts = world.folder / "alerts.yaml"
    whole = alerts.read_text(encoding="utf-8")
    broken = whole.replace("channels:\n", 'channels:\n  night: {url: "${NIGHT_CHAT}"}\n').replace(
        "[hook,", "[night, hook,"
    )
    alerts.write_text(broken, encoding="utf-8")
    first = world.monitor("run", "--once", "--backlog", "alert")
    assert first.returncode == 1
    assert "NIGHT_CHAT" in first.stderr
    assert world.inbox.got == []
    alerts.write_text(whole, encoding="utf-8")
    assert world.monitor("run", "--once", "--backlog", "ignore").returncode == 0
    alerts.write_text(broken, encoding="utf-8")
    world.farm.articles.append(
        BAKERIES.__class__("Tanks reach Dael", COLUMN.text.replace("Nawa", "Dael"), "2026-03-15T08:00:00")
    )
    later = world.monitor("poll")
    assert later.returncode == 0, later.stderr
    assert "channel night is down" in later.stderr
    world.monitor("deliver")
    assert sorted(channel for channel, _, _ in world.inbox.got) == ["hook", "mail"]
