"""What part a place plays in its sentence: where something is, where it goes to, where it comes from, or on the way."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from monitor.classifier.reading import ReadSentence
from monitor.encoders.words import PLACE
from monitor.records import Mention, Place
from monitor.text.stems import is_arabic, without_clitics

Role = Literal["in", "to", "from", "road", "like", "bare"]

# What stands before a place. A word for a kind of place ("town", "ريف") says "in" only when no other word does.
_WORDS: tuple[tuple[Role, str], ...] = (
    (
        "from",
        "from leaving left outside beyond via through crossed passed passing"
        " من عن غادر غادرت مغادره عبر عبرت تعبر يعبر عبور اجتازت قادمه قادم قادمين مرورا",
    ),
    ("to", "to towards toward into reached reach reaches entered enters for الي نحو باتجاه صوب ل بلغت وصلت دخلت علي"),
    (
        "in",
        "in at near around inside on over surrounding encircle besieged besieging against besiege besieges encircled "
        "encircles surrounded ringed في ب ضمن داخل قرب محيط اطراف تخوم بريف بمدينه ببلده بقريه بمحيط مدخل مداخل مشارف "
        "ضواحي حول حصار محاصره",
    ),
)
_FRAMES = frozenset(
    word
    for words in (
        "of south north east west northern southern eastern western town towns city cities village villages",
        "quarter province governorate countryside camp neighbourhood outskirts neighbouring",
        "ريف مدينه بلده قريه حي احياء مخيم شرق غرب شمال جنوب شرقي غربي شمالي جنوبي محافظه منطقه حوض جبهه بلدات قري",
        "مدن ارياف محافظتي مدينتي بلدتي",
    )
    for word in words.split()
)
_ROLES: dict[str, Role] = {word: role for role, words in _WORDS for word in words.split()}
_CLITICS: dict[str, Role] = {"ب": "in", "وب": "in", "ل": "to", "ول": "to"}
_ROAD = frozenset(
    [
        "corridor",
        "junction",
        "ممر",
        "road",
        "highway",
        "motorway",
        "route",
        "crossing",
        "autostrad",
        "طريق",
        "اوتوستراد",
        "اوتستراد",
        "معبر",
        "طريقي",
    ]
)
_LIKE = frozenset(
    [
        "like",
        "unlike",
        "similar",
        "than",
        "compared",
        "comparing",
        "compares",
        "resembles",
        "recalls",
        "recalling",
        "reminiscent",
        "scenario",
        "مثل",
        "مثلما",
        "يشبه",
        "تشبه",
        "شبيه",
        "يقارن",
        "يقارنه",
        "يقارنها",
        "مقارنه",
        "سيناريو",
        "غرار",
        "يذكر",
        "تذكر",
        "يعيد",
        "كالذي",
        "كما",
    ]
)
_HELD = ("حصار", "طوق")  # lifted "from" a place: that is the place held
_RUN = re.compile(f"{PLACE}{PLACE}*")  # a pattern that begins with a plain letter is searched for 4 times faster
_LISTED = frozenset((",", "،", "and", "و", ", and", "، و"))
_TRIM = ".,;:!?()\"'-"
_BEFORE, _AFTER = 40, 14
_KEPT = 1 << 14  # words


class Named(NamedTuple):
    """A place named in a sentence. `at` is where it stands in the masked sentence."""

    place: Place
    role: Role
    at: int


def named(sentence: ReadSentence) -> tuple[Named, ...]:
    if not sentence.mentions:
        return ()
    return _each(sentence.masked, sentence.mentions)


def _each(masked: str, mentions: Sequence[Mention]) -> tuple[Named, ...]:
    runs = [found.span() for found in _RUN.finditer(masked)]
    if len(runs) != len(mentions):  # two places with nothing between them are one run
        runs = [runs[min(number, len(runs) - 1)] if runs else (0, 0) for number in range(len(mentions))]
    found: list[Named] = []
    behind = 0
    for mention, (start, end) in zip(mentions, runs, strict=True):
        if found and masked[behind:start].strip() in _LISTED:  # "from A, B and C" comes from all three
            role = found[-1].role
        else:
            role = _role(masked[max(0, start - _BEFORE) : start], masked[end : end + _AFTER])
        found.append(Named(mention.place, role, start))
        behind = end
    return tuple(found)


@lru_cache(maxsize=4096)
def _role(before: str, after: str) -> Role:
    words = before.split()[-4:]
    if any(map(_likens, words)):
        return "like"
    # who holds the roads into a town is there
    beside = () if words[-1:] == ["into"] else (*words[-2:], *after.split()[:1])
    if before[-1:] == "-" or after[:1] == "-" or any(map(_paves, beside)):
        return "road"
    glued = "" if before[-1:].isspace() else (words[-1] if words else "")
    if glued in _CLITICS:
        return _CLITICS[glued]
    return _told(words)


def _told(words: Sequence[str]) -> Role:
    """What the words before a place say, the nearest first."""
    if words[-2:] == ["way", "of"]:
        return "from"
    if len(words) > 1 and words[-1] == "عن" and any(part in words[-2] for part in _HELD):
        return "in"
    framed = False
    for word in reversed(words):
        role, frames = _says(word)
        if role:
            return role
        framed = framed or frames
        if word[-1:] in ",;:،؛":
            break
    return "in" if framed else "bare"


@lru_cache(_KEPT)
def _says(word: str) -> tuple[Role | None, bool]:
    """The role that a word alone gives, and whether it only says what kind of place follows."""
    plain, bare = word.strip(_TRIM), _bare(word)
    role = _ROLES.get(plain) or (None if plain in _FRAMES else _ROLES.get(bare))
    return role, plain in _FRAMES or bare in _FRAMES


@lru_cache(_KEPT)
def _likens(word: str) -> bool:
    return word.strip(_TRIM) in _LIKE or _bare(word) in _LIKE


@lru_cache(_KEPT)
def _paves(word: str) -> bool:
    return _bare(word) in _ROAD


@lru_cache(_KEPT)
def _bare(word: str) -> str:
    plain = word.strip(_TRIM)
    return without_clitics(plain)[-1] if is_arabic(plain) and len(plain) > 4 else plain
