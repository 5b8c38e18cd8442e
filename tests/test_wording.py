"""What people are told: golden messages in both languages, and the rules they keep."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.channels.wording import render
from monitor.records import Alert
from tests.channels_support import (
    ARABIC,
    BALAD,
    ENGLISH,
    PROVINCE,
    SEEN,
    alert,
    delivery,
)
from tests.wording_support import ALL_CLEAR, ESCALATED, EXAMPLES, HEADLINE, LATE, SECOND, SO_FAR, TALKS, first_line

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_message_is_the_one_that_was_read_and_found_good(name: str) -> None:
    """After a change of words: delete the file, run twice, and read the new one as the person who is woken by it."""
    path, text = GOLDEN / f"{name}.txt", render(EXAMPLES[name]).text
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} is new: read it")
    assert text == path.read_text(encoding="utf-8")


def test_every_golden_message_has_its_example() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(EXAMPLES)


def test_the_first_line_says_what_where_and_who_says_so() -> None:
    english, arabic = first_line(alert()), first_line(alert(), "ar")
    assert english == "Critical: siege reported in Jasim (Daraa) - according to SOHR via Enab Baladi, not verified"
    assert arabic == "مستوى حرج: أنباء عن حصار في جاسم (درعا) - بحسب المرصد السوري عبر عنب بلدي، غير مؤكدة"


@pytest.mark.parametrize(
    ("told", "english", "arabic"),
    [
        (
            ESCALATED,
            "Emergency, was critical: siege reported in",
            "ارتفع المستوى من «حرج» إلى «طوارئ»: أنباء عن حصار في",
        ),
        (replace(ESCALATED, level_before=None), "Emergency, escalated: siege", "تصعيد، مستوى طوارئ: أنباء عن حصار"),
        (SECOND, "Critical, second source: siege reported in", "مستوى حرج، مصدر ثانٍ: أنباء عن حصار في"),
        (alert(level="watch"), "Watch: siege reported in", "مستوى متابعة: أنباء عن حصار في"),
        (
            ALL_CLEAR,
            "All clear reported in Jasim (Daraa): siege over",
            "أنباء عن انفراج كامل في جاسم (درعا): انتهى الحصار",
        ),
    ],
)
def test_the_first_line_says_how_grave_it_is_and_what_kind_of_news(told: Alert, english: str, arabic: str) -> None:
    assert first_line(told).startswith(english)
    assert first_line(told, "ar").startswith(arabic)


def test_a_state_without_words_is_left_out_and_keeps_no_alert_from_being_sent() -> None:
    odd = replace(
        ESCALATED,
        states={"siege": "standing", "talks": "on_the_moon", "weather": "bad"},
        states_before={"siege": "undreamt"},
        so_far=(*SO_FAR, replace(SO_FAR[0], track="weather", state="bad")),
    )
    for language, known in (
        ("en", "New: siege standing (not reported before)."),
        ("ar", "الجديد: الحصار قائم، ولم يُذكر من قبل."),
    ):
        text = render(delivery(odd, language)).text
        assert known in text
        assert not any(word in text for word in ("moon", "weather", "undreamt"))


def test_the_story_so_far_is_told_in_three_lines_and_not_under_a_correction() -> None:
    long = replace(ESCALATED, so_far=SO_FAR * 3)
    assert render(delivery(long)).text.count("\n- ") == 3
    corrected = render(delivery(replace(long, kind="corrected"), "en", "ar")).text
    assert "So far" not in corrected
    assert "monitor ack" not in corrected
    assert "New:" not in corrected


def test_who_prefers_headlines_gets_the_headline_instead_of_sentences() -> None:
    made = render(delivery(replace(TALKS, headline=HEADLINE), "en", "ar", quote="headline"))
    assert made.text.count(HEADLINE.text) == 1
    assert ENGLISH.text not in made.text + made.html
    assert ENGLISH.text in render(delivery(TALKS, quote="headline")).text  # a report without one


def test_the_title_is_the_first_line_of_the_text_in_the_first_language() -> None:
    for example in EXAMPLES.values():
        message = render(example)
        assert message.text.splitlines()[0] == message.title
        assert "\n" not in message.title


def test_several_types_in_one_alert_are_one_message() -> None:
    three = alert(types=("siege", "reinforcements", "failed_talks"))
    assert first_line(three).startswith("Critical: siege, reinforcements and failed talks reported in Jasim")
    assert first_line(three, "ar").startswith("مستوى حرج: أنباء عن حصار وتعزيزات عسكرية وفشل مفاوضات في جاسم")


def test_an_outlet_that_speaks_for_itself_is_named_once() -> None:
    own = alert(quotes=(replace(ARABIC, said_by="سانا", outlet="SANA"),))
    assert "according to SANA, not" in first_line(own)
    assert "بحسب سانا، غير" in first_line(own, "ar")


def test_a_report_read_late_is_told_with_its_age() -> None:
    assert first_line(alert(**LATE)).endswith("not verified (reported 9 h ago, read now)")
    assert first_line(alert(**LATE), "ar").endswith("غير مؤكدة (نُشرت قبل 9 ساعات وقُرئت الآن)")
    assert "ago" not in first_line(alert(published_at=SEEN - timedelta(minutes=100)))


def test_a_place_that_is_the_governorate_or_unknown_is_not_passed_off_as_a_town() -> None:
    for place in (None, PROVINCE):
        assert "Daraa governorate (town not named)" in first_line(alert(place=place))
        assert "محافظة درعا (البلدة غير محددة)" in first_line(alert(place=place), "ar")
    assert "Daraa al-Balad -" in first_line(alert(place=BALAD))
