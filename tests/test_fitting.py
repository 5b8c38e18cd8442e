"""What is left of a message that is too long for a service."""

import pytest

from monitor.channels.fitting import cut, fitted, utf8, utf16
from monitor.channels.quoting import LRI, PDI, RLI
from tests.channels_support import ARABIC, message, quote

LONG = quote(" ".join(f"Sentence {number} tells of the closed road." for number in range(20)))


@pytest.mark.parametrize("measure", [len, utf8, utf16])
@pytest.mark.parametrize("most", [350, 500, 700, 1000, 1500])
def test_first_line_link_and_number_stay_whatever_else_goes(measure: object, most: int) -> None:
    for told in (message("en", "ar", quotes=(LONG, ARABIC)), message("ar", quotes=(LONG, ARABIC))):
        short = fitted(told, most, measure)  # type: ignore[arg-type]
        assert measure(short) <= most  # type: ignore[operator]
        if most > 350:
            assert short.startswith(told.title)
            assert "https://direct.example/2026/tafas" in short
            assert "No. 17" in short or "رقم 17" in short


def test_a_text_that_fits_is_left_alone() -> None:
    told = message("en", "ar")
    assert fitted(told, 100_000) == told.text.strip()
    assert told.title not in fitted(told, 100_000, untitled=True).splitlines()


def test_a_quote_is_cut_at_a_sentence_and_its_marks_are_closed() -> None:
    line = f"“{RLI}{LONG.text}{PDI}”"
    short = cut(line, 200)
    assert len(short) <= 200
    assert "road. …" in short
    assert "road. …" in fitted(message(quotes=(LONG,)), 500)
    assert short.endswith("”")
    assert short.count(RLI) + short.count(LRI) == short.count(PDI)


@pytest.mark.parametrize("most", range(1, 60))
def test_even_the_smallest_room_is_kept(most: int) -> None:
    assert len(fitted(message(quotes=(LONG,)), most)) <= most
    assert utf8(cut(ARABIC.text, most, utf8)) <= most
