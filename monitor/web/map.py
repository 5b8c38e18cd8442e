"""Draws the governorate with its situations as SVG, from the gazetteer and map.yaml alone. Pure."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from monitor.gazetteer.atlas import Atlas, Caption, Spot
from monitor.records import LEVELS, Level, Place
from monitor.web import svg
from monitor.web.placing import Box, Label, Room

WIDTH = 480.0
_EDGE = 14.0
_TARGET = 16.5  # half a target's width: 24 px are left of it on a phone
_KM = 111.2  # a degree of latitude
_SCALE = 20  # km
_TOWNS = ("city", "town", "crossing")


@dataclass(frozen=True, slots=True)
class Pin:
    """A place with situations. `says`: all of it in one sentence, for who points at it or listens."""

    place: Place
    spot: Spot
    level: Level
    count: int
    quiet: bool  # no news for so long that silence may mean anything
    href: str
    says: str


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on the map in the language of the page."""

    title: str
    description: str
    kilometres: str
    arabic: bool

    def name(self, named: Place | Caption) -> str:
        return named.arabic if self.arabic else named.name


@dataclass(frozen=True, slots=True)
class Projection:
    """Equirectangular, true to scale in the middle of what it shows."""

    west: float
    north: float
    squeeze: float  # a degree of longitude, in degrees of latitude
    scale: float  # units a degree of latitude
    height: float

    def __call__(self, spot: Spot) -> tuple[float, float]:
        lat, lon = spot
        return _EDGE + (lon - self.west) * self.squeeze * self.scale, _EDGE + (self.north - lat) * self.scale


def projection(spots: Sequence[Spot]) -> Projection:
    """One that fills the width with these."""
    lats, lons = [lat for lat, _ in spots], [lon for _, lon in spots]
    squeeze = math.cos(math.radians((min(lats) + max(lats)) / 2))
    scale = (WIDTH - 2 * _EDGE) / ((max(lons) - min(lons)) * squeeze)
    height = (max(lats) - min(lats)) * scale + 2 * _EDGE
    return Projection(min(lons), max(lats), squeeze, scale, height)


def draw(atlas: Atlas, places: Sequence[Place], pins: Sequence[Pin], words: Words) -> Markup:
    """The map; `places` of the gazetteer, of which those that have room are named."""
    onto = projection(atlas.outline)
    drawing = svg.root(WIDTH, onto.height, "map", "map")
    svg.said(drawing, "map", words.title, words.description)
    room = Room(Box(2, 2, WIDTH - 2, onto.height - 2))
    _ground(drawing, atlas, onto, words)
    scale = _scale_bar(drawing, onto, words)
    room.take(scale)
    ordered = sorted(pins, key=lambda pin: (-LEVELS.index(pin.level), pin.quiet, pin.place.slug))
    spots = [(pin, onto(pin.spot), room.spot(*onto(pin.spot), svg.LEVELS_DRAWN[pin.level] + 1)) for pin in ordered]
    named = [
        (each, room.label(_named(each[0], words), *each[2], svg.LEVELS_DRAWN[each[0].level], 14)) for each in spots
    ]
    _names(drawing, room, atlas, _others(places, pins, atlas), onto, words)
    for (pin, at, stands), label in reversed(named):
        _pin(drawing, pin, at, stands, label)
    return svg.markup(drawing)


def _named(pin: Pin, words: Words) -> str:
    return words.name(pin.place) + (f" ({pin.count})" if pin.count > 1 else "")


def _ground(drawing: svg.Element, atlas: Atlas, onto: Projection, words: Words) -> None:
    svg.add(drawing, "path", "land", d=_path(atlas.outline, onto) + "Z")
    for line in atlas.borders:
        svg.add(drawing, "path", "border", d=_path(line, onto))
    svg.add(drawing, "path", "edge", d=_path(atlas.outline, onto) + "Z")
    for road in sorted(atlas.roads, key=lambda each: each.kind == "motorway"):
        kind = "road motorway" if road.kind == "motorway" else "road"
        drawn = svg.add(drawing, "path", kind, d=_path(road.line, onto))
        svg.add(drawn, "title", text=road.arabic if words.arabic else road.name)


def _path(line: Iterable[Spot], onto: Projection) -> str:
    return "M" + "L".join(f"{svg.figure(x)} {svg.figure(y)}" for x, y in map(onto, line))


def _scale_bar(drawing: svg.Element, onto: Projection, words: Words) -> Box:
    long = _SCALE / _KM * onto.scale
    left, line = 10.0, onto.height - 12
    svg.add(drawing, "path", "scale", d=f"M{left} {line - 4:.1f}v4h{long:.1f}v-4")
    svg.add(drawing, "text", "scale-name", words.kilometres % _SCALE, x=left, y=line - 8, font_size=11)
    return Box(left - 4, line - 24, left + max(long, 60) + 4, line + 4)


def _others(places: Sequence[Place], pins: Sequence[Pin], atlas: Atlas) -> list[tuple[Place, Spot]]:
    """The places without a situation that may be named: cities first, then towns and crossings on a main road."""
    shown = {pin.place.slug for pin in pins}
    on_roads = {spot for road in atlas.roads for spot in road.line}
    found = [
        (place, (place.lat, place.lon))
        for place in places
        if place.area and place.lat is not None and place.lon is not None and place.slug not in shown
    ]
    wanted = [each for each in found if each[0].kind == "city" or (each[0].kind in _TOWNS and each[1] in on_roads)]
    return sorted(wanted, key=lambda each: _TOWNS.index(each[0].kind))


def _names(
    drawing: svg.Element,
    room: Room,
    atlas: Atlas,
    others: Sequence[tuple[Place, Spot]],
    onto: Projection,
    words: Words,
) -> None:
    cities = [each for each in others if each[0].kind == "city"]
    _dots(drawing, room, cities, onto, words.name)
    for caption, kind in [(each, "district") for each in atlas.districts] + [
        (each, "neighbour") for each in atlas.neighbours
    ]:
        if label := room.caption(words.name(caption), *onto(caption.at), 12.5):
            _text(drawing, label, kind)
    _dots(drawing, room, [each for each in others if each not in cities], onto, words.name)


def _dots(
    drawing: svg.Element,
    room: Room,
    places: Sequence[tuple[Place, Spot]],
    onto: Projection,
    name: Callable[[Place], str],
) -> None:
    for place, spot in places:
        big = place.kind == "city"
        x, y = onto(spot)
        half = 2.6 if big else 1.7
        if not room.is_free(Box(x - half, y - half, x + half, y + half)):
            continue  # a situation stands there, or another name
        room.take(Box(x - half, y - half, x + half, y + half))
        label = room.label(name(place), x, y, half, 12.5 if big else 11, margin=1 if big else 3)
        if label or big:
            svg.add(drawing, "circle", "town" if big else "town minor", cx=x, cy=y, r=half)
        if label:
            _text(drawing, label, "name" if big else "name minor")


def _pin(
    drawing: svg.Element, pin: Pin, at: tuple[float, float], stands: tuple[float, float], label: Label | None
) -> None:
    if at != stands:
        svg.add(drawing, "path", "leader", d=f"M{at[0]:.1f} {at[1]:.1f}L{stands[0]:.1f} {stands[1]:.1f}")
        svg.add(drawing, "circle", "town", cx=at[0], cy=at[1], r=1.5)
    link = svg.add(drawing, "a", "pin", href=pin.href, aria_label=pin.says)
    svg.add(link, "title", text=pin.says)
    svg.add(link, "circle", "target", cx=stands[0], cy=stands[1], r=_TARGET)
    svg.mark(link, pin.level, *stands, kind="quiet" if pin.quiet else "")
    if label:
        _text(link, label, "name situation")


def _text(parent: svg.Element, label: Label, kind: str) -> None:
    attributes = {"x": label.x, "y": label.y, "text_anchor": label.anchor, "font_size": label.size}
    svg.add(parent, "text", kind, label.text, **attributes)
