"""Folds the many ways a word is written, in Latin and Arabic script, to one; remembers where each letter came from.

It never changes what is quoted: `Folded.span` leads from the folded text back to the verbatim one. It drops no words.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import overload

_TATWEEL = "ـ"
_ARABIC_LETTER = "ء-غف-يٱ-ۓە"
_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0300-\u036f"
_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
_DOT = ".·•∙*…|/~+@^"

# One letter for another: positions do not move. Chained str.replace beats str.translate by a factor of 10 on Arabic.
_SAME_LENGTH = tuple(
    (written, folded)
    for folded, variants in {
        "ا": "أإآٱٲٳ",
        "ي": "ىیئېێ",
        "ه": "ةەۀہھۂۃ",
        "و": "ؤۆۇ",
        "ك": "کگڪ",
        "'": "’‘ʼʻʿʾ‛`´′",
        '"': "“”„«»″‟",
        "-": "–—−‐‑‒―",
        ",": "،",
        ";": "؛",
        "?": "؟",
        ".": "۔",
        "%": "٪",
        " ": "\u00a0\u2007\u2009\u202f#_",
    }.items()
    for written in variants
) + tuple((chr(zero + value), str(value)) for zero in (0x660, 0x6F0) for value in range(10))
_SINGLE = dict(_SAME_LENGTH)
_TABLE = str.maketrans(_SINGLE)
_SHORT = 200  # letters: below it, one translate is faster than all the replaces

_STRETCHED = f"[{_ARABIC_LETTER}{_MARKS}]"

# Each pattern begins with one class of rare characters: a class is searched for 7 times faster than alternatives are.
_SPLIT = re.compile(  # a word split to slip past a censor: tatweel, dots or space, tatweel; dots need only one
    rf"[{_TATWEEL}{_DOT}](?<={_STRETCHED}.)"
    rf"(?:(?<={_TATWEEL}){_TATWEEL}*(?:[^\w\n]{{1,3}}{_TATWEEL}+|[{_DOT}]{{1,3}})|(?<=[{_DOT}])[{_DOT}]{{0,2}}{_TATWEEL}+)"
    rf"(?=[{_ARABIC_LETTER}])"
)
_APART = re.compile(  # three or more single letters with dots between; two may be a title: "د.محمد"
    rf"[.*·•](?<=(?<![{_ARABIC_LETTER}.])[{_ARABIC_LETTER}].)[{_ARABIC_LETTER}](?:[.*·•][{_ARABIC_LETTER}])+(?![{_ARABIC_LETTER}.])"
)
_DASH = re.compile(
    rf"{_TATWEEL}(?<!{_STRETCHED}.)(?<!{_TATWEEL}.){_TATWEEL}*(?!{_STRETCHED})"
)  # it stretches no letter
_SPECIAL = re.compile(rf"[{_MARKS}{_INVISIBLE}{_TATWEEL}\u0080-\u05ff\u0700-\U0010ffff]")
_DROPPED = re.compile(rf"[{_MARKS}{_INVISIBLE}{_TATWEEL}]")
_HASHTAG = re.compile(r"#\w+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class _Positions(Sequence[int]):
    """Original positions of folded letters: runs that only shift, and letters with a position of their own."""

    def __init__(self, length: int, runs: Sequence[tuple[int, int]], own: Mapping[int, int]) -> None:
        self._length, self._own = length, own
        self._begins = [begin for begin, _ in runs]
        self._shifts = [shift for _, shift in runs]

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(self._length))]
        if not 0 <= at < self._length:
            if not -self._length <= at < 0:
                raise IndexError(at)
            at += self._length
        own = self._own.get(at)
        return own if own is not None else at + self._shifts[bisect_right(self._begins, at) - 1]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. Letter i of it was written at original position offsets[i], and ended at ends[i]."""

    text: str
    offsets: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of text[start:end], vowel signs of its last letter included."""
        if start >= end:
            at = self.offsets[start] if start < len(self.offsets) else (self.ends[-1] if self.ends else 0)
            return at, at
        if isinstance(self.offsets, range):
            return start, end  # nothing was moved
        return self.offsets[start], self.ends[end - 1]

    def position(self, original: int) -> int:
        """The folded position of an original one: that of the first letter written there or later."""
        return bisect_left(self.offsets, original)


def fold(text: str) -> Folded:
    """Fold case, accents, Arabic letter variants, vowel signs, tatweel, digits, hashtags and censor-dodging dots."""
    same = _same_length(text)
    changes = () if text.isascii() and "#" not in text else tuple(_changes(text, same))
    if not changes:
        return Folded(same, range(len(same)), range(1, len(same) + 1))
    pieces: list[str] = []
    runs = [(0, 0)]  # from this folded letter on, the original is so many letters ahead
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = length = 0
    for start, end, folded in changes:
        if start > at:
            pieces.append(same[at:start])
            length += start - at
        if folded:
            pieces.append(folded)
            starts.update(dict.fromkeys(range(length, length + len(folded)), start))
            ends.update(dict.fromkeys(range(length, length + len(folded)), end))
            length += len(folded)
        elif length:
            ends[length - 1] = end  # vowel signs belong to the letter before them
        at = end
        runs.append((length, at - length))
    pieces.append(same[at:])
    length += len(same) - at
    return Folded(
        "".join(pieces), _Positions(length, runs, starts), _Positions(length, [(b, s + 1) for b, s in runs], ends)
    )


def fold_text(text: str) -> str:
    """The folded text alone, for those who need no way back."""
    same = _same_length(text)
    if text.isascii() and "#" not in text:
        return same
    pieces: list[str] = []
    at = 0
    for start, end, folded in _changes(text, same):
        pieces += (same[at:start], folded)
        at = end
    return "".join((*pieces, same[at:])) if pieces else same


def _same_length(text: str) -> str:
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(letter if len(letter.lower()) != 1 else letter.lower() for letter in text)
    if text.isascii():
        return lowered.replace("#", " ").replace("_", " ").replace("`", "'")
    if len(text) < _SHORT:
        return lowered.translate(_TABLE)
    for written, folded in _SAME_LENGTH:
        lowered = lowered.replace(written, folded)
    return lowered


def _changes(text: str, same: str) -> Iterator[tuple[int, int, str]]:
    """The places where folding changes the length, in order: (start, end, what stands there instead)."""
    changes: list[tuple[int, int, str]] = []
    if _TATWEEL in same:
        changes += [(found.start(), found.end(), "") for found in _SPLIT.finditer(same)]
        changes += [(found.start(), found.end(), "-") for found in _DASH.finditer(same)]
    for found in _APART.finditer(same):
        changes += [(at, at + 1, "") for at in range(found.start(), found.end(), 2)]
    if "#" in text:
        for tag in _HASHTAG.finditer(text):
            changes += [
                (tag.start() + hump.start(), tag.start() + hump.start(), " ") for hump in _CAMEL.finditer(tag[0])
            ]
    changes += [(found.start(), found.end(), _plain_letter(found[0])) for found in _SPECIAL.finditer(same)]
    done = 0
    for change in sorted(changes, key=itemgetter(0)):  # stable: what was found first wins
        if change[0] >= done:
            done = change[1]
            yield change


@cache
def _plain_letter(letter: str) -> str:
    """One letter outside ASCII and plain Arabic: without accent, in lower case, in its everyday form."""
    if _DROPPED.match(letter):
        return ""
    decomposed = unicodedata.normalize("NFKD", letter)
    kept = "".join(part for part in decomposed if not unicodedata.combining(part) and part != _TATWEEL).casefold()
    return "".join(_SINGLE.get(part, part) for part in unicodedata.normalize("NFKC", kept))
