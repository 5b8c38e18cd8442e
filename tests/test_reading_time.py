"""Hostile lines: a page that repeats one thing for 20,000 letters must not keep the reader busy.

The bound is five times what the slowest of them takes; what grew with the square of its length took three times the
bound, and what doubled with every letter never ended.
"""

import time

import pytest

from monitor.classifier import Classifier
from monitor.training.reports import report_of

_LETTERS = 20_000
_SECONDS = 2.0  # of the processor, so that others on the machine do not count
_REPEATED = {
    "places": "Daraa Tafas Jasim Nawa ",
    "places in Arabic": "درعا طفس جاسم نوى ",
    "places with commas": "Daraa, ",
    "places joined by and": "وجاسم وطفس و",
    "places without a space": "درعا—Daraa/",
    "roads": "Damascus-Daraa road ",
    "provinces": "Daraa province, Suwayda province; ",
    "brackets": "([",
    "closing marks": ')"',
    "full stops": ".",
    "full stops apart": ". ",
    "cries": "!?",
    "Arabic question marks": "؟",
    "an ellipsis": "…",
    "cues of one event": "siege besieged ",
    "cues in Arabic": "حصار تعزيزات ",
    "clauses": ", while ",
    "what is to come": "will have been already ",
    "what looks back": "what ",
    "what looks back in Arabic": "بعد مرور ",
    "years": "2015 ",
    "numbers": "1,",
    "tatweel": "ـ",
    "tatweel in words": "حـ",
    "vowel signs": "حَّ",
    "one letter with all vowel signs": "َ",
    "letters with dots between": "د.",
    "articles": "al-'",
    "hashtags": "#aB",
    "accents": "é\u0301",
    "what is not seen": "\u200d\u202e",
    "one word": "a",
    "one Arabic word": "ح",
    "persons": "محمد الزعبي ",
    "white space": " \n",
    "what stands for a place": "\x01",
}


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.mark.parametrize("name", _REPEATED)
def test_a_line_that_repeats_itself_is_read_in_time(classifier: Classifier, name: str) -> None:
    line = _REPEATED[name]
    hostile = (line * (_LETTERS // len(line) + 1))[:_LETTERS]
    began = time.process_time()
    classifier.assess(
        [
            report_of("text", "Forces encircle Tafas", f"درعا {hostile}x"),
            report_of("title", hostile, "Forces encircled Tafas on Monday."),
        ]
    )
    assert time.process_time() - began < _SECONDS
