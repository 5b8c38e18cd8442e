"""How surely a text reports something is said in words that fit the number, alike in messages, facts and pages."""

from dataclasses import replace

import pytest

from monitor.channels.wording import render
from monitor.web.words import match
from tests.channels_support import alert, delivery


@pytest.mark.parametrize(
    ("probability", "english", "arabic"),
    [
        (0.93, "clear match", "تطابق واضح"),
        (0.79, "likely match", "تطابق مرجّح"),
        (0.5, "likely match", "تطابق مرجّح"),
        (0.43, "possible match", "تطابق محتمل"),
    ],
)
def test_only_what_is_more_likely_than_not_is_called_likely(probability: float, english: str, arabic: str) -> None:
    message = render(delivery(replace(alert(), probability=probability), languages=("en", "ar")))
    assert f"How sure: {english} -" in message.text
    assert f"درجة الوضوح: {arabic} -" in message.text
    assert message.facts["match"] == match(probability, "flagged") == english


def test_an_uncertain_report_is_a_possible_match_whatever_its_number() -> None:
    assert (match(0.93, "uncertain"), match(0.93, "clear")) == ("possible match", "no match")
