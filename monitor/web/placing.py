"""Finds room for marks and their names on a drawing, so that none covers another. Pure, and greedy: first come first
served, so hand over what matters most first."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

_ADVANCE = {"latin": 0.56, "arabic": 0.52}  # of the font size, an average letter of the system's fonts; rather too wide
_LINE = 1.15
_NARROW, _WIDE = "iljtfrI.,'’|- ", "mwMWOQ"


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: "Box") -> bool:
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )

    def grown(self, by: float) -> "Box":
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, slots=True)
class Label:
    """Where a name stands: `x` is its anchor (start, middle or end of the line), `y` the line it is written on."""

    text: str
    x: float
    y: float
    anchor: str
    size: float
    box: Box


@dataclass(slots=True)
class Room:
    """A drawing that fills up."""

    frame: Box
    taken: list[Box] = field(default_factory=list)

    def is_free(self, box: Box) -> bool:
        return box.within(self.frame) and not any(box.touches(other) for other in self.taken)

    def take(self, box: Box) -> None:
        self.taken.append(box)

    def spot(self, x: float, y: float, half: float) -> tuple[float, float]:
        """The nearest free place for a mark that belongs at a point; the point itself when it is free."""
        for dx, dy in _rings(half):
            box = Box(x + dx - half, y + dy - half, x + dx + half, y + dy + half)
            if self.is_free(box):
                self.take(box)
                return x + dx, y + dy
        return x, y

    def label(self, text: str, x: float, y: float, gap: float, size: float, *, margin: float = 1.0) -> Label | None:
        """A name beside a mark of that half width, None when there is no room for it."""
        for each in _beside(text, x, y, gap, size):
            if self.is_free(each.box.grown(margin)):
                self.take(each.box)
                return each
        return None

    def caption(self, text: str, x: float, y: float, size: float) -> Label | None:
        """A name centred at a point or near it."""
        for dy in (0, -14, 14, -28, 28, -42, 42):
            for dx in (0, -18, 18, -36, 36):
                each = _at(text, x + dx, y + dy, "middle", size)
                if self.is_free(each.box.grown(2)):
                    self.take(each.box)
                    return each
        return None


def width(text: str, size: float) -> float:
    """About as wide as the text is when written; no font is asked, so rather too wide."""
    return sum(_letter(each) for each in text) * size


def _letter(each: str) -> float:
    if "\u0610" <= each <= "\u061a" or "\u064b" <= each <= "\u065f":
        return 0.0
    if "\u0600" <= each <= "\u06ff":
        return _ADVANCE["arabic"]
    return _ADVANCE["latin"] * (0.62 if each in _NARROW else 1.5 if each in _WIDE else 1.0)


def _at(text: str, x: float, y: float, anchor: str, size: float) -> Label:
    long = width(text, size)
    left = x - {"start": 0.0, "middle": long / 2, "end": long}[anchor]
    return Label(text, x, y, anchor, size, Box(left, y - size * 0.86, left + long, y + size * (_LINE - 0.86)))


def _beside(text: str, x: float, y: float, gap: float, size: float) -> Iterator[Label]:
    for far in (1.0, 1.5, 2.3):
        out = gap * far + 2.5
        middle = y + size * 0.34
        slant = out * 0.72
        yield _at(text, x + out, middle, "start", size)
        yield _at(text, x - out, middle, "end", size)
        yield _at(text, x, y - out - size * 0.28, "middle", size)
        yield _at(text, x, y + out + size * 0.8, "middle", size)
        yield _at(text, x + slant, y - slant, "start", size)
        yield _at(text, x + slant, y + slant + size * 0.66, "start", size)
        yield _at(text, x - slant, y - slant, "end", size)
        yield _at(text, x - slant, y + slant + size * 0.66, "end", size)


def _rings(half: float) -> Iterator[tuple[float, float]]:
    yield 0.0, 0.0
    for ring in range(1, 9):
        steps = 8 * ring
        for step in range(steps):
            angle = 2 * math.pi * step / steps
            yield math.cos(angle) * ring * half * 0.9, math.sin(angle) * ring * half * 0.9
