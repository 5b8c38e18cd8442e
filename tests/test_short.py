"""The short form fits into three text messages, whatever its first line and its link are."""

import pytest

from monitor.channels.short import PARTS, parts, short
from monitor.channels.wording import render
from tests.channels_support import ARABIC, ENGLISH, alert, delivery, message
from tests.wording_support import EXAMPLES

LINK = "https://news.example/2026/11/20/a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 459, 3),
        ("a" * 460, 4),
        ("[" * 80, 1),  # two places each
        ("[" * 81, 2),
        ("ح" * 70, 1),
        ("ح" * 71, 2),
        ("ح" * 201, 3),
        ("🕊" * 35, 1),  # two units each
        ("🕊" * 36, 2),
        ("a" * 70 + "ح", 2),
    ],
)
def test_a_network_counts_letters_of_its_own_alphabet_once_and_all_others_in_units_of_sixteen_bits(
    text: str, expected: int
) -> None:
    assert parts(text) == expected


def test_first_line_number_and_link_stand_on_lines_of_their_own() -> None:
    assert (
        short("Critical: siege reported in Jasim", "No. 17", LINK)
        == f"Critical: siege reported in Jasim\nNo. 17\n{LINK}"
    )


def test_a_link_that_leaves_no_room_is_left_out_and_a_long_line_is_cut_but_never_the_number() -> None:
    assert short("Siege in Jasim", "No. 17", LINK + "x" * 450) == "Siege in Jasim\nNo. 17"
    for line in ("Siege reported in Jasim " * 40, "أنباء عن حصار في جاسم " * 40, "x" * 900, "🕊" * 900):
        made = short(line, "No. 17", LINK)
        assert parts(made) <= PARTS
        assert made.endswith("\nNo. 17")
        assert len(made) > 90


def test_what_is_not_seen_does_not_double_the_length() -> None:
    english = short("Siege – “Jasim” \u2067x\u2069", "No. 17", "")
    assert english == 'Siege - "Jasim" x\nNo. 17'


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_message_has_a_short_form_of_three_parts_at_most_in_one_language(name: str) -> None:
    example = EXAMPLES[name]
    made = render(delivery(example.alert, *example.languages, form="short"))
    assert parts(made.text) <= PARTS
    assert ("No. 17" in made.text) != ("رقم 17" in made.text)
    assert made.title == render(example).title
    assert "<blockquote" not in made.html


def test_it_links_the_report() -> None:
    told = alert(quotes=(ENGLISH, ARABIC))
    assert render(delivery(told, form="short")).text.endswith(f"\nNo. 17\n{ENGLISH.url}")
    assert message().text != render(delivery(told, form="short")).text
