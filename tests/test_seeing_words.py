"""What people are told when nothing can be read, and when it can again."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.channels.wording import render
from monitor.records import Alert, Blindness, Delivery, Message
from tests.examples import JASIM, NOON

GOLDEN = Path(__file__).parent / "golden" / "blind"


def message(kind: Any, blindness: Blindness, *languages: str, **changes: Any) -> Message:
    now = changes.pop("now", NOON)
    alert = Alert(f"{kind}:desk:x", "", kind, now, blindness=blindness)
    return render(Delivery(9, alert, "desk", "chat", languages, "Europe/Berlin", 1, now, **changes))


SINCE = datetime(2026, 3, 14, 8, 20, tzinfo=NOON.tzinfo)
EXAMPLES = {
    "blind-both": message("blind", Blindness(SINCE), "en", "ar"),
    "blind-places-ar": message("blind", Blindness(SINCE, places=(JASIM,)), "ar"),
    "blind-places-en": message("blind", Blindness(SINCE, places=(JASIM,)), "en"),
    "seeing-both": message("seeing", Blindness(SINCE, NOON, (), 12, 2, 3), "en", "ar"),
    "seeing-nothing-both": message("seeing", Blindness(SINCE, NOON, (JASIM,), 0, 0), "en", "ar"),
    "seeing-none-flagged-ar": message("seeing", Blindness(SINCE, NOON, (), 2, 0, 1), "ar"),
    "blind-short-ar": message("blind", Blindness(SINCE), "ar", form="short"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_words_are_those_of_the_golden_messages(name: str) -> None:
    assert EXAMPLES[name].text == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_golden_message_has_its_example() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(EXAMPLES)


def test_programs_are_told_the_same() -> None:
    facts = EXAMPLES["seeing-both"].facts["blindness"]
    assert facts["since"] == SINCE.isoformat()
    assert (facts["reports_read_late"], facts["flagged"], facts["feeds_with_losses"]) == (12, 2, 3)
    assert EXAMPLES["blind-both"].facts["blindness"]["until"] is None
