"""Joins the places of a road's name ("Damascus-Daraa highway") into one: an event on a road is not in its towns."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.gazetteer.filing import ARTICLE
from monitor.gazetteer.matching import Tokens
from monitor.records import Place
from monitor.text.normalise import fold_text

KIND = "road"
_JOIN = "--"
_BREAK = re.compile(r"[.!?;\n]")


class Named(NamedTuple):
    """A place and where its name stands in the folded text."""

    place: Place
    start: int
    end: int


class Roads:
    """The words that make a road of the places beside them, and the roads themselves."""

    def __init__(self, cues: Mapping[str, Sequence[str]]) -> None:
        folded = {name: frozenset(fold_text(word).strip() for word in words) for name, words in cues.items()}
        self._before = folded.get("road_before", frozenset())
        self._after = folded.get("road_after", frozenset())
        self._between = folded.get("road_between", frozenset())
        joints = "|".join(sorted(map(re.escape, folded.get("road_joints", ())), key=len, reverse=True))
        self._joint = re.compile(rf"\s*+(?:{joints or '-'})?\s*+(?:مدينه|بلده|the)?\s*+(?:(?:{ARTICLE})[ -]'?)?")

    def joined(self, tokens: Tokens, named: Sequence[Named]) -> list[Named]:
        """The names with those of a road made one."""
        out: list[Named] = []
        group: list[Named] = list(named[:1])
        for left, right in pairwise(named):
            if left.place.slug != right.place.slug and self._joint.fullmatch(tokens.text, left.end, right.start):
                group.append(right)
                continue
            out += group if len(group) == 1 else self._as_road(tokens, group)
            group = [right]
        return out + self._as_road(tokens, group)

    def _as_road(self, tokens: Tokens, group: list[Named]) -> list[Named]:
        if len(group) < 2 or not self._is_road(tokens, group):
            return group
        return [Named(road([one.place for one in group]), group[0].start, group[-1].end)]

    def _is_road(self, tokens: Tokens, group: Sequence[Named]) -> bool:
        after = re.match(r"(?: (?:international|\w+ern))? (\w+)", tokens.text[group[-1].end : group[-1].end + 40])
        if after and after[1] in self._after:
            return True
        preceding = _BREAK.split(tokens.text[max(0, group[0].start - 60) : group[0].start])[-1]
        for word in reversed(re.findall(r"\w+", preceding)):
            bare = word[1:] if word[:1] in "وبلف" and word not in self._before else word
            if word in self._before or bare in self._before or ("ا" + bare) in self._before:
                return True
            if word not in self._between:
                return False
        return False


def road(places: Sequence[Place]) -> Place:
    """The road between places: the same whichever end is named first; in the area when all of it is."""
    ends = sorted(places, key=lambda place: place.slug)
    known = [(place.lat, place.lon) for place in ends if place.lat is not None and place.lon is not None]
    middle = len(known) == len(ends)
    return Place(
        slug=_JOIN.join(place.slug for place in ends),
        name="–".join(place.name for place in ends) + " road",
        arabic="طريق " + " – ".join(place.arabic for place in ends),
        lat=round(sum(lat for lat, _ in known) / len(known), 4) if middle else None,
        lon=round(sum(lon for _, lon in known) / len(known), 4) if middle else None,
        kind=KIND,
        district=ends[0].district,
        area=all(place.area for place in ends),
    )


def ends_of(slug: str) -> list[str]:
    """The slugs of the places that a road's slug joins; one slug for anything else."""
    return slug.split(_JOIN)
