"""Whether two reports that might tell of the same event contradict each other: another number, day or name. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from monitor.records import Mention
from monitor.text.normalise import fold_text
from monitor.text.stems import stem

Finder = Callable[[str], Sequence[Mention]]

_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
_TENS = "thirty forty fifty sixty seventy eighty ninety hundred"
_ORDERED = "first second third fourth fifth sixth seventh eighth ninth"
_NUMBERS: dict[str, int] = {word: number for number, word in enumerate(_WORDS.split(), 2)} | {
    **dict(zip(_TENS.split(), range(30, 110, 10), strict=True)),
    **dict(zip(_ORDERED.split(), range(1, 10), strict=True)),
}
_ARABIC: dict[str, int] = {
    fold_text(word): number
    for words, number in (
        ("ثلاث ثلاثة", 3),
        ("أربع أربعة", 4),
        ("خمس خمسة", 5),
        ("ست ستة", 6),
        ("سبع سبعة", 7),
        ("ثمان ثماني ثمانية", 8),
        ("تسع تسعة", 9),
        ("عشر عشرة", 10),
        ("عشرون عشرين", 20),
        ("ثلاثون ثلاثين", 30),
        ("أربعون أربعين", 40),
        ("خمسون خمسين", 50),
        ("ستون ستين", 60),
        ("سبعون سبعين", 70),
        ("ثمانون ثمانين", 80),
        ("تسعون تسعين", 90),
        ("مئة مائة", 100),
        ("مئتي مئتان مئتين", 200),
    )
    for word in words.split()
}
# In Arabic the ordinal follows its noun: "الفرقة الرابعة".
_ORDINALS: dict[str, int] = {
    fold_text(word): number
    for number, words in enumerate(
        ("الأولى الأول", "الثانية الثاني", "الثالثة الثالث", "الرابعة الرابع", "الخامسة الخامس", "السادسة", "السابعة"),
        1,
    )
    for word in words.split()
} | {fold_text("التاسعة"): 9}
_WEEKDAYS: dict[str, int] = {
    fold_text(word): number
    for number, words in enumerate(
        (
            "Monday الاثنين الإثنين",
            "Tuesday الثلاثاء",
            "Wednesday الأربعاء",
            "Thursday الخميس",
            "Friday الجمعة",
            "Saturday السبت",
            "Sunday الأحد",
        )
    )
    for word in words.split()
}
_NAMED_EN = re.compile(r"\b(?:towns?|villages?|city|quarters?|neighbou?rhoods?) of ((?:al-|as-|ash-)?[A-Z][\w'’-]+)")
_NAMED_AR = re.compile(r"(?<!\w)(?:بلدة|قرية|مدينة|حي|بلدتي|قريتي) (\w+)")
_NO_NAMES = frozenset(("في", "من", "على", "عن", "الى", "إلى", "قرب", "واحدة", "أخرى", "تقع", "ثانية", "كاملة"))
_SETTLEMENTS = frozenset(("city", "town", "village", "quarter", "camp"))  # a post is where somebody stands
_YEARS = range(1900, 2100)


def disagreement(
    mine: Sequence[str], theirs: Sequence[str], there: Sequence[str], find: Finder, known_as: Iterable[str]
) -> str:
    """What the sentences of a report have otherwise than those of an earlier story; "" when nothing is against it.

    `there`: slug of the story's place, then of those around it; `known_as`: its names.
    """
    if other := _other_name(mine, there, find, known_as):
        return f"it names {other}"
    numbers, known = _numbers(mine), _numbers(theirs)
    for noun in numbers.keys() & known.keys():
        if not numbers[noun] & known[noun]:
            return f"it counts {min(numbers[noun])} ({noun}) and not {min(known[noun])}"
    days, known_days = _days(mine), _days(theirs)
    if days and known_days and not days & known_days:
        return "it speaks of another day"
    return ""


def _numbers(sentences: Sequence[str]) -> dict[str, set[int]]:
    """Noun -> how many of it are told of."""
    found: dict[str, set[int]] = {}
    for sentence in sentences:
        words = re.findall(r"\d+(?:[.,]\d+)*|[^\W\d]+", fold_text(sentence))
        for number, noun in pairwise(words):
            value = value_of(number)
            if (
                value is not None
                and value not in _YEARS
                and noun.isalpha()
                and len(noun) > 2
                and value_of(noun) is None
            ):
                found.setdefault(stem(noun), set()).add(value)
            elif noun in _ORDINALS and number.isalpha():
                found.setdefault(stem(number), set()).add(_ORDINALS[noun])
    return found


def value_of(word: str) -> int | None:
    plain = word.replace(",", "").replace(".", "")
    if plain.isdigit():
        return int(plain)
    return _NUMBERS.get(word, _ARABIC.get(word))


def _days(sentences: Sequence[str]) -> set[int]:
    words = (word for sentence in sentences for word in re.findall(r"\w+", fold_text(sentence)))
    return {_WEEKDAYS[word] for word in words if word in _WEEKDAYS}


def _other_name(mine: Sequence[str], there: Sequence[str], find: Finder, known_as: Iterable[str]) -> str:
    """A place that they name instead of the story's; beside it they may name what they like."""
    if any(mention.place.slug == there[0] for sentence in mine for mention in find(sentence)):
        return ""
    names = {fold_text(name) for name in known_as}
    for sentence in mine:
        mentions = find(sentence)
        for mention in mentions:
            if mention.place.area and mention.place.slug not in there and mention.place.kind in _SETTLEMENTS:
                return mention.place.name
        for named in (*_NAMED_EN.finditer(sentence), *_NAMED_AR.finditer(sentence)):
            if any(mention.start < named.end(1) and named.start(1) < mention.end for mention in mentions):
                continue
            if named[1] not in _NO_NAMES and fold_text(named[1]) not in names:
                return named[1]
    return ""
