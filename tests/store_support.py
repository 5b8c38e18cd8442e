"""Records and child processes for the tests of the store."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.records import Alert, Place, Quote, Situation
from monitor.store import Transaction, outbox, reports
from tests.examples import BALAD, JASIM, NOON, assessment, report, sighting

ROOT = Path(__file__).parent.parent
HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=60)

# Everything that has ever broken a store: both directions, quotes, backslashes, markup, emoji outside the first plane,
# combining marks, a bidi override, tabs and line ends.
ROUGH = "قال \"المرصد\": 'حوصرت' المدينة\n\t\\u0000 %s {x} <b>&amp;</b> 🕊️👩‍👩‍👧 e\u0301 \u202eabc\u202c \u2028 ﷺ"


def rich_report(key: str = "r1", **changes: Any) -> Any:
    return report(key, title=ROUGH, text=ROUGH * 50, summary=ROUGH, url="https://example.org/؟q=درعا&a='\"", **changes)


def rich_assessment(key: str = "r1", **changes: Any) -> Any:
    nowhere = Place("nahj", "Nahj", "نهج", None, None, "village", "", True)
    seen = (
        sighting("siege", ROUGH, words=(("حصار", 1.25), ("closed", -0.1)), probability=1 / 3),
        sighting("agreement", "A deal was reached.", counts=False, state="denied", place=None, found=None),
    )
    made = assessment("siege", "agreement", key=key, sightings=seen, places=(JASIM, BALAD, nowhere))
    return replace(made, probability=0.1 + 0.2, probabilities={"siege": 1e-17, "reinforcements": 1.0}, **changes)


def alert(occasion: str = "jasim-1:new:siege:1", report_key: str = "r1", **changes: Any) -> Alert:
    made = Alert(
        occasion=occasion,
        situation=occasion.split(":", maxsplit=1)[0],
        kind="new",
        types=("siege",),
        grade="unconfirmed",
        place=JASIM,
        probability=0.93,
        report_key=report_key,
        quotes=(Quote(ROUGH, "ar", "حوران الحرة", "https://example.org/1", "SOHR"),),
        published_at=NOON,
        seen_at=NOON + timedelta(microseconds=1),
        occasions=(occasion,),
    )
    return replace(made, **changes)


def situation(place: str = "jasim", number: int = 1, **changes: Any) -> Situation:
    made = Situation(place, number, NOON, NOON + HOUR, None, {"siege": NOON, "agreement": NOON + HOUR})
    return replace(made, **changes)


def add_report(tx: Transaction, key: str, *, hours: float = 0, flagged: bool = True, **changes: Any) -> None:
    kept = assessment(*(("siege",) if flagged else ()), key=key)
    assert reports.add(tx, report(key, hours=hours, **changes), kept)


def owe(tx: Transaction, told: Alert, recipient: str = "night-desk", channel: str = "log", **changes: Any) -> int:
    """The number of a delivery of this alert, due at NOON."""
    number = outbox.announce(tx, told)
    assert number is not None
    terms: dict[str, Any] = {"languages": ("en", "ar"), "zone": "Asia/Damascus", "due_at": NOON, "now": NOON} | changes
    delivery = outbox.owe(tx, number, recipient, channel, **terms)
    assert delivery is not None
    return delivery


@contextmanager
def child(action: str, url: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has done `action` (tests/store_child.py) and waits, until it is killed as by kill -9."""
    command = [sys.executable, "-m", "tests.store_child", action, url, *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        yield process
    finally:
        process.kill()
        process.communicate()
