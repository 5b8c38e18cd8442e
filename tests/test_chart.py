"""The chart and the days behind it: silence and blindness are told apart, in the drawing and in the figures."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from monitor.records import EventType, Gap, Outage
from monitor.web import hours
from monitor.web.chart import WIDTH, Words, draw
from monitor.web.hours import Day, Span
from monitor.web.placing import width

DAMASCUS = ZoneInfo("Asia/Damascus")
NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TYPES: dict[EventType, str] = {"siege": "siege", "reinforcements": "reinforcements", "failed_talks": "failed talks"}


def at(day: int, hour: float = 0) -> datetime:
    """Of March, in Damascus."""
    return datetime(2026, 3, day, tzinfo=DAMASCUS) + hour * HOUR


def days(
    counted: dict[datetime, dict[EventType, int]] | None = None,
    blind: tuple[Span, ...] = (),
    partly: tuple[Span, ...] = (),
    first: int = 1,
) -> list[Day]:
    return hours.days(counted or {}, blind, partly, Span(at(first), NOW), DAMASCUS)


def drawn(some: list[Day], *, arabic: bool = False, **changes: Any) -> ElementTree.Element:
    made: dict[str, Any] = {
        "title": "Reports a day",
        "description": "Hatched: nothing could be read",
        "types": TYPES,
        "seen": "what could be seen",
        "day": lambda day: f"{day.day} كانون الثاني" if arabic else f"{day.day} Mar",
        "says": lambda day: f"{day.day}: {sum(day.counts.values())}",
    }
    return ElementTree.fromstring(draw(some, Words(**(made | changes), arabic=arabic)))


def of(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [each for each in root.iter() if kind in each.attrib.get("class", "").split()]


def test_a_report_belongs_to_the_day_in_damascus_on_which_it_was_read() -> None:
    late = datetime(2026, 3, 3, 22, tzinfo=UTC)  # one in the morning of the 4th in Damascus
    found = {day.day: day.counts["siege"] for day in days({late: {"siege": 2}})}
    assert found[date(2026, 3, 3)] == 0
    assert found[date(2026, 3, 4)] == 2
    assert list(found) == [date(2026, 3, number) for number in range(1, 15)]


def test_a_silent_day_has_a_stroke_and_a_blind_one_is_hatched_instead() -> None:
    some = days({at(2, 3): {"siege": 1}}, blind=(Span(at(5, 6), at(5, 18)),))
    assert [day.day.day for day in some if day.is_silent] == [*(1, 3, 4), *range(6, 15)]
    root = drawn(some)
    assert len(of(root, "bar")) == 1
    assert len(of(root, "silent")) == 3 * 14 - 1 - 3  # every type and day, but for the report and the blind day
    hatched = [each for each in of(root, "hatched") if each.attrib["fill"] == "url(#hatch-blind)"]
    assert len(hatched) == 3 + 1  # on each type's row, and on the lane of what could be seen


def test_hatching_is_as_long_as_the_hours_were_and_minutes_do_not_vanish() -> None:
    root = drawn(days(blind=(Span(at(5, 0), at(5, 12)), Span(at(7, 1), at(7, 1.05)))))
    a_day = float(of(root, "day")[0].attrib["width"])
    long, short = (float(each.attrib["width"]) for each in of(root, "hatched")[:2])
    assert abs(long - a_day / 2) < 0.11
    assert 1 <= short < a_day / 4


def test_feeds_that_were_not_read_while_others_were_stand_on_the_lane_alone() -> None:
    root = drawn(days(partly=(Span(at(5), at(6)),)))
    assert [each.attrib["fill"] for each in of(root, "hatched")] == ["url(#hatch-partly)"]
    assert len(of(root, "silent")) == 3 * 14


def test_read_from_right_to_left_time_runs_the_other_way() -> None:
    some = days({at(1, 3): {"siege": 1}})
    left = float(of(drawn(some), "bar")[0].attrib["x"])
    right = float(of(drawn(some, arabic=True), "bar")[0].attrib["x"])
    assert left < WIDTH / 4
    assert right > WIDTH * 3 / 4


def test_dates_do_not_cover_one_another_however_long_the_months_are_called() -> None:
    long = hours.days({}, (), (), Span(NOW - timedelta(days=89), NOW), DAMASCUS)
    for each in (days(), long):
        texts = [text for text in drawn(each, arabic=True).iter("text") if text.attrib.get("text-anchor") == "middle"]
        spans = sorted((float(text.attrib["x"]), width(text.text or "", 11)) for text in texts)
        assert spans
        for (x1, long1), (x2, long2) in pairwise(spans):
            assert x1 + long1 / 2 < x2 - long2 / 2


def test_it_needs_no_inline_style_and_writes_out_what_looks_like_markup() -> None:
    some = days()
    said = draw(
        some,
        Words(
            title="<script>",
            description='"&',
            types=TYPES,
            seen="<b>",
            day=lambda _: "<i>",
            says=lambda _: "</title><script>alert(1)</script>",
        ),
    )
    assert not re.search(r"\sstyle=|<style|<script|javascript:|\son\w+=|https?:", said)
    assert ElementTree.fromstring(said).findtext("title") == "<script>"


def test_it_is_blind_when_this_machine_has_no_network_or_every_feed_fails_at_once() -> None:
    outages = [
        Outage("", at(3), at(3, 2)),
        Outage("alpha", at(5), at(5, 10)),
        Outage("beta", at(5, 6), None),
    ]
    gaps = [Gap("beta", at(5, 4), at(5, 6), at(5, 6))]
    blind, partly = hours.unread(gaps, outages, ["alpha", "beta"], at(6))
    assert blind == (Span(at(3), at(3, 2)), Span(at(5, 4), at(5, 10)))
    assert partly == (Span(at(5), at(5, 4)), Span(at(5, 10), at(6)))


def test_an_outage_of_a_feed_that_is_not_read_any_more_is_nobodys() -> None:
    assert hours.unread([], [Outage("old", at(3), at(4))], ["alpha"], at(6)) == ((), ())
    assert hours.unread([], [], [], at(6)) == ((), ())


def test_hours_that_overlap_are_counted_once() -> None:
    some = [Span(at(1), at(1, 5)), Span(at(1, 3), at(1, 8)), Span(at(2), at(2))]
    assert hours.united(some) == (Span(at(1), at(1, 8)),)
    left = hours.without(hours.united(some), (Span(at(1, 2), at(1, 3)),))
    assert left == (Span(at(1), at(1, 2)), Span(at(1, 3), at(1, 8)))
    assert days(blind=hours.united(some))[0].blind_hours == 8


def test_a_date_in_arabic_begins_with_its_day_though_the_drawing_runs_from_the_left() -> None:
    dates = [each.text or "" for each in of(drawn(days(), arabic=True), "tick") if "كانون" in (each.text or "")]
    assert dates
    assert all(each.startswith("\u2067") and each.endswith("\u2069") for each in dates)
    assert "\u2067" not in ElementTree.tostring(drawn(days()), encoding="unicode")
