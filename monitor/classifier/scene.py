"""Which side a report is headed by: the area, or some other place that only passes Daraa by. Rules, no model.

A round-up moves from place to place; a report headed by one place stays there until it says otherwise.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from monitor.classifier.reading import Reading
from monitor.classifier.roles import Named
from monitor.encoders.words import PLACE
from monitor.records import Place

Side = Literal["area", "elsewhere", "none"]
VAGUE = frozenset(("country", "road"))
PASSING = frozenset(("from", "road", "like"))
HOME = "syria"
_BROAD = frozenset(("governorate", "road", "region", "post"))
_LONE = frozenset(("village", "post", "town", "camp"))
_WORDLESS = re.compile(r"[^a-zء-ي\d]*")  # what stands for a place is no letter
_APPOSITION = 4  # letters between a town and the country it is in, as in "Saida, Lebanon"


def seat(one: Named) -> bool:
    """Named like somebody who talks or sends rather than like a place: "talks between Damascus and the committees"."""
    return one.place.kind in ("country", "city") and one.role != "in"


def heading(reading: Reading, named: Sequence[Sequence[Named]]) -> Side:
    """What the headline is about, else the dateline or first sentence: the first place that is more than passed by."""
    if not named:
        return "none"
    titled = reading.sentences[0].field == "title"
    title: Side = _side(named[0]) if titled else "none"
    sides = [_side(said) for said in named[int(titled) : int(titled) + 2]]
    opening: Side = next((side for side in sides if side != "none"), "none")
    if title == "none" or _mixed(named[0]):
        return opening if opening != "none" else title
    return title


def _side(said: Sequence[Named]) -> Side:
    there = [each for each in said if not _passed(each)]
    if not there:
        return "none"
    return "area" if there[0].place.area else "elsewhere"


def _passed(one: Named) -> bool:
    place = one.place
    return one.role in PASSING or (not place.area and (place.kind in VAGUE or seat(one)))


def _mixed(said: Sequence[Named]) -> bool:
    return len({each.place.area for each in said if not _passed(each)}) > 1


def focus(reading: Reading, named: Sequence[Sequence[Named]]) -> Place | None:
    """The town that the report is about: the first of its headline, else the only one of its lead, else the first of
    its opening that comes back.
    """
    counts = Counter(mention.place.slug for mention in reading.mentions if fine(mention.place, reading.seats))
    titled = bool(named) and (reading.sentences[0].field == "title" or _headed(reading))
    for number, said in enumerate(named[: 3 + titled]):
        there = [each.place for each in said if counts[each.place.slug] and each.role not in PASSING]
        lead = number == int(titled) and len({place.slug for place in there}) == 1
        if there and (counts[there[0].slug] > 1 or lead or (titled and number == 0)):
            return there[0]
    return None


def _headed(reading: Reading) -> bool:
    """Whether a post opens with nothing but a place ("#Tafas"), and no later line does: that is its headline."""
    first, *others = (each.masked for each in reading.sentences)
    return _alone(first) and not any(map(_alone, others))


def _alone(masked: str) -> bool:
    return PLACE in masked and _WORDLESS.fullmatch(masked) is not None


def fine(place: Place, seats: frozenset[str]) -> bool:
    """Finer than a province or the town it is named after, and more than a post at a town."""
    return place.area and place.slug not in seats and place.kind not in _BROAD


def namesakes(reading: Reading, speaks_of_home: bool) -> frozenset[str]:
    """Slugs of places in the area whose names stand here for another place: "Saida, Lebanon"; a lone village among
    foreign countries.
    """
    return _apposed(reading) | _lone(reading, speaks_of_home)


def _apposed(reading: Reading) -> frozenset[str]:
    return frozenset(
        one.place.slug
        for sentence in reading.sentences
        for one, after in pairwise(sentence.mentions)
        if one.place.area
        and after.place.kind == "country"
        and after.place.slug != HOME
        and 0 <= after.start - one.end <= _APPOSITION
    )


def _lone(reading: Reading, speaks_of_home: bool) -> frozenset[str]:
    """A village among foreign countries only, and a camp that does not head the report: it is anybody's camp."""
    inside = {mention.place for mention in reading.mentions if mention.place.area}
    if len(inside) != 1 or speaks_of_home or any(place.kind not in _LONE for place in inside):
        return frozenset()
    countries = {mention.place.slug for mention in reading.mentions if mention.place.kind == "country"}
    headed = {mention.place for mention in reading.sentences[0].mentions}
    lone_camp = any(place.kind == "camp" for place in inside - headed)
    abroad = bool(countries) and HOME not in countries
    return frozenset(place.slug for place in inside) if abroad or lone_camp else frozenset()
