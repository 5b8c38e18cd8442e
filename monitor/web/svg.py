"""Builds SVG for the pages: elements with attributes and classes, no style of their own, all text escaped."""

import re
from functools import cache
from xml.etree import ElementTree  # nosec B405  # it writes, and parses nothing

from markupsafe import Markup

Element = ElementTree.Element
_MIXED = re.compile(r"\d.*[\u0600-\u06ff]")  # a drawing runs from the left, where "15 شباط" would begin with the month
LEVELS_DRAWN = {"watch": 5.5, "elevated": 8.0, "critical": 9.5, "emergency": 11.5}  # half the width of a mark

_POINTS = {
    "elevated": ((0, -1), (0.95, 0.72), (-0.95, 0.72)),
    "critical": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    "emergency": ((-0.41, -1), (0.41, -1), (1, -0.41), (1, 0.41), (0.41, 1), (-0.41, 1), (-1, 0.41), (-1, -0.41)),
}


def root(width: float, height: float, kind: str, ids: str = "") -> Element:
    """A drawing of that size; `ids`: of its title and description, which are to be added first."""
    made = Element("svg", {"class": kind, "viewBox": f"0 0 {figure(width)} {figure(height)}", "direction": "ltr"})
    if ids:
        made.set("role", "group")
        made.set("aria-labelledby", f"{ids}-title {ids}-desc")
    else:
        made.set("aria-hidden", "true")
    return made


def said(drawing: Element, ids: str, title: str, description: str) -> None:
    """What a screen reader reads of it."""
    add(drawing, "title", text=title, id=f"{ids}-title")
    add(drawing, "desc", text=description, id=f"{ids}-desc")


def add(parent: Element, tag: str, kind: str = "", text: str = "", **attributes: object) -> Element:
    """An element with that class; underlines in attribute names stand for hyphens."""
    made = ElementTree.SubElement(parent, tag)
    if kind:
        made.set("class", kind)
    for name, value in attributes.items():
        made.set(name.replace("_", "-"), figure(value) if isinstance(value, float) else str(value))
    if text:
        made.text = f"\u2067{text}\u2069" if tag == "text" and _MIXED.search(text) else text
    return made


def mark(parent: Element, level: str, x: float, y: float, kind: str = "") -> Element:
    """The shape of a level: the same wherever one is shown, and told apart without its colour."""
    half = LEVELS_DRAWN[level]
    classes = f"mark level-{level} {kind}".strip()
    if level not in _POINTS:
        return add(parent, "circle", classes, cx=float(x), cy=float(y), r=half)
    points = " ".join(f"{figure(x + half * dx)},{figure(y + half * dy)}" for dx, dy in _POINTS[level])
    return add(parent, "polygon", classes, points=points)


@cache
def symbol(level: str, kind: str = "") -> Markup:
    """The mark of a level by itself, for lists and legends, which name it in words beside it."""
    drawing = root(26, 26, "symbol")
    mark(drawing, level, 13, 13, kind)
    return markup(drawing)


def figure(number: float) -> str:
    """Short, and without an exponent."""
    return f"{number:.1f}".removesuffix(".0")


def markup(drawing: Element) -> Markup:
    written = ElementTree.tostring(drawing, encoding="unicode")
    return Markup(written)  # noqa: S704  # nosec B704  # all of it was escaped by the builder
