"""Since when an event has lasted, or from when to when it did, in the words of a sentence. Pure.

Of what words leave open the later moment is taken: an event must not pass for an older one than it may be.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.situations.differing import value_of
from monitor.text.dates import MONTHS
from monitor.text.normalise import fold_text


@dataclass(frozen=True, slots=True)
class Lasted:
    """`begun`: at that time at the latest. `ended`: None where it still lasts."""

    begun: datetime
    ended: datetime | None = None


_MONTH_OF = {
    fold_text(name.replace("_", " ")): number for number, names in enumerate(MONTHS, 1) for name in names.split()
}
_MONTH = "|".join(sorted(map(re.escape, _MONTH_OF), key=len, reverse=True))
_PART_ENDS = (
    ("early|the (?:start|beginning) of|اوائل|مطلع|بدايه", 10),
    ("mid|mid-|the middle of|منتصف", 20),
    ("late|the end of|اواخر|نهايه", 31),
)
_PART = "|".join(words for words, _ in _PART_ENDS)
_DATE = (
    rf"(?:(?P<day{{0}}>\d{{{{1,2}}}})(?:st|nd|rd|th)?(?: of)? |(?P<part{{0}}>{_PART}) ?)?(?:شهر )?"
    rf"(?P<month{{0}}>{_MONTH})"
    r"(?: (?P<after{0}>\d{{1,2}})(?!\d))?(?:,? (?:عام )?(?P<year{0}>20\d\d))?(?!\w)"
)
_SINCE = re.compile(rf"(?:\bsince (?:the )?|(?<!\w)منذ (?:ال)?){_DATE.format('')}")
_IN_FIGURES = re.compile(r"(?:\bsince |(?<!\w)منذ )(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d)(?!\w)")
_RANGE = re.compile(
    rf"(?:\bfrom |\bbetween |(?<!\w)من |(?<!\w)بين ){_DATE.format(1)} "
    rf"(?:to|until|till|and|حتي|الي|و) ?{_DATE.format(2)}"
)
_UNITS = {"day": 1, "يوم": 1, "ايام": 1, "week": 7, "اسبوع": 7, "اسابيع": 7, "month": 28, "شهر": 28, "اشهر": 28}
_TWO = {"يومين": 1, "اسبوعين": 7, "شهرين": 28}
_UNIT = r"(?P<unit>day|week|month|يوم|ايام|اسبوع|اسابيع|شهر|اشهر)(?:s|ا)?(?!\w)"
_COUNTED = r"(?P<number>\d{1,3}(?:st|nd|rd|th)?|[a-z]+(?:-[a-z]+)?|[ء-ي]+)"
_FOR = re.compile(
    r"(?:\b(?:for|of)(?: (?:a|the|about|nearly|almost|over|more than|past|last|some))* "
    rf"|(?<!\w)منذ (?:نحو |حوالي |اكثر من )*){_COUNTED} {_UNIT}"
)
_NTH = re.compile(rf"\b(?:its|the) {_COUNTED} {_UNIT}")
_UNDER = re.compile(rf"\b{_COUNTED} {_UNIT} under ")
_DAY_N = re.compile(r"(?:\bday |(?<!\w)(?:لليوم|ليومه|ليومها|يومه|يومها) (?:ال ?)?)(\d{1,3})(?!\w)")
_TWO_OF = re.compile(r"(?<!\w)منذ (?:نحو |حوالي |اكثر من )*(يومين|اسبوعين|شهرين)(?!\w)")


def lasted(sentence: str, said_at: datetime) -> tuple[Lasted, ...]:
    """What the sentence says of the time that something has lasted, when it is said at that moment."""
    folded = fold_text(sentence)
    return (*_between(folded, said_at), *(Lasted(begun) for begun in _since(folded, said_at)))


def _between(folded: str, said_at: datetime) -> Iterator[Lasted]:
    for found in _RANGE.finditer(folded):
        end = _date(found, "2", said_at)
        begin = end and _date(found, "1", end)
        if begin and end:
            yield Lasted(begin, end)


def _since(folded: str, said_at: datetime) -> Iterator[datetime]:
    for found in _SINCE.finditer(folded):
        if date := _date(found, "", said_at):
            yield date
    for found in _IN_FIGURES.finditer(folded):  # some put the month first
        first, second, year = (int(part) for part in found.groups())
        dates = [_day(said_at, year, month, day, exact=True) for day, month in ((first, second), (second, first))]
        yield from sorted(date for date in dates if date and date <= said_at)[-1:]
    for found in (*_FOR.finditer(folded), *_NTH.finditer(folded), *_UNDER.finditer(folded)):
        if count := _number(found["number"]):
            yield said_at - timedelta(days=(count - 1) * _UNITS[found["unit"]])
    for found in _DAY_N.finditer(folded):
        yield said_at - timedelta(days=int(found[1]) - 1)
    for found in _TWO_OF.finditer(folded):
        yield said_at - timedelta(days=_TWO[found[1]])


def _number(word: str) -> int | None:
    bare = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word)
    parts = [value_of(part) for part in bare.split("-")]
    return sum(part for part in parts if part) if all(parts) else None


def _date(found: re.Match[str], which: str, until: datetime) -> datetime | None:
    """The last such day up to `until`; None for a day that no month has."""
    named = found[f"day{which}"] or found[f"after{which}"]
    day = int(named) if named else _last_of(found[f"part{which}"])
    written = found[f"year{which}"]
    for year in [int(written)] if written else [until.year, until.year - 1]:
        date = _day(until, year, _MONTH_OF[found[f"month{which}"]], day, exact=bool(named))
        if date and (date <= until or (not named and date.replace(day=1) <= until)):
            return min(date, until)
    return None


def _last_of(part: str | None) -> int:
    return next((day for words, day in _PART_ENDS if part and re.fullmatch(words, part)), 31)


def _day(until: datetime, year: int, month: int, day: int, *, exact: bool) -> datetime | None:
    """Of a month without a 31st its last day, unless just that one is named."""
    for one in range(day, day - 1 if exact else day - 4, -1):
        try:
            return until.replace(year=year, month=month, day=one)
        except ValueError:
            continue
    return None
