"""Draws the reports of each day and type as SVG, with the hours that nobody could see. Pure.

A day that was watched and brought nothing has a short stroke on its base line; hours that were not seen are hatched,
and have none. So silence cannot be taken for blindness, nor the other way round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from monitor.records import EVENT_TYPES, EventType
from monitor.web import svg
from monitor.web.hours import Day, Span
from monitor.web.placing import Box, width

WIDTH = 480.0
_LEFT, _RIGHT = 30.0, 6.0  # where the days begin and end; for right-to-left the other way round
_ROW, _TOP, _BAR = 62.0, 18.0, 38.0  # height of a type's row; above and of its bars
_LANE, _AXIS = 26.0, 22.0
_DATE = 11.0  # size of a date
_THINNEST = 1.5  # of hours that were not seen: minutes must not vanish


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on the chart in the language of the page."""

    title: str
    description: str
    types: dict[EventType, str]
    seen: str  # the lane of what was watched
    day: Callable[[date], str] = field(repr=False)  # 3 Nov
    says: Callable[[Day], str] = field(repr=False)  # all of a day in a sentence
    arabic: bool = False


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a moment stands; time runs in the direction of reading."""

    days: Sequence[Day]
    arabic: bool

    @property
    def wide(self) -> float:
        return (WIDTH - _LEFT - _RIGHT) / len(self.days)

    def left(self, number: int) -> float:
        """Of the day with that number."""
        return WIDTH - _LEFT - (number + 1) * self.wide if self.arabic else _LEFT + number * self.wide

    def hours(self, number: int, span: Span) -> tuple[float, float]:
        """(left, width) of hours of that day."""
        day = self.days[number].span
        begins, ends = (span.since - day.since) / day.long, (span.until - day.since) / day.long
        long = max(_THINNEST, (ends - begins) * self.wide)
        return self.left(number) + (1 - ends if self.arabic else begins) * self.wide, min(long, self.wide)


def draw(days: Sequence[Day], words: Words) -> Markup:
    """`days` one after another, the oldest first; at least one."""
    height = _ROW * len(EVENT_TYPES) + _LANE + _AXIS
    drawing = svg.root(WIDTH, height, "chart", "chart")
    svg.said(drawing, "chart", words.title, words.description)
    _hatching(drawing)
    scale = _Scale(days, words.arabic)
    most = max(4, *(max(day.counts.values()) for day in days))
    for number, event in enumerate(EVENT_TYPES):
        _row(drawing, scale, event, (number * _ROW, most), words)
    _lane(drawing, scale, _ROW * len(EVENT_TYPES), words)
    _axis(drawing, scale, height, words)
    for number, day in enumerate(days):  # above all others: what a pointer finds
        whole = svg.add(drawing, "rect", "day", x=scale.left(number), y=0, width=scale.wide, height=height - _AXIS)
        svg.add(whole, "title", text=words.says(day))
    return svg.markup(drawing)


def _hatching(drawing: svg.Element) -> None:
    defined = svg.add(drawing, "defs")
    for name, gap, line in (("blind", 5, "M-1 1L1 -1M0 5L5 0M4 6L6 4"), ("partly", 5, "M2.5 2.5h.9")):
        pattern = svg.add(
            defined,
            "pattern",
            f"hatch {name}",
            id=f"hatch-{name}",
            width=gap,
            height=gap,
            patternUnits="userSpaceOnUse",
        )
        svg.add(pattern, "path", d=line)


def _row(drawing: svg.Element, scale: _Scale, event: EventType, place: tuple[float, int], words: Words) -> None:
    top, most = place
    base = top + _TOP + _BAR
    _line_of_text(drawing, words.types[event], top + 12, words, kind="row-name")
    far = svg.add(drawing, "text", "tick", str(most), y=base - _BAR + 4, font_size=10)
    far.set("x", svg.figure(WIDTH - _LEFT + 4 if words.arabic else _LEFT - 4))
    far.set("text-anchor", "start" if words.arabic else "end")
    left = _RIGHT if words.arabic else _LEFT
    svg.add(drawing, "path", "grid", d=f"M{left} {base - _BAR}h{WIDTH - _LEFT - _RIGHT}")
    for number, day in enumerate(scale.days):
        for span in day.blind:
            x, long = scale.hours(number, span)
            svg.add(drawing, "rect", "hatched", x=x, y=base - _BAR, width=long, height=_BAR, fill="url(#hatch-blind)")
        inner = max(1.2, scale.wide * 0.72)
        x = scale.left(number) + (scale.wide - inner) / 2
        if day.counts[event]:
            tall = max(2.0, _BAR * day.counts[event] / most)
            svg.add(drawing, "rect", f"bar type-{event}", x=x, y=base - tall, width=inner, height=tall)
        elif not day.blind:
            svg.add(drawing, "path", "silent", d=f"M{svg.figure(x)} {base - 1}h{svg.figure(inner)}")
    svg.add(drawing, "path", "base", d=f"M{left} {base}h{WIDTH - _LEFT - _RIGHT}")


def _lane(drawing: svg.Element, scale: _Scale, top: float, words: Words) -> None:
    _line_of_text(drawing, words.seen, top + 10, words, kind="row-name")
    line = top + 15
    left = _RIGHT if words.arabic else _LEFT
    svg.add(drawing, "rect", "seen", x=left, y=line, width=WIDTH - _LEFT - _RIGHT, height=8)
    for number, day in enumerate(scale.days):
        for spans, kind in ((day.partly, "partly"), (day.blind, "blind")):
            for span in spans:
                left, long = scale.hours(number, span)
                svg.add(drawing, "rect", f"cover {kind}", x=left, y=line, width=long, height=8)
                svg.add(drawing, "rect", "hatched", x=left, y=line, width=long, height=8, fill=f"url(#hatch-{kind})")


def _axis(drawing: svg.Element, scale: _Scale, height: float, words: Words) -> None:
    """Every week has its stroke; a date stands where there is room, the latest first."""
    taken: list[Box] = []
    for number in range(len(scale.days) - 1, -1, -7):
        x, text = scale.left(number) + scale.wide / 2, words.day(scale.days[number].day)
        svg.add(drawing, "path", "tick-mark", d=f"M{svg.figure(x)} {height - _AXIS}v4")
        half = width(text, _DATE) / 2 + 4  # fonts differ: what stands at the edge must not be cut
        at = min(max(x, half), WIDTH - half)
        box = Box(at - half, 0, at + half, 1)
        if not any(box.grown(3).touches(other) for other in taken):
            taken.append(box)
            svg.add(drawing, "text", "tick", text, x=at, y=height - 6, font_size=_DATE, text_anchor="middle")


def _line_of_text(drawing: svg.Element, text: str, y: float, words: Words, kind: str) -> None:
    x, anchor = (WIDTH - _LEFT, "end") if words.arabic else (_LEFT, "start")
    svg.add(drawing, "text", kind, text, x=x, y=y, font_size=12, text_anchor=anchor)
