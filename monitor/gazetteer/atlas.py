"""Reads map.yaml: outline, districts and roads of the governorate as lines between points. It draws nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from monitor.errors import ConfigError
from monitor.packaged import packaged

Spot = tuple[float, float]  # latitude, longitude
Spots = Mapping[str, Spot | None]  # of the gazetteer, by slug
_KEYS = {"outline", "borders", "districts", "neighbours", "roads"}


@dataclass(frozen=True, slots=True)
class Caption:
    """The name of a region, and where it may stand."""

    name: str
    arabic: str
    at: Spot


@dataclass(frozen=True, slots=True)
class Way:
    """A road. `kind`: motorway or road."""

    name: str
    arabic: str
    kind: str
    line: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Atlas:
    """What a map shows beside places. `borders` are the lines between districts."""

    outline: tuple[Spot, ...]
    borders: tuple[tuple[Spot, ...], ...]
    districts: tuple[Caption, ...]
    neighbours: tuple[Caption, ...]
    roads: tuple[Way, ...]


def atlas_file(gazetteer: Path) -> Path:
    """The map.yaml beside a gazetteer, else the one that comes with the program."""
    own = gazetteer.parent / "map.yaml"
    return own if own.exists() else packaged("config/map.yaml")


def read_atlas(path: Path, spots: Spots) -> Atlas:
    """`spots`: where the places that a road may name lie. Raises ConfigError with what is wrong, and where."""
    try:
        found = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ConfigError(f"Cannot read the map {path}: {error}. Restore the file or reinstall.") from error
    if not isinstance(found, dict) or set(found) != _KEYS:
        raise ConfigError(f"{path}: a map has {', '.join(sorted(_KEYS))}, and nothing else.")
    try:
        return Atlas(
            outline=_line(found["outline"], spots),
            borders=tuple(_line(each, spots) for each in found["borders"]),
            districts=tuple(_captions(found["districts"])),
            neighbours=tuple(_captions(found["neighbours"])),
            roads=tuple(_roads(found["roads"], spots)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path}: {error}. Points are [latitude, longitude], names are slugs with a point."
        ) from error


def _captions(rows: Sequence[Mapping[str, Any]]) -> Iterator[Caption]:
    return (Caption(row["name"], row["arabic"], _spot(row["at"])) for row in rows)


def _roads(rows: Sequence[Mapping[str, Any]], spots: Spots) -> Iterator[Way]:
    return (Way(row["name"], row["arabic"], row["kind"], _line(row["by"], spots)) for row in rows)


def _line(points: Sequence[Any], spots: Spots) -> tuple[Spot, ...]:
    """A place that the gazetteer in use does not have is passed by: it may be one's own, of fewer places."""
    line = (spots.get(point) if isinstance(point, str) else _spot(point) for point in points)
    return tuple(point for point in line if point is not None)


def _spot(point: Sequence[float]) -> Spot:
    lat, lon = float(point[0]), float(point[1])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"{lat}, {lon} is no point of the earth")
    return lat, lon
