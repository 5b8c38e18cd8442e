"""A written story in time, and the exact messages that recipients with different rules get, in both languages.

The reports go through the whole monitor: feeds on loopback, the real reading, the ledger, the rules, the wording.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from monitor.records import LogRow
from monitor.web.decisions import said
from tests.story_support import DAMASCUS, Got, tell

GOLDEN = Path(__file__).parent / "golden" / "story"
CHANNELS = {
    "everything": ["chat"],
    "siege-only-en": ["desk-en"],
    "siege-only-ar": ["desk-ar"],
    "few-and-short-en": ["phone-en", "mail-en"],
    "few-and-short-ar": ["phone-ar", "mail-ar"],
}
Story = tuple[dict[str, list[Got]], list[LogRow]]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return asyncio.run(tell(tmp_path_factory.mktemp("story")))


def written_down(came: Mapping[str, Sequence[Got]], channels: Sequence[str]) -> str:
    got = [(each.at, channel, each.message.text) for channel in channels for each in came[channel]]
    got.sort(key=lambda each: each[0])
    return "\n".join(f"===== {at.astimezone(DAMASCUS):%a %d %b %H:%M}, {on}\n{text.rstrip()}\n" for at, on, text in got)


@pytest.mark.parametrize("recipient", CHANNELS)
def test_each_recipient_gets_exactly_the_messages_that_were_read_and_found_good(recipient: str, story: Story) -> None:
    """After a change of words: delete the file, run twice, and read the new one as the person who is woken by it."""
    path, text = GOLDEN / f"{recipient}.txt", written_down(story[0], CHANNELS[recipient])
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} is new: read it")
    assert text == path.read_text(encoding="utf-8")


def test_the_reports_are_read_as_they_are_meant(story: Story) -> None:
    read = {row.report.entry_key: (*row.assessment.types, *row.assessment.easing) for row in story[1]}
    assert read == {
        "tension": (),
        "reinforcements": ("reinforcements",),
        "talks begin": (),
        "more troops": ("reinforcements",),
        "talks fail": ("failed_talks",),
        "siege": ("siege",),
        "second source": ("siege",),
        "talks resume": (),
        "agreement": ("agreement",),
        "siege lifted": ("withdrawal",),
        "a late copy": ("siege",),
    }
    assert {row.situation for row in story[1]} == {"", "jasim-1"}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_have_words_for_every_reason_of_the_story(language: str, story: Story) -> None:
    told = [said(row.reason, language, {}) for row in story[1]]
    assert len(set(told)) > 5
    assert [each for each in told if 'lang="en"' in each] == []


def test_every_turn_of_the_story_wakes_once_and_the_late_copy_nobody(story: Story) -> None:
    turns = [each.message.facts["occasion"] for each in story[0]["chat"]]
    assert turns == [
        "jasim-1:new:reinforcements:1",
        "jasim-1:escalated:failed_talks:1",
        "jasim-1:escalated:siege:1",
        "jasim-1:corroborated:siege:1",
        "jasim-1:eased:agreement:1",
        "jasim-1:all_clear:withdrawal:1",
    ]
    (copy,) = [row for row in story[1] if row.report.entry_key == "a late copy"]
    assert (copy.decision, copy.situation, copy.sent) == ("repeat", "jasim-1", 0)


def test_all_channels_tell_the_same_and_later_messages_answer_the_first_one(story: Story) -> None:
    chat, mail = ([each.message for each in story[0][channel]] for channel in ("chat", "mail"))
    assert [message.title for message in chat] == [message.title for message in mail]
    assert [message.answers for message in chat] == ["", *[f"receipt-{chat[0].number}"] * 5]
    assert [message.answers for message in mail] == ["", *[f"receipt-{mail[0].number}"] * 5]


def test_what_came_in_quiet_hours_waited_for_the_morning_unless_it_was_critical(story: Story) -> None:
    came = {each.message.facts["kind"]: each.at.astimezone(DAMASCUS) for each in story[0]["desk-en"]}
    assert (came["escalated"].hour, came["eased"].hour, came["eased"].day) == (2, 6, 6)
