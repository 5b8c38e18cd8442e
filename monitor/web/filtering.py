"""The filters of the log as they stand in an address: read, checked, shown as chips, and written back. Pure.

What is not understood is said, and then nothing is shown: a filter that was passed over would make the reader believe
that more had been asked than was.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup

from monitor import verdicts
from monitor.channels.when import AREA_ZONE
from monitor.gazetteer import Gazetteer
from monitor.records import LABELS, LEVELS, Grade, Place
from monitor.settings import Settings
from monitor.store.log_rows import IN_THE_AREA, filed_under
from monitor.store.log_search import ANY, NONE, Filters
from monitor.text.normalise import fold_text
from monitor.text.searching import LONGEST_QUERY
from monitor.web.language import N_

STATES = ("flagged", "uncertain")
GRADES: tuple[str, ...] = get_args(Grade)
REVIEWS = (NONE, ANY, *verdicts.VERDICTS)
NAMES = {  # of an address -> what the page calls it
    "q": N_("Search"),
    "place": N_("Place"),
    "type": N_("Type"),
    "level": N_("Level"),
    "grade": N_("Grade"),
    "review": N_("Review"),
    "state": N_("State"),
    "outlet": N_("Outlet"),
    "language": N_("Language"),
    "since": N_("From"),
    "until": N_("To"),
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "type": LABELS,
    "level": LEVELS,
    "grade": GRADES,
    "review": REVIEWS,
    "state": STATES,
}
_MOST_VALUES = 30
_MOST_LETTERS = 200
_LANGUAGE = re.compile("[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Asked:
    """`given`: the understood (name, value) pairs; `wrong`: the others."""

    given: tuple[tuple[str, str], ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()
    filters: Filters = Filters()  # noqa: RUF009  frozen

    def query(self, *without: tuple[str, str], **more: str) -> str:
        """For an address; without these pairs, and with more."""
        pairs = [pair for pair in self.given if pair not in without] + list(more.items())
        return urlencode(pairs)

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.given

    def value(self, name: str) -> str:
        return next((value for given, value in self.given if given == name), "")


class Terms:
    """What may be asked for where this monitor runs. `written`: what a room made of it once, by its name."""

    def __init__(self, gazetteer: Gazetteer, settings: Settings) -> None:
        self._gazetteer = gazetteer
        self.written: dict[str, Markup] = {}
        self.outlets: dict[str, list[str]] = {}
        for feed in settings.feeds:
            self.outlets.setdefault(feed.outlet, []).append(feed.name)
        self._outlet_of = {feed.name: feed.outlet for feed in settings.feeds}
        self.languages = sorted({"ar", "en", *(feed.language for feed in settings.feeds if feed.language)})

    def outlet_of(self, feed: str) -> str:
        """Of a feed that is gone from the configuration its name is all that is known."""
        return self._outlet_of.get(feed, feed)

    def read(self, pairs: Iterable[tuple[str, str]]) -> Asked:
        given: dict[tuple[str, str], None] = {}
        wrong: list[tuple[str, str]] = []
        for name, value in pairs:
            said = value.strip()
            if name not in NAMES or not said:
                continue
            known = self._known(name, said[: _MOST_LETTERS + 1])
            if known and len(given) < _MOST_VALUES:
                given[name, known] = None
            else:
                wrong.append((name, said[:_MOST_LETTERS]))
        return Asked(tuple(given), tuple(wrong), self._filters(list(given)))

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """The places of the watched area, by slug."""
        return {place.slug: place for place in self._gazetteer.places if place.area}

    @cached_property
    def districts(self) -> Mapping[str, str]:
        """Slug of a district -> its English name."""
        found = {}
        for place in self.places.values():
            district = next((slug for slug in filed_under([place]) if slug.startswith("district-")), "")
            if district:
                found[district] = place.district
        return dict(sorted(found.items()))

    def capital(self, district: str) -> Place | None:
        """The town that a district is named after."""
        name = self.districts[district]
        return next((place for place in self.places.values() if place.name == name and not place.parent), None)

    def slug(self, said: str) -> str:
        """Of a place of the area by its slug or either of its names; "" if there is none."""
        return said if said in self.places or said in self.districts else self._by_name.get(fold_text(said).strip(), "")

    @cached_property
    def _by_name(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for place in self.places.values():
            for name in (place.name, place.arabic):
                found.setdefault(fold_text(name), place.slug)
        for slug, name in self.districts.items():
            capital = self.capital(slug)
            found[fold_text(f"{name} district")] = slug
            found[fold_text(f"منطقة {capital.arabic if capital else name}")] = slug
        return found

    def _known(self, name: str, value: str) -> str:
        if name in _CHOICES:
            return value if value in _CHOICES[name] else ""
        if name == "q":
            return value if len(value) <= LONGEST_QUERY and value.isprintable() else ""
        if name == "place":
            return self.slug(value)
        if name == "outlet":
            return value if value in self.outlets or value in self._outlet_of else ""
        if name == "language":
            return value if _LANGUAGE.fullmatch(value) else ""
        return value if moment(value, end=name == "until") else ""

    def _filters(self, given: Sequence[tuple[str, str]]) -> Filters:
        values = {name: tuple(value for each, value in given if each == name) for name in NAMES}
        since, until = (next((moment(each, end=end) for each in values[name]), None) for name, end in _ENDS)
        outlets = [feed for each in values["outlet"] for feed in self.outlets.get(each, [each])]
        return Filters(
            places=tuple(self._filed(slug) for slug in values["place"]),
            types=values["type"],
            levels=values["level"],
            grades=values["grade"],
            reviews=values["review"],
            states=values["state"],
            feeds=tuple(outlets),
            languages=values["language"],
            since=since,
            until=until,
            text=" ".join(values["q"]),
        )

    def _filed(self, slug: str) -> str:
        """The governorate is all that lies in the area."""
        place = self.places.get(slug)
        return IN_THE_AREA if place and place.kind == "governorate" else slug


_ENDS = (("since", False), ("until", True))


def moment(value: str, *, end: bool = False) -> datetime | None:
    """A day of Damascus, from its beginning or until its end, or an ISO time; None when it is neither."""
    try:
        found = datetime.fromisoformat(value)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            found = datetime.combine(found.date() + timedelta(days=end), time(), ZoneInfo(AREA_ZONE))
        elif found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(AREA_ZONE))
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if 1970 <= found.year <= 2200 else None
