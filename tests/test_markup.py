"""Markup to words: what a reader would see is kept, what only deceives is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.markup import clean, plain_line, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One <b>wo</b>rd.</p><p>Two.<br>Three</p>", "One word.\nTwo.\nThree"),
        ("<ul><li>one<li>two</ul>tail", "one\ntwo\ntail"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("  spaced \n out \t words ", "spaced\nout words"),
        ("<p>spaced \n out</p>", "spaced out"),
        ("حاصرت القوات <a href='x'>طفس</a>&nbsp;فجراً", "حاصرت القوات طفس فجراً"),
        ("a < b & c > d", "a < b & c > d"),
        ("x &lt;b&gt; y &amp;amp; z", "x <b> y &amp; z"),
        ("<script>alert(1)</script><style>p{}</style>kept<noscript>turn it on</noscript>", "kept"),
        ("<!-- not this -->this", "this"),
        ("<![CDATA[<p>wrapped twice</p>]]>", "wrapped twice"),
        ("&#x202e;&#8203;&#0;words", "\ufffdwords"),
        ("<p onclick='x", ""),
        ("", ""),
    ],
)
def test_markup_becomes_the_words_that_a_reader_sees(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("Roads &amp;amp; bridges", "Roads & bridges"),
        ("&amp;quot;Closed&amp;quot;", '"Closed"'),
        ("<b>Army</b> at\r\nthe gates", "Army at the gates"),
        ("Tom&#8217;s &#38; Sons", "Tom’s & Sons"),
        ("R&D in 5 < 6", "R&D in 5 < 6"),
    ],
)
def test_a_title_is_one_line_however_often_it_was_escaped(markup: str, line: str) -> None:
    assert plain_line(markup) == line


def test_characters_that_only_deceive_are_taken_out_and_joiners_stay() -> None:
    assert clean("a\u202eb\u2066c\u2069d\u200be\u2060f\ufeffg\u00adh\x00i\x1bj\U000e0041k") == "abcdefghijk"
    assert clean("می\u200cخواهد 👨\u200d👩\u200d👧") == "می\u200cخواهد 👨\u200d👩\u200d👧"
    assert clean("one\r\ntwo\rthree\u2028four\x85five") == "one\ntwo\nthree\nfour\nfive"


def test_halves_of_characters_become_whole_ones_or_a_mark() -> None:
    assert clean("\ud83d\ude00") == "😀"
    assert clean("a\ud83d") == "a\ufffd"


@pytest.mark.parametrize(
    "markup", ["<div>" * 200_000 + "deep", "<!--" * 200_000, "<a " * 200_000, "&lt;" * 200_000, "<" * 500_000]
)
def test_no_pile_of_markup_takes_long(markup: str) -> None:
    began = time.process_time()
    plain_text(markup)
    plain_line(markup)
    assert time.process_time() - began < 3


@given(st.text() | st.from_regex(r"(<[a-z/!]{1,6}( [a-z]+='[^']*')?>|&[a-z#0-9]{1,6};|[\w ]+){1,20}", fullmatch=True))
def test_whatever_comes_the_words_can_be_stored_and_hold_nothing_deceptive(text: str) -> None:
    for words in (plain_text(text), plain_line(text)):
        words.encode()
        assert clean(words) == words
        assert "\x00" not in words
