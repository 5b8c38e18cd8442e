"""The demonstration: the real pipeline reads the written story and rings exactly where the story says it should."""

import asyncio
import io
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from monitor.cli import monitor
from monitor.demo import Told, tell
from monitor.demo.story import ZONE, Story, read_story

LAST_DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Shown:
    told: Told
    screen: str
    seconds: float
    folder: Path
    hosts: frozenset[str]


class _Contacts:
    """Notes every address that this process connects to or looks up. Audit hooks stay for good: `open` ends it."""

    def __init__(self) -> None:
        self.hosts: set[str] = set()
        self.open = True
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.open and event == "socket.connect" and isinstance(arguments[1], tuple):
            self.hosts.add(arguments[1][0])
        elif self.open and event == "socket.getaddrinfo" and arguments[0] is not None:
            self.hosts.add(str(arguments[0]))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo")
    contacts = _Contacts()
    screen = io.StringIO()
    started = time.perf_counter()
    told = asyncio.run(tell(folder, Console(file=screen, width=120), last_day=LAST_DAY))
    seconds = time.perf_counter() - started
    contacts.open = False
    return Shown(told, screen.getvalue(), seconds, folder, frozenset(contacts.hosts))


@pytest.fixture(scope="module")
def story() -> Story:
    return read_story(LAST_DAY)


def test_the_story_is_told_evenly_in_both_languages(story: Story) -> None:
    for told in (True, False):
        languages = [item.outlet.language for item in story.items if item.told is told]
        assert languages.count("ar") == languages.count("en")


def test_every_step_of_the_story_brings_pages_that_are_worth_opening(story: Story) -> None:
    assert {item.step for item in story.items} == set(range(len(story.steps)))
    for item in story.items:
        assert len(item.paragraphs) >= 2, item.title
        assert len(" ".join(item.paragraphs)) >= 120, item.title
        assert "{" not in " ".join(item.paragraphs), item.title


def test_every_ringing_step_has_a_report_and_every_type_rings_once(story: Story) -> None:
    rung = [event for step in story.steps for event in step.rings]
    assert sorted(rung) == ["failed_talks", "reinforcements", "siege"]
    for index, step in enumerate(story.steps):
        if step.rings:
            assert any(item.told for item in story.items if item.step == index), step.name


def test_the_story_goes_forward_in_time_and_ends_on_the_day_asked_for(story: Story) -> None:
    times = [step.at for step in story.steps]
    assert times == sorted(times)
    assert times[-1].date() == LAST_DAY
    assert all(item.published_at < story.steps[item.step].at for item in story.items)


def test_the_weekdays_in_the_story_are_those_of_its_dates(story: Story) -> None:
    shooting = next(item for item in story.items if item.told and item.outlet.language == "en")
    assert story.steps[1].at.date() == date(2026, 11, 13)
    assert "late on Friday" in shooting.paragraphs[0]


def test_every_report_is_read_from_its_page(shown: Shown, story: Story) -> None:
    assert len(shown.told.rows) == len(story.items)
    assert {row.report.text_from for row in shown.told.rows} == {"page"}
    for item in story.items:
        (row,) = (row for row in shown.told.rows if row.report.title == item.title)
        assert all(paragraph in row.report.text for paragraph in item.paragraphs), item.title
        assert story.notice["en"] not in row.report.text


def test_the_story_rings_for_reinforcements_failed_talks_and_siege_in_the_town(shown: Shown, story: Story) -> None:
    here = [alert for alert in shown.told.alerts if alert.situation == f"{story.town}-1"]
    ringing = [alert for alert in here if alert.kind in ("new", "escalated")]
    assert {event for alert in ringing for event in alert.types} == {"reinforcements", "failed_talks", "siege"}
    for step in story.steps:  # what the screen says of a step is what comes of it
        for event in step.rings:
            first = min(alert.seen_at for alert in here if event in alert.types)
            assert first.astimezone(ZONE) == step.at, f"{event} at {step.name}"


def test_every_ringing_step_has_a_flagged_report(shown: Shown, story: Story) -> None:
    flagged = {row.report.title for row in shown.told.rows if row.assessment.state == "flagged"}
    for index, step in enumerate(story.steps):
        if step.rings:
            told = [item for item in story.items if item.told and item.step == index and item.title in flagged]
            assert told, step.name


def test_both_readers_get_the_same_number_of_messages(shown: Shown) -> None:
    for reader in ("night-desk", "relative-abroad"):
        numbers = [letter.title for letter in shown.told.letters if letter.reader == reader]
        assert len(numbers) * 2 == len(shown.told.letters)


def test_no_everyday_news_is_flagged(shown: Shown, story: Story) -> None:
    everyday = {item.title for item in story.items if not item.told}
    flagged = [row.report.title for row in shown.told.rows if row.assessment.state == "flagged"]
    assert not everyday & set(flagged)


def test_every_message_says_test_in_its_first_line(shown: Shown) -> None:
    assert shown.told.letters
    for letter in shown.told.letters:
        assert "TEST" in letter.title.split("\n")[0]


def test_one_reader_is_told_in_english_and_the_other_in_arabic(shown: Shown) -> None:
    english = [letter.title for letter in shown.told.letters if letter.reader == "night-desk"]
    arabic = [letter.title for letter in shown.told.letters if letter.reader == "relative-abroad"]
    assert len(english) == len(arabic) > 3
    assert all("طفس" not in title for title in english)
    assert sum("طفس" in title for title in arabic) >= 3


def test_the_screen_shows_the_messages_the_log_and_that_nothing_left_the_machine(shown: Shown) -> None:
    for letter in shown.told.letters:
        assert letter.title in shown.screen
    flagged = sum(row.assessment.state == "flagged" for row in shown.told.rows)
    last = shown.screen.strip().splitlines()[-1]
    read, sent = len(shown.told.rows), len(shown.told.letters)
    assert last == f"{read} reports read, {flagged} flagged, {sent} messages sent. Nothing left this machine."


def test_nothing_but_this_machine_is_contacted(shown: Shown) -> None:
    assert shown.hosts == {"127.0.0.1"}


def test_the_demonstration_takes_less_than_forty_seconds(shown: Shown) -> None:
    assert shown.seconds < 40


def test_the_kept_folder_can_be_looked_into_with_the_ordinary_verbs(shown: Shown) -> None:
    result = CliRunner().invoke(monitor, ["--config", str(shown.folder / "config"), "log", "--all", "--json"])
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == len(shown.told.rows)


def test_a_folder_that_holds_something_is_not_used_to_keep_the_demonstration(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    result = CliRunner().invoke(monitor, ["demo", "--keep", str(tmp_path)])
    assert result.exit_code == 2
    assert "not empty" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
