"""Small records for tests of the stages that decide: a report, an assessment, with what matters to the test changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.records import EASING_TYPES, EVENT_TYPES, Assessment, Label, Place, Report, Sighting

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
JASIM = Place("jasim", "Jasim", "جاسم", 32.99, 36.06, "city", "al-Sanamayn", True)
BALAD = Place("daraa-al-balad", "Daraa al-Balad", "درعا البلد", 32.61, 36.10, "quarter", "Daraa", True, "daraa")


def report(key: str = "r1", *, hours: float = 0, **changes: Any) -> Report:
    """A report published `hours` after NOON and seen five minutes later."""
    published = NOON + timedelta(hours=hours)
    made = Report(
        key=key,
        feed="horan-news",
        entry_key=f"entry-{key}",
        url="https://example.org/a/1",
        title="Army closes roads into Jasim",
        text="Army units closed all roads into Jasim, the Horan Observatory said. Bread is running out.",
        text_from="page",
        summary="Army units closed all roads",
        language="en",
        published_at=published,
        seen_at=published + timedelta(minutes=5),
    )
    return replace(made, **changes)


def sighting(label: Label, sentence: str = "Army units closed all roads into Jasim.", **changes: Any) -> Sighting:
    made = Sighting(
        label,
        True,
        "now",
        sentence,
        "text",
        0,
        len(sentence),
        0.93,
        JASIM,
        "sentence",
        (("closed", 1.2),),
        "happening now in Jasim",
    )
    return replace(made, **changes)


def assessment(*labels: Label, place: Place | None = JASIM, key: str = "r1", **changes: Any) -> Assessment:
    """Flagged when one of the labels is an event type. Each label has a counting sighting of its own."""
    types = tuple(label for label in EVENT_TYPES if label in labels)
    made = Assessment(
        report_key=key,
        state="flagged" if types else "clear",
        types=types,
        easing=tuple(label for label in EASING_TYPES if label in labels),
        probability=0.93,
        probabilities=dict.fromkeys(labels, 0.93),
        in_area=True,
        current=True,
        places=(place,) if place else (),
        language="en",
        sightings=tuple(
            sighting(label, f"Sentence {number} about Jasim.", start=number, place=place)
            for number, label in enumerate(labels)
        ),
        model="test@1",
    )
    return replace(made, **changes)
