"""Where a sighting happens: its own sentence, else the nearest earlier one, dateline, title. Pure rules, no model.

Another province named in the sentence wins over what is inherited: a line about Suwayda in a round-up does not borrow Daraa.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.classifier.reading import Reading, ReadSentence
from monitor.records import Found, Label, Mention, Place
from monitor.text.normalise import fold_text
from monitor.text.stems import is_arabic, without_clitics

_FROM = frozenset(["from", "leaving", "left", "outside", "beyond", "via", "من", "عن", "غادر", "غادرت", "مغادره", "عبر", "قادمه", "قادم", "قادمين"])
_TO = frozenset(["to", "towards", "toward", "into", "reached", "reach", "for", "الي", "نحو", "باتجاه", "صوب", "ل", "بلغت", "وصلت", "دخلت", "عل"])
_IN = frozenset(
    ["in", "at", "near", "around", "inside", "of", "on", "over", "outside", "surrounding", "encircle", "besieged", "besieging", "against", "by", "south", "north", "east", "west", "northern", "southern", "eastern", "western", "town", "city", "village", "district", "quarter", "province", "governorate", "countryside", "neighbourhood", "camp", "outskirts", "في", "ب", "ضمن", "داخل", "قرب", "محيط", "ريف", "مدينه", "بلده", "قريه", "حي", "احياء", "مخيم", "شرق", "غرب", "شمال", "جنوب", "شرقي", "غربي", "شمالي", "جنوبي", "محافظه", "منطقه", "اطراف", "تخوم", "علي", "بريف", "بمدينه", "ببلده", "بقريه", "بمحيط", "مدخل", "مداخل", "مشارف", "ضواحي", "حول", "حوض", "جبهه", "بلدات", "قري"]
)
_CLITICS = {"ب": "in", "ل": "to"}
_ROAD = frozenset(["road", "highway", "motorway", "route", "crossing", "autostrad", "طريق", "اوتوستراد", "اوتستراد", "معبر", "طريقي", "الطريق"])
_RANKS = {"post": 1, "road": 2, "region": 4, "governorate": 5}
_BROAD = 3
_VAGUE = frozenset(("country", "road"))
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


def fineness(place: Place) -> int:
    """Smaller is finer: Daraa al-Balad before Daraa before the governorate. A district's own town often means the district."""
    if place.kind == "city" and place.name == place.district:
        return _BROAD
    return _RANKS.get(place.kind, 0)


def broad(place: Place) -> bool:
    return fineness(place) >= _BROAD


@dataclass(frozen=True, slots=True)
class _Named:
    mention: Mention
    role: str  # in | to | from | road | bare


def spot(reading: Reading, number: int, label: Label, trigger: int = -1) -> Spot:
    """The place of an event of this label in sentence `number`; `trigger` is where its weightiest word stands."""
    own = _own(reading, reading.sentences[number], label, trigger)
    if own is not None:
        return own
    return _inherited(reading, number)


def _own(reading: Reading, sentence: ReadSentence, label: Label, trigger: int) -> Spot | None:
    named = [_named(reading, sentence, mention) for mention in sentence.mentions]
    named = [each for each in named if not _only_on_the_way(each, label)]
    area = [each for each in named if each.mention.place.area]
    other = [each for each in named if not each.mention.place.area and each.mention.place.kind != "country"]
    abroad = [each for each in named if each.mention.place.kind == "country" and each.role == "in" and not _home(each)]
    if area and not other:
        return Spot(_best(area, trigger).mention.place, "region" if _is_region(area) else "sentence")
    if area and other:
        return _contested(area, other, label, trigger)
    if other or abroad:
        return Spot(None, "sentence", (other or abroad)[0].mention.place)
    return None


def _contested(area: list[_Named], other: list[_Named], label: Label, trigger: int) -> Spot:
    """Both named: movements belong where they go to; the rest where it is said to be "in", else to the nearer one."""
    if label in ("reinforcements",):
        going = [each for each in (*area, *other) if each.role in ("to", "in")]
        staying = [each for each in going if each.mention.place.area]
        if going and not staying:
            return Spot(None, "sentence", going[0].mention.place)
        if not going and all(each.role in ("from", "road") for each in area):
            return Spot(None, "sentence", other[0].mention.place)
        return Spot(_best(staying or area, trigger).mention.place, "sentence")
    firm = [each for each in area if each.role not in ("from", "road")]
    rival = [each for each in other if each.role == "in"]
    if not firm and rival:
        return Spot(None, "sentence", rival[0].mention.place)
    if not rival:
        return Spot(_best(firm or area, trigger).mention.place, "sentence")
    nearest = min((*firm, *rival), key=lambda each: _distance(each, trigger))
    if nearest.mention.place.area:
        return Spot(_best(firm, trigger).mention.place, "sentence")
    return Spot(None, "sentence", nearest.mention.place)


def _inherited(reading: Reading, number: int) -> Spot:
    body = reading.sentences[number].field == "text"
    region: Place | None = None
    for back in range(number - 1, max(-1, number - 1 - _REACH), -1):
        sentence = reading.sentences[back]
        named = [_named(reading, sentence, mention) for mention in sentence.mentions]
        area = [each for each in named if each.mention.place.area]
        other = [each for each in named if not each.mention.place.area and each.mention.place.kind not in _VAGUE]
        firm = [each for each in other if each.role == "in" or (each.role == "bare" and not _seat(each))]
        if area:
            best = _best(area, -1).mention.place
            if _is_region(area) and region is None and back > 0:
                region = best
                continue
            return Spot(best, _found(reading, back))
        if firm and body and not region:
            return Spot(None, _found(reading, back), firm[0].mention.place)
    if region is not None:
        return Spot(region, "region")
    return NOWHERE


def _found(reading: Reading, number: int) -> Found:
    sentence = reading.sentences[number]
    if sentence.field == "title":
        return "title"
    first = number == 0 or reading.sentences[number - 1].field == "title"
    dateline = first and bool(sentence.mentions) and sentence.mentions[0].end - sentence.start < 40
    return "dateline" if dateline and sentence.end - sentence.start < 40 else "earlier"


def _is_region(area: Sequence[_Named]) -> bool:
    return all(each.mention.place.kind == "region" for each in area)


def _best(named: Sequence[_Named], trigger: int) -> _Named:
    return min(
        named,
        key=lambda each: (
            each.role in ("from", "road"),
            fineness(each.mention.place),
            _distance(each, trigger) if trigger >= 0 else each.mention.start,
        ),
    )


def _distance(named: _Named, trigger: int) -> int:
    """Letters between place and event word; what follows the word is nearer than what stands before it."""
    gap = named.mention.start - trigger
    return gap if gap >= 0 else -2 * gap


def _only_on_the_way(named: _Named, label: Label) -> bool:
    """A capital that stands for its government, a road out of the area, or where people are sent when talks or sieges end."""
    place = named.mention.place
    if place.area:
        return False
    if place.kind in _VAGUE or _seat(named):
        return named.role != "in" or place.kind == "road"
    return named.role == "to" and label != "reinforcements"


def _seat(named: _Named) -> bool:
    """Named like somebody who talks or sends rather than like a place: "talks between Damascus and the committees"."""
    return named.mention.place.kind in ("country", "city") and named.role != "in"


def _home(named: _Named) -> bool:
    """The country that the area lies in says nothing about where in it."""
    return named.mention.place.slug == "syria"


def _named(reading: Reading, sentence: ReadSentence, mention: Mention) -> _Named:
    source = reading.source(sentence)
    before = _words(source[max(sentence.start, mention.start - 32) : mention.start])[-3:]
    glued = source[mention.end : mention.end + 14]
    clitic = source[mention.start - 1 : mention.start]
    if clitic in _CLITICS:
        return _Named(mention, _CLITICS[clitic])
    after = _words(glued)[:1]
    if (
        any(word in _ROAD for word in (*before[-2:], *after))
        or glued[:1] in ("-", "–")
        or source[mention.start - 1 : mention.start] in ("-", "–")
    ):
        return _Named(mention, "road")
    for word in reversed(before):
        for role, words in (("from", _FROM), ("to", _TO), ("in", _IN)):
            if word in words:
                return _Named(mention, role)
    return _Named(mention, "bare")


@lru_cache(maxsize=8192)
def _words(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for word in fold_text(text).split():
        plain = word.strip(".,;:!?()\"'-")
        found.append(without_clitics(plain)[-1] if is_arabic(plain) and len(plain) > 4 else plain)
    return tuple(word for word in found if word)
