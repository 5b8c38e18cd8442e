"""Which alerts a rule grants: by type, place, level and grade. Pure."""

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

from monitor.errors import ConfigError
from monitor.gazetteer import point
from monitor.records import LEVELS, Alert, Grade, Level, Place
from monitor.settings import Near, Rule

GRADES: tuple[Grade, ...] = ("refuted", "unconfirmed", "corroborated", "confirmed")
_END = {"eased", "all_clear"}
_EARTH_KM = 6371.0


def at_least(level: Level, least: Level) -> bool:
    return LEVELS.index(level) >= LEVELS.index(least)


def wants(rule: Rule, alert: Alert, *, told: bool = False) -> bool:
    """Whether the rule grants the alert. Who was `told` of a situation hears of its end, however low it is by then."""
    if alert.types and not set(rule.types) & set(alert.types):
        return False
    if not reaches(rule, alert.place):
        return False
    if told and alert.kind in _END:
        return True
    return at_least(alert.level, rule.least_level) and GRADES.index(alert.grade) >= GRADES.index(rule.least_grade)


def reaches(rule: Rule, place: Place | None) -> bool:
    """Whether the rule covers the place; what is known to be nowhere in particular concerns everybody."""
    if place is not None and place.canary:
        return False
    if rule.everywhere or place is None:
        return True
    return covers(rule.named, place) or (rule.near is not None and _within(rule.near, place))


def covers(names: Sequence[str], place: Place) -> bool:
    """A place is named by slug, name or Arabic; a town covers its quarters, a district its towns."""
    return bool(set(names) & {place.slug, place.name, place.arabic, place.parent, place.district} - {""})


def _within(near: Near, place: Place) -> bool:
    if near.lat is None or near.lon is None:
        raise ConfigError(f"the circle round {near.place} has no middle: the places were not looked up at the start")
    there = point(place)
    return covers((near.place,), place) or (there is not None and _km((near.lat, near.lon), there) <= near.km)


def _km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Along the surface of a sphere; in this governorate it is right to 50 m in 10 km."""
    (lat, lon), (to_lat, to_lon) = (tuple(map(radians, each)) for each in (here, there))
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
