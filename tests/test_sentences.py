"""Sentence spans: verbatim, in order, in both languages, whatever the punctuation."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.sentences import sentences


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Troops arrived. They stayed.", ["Troops arrived.", "They stayed."]),
        ("Gen. Louay spoke on Sept. 4. He left.", ["Gen. Louay spoke on Sept. 4.", "He left."]),
        ("The U.S. envoy left at 3.30 p.m. on Friday.", ["The U.S. envoy left at 3.30 p.m. on Friday."]),
        ("Is Tafas closed? Yes! All of it.", ["Is Tafas closed?", "Yes!", "All of it."]),
        ("Headline without stop\nBody of it.", ["Headline without stop", "Body of it."]),
        ("وصل رتل إلى نوى. وأغلقت الطرق.", ["وصل رتل إلى نوى.", "وأغلقت الطرق."]),
        ("هل فشلت المفاوضات؟ نعم.", ["هل فشلت المفاوضات؟", "نعم."]),
        ("دبابات على المداخل.. الصنمين معزولة", ["دبابات على المداخل.. الصنمين معزولة"]),
        ("سقطت قذائف على الحي.وقال ناشط إن الطريق مغلق.", ["سقطت قذائف على الحي.", "وقال ناشط إن الطريق مغلق."]),
        ("قال د. محمد إن الطريق مغلق.", ["قال د. محمد إن الطريق مغلق."]),
        ("", []),
        (" \n \n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert _split(text) == expected


def test_a_text_without_any_stop_is_cut_into_readable_lengths() -> None:
    text = "وصلت تعزيزات إلى محيط المدينة، " * 100
    assert max(len(part) for part in _split(text)) <= 600


@given(st.text(alphabet="abcZ .!?\n،؛…ابو123\"'", max_size=400))
def test_spans_are_in_order_and_lose_nothing_but_white_space(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
