"""Where a sighting happens: its own sentence, else the nearest earlier one, dateline, title. Pure rules, no model.

Another province named in the sentence wins over what is inherited: a line about Suwayda in a round-up does not
borrow Daraa.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.classifier.reading import Reading
from monitor.classifier.roles import Named, named
from monitor.records import Found, Label, Place

BROAD = 3  # from here on a place may stand for a finer one
_RANKS = {"post": 1, "road": BROAD, "region": 4, "governorate": 5}
_VAGUE = frozenset(("country", "road"))
_HOME = "syria"
_SYRIAN = re.compile("syria|سوري|سوره")
_DATELINE = 40  # letters
_NEARBY = 60  # letters between an event and the place it is in
_REACH = 40  # sentences looked back; a round-up names its place more often than that


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a sentence plays. `place` None: nowhere we know. `elsewhere`: what was named instead."""

    place: Place | None
    found: Found | None
    elsewhere: Place | None = None

    @property
    def area(self) -> bool:
        return self.place is not None


NOWHERE = Spot(None, None)


def fineness(place: Place, seats: frozenset[str]) -> int:
    """Smaller is finer: a quarter or town before the provincial capital, that before the governorate."""
    return BROAD if place.slug in seats else _RANKS.get(place.kind, 0)


class Places:
    """The places of one report's sentences, each looked at once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._seats = reading.seats
        self._spots: dict[tuple[int, bool, int], Spot] = {}
        self._roles: dict[int, tuple[Named, ...]] = {}
        self._credible = _credible(reading)
        self._title_elsewhere = self._says_elsewhere()

    def _named(self, number: int) -> tuple[Named, ...]:
        found = self._roles.get(number)
        if found is None:
            found = named(self._reading.sentences[number])
            if not self._credible:
                found = tuple(each for each in found if not each.mention.place.area)
            self._roles[number] = found
        return found

    def contested(self, number: int) -> bool:
        """Whether sentence `number` names places in the area and out of it, so that the event word must decide."""
        return len({each.mention.place.area for each in self._named(number)}) > 1 or (
            self._title_elsewhere and bool(self._named(number))
        )

    def spot(self, number: int, label: Label, trigger: int = -1) -> Spot:
        """The place of an event of this label in sentence `number`; `trigger` is where its weightiest word stands."""
        key = number, label == "reinforcements", trigger
        found = self._spots.get(key)
        if found is None:
            found = self._spots[key] = self._own(number, label, trigger) or self._inherited(number)
        return found

    def _says_elsewhere(self) -> bool:
        """Whether the headline names a place out of the area and none within."""
        if not self._reading.sentences or self._reading.sentences[0].field != "title":
            return False
        there = [each for each in self._named(0) if each.mention.place.kind not in _VAGUE and not _seat(each)]
        return bool(there) and not any(each.mention.place.area for each in self._named(0))

    def _own(self, number: int, label: Label, trigger: int) -> Spot | None:
        there = [each for each in self._named(number) if not _only_on_the_way(each, label)]
        area = [each for each in there if each.mention.place.area]
        other = [each for each in there if not each.mention.place.area and each.mention.place.kind != "country"]
        abroad = [
            each for each in there if each.mention.place.kind == "country" and each.role == "in" and not _home(each)
        ]
        if area and other:
            return _contested(area, other, label, trigger, self._seats)
        if area:
            best = _best(area, trigger, self._seats)
            if self._title_elsewhere and number > 0 and _aside(best, trigger):
                return self._inherited(number)
            return Spot(best.mention.place, "region" if _is_region(area) else "sentence")
        if other or abroad:
            return Spot(None, "sentence", (other or abroad)[0].mention.place)
        return None

    def _inherited(self, number: int) -> Spot:
        body = self._reading.sentences[number].field == "text"
        region: Place | None = None
        for back in range(number - 1, max(-1, number - 1 - _REACH), -1):
            area = [each for each in self._named(back) if each.mention.place.area]
            if area:
                best = _best(area, -1, self._seats).mention.place
                if _is_region(area) and region is None and back > 0:
                    region = best
                    continue
                return Spot(best, self._found(back))
            if body and not region and (firm := [each for each in self._named(back) if _firm(each)]):
                return Spot(None, self._found(back), firm[0].mention.place)
        return Spot(region, "region") if region is not None else NOWHERE

    def _found(self, number: int) -> Found:
        sentence = self._reading.sentences[number]
        if sentence.field == "title":
            return "title"
        first = number == 0 or self._reading.sentences[number - 1].field == "title"
        return "dateline" if first and sentence.end - sentence.start < _DATELINE else "earlier"


def _credible(reading: Reading) -> bool:
    """A lone village among foreign countries is a namesake, unless the report speaks of Syria at all."""
    inside = {mention.place for mention in reading.mentions if mention.place.area}
    if len(inside) != 1 or any(place.kind not in ("village", "post", "town") for place in inside):
        return True
    countries = {mention.place.slug for mention in reading.mentions if mention.place.kind == "country"}
    if not countries or _HOME in countries:
        return True
    return any(_SYRIAN.search(sentence.masked) for sentence in reading.sentences)


def _contested(area: list[Named], other: list[Named], label: Label, trigger: int, seats: frozenset[str]) -> Spot:
    """Both named: movements belong where they go to; the rest where it is said to be "in", else to the nearer one."""
    if label == "reinforcements":
        going = [each for each in (*area, *other) if each.role in ("to", "in")]
        staying = [each for each in going if each.mention.place.area]
        if going and not staying:
            return Spot(None, "sentence", going[0].mention.place)
        if not going and all(each.role in ("from", "road") for each in area):
            return Spot(None, "sentence", other[0].mention.place)
        return Spot(_best(staying or area, trigger, seats).mention.place, "sentence")
    firm = [each for each in area if each.role not in ("from", "road")]
    rival = [each for each in other if each.role == "in"]
    if not rival:
        return Spot(_best(firm or area, trigger, seats).mention.place, "sentence")
    nearest = min((*firm, *rival), key=lambda each: _distance(each, trigger))
    if nearest.mention.place.area:
        return Spot(_best(firm, trigger, seats).mention.place, "sentence")
    return Spot(None, "sentence", nearest.mention.place)


def _aside(best: Named, trigger: int) -> bool:
    """In a report headed by another place: named on the way, or far behind what happens."""
    return best.role in ("from", "road") or (trigger >= 0 and best.at - trigger > _NEARBY)


def _is_region(area: Sequence[Named]) -> bool:
    return all(each.mention.place.kind == "region" for each in area)


def _best(there: Sequence[Named], trigger: int, seats: frozenset[str]) -> Named:
    return min(
        there,
        key=lambda each: (
            each.role in ("from", "road"),
            fineness(each.mention.place, seats),
            _distance(each, trigger) if trigger >= 0 else each.at,
        ),
    )


def _distance(one: Named, trigger: int) -> int:
    """Letters between place and event word; what follows the word is nearer than what stands before it."""
    gap = one.at - trigger
    return gap if gap >= 0 else -2 * gap


def _only_on_the_way(one: Named, label: Label) -> bool:
    """A capital that stands for its government, a road out of the area, or where people are sent when talks or
    sieges end.
    """
    place = one.mention.place
    if place.area:
        return False
    if one.role == "like":
        return True
    if place.kind in _VAGUE or _seat(one):
        return one.role != "in" or place.kind == "road"
    return one.role == "to" and label != "reinforcements"


def _firm(one: Named) -> bool:
    """Named as where things happen, so that what follows happens there too."""
    place = one.mention.place
    if place.area or place.kind in _VAGUE:
        return False
    return one.role == "in" or (one.role == "bare" and not _seat(one))


def _seat(one: Named) -> bool:
    """Named like somebody who talks or sends rather than like a place: "talks between Damascus and the committees"."""
    return one.mention.place.kind in ("country", "city") and one.role != "in"


def _home(one: Named) -> bool:
    """The country that the area lies in says nothing about where in it."""
    return one.mention.place.slug == _HOME
