"""What other outlets make of a report: copied whole, cut at a sentence, or rewritten with other words and order."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from monitor.text.sentences import sentences

_OTHER_WORDS = {
    "forces": "troops",
    "troops": "soldiers",
    "said": "stated",
    "reported": "noted",
    "town": "locality",
    "residents": "inhabitants",
    "near": "close to",
    "after": "following",
    "several": "a number of",
    "began": "started",
    "large": "big",
    "area": "zone",
    "demanded": "asked for",
    "arrived": "came",
    "entered": "moved into",
    "قالت": "ذكرت",
    "قال": "ذكر",
    "أفادت": "أوضحت",
    "أفاد": "أوضح",
    "بلدة": "البلدة",
    "قوات": "عناصر",
    "الأهالي": "السكان",
    "أهالي": "سكان",
    "بعد": "عقب",
    "عدة": "عدد من",
    "خلال": "أثناء",
    "وصلت": "جاءت",
    "منطقة": "ناحية",
    "كما": "وكذلك",
}
_LEADS = {"en": ("Repeated: ", "Daily round: ", "News in brief: "), "ar": ("إعادة: ", "موجز: ", "من الصحف: ")}


@dataclass(frozen=True, slots=True)
class Copy:
    """`how`: copied, cut or rewritten."""

    how: str
    title: str
    text: str


def copies(title: str, text: str, language: str, chance: random.Random) -> list[Copy]:
    """Three to ten of them; a report of one sentence cannot be cut, nor one of few words rewritten."""
    made: list[Copy] = []
    ways: tuple[Callable[[str, random.Random], str], ...] = (_copied, _cut, _rewritten)
    for _ in range(chance.randint(3, 10)):
        way = chance.choice(ways)
        headline = title if chance.random() < 0.5 else chance.choice(_LEADS.get(language, ("",))) + title
        made.append(Copy(way.__name__.strip("_"), headline, way(text, chance)))
    return made


def _copied(text: str, chance: random.Random) -> str:  # noqa: ARG001  one signature for all ways
    return text


def _cut(text: str, chance: random.Random) -> str:
    spans = sentences(text)
    return text[: spans[chance.randint(len(spans) // 2, max(len(spans) // 2, len(spans) - 2))][1]]


def _rewritten(text: str, chance: random.Random) -> str:
    """A third of the words that have another one get it, and two sentences after the first change places."""
    parts = [text[start:end] for start, end in sentences(text)]
    if len(parts) > 3:
        at = chance.randint(1, len(parts) - 2)
        parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return re.sub(r"\w+", lambda word: _other(word[0], chance), " ".join(parts))


def _other(word: str, chance: random.Random) -> str:
    return _OTHER_WORDS[word] if word in _OTHER_WORDS and chance.random() < 0.34 else word
