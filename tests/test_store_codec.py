"""Records to JSON and back: nothing lost, nothing guessed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import StoreError
from monitor.records import EVENT_TYPES, LABELS, Alert, Assessment, Place, Quote, Report, Sighting
from monitor.store.codec import from_json, to_json
from tests.examples import assessment, report
from tests.store_support import alert, rich_assessment, rich_report

text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
number = st.floats(allow_nan=False, allow_infinity=False)
moment = st.datetimes(timezones=st.just(UTC))
place = st.builds(Place, text, text, text, st.none() | number, st.none() | number, text, text, st.booleans(), text)
sighting = st.builds(
    Sighting,
    type=st.sampled_from(LABELS),
    counts=st.booleans(),
    state=st.sampled_from(["now", "past", "elsewhere"]),
    sentence=text,
    field=st.sampled_from(["title", "text"]),
    start=st.integers(0, 10**6),
    end=st.integers(0, 10**6),
    probability=number,
    place=st.none() | place,
    found=st.none() | st.just("dateline"),
    words=st.lists(st.tuples(text, number), max_size=3).map(tuple),
    why=text,
)
assessments = st.builds(
    Assessment,
    report_key=text,
    state=st.sampled_from(["flagged", "clear"]),
    types=st.lists(st.sampled_from(EVENT_TYPES), unique=True).map(tuple),
    easing=st.just(()),
    probability=number,
    probabilities=st.dictionaries(text, number, max_size=3),
    in_area=st.booleans(),
    current=st.booleans(),
    places=st.lists(place, max_size=2).map(tuple),
    language=text,
    sightings=st.lists(sighting, max_size=2).map(tuple),
    model=text,
)


def through_json(record: Any, kind: Any = None) -> Any:
    kind = kind or type(record)
    return from_json(kind, json.loads(json.dumps(to_json(kind, record), allow_nan=False)))


@settings(max_examples=150, deadline=None)
@given(assessments)
def test_any_assessment_comes_back_as_it_was(record: Assessment) -> None:
    assert through_json(record) == record


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.builds(Quote, text, text, text, text, text), max_size=2).map(tuple), moment, st.none() | moment, text
)
def test_any_alert_comes_back_as_it_was_with_the_alerts_it_lists(
    quotes: tuple[Quote, ...], seen: datetime, published: datetime | None, words: str
) -> None:
    line = alert(quotes=quotes, seen_at=seen, published_at=published, place=None)
    record = replace(line, lines=(line, alert(read_note=words)), occasions=(words,))
    assert through_json(record) == record


@pytest.mark.parametrize(
    "record", [rich_report(), rich_assessment(), alert()], ids=lambda record: type(record).__name__
)
def test_rough_text_comes_back_as_it_was(record: Any) -> None:
    assert through_json(record) == record


def test_a_time_of_another_zone_comes_back_in_utc() -> None:
    damascus = datetime(2026, 3, 14, 15, 0, 0, 1, tzinfo=timezone(timedelta(hours=3)))
    kept = through_json(report(seen_at=damascus))
    assert kept.seen_at == damascus
    assert kept.seen_at.tzinfo is UTC


def test_a_number_of_the_classifier_is_stored_as_a_plain_one() -> None:
    kept = through_json(replace(assessment("siege"), probability=np.float64(0.25), probabilities={"siege": 1}))
    assert (kept.probability, type(kept.probability), kept.probabilities) == (0.25, float, {"siege": 1.0})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"probability": float("nan")}, r"Assessment.probability: nan"),
        ({"probability": np.float32(0.5)}, r"Assessment.probability"),
        ({"probability": True}, r"Assessment.probability"),
        ({"state": "maybe"}, r"Assessment.state: 'maybe' is not one of flagged, "),
        ({"types": "siege"}, r"Assessment.types: a sequence was expected"),
        ({"types": ("violence",)}, r"Assessment.types: 'violence'"),
        ({"in_area": 1}, r"Assessment.in_area: bool was expected"),
        ({"places": (None,)}, r"Assessment.places: Place was expected"),
        ({"probabilities": [("siege", 1.0)]}, r"Assessment.probabilities: a mapping"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change: dict[str, Any], said: str) -> None:
    with pytest.raises(StoreError, match=said):
        to_json(Assessment, replace(assessment("siege"), **change))


def test_a_time_without_zone_is_refused_both_ways() -> None:
    with pytest.raises(StoreError, match="an aware time"):
        to_json(Report, report(seen_at=datetime(2026, 3, 14)))  # noqa: DTZ001
    kept = to_json(Report, report()) | {"seen_at": "2026-03-14T12:00:00"}
    with pytest.raises(StoreError, match="a time with its zone"):
        from_json(Report, kept)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "Alert has no colour"),
        ({"quotes": None}, "Alert.quotes"),
        ({"place": {"slug": "jasim"}}, "Place lacks"),
        ({"types": [["siege"]]}, "Alert.types"),
        ({"occasion": 7}, "Alert.occasion: str was expected"),
        ({"feeds_read": True}, "Alert.feeds_read: int was expected"),
        ({"seen_at": "yesterday"}, "Alert.seen_at"),
    ],
)
def test_what_another_version_wrote_is_refused_with_advice(change: dict[str, Any], said: str) -> None:
    with pytest.raises(StoreError, match=f"{said}.*Another version of the monitor"):
        from_json(Alert, to_json(Alert, alert()) | change)


def test_a_field_that_was_added_since_takes_its_default() -> None:
    kept = to_json(Alert, alert())
    del kept["read_note"], kept["lines"]
    assert from_json(Alert, kept) == alert()
    del kept["seen_at"]
    with pytest.raises(StoreError, match="Alert lacks seen_at"):
        from_json(Alert, kept)


def test_a_fixed_row_keeps_its_length() -> None:
    assert through_json(("a", 1), tuple[str, int]) == ("a", 1)
    with pytest.raises(StoreError):
        to_json(tuple[str, int], ("a", 1, 2))


def test_a_record_with_a_field_of_unknown_kind_is_a_mistake_in_the_program() -> None:
    @dataclass(frozen=True)
    class Odd:
        value: Mapping[int, bytes]

    with pytest.raises(StoreError, match="no rule for storing"):
        to_json(Odd, Odd({}))
