"""Sentences into features: words, pairs of words, and concepts with what stands near them.

A scikit-learn transformer. It is blind to who and when: forces, persons, dates, numbers and unknown words become slots, and
so do places, which the caller has covered with `PLACE` characters. Its vocabulary is one string, since skops writes a
dict entry by entry.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin

from monitor.encoders.lexicon import SLOTS, Phrase, lexicon, phrase_forms, same_word
from monitor.text.stems import skeleton, stem

PLACE = "\ue000"  # stands for each letter of a place, so that positions do not move
_TOKEN = re.compile(rf"{PLACE}+|[a-z][a-z'-]*|[ء-ي]+|\d[\d.,:/]*\d|\d")
_UNKNOWN = "?"
_BRIDGES = frozenset(("of", "the", "and", "من", "في", "و"))
_CACHE_LIMIT = 300_000
_GROUPS = 6  # words, pairs of words, skeletons, concepts, concepts near each other, concepts in the same stretch

Numbers = NDArray[np.int64]


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


@dataclass(frozen=True, slots=True)
class Sequenced:
    """A sentence as features see it: word i covers the tokens spans[i]; concepts stand at positions."""

    words: list[Word]
    spans: list[tuple[int, int]]
    at: list[int]
    concepts: list[int]


class SentenceEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Folded, place-covered sentences -> sparse features. `excluded`: words never to be learnt (names met in training)."""

    def __init__(
        self,
        min_count: int = 2,
        near: int = 4,
        far: int = 12,
        weights: tuple[float, ...] = (1.0,) * _GROUPS,
        damping: float = 0.35,
        excluded: str = "",
    ) -> None:
        self.min_count = min_count
        self.near = near
        self.far = far
        self.weights = weights
        self.damping = damping
        self.excluded = excluded

    def fit(self, sentences: Iterable[str], _labels: Any = None) -> Self:
        texts = list(sentences)
        self._begin("", everything=True)
        excluded = frozenset(self.excluded.split())
        counts = Counter(key for text in texts for key in {word.key for word in self.sequence(text).words})
        known = [f"w:{key}" for key, count in counts.items() if count >= self.min_count and key not in excluded]
        self._begin("\n".join(known))
        counts = Counter(term for text in texts for term in set(_terms(self.sequence(text).words)))
        self._begin("\n".join(sorted(term for term, count in counts.items() if count >= self.min_count)))
        return self

    def transform(self, sentences: Iterable[str]) -> csr_matrix:
        self._ready()
        sequences = [self.sequence(text) for text in sentences]
        rows, columns, values = [], [], []
        for weight, (row, column) in zip(self.weights, self._groups(sequences), strict=True):
            if weight:
                sizes = np.bincount(row, minlength=len(sequences))
                rows.append(row)
                columns.append(column)
                values.append((weight / np.maximum(sizes, 1) ** self.damping)[row])
        entries = (np.concatenate(values).astype(np.float32), (np.concatenate(rows), np.concatenate(columns)))
        return coo_matrix(entries, (len(sequences), self.width)).tocsr()

    @property
    def width(self) -> int:
        many = len(self._concepts)
        return len(self._index) + many + 2 * many * many

    def sequence(self, text: str) -> Sequenced:
        """Words and slots in order. However many words name someone, something or some time, it is one slot."""
        self._ready()
        tokens = _TOKEN.findall(text)
        known = self._words
        done = Sequenced([], [], [], [])
        words, spans, positions, concepts = done.words, done.spans, done.at, done.concepts
        skip_to = 0
        for at, token in enumerate(tokens):
            if at < skip_to:
                continue
            word = known.get(token) or self._looked_up(token)
            end = at + 1
            if word.phrases:
                for phrase in self._phrases_at(word, tokens, at):
                    if phrase.concept == "FORCE":
                        word, end = self._force, at + 1 + len(phrase.rest)
                        skip_to = end
                        break
                    positions.append(len(words))
                    concepts.append(self._numbers[phrase.concept])
            if word.slot and words and _joins(word, words):
                while words[-1].key != word.key and words[-1].key not in _TIMES:
                    words.pop()
                    spans.pop()
                spans[-1] = (spans[-1][0], end)
                continue
            for concept in word.concepts:
                positions.append(len(words))
                concepts.append(concept)
            words.append(word)
            spans.append((at, end))
        return done

    def shares(
        self, text: str, weights: NDArray[np.floating[Any]]
    ) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
        """How much each word adds to a score with these feature weights, and where the words stand in the text.

        What two words say together is split between them.
        """
        sequence = self.sequence(text)
        words = sequence.words
        singles = np.array([word.number for word in words])
        roots = np.array([word.skeleton_number for word in words])
        pairs = np.array([first.followers.get(second.key, -1) for first, second in pairwise(words)], np.int64)
        found = self._scaled(0, singles, weights) + self._scaled(2, roots, weights)
        both = self._scaled(1, pairs, weights) / 2
        found[:-1] += both
        found[1:] += both
        if sequence.at:
            self._share_concepts(sequence, weights, found)
        letters = [match.span() for match in _TOKEN.finditer(text)]
        return found, [(letters[first][0], letters[end - 1][1]) for first, end in sequence.spans]

    def _scaled(self, group: int, numbers: Numbers, weights: NDArray[Any]) -> NDArray[np.float64]:
        there = numbers >= 0
        scale = self.weights[group] / max(int(there.sum()), 1) ** self.damping
        return np.asarray(np.where(there, weights[numbers], 0.0) * scale, np.float64)

    def _share_concepts(self, sequence: Sequenced, weights: NDArray[Any], found: NDArray[np.float64]) -> None:
        offset, many = len(self._index), len(self._concepts)
        at = np.minimum(np.array(sequence.at), len(found) - 1)
        concepts = np.array(sequence.concepts)
        np.add.at(found, at, self._scaled(3, offset + concepts, weights))
        distance = at[None, :] - at[:, None]
        pairs = offset + many + concepts[:, None] * many + concepts[None, :]
        reached = (distance > 0) & (distance <= self.far)
        near = self._scaled(4, np.where(reached & (distance <= self.near), pairs, -1), weights)
        far = self._scaled(5, np.where(reached, pairs + many * many, -1), weights)
        both = (far + near) / 2
        np.add.at(found, at, both.sum(axis=1) + both.sum(axis=0))

    # -- within ---------------------------------------------------------------------------------------------------

    def _begin(self, vocabulary: str, *, everything: bool = False) -> None:
        self.vocabulary_ = vocabulary
        self._everything = everything
        self._lexicon = lexicon()
        self._concepts = self._lexicon.concepts
        self._numbers = {name: number for number, name in enumerate(self._concepts)}
        self._index = {term: number for number, term in enumerate(vocabulary.split("\n"))} if vocabulary else {}
        self._followers: dict[str, dict[str, int]] = {}
        for term, number in self._index.items():
            if term.startswith("b:"):
                first, _, second = term[2:].partition(" ")
                self._followers.setdefault(first, {})[second] = number
        self._words: dict[str, Word] = {}
        self._force = self._slot("FORCE")
        self._unknown = self._slot(_UNKNOWN)

    def _ready(self) -> None:
        if "_index" not in self.__dict__:
            self._begin(self.vocabulary_)

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if not name.startswith("_") or name == "_sklearn_version"}

    def _slot(self, name: str, token: str = "") -> Word:
        number = self._index.get("w:" + name, -1)
        phrases = _by_follower(self._lexicon.phrases_from(token)) if token else {}
        return Word(name, True, (), phrases, phrase_forms(token), "", number, -1, self._followers.get(name, {}))

    def _looked_up(self, token: str) -> Word:
        if len(self._words) > _CACHE_LIMIT:
            self._words.clear()
        word = self._words[token] = self._read(token)
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
        number = self._index.get("w:" + key, -1)
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
            skeleton_number=self._index.get("r:" + root, -1),
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

    def _groups(self, sequences: Sequence[Sequenced]) -> list[tuple[Numbers, Numbers]]:
        words: tuple[list[int], list[int]] = ([], [])
        pairs: tuple[list[int], list[int]] = ([], [])
        roots: tuple[list[int], list[int]] = ([], [])
        for row, sequence in enumerate(sequences):
            numbers = [word.number for word in sequence.words if word.number >= 0]
            _extend(words, row, numbers)
            _extend(roots, row, [word.skeleton_number for word in sequence.words if word.skeleton_number >= 0])
            found = [first.followers.get(second.key, -1) for first, second in pairwise(sequence.words)]
            _extend(pairs, row, [number for number in found if number >= 0])
        worded = [(np.array(rows, np.int64), np.array(columns, np.int64)) for rows, columns in (words, pairs, roots)]
        return worded + self._concept_groups(sequences)

    def _concept_groups(self, sequences: Sequence[Sequenced]) -> list[tuple[Numbers, Numbers]]:
        row = np.repeat(np.arange(len(sequences)), [len(sequence.at) for sequence in sequences])
        at = np.array([at for sequence in sequences for at in sequence.at], np.int64)
        concept = np.array([concept for sequence in sequences for concept in sequence.concepts], np.int64)
        offset, many = len(self._index), len(self._concepts)
        # Positions of different sentences are moved so far apart that no window reaches over.
        where = at + row * 100_000
        near, far = [], []
        for lag in range(1, len(at)):
            distance = where[lag:] - where[:-lag]
            (reached,) = np.nonzero((distance <= self.far) & (distance > 0))
            if not len(reached) and distance.min(initial=self.far + 1) > self.far:
                break
            numbers = offset + many + concept[reached] * many + concept[reached + lag]
            close = distance[reached] <= self.near
            near.append((row[reached][close], numbers[close]))
            far.append((row[reached], numbers + many * many))
        return [(row, offset + concept), _stacked(near), _stacked(far)]


_TIMES = frozenset(("DATE", "NUMBER"))


def _joins(word: Word, words: Sequence[Word]) -> bool:
    """Whether this slot only goes on naming what the last one names: "forces of the regime", "12 December"."""
    back = 1
    while back <= 2 and back < len(words) and words[-back].key in _BRIDGES:
        back += 1
    before = words[-back].key
    return before == word.key or (back == 1 and before in _TIMES and word.key in _TIMES)


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


def _extend(target: tuple[list[int], list[int]], row: int, numbers: list[int]) -> None:
    target[0].extend([row] * len(numbers))
    target[1].extend(numbers)


def _stacked(parts: list[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate([rows for rows, _ in parts]), np.concatenate([columns for _, columns in parts])


def _terms(words: Sequence[Word]) -> list[str]:
    """Terms of words: each stem, each pair of neighbours, each Arabic skeleton."""
    terms = ["w:" + word.key for word in words]
    terms += ["r:" + word.skeleton for word in words if word.skeleton]
    return terms + [f"b:{first.key} {second.key}" for first, second in pairwise(words)]
