"""What people are told: golden messages in both languages, and the rules they keep."""

import json
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.channels.quoting import RLM
from monitor.channels.wording import render
from monitor.records import Alert, Delivery, Step
from tests.channels_support import (
    ARABIC,
    BALAD,
    ENGLISH,
    PROVINCE,
    PUBLISHED,
    SEEN,
    TAFAS,
    alert,
    delivery,
    quote,
)

GOLDEN = Path(__file__).parent / "golden"
LATE = {"published_at": PUBLISHED - timedelta(hours=9)}
TALKS = alert(
    occasion="tafas-2:new:failed_talks:1",
    situation="tafas-2",
    place=TAFAS,
    types=("failed_talks",),
    quotes=(ENGLISH,),
    level="elevated",
    states={"talks": "failed"},
)
SO_FAR = (
    Step(PUBLISHED - timedelta(hours=40), "talks", "under_way", "Syria Direct", "a"),
    Step(PUBLISHED - timedelta(hours=11), "reinforcements", "growing", "SANA", "b"),
    Step(PUBLISHED - timedelta(hours=3), "talks", "failed", "عنب بلدي", "c"),
)
ESCALATED = alert(
    kind="escalated",
    occasion="jasim-1:escalated:siege:1",
    occasions=("jasim-1:escalated:siege:1",),
    level="emergency",
    level_before="critical",
    states={"siege": "standing", "reinforcements": "growing", "talks": "failed"},
    states_before={"siege": "threatened", "reinforcements": "growing", "talks": "under_way"},
    so_far=SO_FAR,
    related=("daraa-governorate-4",),
)
SECOND = alert(
    kind="corroborated",
    grade="corroborated",
    sources=2,
    outlets=9,
    level_before="critical",
    states_before={"siege": "standing"},
)
EASED = alert(
    kind="eased",
    occasion="jasim-1:eased:agreement:1",
    occasions=(),
    level="elevated",
    level_before="critical",
    states={"siege": "eased", "talks": "agreed"},
    states_before={"siege": "standing", "talks": "resumed"},
    so_far=SO_FAR[:1],
)
ALL_CLEAR = alert(
    kind="all_clear",
    occasion="jasim-1:all_clear:withdrawal:1",
    occasions=(),
    types=("siege", "failed_talks"),
    level="watch",
    level_before="critical",
    states={"siege": "over", "talks": "agreed"},
    states_before={"siege": "standing", "talks": "agreed"},
    so_far=SO_FAR,
    quotes=(ENGLISH,),
)
HEADLINE = replace(ENGLISH, text="Tafas talks end with nothing", said_by="")
SUMMARY = alert(
    kind="summary",
    occasion="summary:desk:1",
    situation="",
    types=(),
    place=None,
    quotes=(),
    lines=(
        alert(),
        alert(occasion="jasim-1:new:reinforcements:1", types=("reinforcements",)),
        replace(TALKS, published_at=PUBLISHED - timedelta(hours=30)),
        alert(
            situation="balad-1", place=BALAD, types=("reinforcements",), published_at=PUBLISHED - timedelta(hours=50)
        ),
    ),
    feeds_read=14,
    reports_read=3102,
)
EXAMPLES: dict[str, Delivery] = {
    "siege-en": delivery(alert()),
    "siege-ar": delivery(alert(), "ar"),
    "siege-both": delivery(alert(), "en", "ar"),
    "siege-arabic-first": delivery(alert(), "ar", "en"),
    "late-two-types-en": delivery(
        alert(types=("siege", "failed_talks"), quotes=(ARABIC, ENGLISH), probability=0.6, **LATE)
    ),
    "late-two-types-ar": delivery(
        alert(types=("siege", "failed_talks"), quotes=(ARABIC, ENGLISH), probability=0.6, **LATE), "ar"
    ),
    "again-abroad-en": delivery(TALKS, zone="Europe/Berlin", attempt=2),
    "again-abroad-ar": delivery(TALKS, "ar", zone="Europe/Berlin", attempt=2),
    "summary-en": delivery(SUMMARY),
    "summary-ar": delivery(SUMMARY, "ar"),
    "nothing-standing-en": delivery(replace(SUMMARY, lines=(), feeds_read=2, reports_read=11)),
    "nothing-standing-ar": delivery(replace(SUMMARY, lines=(), feeds_read=2, reports_read=11), "ar"),
    "nothing-standing-limited-both": delivery(
        replace(SUMMARY, lines=(), feeds_read=2, reports_read=11, feeds_failed=3, limited=True), "en", "ar"
    ),
    "second-source-both": delivery(SECOND, "en", "ar"),
    "escalated-en": delivery(ESCALATED),
    "escalated-ar": delivery(ESCALATED, "ar"),
    "all-clear-en": delivery(ALL_CLEAR),
    "all-clear-ar": delivery(ALL_CLEAR, "ar"),
    "two-doubtful-both": delivery(alert(quotes=(ARABIC, ENGLISH), sources=2, outlets=2, level="elevated"), "en", "ar"),
    "headline-en": delivery(replace(TALKS, headline=HEADLINE), quote="headline"),
    "short-en": delivery(TALKS, form="short"),
    "short-ar": delivery(ESCALATED, "ar", "en", form="short"),
    "test-both": delivery(alert(kind="test", types=(), place=None, quotes=(), occasion="test:chat"), "en", "ar"),
    "eased-en": delivery(EASED),
    "eased-ar": delivery(EASED, "ar"),
    "corrected-en": delivery(alert(kind="corrected", grade="refuted")),
    "corrected-ar": delivery(alert(kind="corrected", grade="refuted"), "ar"),
    "no-date-no-source-en": delivery(alert(place=PROVINCE, quotes=(), published_at=None)),
    "no-date-no-source-ar": delivery(alert(place=PROVINCE, quotes=(), published_at=None), "ar"),
}


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


def first_line(told: Alert, language: str = "en", **changes: object) -> str:
    return render(delivery(told, language, **changes)).title


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


@pytest.mark.parametrize(
    "kind", ["new", "escalated", "corroborated", "eased", "all_clear", "corrected", "summary", "test"]
)
@pytest.mark.parametrize("grade", ["unconfirmed", "corroborated", "confirmed", "refuted"])
def test_every_kind_and_grade_has_words_in_both_languages(kind: str, grade: str) -> None:
    message = render(delivery(alert(kind=kind, grade=grade), "en", "ar"))
    assert re.search("[A-Za-z]{4}", message.title)
    assert re.search("[ء-ي]{3}", message.text)
    assert "undefined" not in message.html.lower()


@pytest.mark.parametrize(
    ("occasion", "words"),
    [
        ("agreement", ("Critical: agreement reported", "مستوى حرج: أنباء عن اتفاق")),
        ("withdrawal", ("Critical: withdrawal or end of a siege reported", "مستوى حرج: أنباء عن انسحاب أو فك حصار")),
        ("siege", ("Critical: easing reported", "مستوى حرج: أنباء عن انفراج")),
    ],
)
def test_an_easing_says_what_eased(occasion: str, words: tuple[str, str]) -> None:
    eased = alert(kind="eased", occasion=f"jasim-1:eased:{occasion}:1", occasions=())
    assert first_line(eased).startswith(words[0])
    assert first_line(eased, "ar").startswith(words[1])


def test_a_test_is_marked_in_both_languages_whatever_the_language_of_the_message() -> None:
    for languages in (("en",), ("ar",), ("ar", "en")):
        for message in (
            render(delivery(alert(), *languages), marked_test=True),
            render(delivery(alert(kind="test", types=(), quotes=(), place=None), *languages)),
        ):
            assert message.title.lstrip(RLM).startswith("TEST / تجربة - ")
            assert message.facts["test"] is True
            assert message.text.count("TEST / تجربة") == len(languages)
    assert "TEST" not in render(delivery(alert())).text


def test_the_evidence_stands_verbatim_in_its_own_language_in_every_message() -> None:
    for languages in (("en",), ("ar",), ("en", "ar")):
        message = render(delivery(alert(quotes=(ARABIC, ENGLISH)), *languages))
        for evidence in (ARABIC.text, ENGLISH.text):
            assert message.text.count(evidence) == 1
            assert message.html.count(evidence) == 1
            assert evidence in json.dumps(message.facts, ensure_ascii=False)


def test_at_most_two_sentences_are_quoted() -> None:
    three = alert(quotes=(quote("One."), quote("Two."), quote("Three.")))
    assert "Three." not in render(delivery(three)).text + render(delivery(three)).html


def test_a_second_attempt_says_that_it_may_be_a_double() -> None:
    message = render(delivery(alert(), "en", "ar", attempt=3))
    assert "Sent again, attempt 3: you may have had No. 17 already." in message.text
    assert "المحاولة 3: ربما وصلك الرقم 17 من قبل" in message.text
    assert message.title == render(delivery(alert(), "en", "ar")).title


def test_no_message_names_its_recipient() -> None:
    for example in EXAMPLES.values():
        message = render(replace(example, recipient="colonel-x"))
        assert "colonel-x" not in message.text + message.html + json.dumps(message.facts)


def test_the_facts_are_json_and_hold_what_the_message_says() -> None:
    facts = json.loads(json.dumps(dict(render(delivery(alert(), attempt=2)).facts)))
    assert facts["number"] == 17
    assert facts["attempt"] == 2
    assert facts["occasion"] == "jasim-1:new:siege:1"
    assert (facts["kind"], facts["types"], facts["grade"], facts["situation"]) == (
        "new",
        ["siege"],
        "unconfirmed",
        "jasim-1",
    )
    assert facts["place"] == {"name": "Jasim", "arabic": "جاسم", "lat": 32.9931, "lon": 36.0603}
    assert (facts["probability"], facts["match"]) == (0.91, "clear match")
    assert facts["published_at"] == "2026-11-20T15:05:00+00:00"
    assert facts["url"] == "https://news.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/12?a=1"
    assert facts["first_line"] == render(delivery(alert())).title


def test_a_summary_tells_a_situation_once_newest_first_and_is_bounded() -> None:
    lines = tuple(
        alert(situation=f"s-{n}", occasion=f"s-{n}:new:siege:1", published_at=PUBLISHED - timedelta(hours=n))
        for n in range(50)
    )
    text = render(delivery(replace(SUMMARY, lines=lines))).text
    assert text.count("\n- ") == 30
    assert "The newest 30 of 50 situations" in text
    english = render(EXAMPLES["summary-en"])
    assert english.text.count("\n- ") == 3
    assert (
        english.title == "Standing now in Daraa: siege and reinforcements in Jasim, failed talks in Tafas "
        "and more (3 situations in all)"
    )


def test_the_same_delivery_is_worded_the_same_every_time() -> None:
    for example in EXAMPLES.values():
        assert render(example) == render(example)


@pytest.mark.parametrize(
    "published", [datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), SEEN + timedelta(hours=2)]
)
def test_an_impossible_date_breaks_nothing(published: datetime) -> None:
    for zone in ("Asia/Damascus", "America/Anchorage", "Pacific/Auckland"):
        text = render(delivery(alert(published_at=published), "en", "ar", zone=zone)).text
        assert "0001" not in text
        assert "days" not in text.split("Published:")[1]


def test_html_says_language_and_direction_of_each_part_and_follows_the_reader_s_dark_mode() -> None:
    html = render(delivery(alert(quotes=(ARABIC, ENGLISH)), "en", "ar")).html
    assert '<section lang="en" dir="ltr">' in html
    assert '<section lang="ar" dir="rtl">' in html
    assert '<blockquote lang="ar" dir="rtl">' in html
    assert '<blockquote lang="en" dir="ltr">' in html
    assert "prefers-color-scheme: dark" in html
    assert 'name="color-scheme" content="light dark"' in html


def test_html_loads_nothing_from_anywhere() -> None:
    html = render(delivery(alert(), "en", "ar")).html
    assert not re.search(r"<(?:img|script|link|iframe|object|form)|@import|url\(|src=", html)


def test_arabic_lines_run_from_right_to_left_even_if_they_begin_otherwise() -> None:
    for name, example in EXAMPLES.items():
        if name.endswith("-ar"):
            for line in render(example).text.splitlines():
                if line and not line.startswith(("http", "“", "«")) and max(line) >= "\u0600":
                    assert unicodedata.bidirectional(line[0]) in {"R", "AL"}
