"""Sentences into features, without scikit-learn: the running monitor needs no more, and starts in half the time.

sentence.py wraps it as a transformer for training.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from monitor.encoders.words import TOKEN, Sequenced, Vocabulary

GROUPS = 6  # words, pairs of words, skeletons, concepts, concepts near each other, concepts in the same stretch

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Settings:
    """How features are made. `near`, `far`: words between concepts; `weights`: one a group; `damping`: of its size."""

    near: int = 4
    far: int = 12
    weights: tuple[float, ...] = (1.0,) * GROUPS
    damping: float = 0.35


class SentenceFeatures:
    """Words, pairs of words, skeletons and concepts of a sentence, as one row of numbers."""

    def __init__(self, vocabulary: str, settings: Settings) -> None:
        self.vocabulary = vocabulary
        self.settings = settings
        self._known = Vocabulary(vocabulary)
        self._terms = len(self._known.index)
        self._concepts = len(self._known.concepts)
        self.width = self._terms + self._concepts + 2 * self._concepts**2
        pairs = np.array(self._known.pairs() or [(-1, -1, -1)], np.int64)
        keys = pairs[:, 0] * self._terms + pairs[:, 1]
        order = np.argsort(keys)
        self._pair_keys, self._pair_numbers = keys[order], pairs[order, 2]

    def concepts(self, names: Iterable[str]) -> frozenset[int]:
        """The numbers that sequences give to these concepts."""
        wanted = frozenset(names)
        return frozenset(number for number, name in enumerate(self._known.concepts) if name in wanted)

    def sequences(self, texts: Iterable[str]) -> list[Sequenced]:
        return [self._known.sequence(text) for text in texts]

    def matrix(self, sequences: Sequence[Sequenced]) -> csr_matrix:
        """One row a sentence; each group scaled by its own size, so that long sentences do not outshout."""
        rows, columns, values = [], [], []
        for weight, (row, column) in zip(self.settings.weights, self._groups(sequences), strict=True):
            if weight:
                sizes = np.bincount(row, minlength=len(sequences))
                rows.append(row)
                columns.append(column)
                values.append((weight / np.maximum(sizes, 1) ** self.settings.damping)[row])
        entries = (np.concatenate(values).astype(np.float32), (np.concatenate(rows), np.concatenate(columns)))
        return coo_matrix(entries, (len(sequences), self.width)).tocsr()

    def shares(
        self, text: str, sequence: Sequenced, weights: NDArray[Any]
    ) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
        """How much each word adds to a score with these feature weights, and where the words stand in the text.

        What two words say together is split between them.
        """
        singles = np.array([word.number for word in sequence.words], np.int64)
        roots = np.array([word.skeleton_number for word in sequence.words], np.int64)
        found = self._scaled(0, singles, weights) + self._scaled(2, roots, weights)
        both = self._scaled(1, self._pairs(singles[:-1], singles[1:]), weights) / 2
        found[:-1] += both
        found[1:] += both
        if sequence.at:
            self._share_concepts(sequence, weights, found)
        letters = [match.span() for match in TOKEN.finditer(text)]
        return found, [
            (letters[first][0], letters[end - 1][1]) for first, end in zip(sequence.starts, sequence.ends, strict=True)
        ]

    def _pairs(self, first: Numbers, second: Numbers) -> Numbers:
        """The number of each pair of words, -1 where it is none that was learnt."""
        keys = first * self._terms + second
        at = np.minimum(self._pair_keys.searchsorted(keys), len(self._pair_keys) - 1)
        return np.where((self._pair_keys[at] == keys) & (first >= 0) & (second >= 0), self._pair_numbers[at], -1)

    def _scaled(self, group: int, numbers: Numbers, weights: NDArray[Any]) -> NDArray[np.float64]:
        there = numbers >= 0
        scale = self.settings.weights[group] / max(int(there.sum()), 1) ** self.settings.damping
        return np.asarray(np.where(there, weights[numbers], 0.0) * scale, np.float64)

    def _share_concepts(self, sequence: Sequenced, weights: NDArray[Any], found: NDArray[np.float64]) -> None:
        offset, many = self._terms, self._concepts
        at, concepts = _flat([sequence])
        at = np.minimum(at, len(found) - 1)
        scales = self.settings.weights
        found += np.bincount(
            at, weights[offset + concepts] * (scales[3] / len(at) ** self.settings.damping), len(found)
        )
        distance = at[None, :] - at[:, None]
        first, second = np.nonzero((distance > 0) & (distance <= self.settings.far))
        if not len(first):
            return
        pairs = offset + many + concepts[first] * many + concepts[second]
        close = distance[first, second] <= self.settings.near
        near = scales[4] / max(int(close.sum()), 1) ** self.settings.damping
        far = scales[5] / len(first) ** self.settings.damping
        half = (weights[pairs + many * many] * far + np.where(close, weights[pairs] * near, 0.0)) / 2
        found += np.bincount(at[first], half, len(found)) + np.bincount(at[second], half, len(found))

    def weightiest(self, sequence: Sequenced, weights: NDArray[Any]) -> list[int]:
        """The words of a sentence by what they add alone, most first: a quick look where `shares` weighs pairs, too."""
        numbers = np.array([word.number for word in sequence.words])
        found = np.where(numbers >= 0, weights[numbers], 0.0)
        if sequence.at:
            at, concepts = _flat([sequence])
            found += np.bincount(np.minimum(at, len(found) - 1), weights[self._terms + concepts], len(found))
        return [int(number) for number in np.argsort(-found)[:3] if found[number] > 0]

    def where(self, text: str, sequence: Sequenced, word: int) -> int:
        """Where in the text a word of the sequence begins."""
        start = sequence.starts[word]
        return next(match.start() for number, match in enumerate(TOKEN.finditer(text)) if number == start)

    def _groups(self, sequences: Sequence[Sequenced]) -> list[tuple[Numbers, Numbers]]:
        row = np.repeat(np.arange(len(sequences)), [len(sequence.words) for sequence in sequences])
        words = [word for sequence in sequences for word in sequence.words]
        singles = np.array([word.number for word in words], np.int64)
        roots = np.array([word.skeleton_number for word in words], np.int64)
        pairs = np.append(self._pairs(singles[:-1], singles[1:]), -1)
        pairs[:-1][row[:-1] != row[1:]] = -1  # the last of one sentence and the first of the next
        worded = [(row[numbers >= 0], numbers[numbers >= 0]) for numbers in (singles, pairs, roots)]
        return worded + self._concept_groups(sequences)

    def _concept_groups(self, sequences: Sequence[Sequenced]) -> list[tuple[Numbers, Numbers]]:
        at, concept = _flat(sequences)
        row = np.repeat(np.arange(len(sequences)), [sum(map(len, sequence.concepts)) for sequence in sequences])
        offset, many = self._terms, self._concepts
        # Positions of different sentences are moved so far apart that no window reaches over.
        where = at + row * 100_000
        near, far = [], []
        for lag in range(1, len(at)):
            distance = where[lag:] - where[:-lag]
            (reached,) = np.nonzero((distance <= self.settings.far) & (distance > 0))
            if not len(reached) and distance.min(initial=self.settings.far + 1) > self.settings.far:
                break
            numbers = offset + many + concept[reached] * many + concept[reached + lag]
            close = distance[reached] <= self.settings.near
            near.append((row[reached][close], numbers[close]))
            far.append((row[reached], numbers + many * many))
        return [(row, offset + concept), _stacked(near), _stacked(far)]


def _flat(sequences: Sequence[Sequenced]) -> tuple[Numbers, Numbers]:
    """Where concepts stand in their sentences, and which they are."""
    noted = [concepts for sequence in sequences for concepts in sequence.concepts]
    at = np.array([at for sequence in sequences for at in sequence.at], np.int64)
    return np.repeat(at, list(map(len, noted))), np.array(list(chain.from_iterable(noted)), np.int64)


def _stacked(parts: list[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate([rows for rows, _ in parts]), np.concatenate([columns for _, columns in parts])
