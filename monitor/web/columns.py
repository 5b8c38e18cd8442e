"""One line of the log as a row of a file: its columns, their HXL 1.1 hashtags, and cells that no program takes for
formulas. Pure.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.channels.quoting import link
from monitor.records import Place
from monitor.store.log_search import Line
from monitor.web.words import match

CODEBOOK = "1"  # of what the labels mean: docs/web.md, "What the labels mean"
Value = str | int | float | None
_FORMULA = re.compile(r"[\s]*[=+\-@\t\r|%＝＋－＠]")  # a spreadsheet in Japanese takes the wide ones for the others


@dataclass(frozen=True, slots=True)
class Exported:
    """A line with what the gazetteer and the configuration know of it."""

    line: Line
    place: Place | None  # the finest one
    outlet: str


@dataclass(frozen=True, slots=True)
class _Column:
    hxl: str  # https://hxlstandard.org/standard/1-1final/dictionary/
    value: Callable[[Exported], Value]


def _time(each: Exported) -> str:
    return each.line.published_at.isoformat(timespec="seconds") if each.line.published_at else ""


COLUMNS: Mapping[str, _Column] = {
    "key": _Column("#event+id", lambda each: each.line.key),
    "seen": _Column("#date+reported", lambda each: each.line.seen_at.isoformat(timespec="seconds")),
    "published": _Column("#date+published", _time),
    "state": _Column("#status+flag", lambda each: each.line.state),
    "types": _Column("#event+type+list", lambda each: "|".join(each.line.types)),
    "place": _Column("#loc+name+i_en", lambda each: each.place.name if each.place else ""),
    "place_arabic": _Column("#loc+name+i_ar", lambda each: each.place.arabic if each.place else ""),
    "place_slug": _Column("#loc+code", lambda each: each.line.places[0] if each.line.places else ""),
    "district": _Column("#adm2+name", lambda each: each.place.district if each.place and each.place.area else ""),
    "lat": _Column("#geo+lat", lambda each: each.place.lat if each.place else None),
    "lon": _Column("#geo+lon", lambda each: each.place.lon if each.place else None),
    "level": _Column("#severity+level", lambda each: each.line.level),
    "grade": _Column("#status+grade", lambda each: each.line.grade),
    "review": _Column("#status+review", lambda each: each.line.verdict),
    "headline": _Column("#description+headline", lambda each: each.line.title),
    "evidence": _Column("#description+evidence", lambda each: each.line.evidence),
    "language": _Column("#meta+language", lambda each: each.line.language),
    "outlet": _Column("#meta+source", lambda each: each.outlet),
    "feed": _Column("#meta+feed", lambda each: each.line.feed),
    "url": _Column("#meta+url", lambda each: link(each.line.url)),
    "sources": _Column("#indicator+sources+num", lambda each: each.line.sources),
    "outlets": _Column("#indicator+outlets+num", lambda each: each.line.outlets),
    "probability": _Column("#indicator+probability+num", lambda each: round(each.line.probability, 4)),
    "match": _Column("#meta+match", lambda each: match(each.line.probability, each.line.state)),
    "sent_to": _Column("#indicator+sent_to+num", lambda each: each.line.sent),
    "situation": _Column("#event+situation", lambda each: each.line.situation),
    "revision": _Column("#meta+revision", lambda each: each.line.revision),
    "model": _Column("#meta+model", lambda each: each.line.model),
    "codebook": _Column("#meta+codebook", lambda _: CODEBOOK),
}


def facts(each: Exported) -> dict[str, Value | list[str]]:
    """The same as JSON has it: types as a list, null where nothing is known."""
    found: dict[str, Value | list[str]] = {name: column.value(each) for name, column in COLUMNS.items()}
    return {name: None if value == "" else value for name, value in found.items()} | {"types": list(each.line.types)}


def cells(each: Exported) -> list[Value]:
    return [_safe(column.value(each)) for column in COLUMNS.values()]


def feature(each: Exported) -> dict[str, object]:
    """As GeoJSON (RFC 7946); without coordinates its geometry is null."""
    place, known = each.place, facts(each)
    point = None
    if place and place.lat is not None and place.lon is not None:
        point = {"type": "Point", "coordinates": [place.lon, place.lat]}  # longitude first
    return {
        "type": "Feature",
        "id": each.line.key,
        "geometry": point,
        "properties": {name: value for name, value in known.items() if name not in {"lat", "lon"}},
    }


def _safe(value: Value) -> Value:
    """A spreadsheet would run a text that begins like a formula; an apostrophe before it makes it a text."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
