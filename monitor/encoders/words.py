"""A sentence as a sequence of words and slots, with the concepts they stand for. Knows no feature weights.

However many words name a force, a person, a place, a date or a number, they become one slot: that is what keeps the
model
from learning who, where and when.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from monitor.encoders.lexicon import SLOTS, Phrase, lexicon, phrase_forms, same_word
from monitor.text.stems import skeleton, stem

PLACE = "\x01"  # stands for each letter of a place, so that positions do not move; ASCII, so that folding is quick
TOKEN = re.compile(rf"{PLACE}+|[a-z][a-z'-]*|[ء-ي]+|\d[\d.,:/]*\d|\d")
_UNKNOWN = "?"
_MONTH = "may"  # the only month that is also an everyday verb
_BRIDGES = frozenset(("of", "the", "and", "من", "في", "و"))
# Words that only say what kind of place a name is: with it or without it, the slot is the same.
_FRAMES_BEFORE = frozenset(
    ["محافظه", "مدينه", "بلده", "قريه", "ريف", "منطقه", "ناحيه", "مخيم", "city", "town", "village"]
)
_FRAMES_AFTER = frozenset(["governorate", "province", "county", "camp"])
_TELLING = ("FORCE",)  # slots that are concepts, too: what moves or closes is another thing when somebody armed does it
_CACHE_LIMIT = 300_000


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
    followers: dict[str, int] = field(default_factory=dict)  # key of the next word -> feature of the pair
    simple: bool = False  # neither slot nor beginning of a phrase: most words are
    frames_before: bool = False
    frames_after: bool = False


@dataclass(frozen=True, slots=True)
class Sequenced:
    """A sentence as features see it: word i begins at token starts[i]; concepts stand at positions."""

    words: list[Word]
    starts: list[int]
    ends: list[int]
    at: list[int]
    concepts: list[int]

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
        self._followers: dict[str, dict[str, int]] = {}
        for term, number in self.index.items():
            if term.startswith("b:"):
                first, _, second = term[2:].partition(" ")
                self._followers.setdefault(first, {})[second] = number
        self._words: dict[str, Word] = {}
        self._slots = {name: self._slot(name) for name in SLOTS}

    def sequence(self, text: str) -> Sequenced:
        """Words and slots in order. However many words name someone, something or some time, it is one slot."""
        tokens = TOKEN.findall(text)
        known = self._words
        done = Sequenced([], [], [], [], [])
        words, starts, ends = done.words, done.starts, done.ends
        skip_to = 0
        for at, token in enumerate(tokens):
            word = known.get(token) or self._looked_up(token)
            if at < skip_to:
                continue
            end = at + 1
            if not word.simple:
                if word.frames_after and words and words[-1].key == "PLACE":
                    continue
                word, end = self._phrased(word, tokens, at, done)
                skip_to = end
                if word.slot and _joined(word, end, done):
                    continue
            if word.concepts:
                done.at.extend([len(words)] * len(word.concepts))
                done.concepts.extend(word.concepts)
            words.append(word)
            starts.append(at)
            ends.append(end)
        return done

    def _phrased(self, word: Word, tokens: Sequence[str], at: int, done: Sequenced) -> tuple[Word, int]:
        """The slot that a phrase beginning here fills and its end, else the word; concepts of phrases are noted."""
        for phrase in self._phrases_at(word, tokens, at) if word.phrases else ():
            if phrase.concept in SLOTS:
                return self._slots[phrase.concept], at + 1 + len(phrase.rest)
            done.at.append(len(done.words))
            done.concepts.append(self._numbers[phrase.concept])
        if tokens[at] == _MONTH and _is_month(tokens, at, done.words):
            return self._slots["DATE"], at + 1
        return word, at + 1

    def _slot(self, name: str, token: str = "") -> Word:
        number = self.index.get("w:" + name, -1)
        phrases = _by_follower(self._lexicon.phrases_from(token)) if token else {}
        concepts = (self._numbers[name],) if name in _TELLING else ()
        return Word(name, True, concepts, phrases, phrase_forms(token), "", number, -1, self._followers.get(name, {}))

    def _looked_up(self, token: str) -> Word:
        if len(self._words) > _CACHE_LIMIT:
            self._words.clear()
        read = self._read(token)
        word = self._words[token] = replace(
            read,
            simple=not (read.slot or read.phrases or token in _FRAMES_AFTER or token == _MONTH),
            frames_before=token in _FRAMES_BEFORE and not read.concepts,
            frames_after=token in _FRAMES_AFTER,
        )
        return word

    def _read(self, token: str) -> Word:
        if token[0] == PLACE:
            return self._slot("PLACE")
        if token[0].isdigit():
            return self._slot("NUMBER")
        means = self._lexicon.of_word(token)
        if "PERSON" in means or token.startswith(("al-", "el-", "abu-")):
            return self._slot(_UNKNOWN, token)
        for slot in SLOTS:
            if slot in means:
                return self._slot(slot, token)
        key = stem(token)
        number = self.index.get("w:" + key, -1)
        if number < 0 and not means and not self._everything:
            return self._slot(_UNKNOWN, token)
        root = skeleton(token)
        return Word(
            key=key,
            slot=False,
            concepts=tuple(sorted(self._numbers[name] for name in means)),
            phrases=_by_follower(self._lexicon.phrases_from(token)),
            forms=phrase_forms(token),
            skeleton=root,
            number=number,
            skeleton_number=self.index.get("r:" + root, -1),
            followers=self._followers.get(key, {}),
        )

    def _phrases_at(self, word: Word, tokens: Sequence[str], at: int) -> list[Phrase]:
        if at + 1 == len(tokens):
            return []
        following = (self._words.get(tokens[at + 1]) or self._looked_up(tokens[at + 1])).forms
        return [
            phrase
            for form in following
            for phrase in word.phrases.get(form, ())
            if len(phrase.rest) == 1 or self._goes_on(phrase, tokens, at)
        ]

    def _goes_on(self, phrase: Phrase, tokens: Sequence[str], at: int) -> bool:
        rest = tokens[at + 2 : at + 1 + len(phrase.rest)]
        return len(rest) == len(phrase.rest) - 1 and all(
            same_word((self._words.get(token) or self._looked_up(token)).forms, wanted)
            for token, wanted in zip(rest, phrase.rest[1:], strict=True)
        )


_TIMES = frozenset(("DATE", "NUMBER"))


def _joined(word: Word, end: int, done: Sequenced) -> bool:
    """Whether this slot only went on naming what the last one names: "forces of the regime", "12 December"."""
    words = done.words
    while word.key == "PLACE" and words and words[-1].frames_before:
        done.cut(1)
    back = 1
    while back <= 2 and back < len(words) and words[-back].key in _BRIDGES:
        back += 1
    before = words[-back].key if words else ""
    if before != word.key and not (back == 1 and before in _TIMES and word.key in _TIMES):
        return False
    done.cut(back - 1)
    done.ends[-1] = end
    if word.key == "DATE":
        words[-1] = word
    return True


def _is_month(tokens: Sequence[str], at: int, before: Sequence[Word]) -> bool:
    """As in "3 May" or "May 2021"."""
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    return bool(before and before[-1].key in _TIMES) or following[:1].isdigit()


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
