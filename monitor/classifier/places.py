"""Where a sighting happens: its own sentence, else the nearest earlier one, dateline, title. Pure rules, no model.

Another province named in the sentence wins over what is inherited: a line about Suwayda in a round-up does not
borrow Daraa.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from monitor.classifier.reading import Reading
from monitor.classifier.roles import Named, Role, named
from monitor.classifier.scene import HOME, PASSING, VAGUE, Side, focus, heading, namesakes, seat
from monitor.records import Found, Label, Place

BROAD = 3  # from here on a place may stand for a finer one
_RANKS = {"post": 1, "road": BROAD, "region": 4, "governorate": 5}
_SYRIAN = ("syria", "سوري", "سوره")
_DATELINE = 40  # letters
_NEARBY = 60  # letters between an event and the place it is in
_OPENS = 30  # letters at the head of a sentence, where it says what it is about
_REACH = 40  # sentences looked back; a round-up names its place more often than that
_AHEAD = 3  # sentences looked forward from an opening that names no place
_CLAUSE = re.compile(
    r"[;؛:]|[,،] (?:while|and|as|where|when|which|who|after|but) | (?:while|as|after) |[,،] | (?:فيما|بينما|حيث) "
)
_CLAUSE_COST = 40  # letters that a border between clauses counts for
_ROLE_COSTS: dict[Role, int] = {"in": -15, "bare": 0, "to": 20, "from": 100, "road": 100, "like": 400}
_MOVING_COSTS: dict[Role, int] = {"to": -40, "in": -10, "bare": 0, "road": 60, "from": 200, "like": 400}
_HEADING_COST = 30  # for a place on the other side than what the report is headed by


class Spot(NamedTuple):
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
        self._handed: dict[int, Spot] = {}
        speaks_of_home = any(word in sentence.masked for sentence in reading.sentences for word in _SYRIAN)
        self._namesakes = namesakes(reading, speaks_of_home)
        self._all = [self._credible(number) for number in range(len(reading.sentences))]
        self.heading: Side = heading(reading, self._all)
        if self.heading == "elsewhere":  # there, "the camp" is another one
            self._all = [tuple(each for each in said if not _camp(each)) for said in self._all]
        self._inside = [[each for each in said if each.place.area] for said in self._all]
        self._outside = [[each for each in said if not each.place.area] for said in self._all]
        self.focus = focus(reading, self._all) if self.heading == "area" else None
        self._counts = Counter(mention.place.slug for mention in reading.mentions)

    def named(self, number: int) -> tuple[Named, ...]:
        return self._all[number]

    def _credible(self, number: int) -> tuple[Named, ...]:
        said = named(self._reading.sentences[number])
        if not self._namesakes:
            return said
        return tuple(each for each in said if each.place.slug not in self._namesakes)

    def contested(self, number: int) -> bool:
        """Whether sentence `number` names places in the area and out of it, so that the event word must decide."""
        inside, outside = self._inside[number], self._outside[number]
        return bool((inside and outside) or (self.heading == "elsewhere" and (inside or outside)))

    def several(self, number: int) -> bool:
        """Whether sentence `number` names more than one town of the area, of which the event is in one."""
        inside = self._inside[number]
        return len(inside) > 1 and len({each.place.slug for each in inside if self._fine(each)}) > 1

    def _fine(self, one: Named) -> bool:
        return one.place.area and fineness(one.place, self._seats) == 0

    def spot(self, number: int, label: Label, trigger: int = -1) -> Spot:
        """The place of an event of this label in sentence `number`; `trigger` is where its weightiest word stands."""
        key = number, label == "reinforcements", trigger
        found = self._spots.get(key)
        if found is None:
            found = self._spots[key] = self._found(number, label, trigger)
        return found

    def _found(self, number: int, label: Label, trigger: int) -> Spot:
        own = self._own(number, label, trigger)
        if own is not None:
            return own
        handed = self._handed.get(number)
        if handed is None:
            inherited = self._inherited(number)
            handed = self._handed[number] = self._ahead(number) if inherited is NOWHERE else inherited
        if handed is NOWHERE and self._inside[number]:
            return Spot(_best(self._inside[number], trigger, self._seats).place, "sentence")
        return handed

    def _own(self, number: int, label: Label, trigger: int) -> Spot | None:
        area = self._inside[number]
        there = [each for each in self._outside[number] if not _only_on_the_way(each, label)]
        other = [each for each in there if each.place.kind != "country"]
        if area and other:
            return self._contested(number, area, other, label, trigger)
        if area:
            return self._in_area(number, area, trigger)
        abroad = [each for each in there if each.place.kind == "country" and each.role == "in" and not _home(each)]
        if other or abroad:
            return Spot(None, "sentence", (other or abroad)[0].place)
        return None

    def _in_area(self, number: int, area: list[Named], trigger: int) -> Spot | None:
        if self.heading == "elsewhere" and number > 0:
            area = [each for each in area if not _aside(each, trigger)]
            if not area:
                return None
        best = _best(area, trigger, self._seats)
        if best.role in PASSING and best.place.kind != "road":  # a road to a town is not in it
            return None
        return Spot(best.place, "region" if _is_region(area) else "sentence")

    def _contested(self, number: int, area: list[Named], other: list[Named], label: Label, trigger: int) -> Spot:
        """Both named: a movement belongs where it goes to, the rest to what is nearest to the word that tells of it."""
        masked = self._reading.sentences[number].masked
        costs = _MOVING_COSTS if label == "reinforcements" else _ROLE_COSTS

        def cost(each: Named) -> int:
            side = "area" if each.place.area else "elsewhere"
            against = _HEADING_COST if self.heading not in ("none", side) else 0
            return _distance(each, trigger, masked) + costs[each.role] + against

        nearest = min((*area, *other), key=cost)
        if not nearest.place.area:
            return Spot(None, "sentence", nearest.place)
        return Spot(_best(area, trigger, self._seats).place, "sentence")

    def _inherited(self, number: int) -> Spot:
        body = self._reading.sentences[number].field == "text"
        region: Place | None = None
        for back in range(number - 1, max(-1, number - 1 - _REACH), -1):
            area = self._inside[back]
            if area and self._stays(back, area):
                best = _best(area, -1, self._seats).place
                if _is_region(area) and region is None and back > 0:
                    region = best
                    continue
                return self._or_focus(best, area, back)
            if body and not region and (firm := [each for each in self._outside[back] if self._moves(each)]):
                return Spot(None, self._how(back), firm[0].place)
        return Spot(region, "region") if region is not None else NOWHERE

    def _or_focus(self, best: Place, area: Sequence[Named], back: int) -> Spot:
        """A place named but once in passing does not take over from the town that the report is about."""
        town = self.focus
        if (
            town is None
            or town.slug == best.slug
            or (self._counts[best.slug] >= self._counts[town.slug] and not self._titled(town))
        ):
            return Spot(best, self._how(back))
        if any(each.place.slug == best.slug and each.at < _OPENS and each.role not in PASSING for each in area):
            return Spot(best, self._how(back))
        first = next(
            number for number, said in enumerate(self._inside) if any(each.place.slug == town.slug for each in said)
        )
        return Spot(town, self._how(first)) if first < back else Spot(best, self._how(back))

    def _titled(self, town: Place) -> bool:
        """Whether the headline names this town and no other."""
        if self._reading.sentences[0].field != "title":
            return False
        return {each.place.slug for each in self.named(0) if self._fine(each)} == {town.slug}

    def _stays(self, back: int, area: Sequence[Named]) -> bool:
        """Whether what follows sentence `back` happens in the area that it names."""
        if self.heading != "elsewhere":
            return any(each.role not in PASSING for each in area) or self._reading.sentences[back].field == "title"
        other = any(_firm(each) for each in self._outside[back])
        return not other and any(each.role in ("in", "bare") and each.at < _NEARBY for each in area)

    def _moves(self, one: Named) -> bool:
        """Whether what follows happens at this place out of the area."""
        if not _firm(one):
            return False
        return self.heading != "area" or (one.role == "in" and one.at < _OPENS)

    def _ahead(self, number: int) -> Spot:
        """An opening that names no place yet: the first one that the next sentences name."""
        for ahead in range(number + 1, min(number + 1 + _AHEAD, len(self._all))):
            firm = [each for each in self.named(ahead) if each.place.area or _firm(each)]
            if firm:
                inside = [each for each in firm if each.place.area and each.role not in PASSING]
                if self.heading == "elsewhere" or not inside:
                    return NOWHERE
                return Spot(_best(inside, -1, self._seats).place, "earlier" if number else "title")
        return NOWHERE

    def _how(self, number: int) -> Found:
        sentence = self._reading.sentences[number]
        if sentence.field == "title":
            return "title"
        first = number == 0 or self._reading.sentences[number - 1].field == "title"
        return "dateline" if first and sentence.end - sentence.start < _DATELINE else "earlier"


def _aside(best: Named, trigger: int) -> bool:
    """In a report headed by another place: named on the way, or far behind what happens."""
    return best.role in ("from", "road", "to") or (trigger >= 0 and best.at - trigger > _NEARBY)


def _camp(one: Named) -> bool:
    return one.place.area and one.place.kind == "camp"


def _is_region(area: Sequence[Named]) -> bool:
    return all(each.place.kind == "region" for each in area)


def _best(there: Sequence[Named], trigger: int, seats: frozenset[str]) -> Named:
    if len(there) == 1:
        return there[0]
    return min(
        there,
        key=lambda each: (
            each.role in ("from", "road"),
            fineness(each.place, seats),
            _gap(each, trigger) if trigger >= 0 else each.at,
        ),
    )


def _distance(one: Named, trigger: int, masked: str) -> int:
    """Letters between place and event word, with what borders between clauses cost."""
    if trigger < 0:
        return one.at
    first, last = sorted((one.at, trigger))
    return _gap(one, trigger) + _CLAUSE_COST * len(_CLAUSE.findall(masked[first:last]))


def _gap(one: Named, trigger: int) -> int:
    """What follows the event word is nearer than what stands before it."""
    gap = one.at - trigger
    return gap if gap >= 0 else -2 * gap


def _only_on_the_way(one: Named, label: Label) -> bool:
    """A capital that stands for its government, a road out of the area, where a column comes from, or where people are
    sent when talks or sieges end.
    """
    place = one.place
    if one.role == "like":
        return True
    if place.kind in VAGUE or seat(one):
        return one.role != "in" or place.kind == "road"
    return one.role == ("from" if label == "reinforcements" else "to")


def _firm(one: Named) -> bool:
    """Named as where things happen, so that what follows happens there too."""
    place = one.place
    if place.area or place.kind in VAGUE:
        return False
    return one.role == "in" or (one.role == "bare" and not seat(one))


def _home(one: Named) -> bool:
    """The country that the area lies in says nothing about where in it."""
    return one.place.slug == HOME
