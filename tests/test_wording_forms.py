"""Messages in all their forms: both languages, HTML beside text, facts for programs; what must never stand in them."""

import json
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.channels.quoting import RLM
from monitor.channels.wording import render
from monitor.rules import FirstReading, summaries
from monitor.settings import Rule
from monitor.web.language import translations
from monitor.web.words import match
from tests.channels_support import (
    ARABIC,
    ENGLISH,
    PUBLISHED,
    SEEN,
    alert,
    delivery,
    quote,
)
from tests.wording_support import EXAMPLES, SUMMARY, first_line


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


@pytest.mark.parametrize(
    ("probability", "words", "arabic"),
    [(0.8, "clear match", "تطابق واضح"), (0.7999, "likely match", "تطابق مرجّح")],
)
def test_message_line_file_and_pages_say_in_the_same_words_how_sure_it_is(
    probability: float, words: str, arabic: str
) -> None:
    told = alert(probability=probability)
    summary = alert(kind="summary", lines=(told,), feeds_read=1, reports_read=1)
    for example in (told, summary):
        message = render(delivery(example, "en", "ar"))
        assert (message.text.count(words), message.text.count(arabic)) == (1, 1)
    assert render(delivery(told)).facts["match"] == words == match(probability, "flagged")
    assert translations("ar").gettext(words) == arabic


def test_what_rests_on_no_text_of_its_own_gives_no_probability_but_its_lines_do() -> None:
    summary = dict(summaries((alert(),), FirstReading(4, 120, 0, PUBLISHED), (Rule(to="desk"),)))["desk"]
    facts = render(delivery(summary)).facts
    assert (facts["types"], facts["probability"], facts["match"]) == (["siege"], None, "")
    assert [(line["probability"], line["match"]) for line in facts["lines"]] == [(0.91, "clear match")]


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
