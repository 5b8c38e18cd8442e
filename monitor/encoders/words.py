"""A sentence as a sequence of words and slots, with the concepts they stand for. Knows no feature weights.

However many words name a force, a person, a place, a date or a number, they become one slot: that is what keeps the
model
from learning who, where and when.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from monitor.encoders.lexicon import SLOTS, Phrase, lexicon, phrase_forms, same_word
from monitor.text.stems import is_arabic, skeleton, stem

PLACE = "\x01"  # stands for each letter of a place, so that positions do not move; ASCII, so that folding is quick
TOKEN = re.compile(rf"{PLACE}+|[a-z][a-z'-]*|[ء-ي]+|\d[\d.,:/]*\d|\d")
_UNKNOWN = "?"
_MONTH = "may"  # the only month that is also an everyday verb
_TIMES = frozenset(("DATE", "NUMBER"))
_BRIDGES = frozenset(("of", "the", "and", "من", "في", "و"))
# Words that only say what kind of place a name is: with it or without it, the slot is the same.
_FRAMES_BEFORE = frozenset(
    ["محافظه", "مدينه", "بلده", "قريه", "ريف", "منطقه", "ناحيه", "مخيم", "city", "town", "village"]
)
_FRAMES_AFTER = frozenset(["governorate", "province", "county", "camp"])
_TELLING = ("FORCE",)  # slots that are concepts, too: closing or moving means more when somebody armed does it
_ARTICLE, _SHORTEST = "ال", 4  # a family name begins with the article and is longer than this
_UPON = "علي"  # a given name, and far oftener a preposition
_KEPT = 100_000  # words, and stretches between spaces: an Arabic newspaper has no more in a thousand articles


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of one word, worked out once. `number` is that of its feature, -1 if it has none."""

    key: str  # its stem, or the slot it falls into
    slot: bool
    concepts: tuple[int, ...]
    phrases: dict[str, tuple[Phrase, ...]]  # by the word that must follow
    forms: tuple[str, ...]  # what phrases of others may ask of this word
    skeleton: str
    number: int = -1
    skeleton_number: int = -1
    plain: bool = False  # neither slot nor beginning of a phrase: most words are
    joins: bool = False  # a slot beside it may go on with another; else only one beside its like does
    month: bool = False
    given: bool = False  # an Arabic given name, after which `family` names go on naming the person
    family: bool = False
    frames_before: bool = False
    frames_after: bool = False


class Sequenced(NamedTuple):
    """A sentence as features see it: word i begins at token starts[i]; concepts[i] stand at word at[i]."""

    words: list[Word]
    starts: list[int]
    ends: list[int]
    at: list[int]
    concepts: list[tuple[int, ...]]

    def cut(self, many: int) -> None:
        """Without the last words; they carried no concepts."""
        if many:
            del self.words[-many:], self.starts[-many:], self.ends[-many:]


class Vocabulary:
    """The known terms, one a line ("w:" words, "b:" pairs, "r:" skeletons), and the lexicon. Words are looked up
    once.
    """

    def __init__(self, terms: str, *, everything: bool = False) -> None:
        self._everything = everything
        self._lexicon = lexicon()
        self.concepts = (*self._lexicon.concepts, *_TELLING)
        self.index = {term: number for number, term in enumerate(terms.split("\n"))} if terms else {}
        self._numbers = {name: number for number, name in enumerate(self.concepts)}
        self._words: dict[str, Word] = {}
        self._slots = {name: self._slot(name) for name in (*SLOTS, "PLACE")}
        self._digits = self._slot("NUMBER")  # apart from numbers in words
        self._stretches = _Stretches(self._word)

    def pairs(self) -> list[tuple[int, int, int]]:
        """The number of each pair of words after those of its two words. A pair is only learnt with its words."""
        index = self.index
        split = ((term[2:].partition(" "), number) for term, number in index.items() if term.startswith("b:"))
        return [(index["w:" + first], index["w:" + second], number) for (first, _, second), number in split]

    def sequence(self, text: str) -> Sequenced:
        """Words and slots in order. However many words name someone, something or some time, it is one slot."""
        tokens = list(chain.from_iterable(map(self._stretches.__getitem__, text.split())))
        done = Sequenced([], [], [], [], [])
        words, starts, ends = done.words, done.starts, done.ends
        put, begins, stops = words.append, starts.append, ends.append
        end, last = 0, len(tokens) - 1
        for at, word in enumerate(tokens):
            if at < end:
                continue
            end = at + 1
            if not word.plain:  # the rest of the loop would cost most words half their time
                given = word.given
                if word.frames_after and words and words[-1].key == "PLACE":
                    continue
                phrases = word.phrases
                if (phrases and at < last and not phrases.keys().isdisjoint(tokens[at + 1].forms)) or word.month:
                    word, end = self._phrased(tokens, at, done)  # noqa: PLW2901
                while given and end <= last and tokens[end].family:
                    end += 1
                if word.slot and words:
                    before = words[-1]
                    if (before.joins or word.joins or before.key == word.key) and _joined(word, end, done):
                        continue
            if word.concepts:
                done.at.append(len(words))
                done.concepts.append(word.concepts)
            put(word)
            begins(at)
            stops(end)
        return done

    def _phrased(self, tokens: Sequence[Word], at: int, done: Sequenced) -> tuple[Word, int]:
        """The slot that a phrase beginning here fills and its end, else the word; concepts of phrases are noted."""
        word = tokens[at]
        for phrase in _phrases_at(tokens, at):
            if phrase.concept in SLOTS:
                return self._slots[phrase.concept], at + 1 + len(phrase.rest)
            done.at.append(len(done.words))
            done.concepts.append((self._numbers[phrase.concept],))
        if word.month and self._is_month(tokens, at, done.words):
            return self._slots["DATE"], at + 1
        return word, at + 1

    def _is_month(self, tokens: Sequence[Word], at: int, before: Sequence[Word]) -> bool:
        """As in "3 May" or "May 2021"."""
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        return bool(before and before[-1].key in _TIMES) or following is self._digits

    def _slot(self, name: str, token: str = "") -> Word:  # nosec B107  # a token is a word here
        return Word(
            key=name,
            slot=True,
            concepts=(self._numbers[name],) if name in _TELLING else (),
            phrases=_by_follower(self._lexicon.phrases_from(token)) if token else {},
            forms=phrase_forms(token),
            skeleton="",
            number=self.index.get("w:" + name, -1),
            joins=name in _TIMES or name == "PLACE",
            month=token == _MONTH,
            frames_before=token in _FRAMES_BEFORE,
            frames_after=token in _FRAMES_AFTER,
        )

    def _word(self, token: str) -> Word:
        """What is known of a word, kept, up to a number of words."""
        found = self._words.get(token)
        if found is None:
            if len(self._words) >= _KEPT:
                self._words.clear()
            found = self._words[token] = self._read(token)
        return found

    def _read(self, token: str) -> Word:
        if token[0] == PLACE:
            return self._slots["PLACE"]
        if token[0].isdigit():
            return self._digits
        means = self._lexicon.of_word(token)
        if "PERSON" in means or token.startswith(("al-", "el-", "abu-")):
            return replace(self._slot(_UNKNOWN, token), given="PERSON" in means and token != _UPON and is_arabic(token))
        for slot in SLOTS:
            if slot in means:
                return self._slot(slot, token)
        key = stem(token)
        number = self.index.get("w:" + key, -1)
        if number < 0 and not means and not self._everything:
            return self._slot(_UNKNOWN, token)
        return self._telling(token, key, tuple(sorted(self._numbers[name] for name in means)))

    def _telling(self, token: str, key: str, concepts: tuple[int, ...]) -> Word:
        """A word that is no slot."""
        root = skeleton(token)
        phrases = _by_follower(self._lexicon.phrases_from(token))
        month, frames_after = token == _MONTH, token in _FRAMES_AFTER
        return Word(
            key=key,
            slot=False,
            concepts=concepts,
            phrases=phrases,
            forms=phrase_forms(token),
            skeleton=root,
            number=self.index.get("w:" + key, -1),
            skeleton_number=self.index.get("r:" + root, -1),
            plain=not (phrases or month or frames_after),
            joins=key in _BRIDGES,
            month=month,
            family=token.startswith(_ARTICLE) and len(token) > _SHORTEST,
            frames_before=token in _FRAMES_BEFORE and not concepts,
            frames_after=frames_after,
        )


class _Stretches(dict[str, tuple[Word, ...]]):
    """The words of what stands between two spaces: looking up "besieged," is faster than cutting off its comma."""

    def __init__(self, word: Callable[[str], Word]) -> None:
        super().__init__()
        self._word = word

    def __missing__(self, stretch: str) -> tuple[Word, ...]:
        if len(self) >= _KEPT:
            self.clear()
        words = self[stretch] = tuple(map(self._word, TOKEN.findall(stretch)))
        return words


def _phrases_at(tokens: Sequence[Word], at: int) -> list[Phrase]:
    phrases = tokens[at].phrases
    return [
        phrase
        for form in (tokens[at + 1].forms if at + 1 < len(tokens) else ())
        for phrase in phrases.get(form, ())
        if len(phrase.rest) == 1 or _goes_on(phrase, tokens, at)
    ]


def _goes_on(phrase: Phrase, tokens: Sequence[Word], at: int) -> bool:
    rest = tokens[at + 2 : at + 1 + len(phrase.rest)]
    return len(rest) == len(phrase.rest) - 1 and all(
        same_word(word.forms, wanted) for word, wanted in zip(rest, phrase.rest[1:], strict=True)
    )


def _joined(word: Word, end: int, done: Sequenced) -> bool:
    """Whether this slot only went on naming what the last one names: "forces of the regime", "12 December"."""
    words, key = done.words, word.key
    if key == "PLACE":
        while words and words[-1].frames_before:
            done.cut(1)
    back = 1
    while back <= 2 and back < len(words) and words[-back].key in _BRIDGES:
        back += 1
    before = words[-back].key if words else ""
    if before != key and not (back == 1 and before in _TIMES and key in _TIMES):
        return False
    done.cut(back - 1)
    done.ends[-1] = end
    if key == "DATE":
        words[-1] = word
    return True


def _by_follower(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    """The phrases by each form of their second word; the longest first."""
    found: dict[str, tuple[Phrase, ...]] = {}
    for phrase in phrases:
        second = phrase.rest[0]
        inflected = phrase_forms(second)[-1]
        key = inflected if inflected.startswith("~") else second
        found[key] = (*found.get(key, ()), phrase)
        if key != second and second not in phrase_forms(second)[:-1]:
            found[second] = (*found.get(second, ()), phrase)
    return found
