"""Sentences into features: words, pairs of words, and concepts with what stands near them.

A scikit-learn transformer. Its vocabulary is one string, since skops writes a dict entry by entry.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin

from monitor.encoders.words import TOKEN, Sequenced, Vocabulary, Word

_GROUPS = 6  # words, pairs of words, skeletons, concepts, concepts near each other, concepts in the same stretch

Numbers = NDArray[np.int64]


class SentenceEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Folded, place-covered sentences -> sparse features. `excluded`: words never to be learnt (names met in
    training).
    """

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
        everything = Vocabulary("", everything=True)
        excluded = frozenset(self.excluded.split())
        counts = Counter(key for text in texts for key in {word.key for word in everything.sequence(text).words})
        usual = [f"w:{key}" for key, count in counts.items() if count >= self.min_count and key not in excluded]
        known = Vocabulary("\n".join(usual))
        counts = Counter(term for text in texts for term in set(_terms(known.sequence(text).words)))
        self.vocabulary_ = "\n".join(sorted(term for term, count in counts.items() if count >= self.min_count))
        self._vocabulary = Vocabulary(self.vocabulary_)
        return self

    def transform(self, sentences: Iterable[str]) -> csr_matrix:
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
        offset, many = self._sizes()
        return offset + many + 2 * many * many

    def _sizes(self) -> tuple[int, int]:
        """How many terms, how many concepts."""
        known = self._known()
        return len(known.index), len(known.concepts)

    def sequence(self, text: str) -> Sequenced:
        return self._known().sequence(text)

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
        letters = [match.span() for match in TOKEN.finditer(text)]
        return found, [(letters[first][0], letters[end - 1][1]) for first, end in sequence.spans]

    def _scaled(self, group: int, numbers: Numbers, weights: NDArray[Any]) -> NDArray[np.float64]:
        there = numbers >= 0
        scale = self.weights[group] / max(int(there.sum()), 1) ** self.damping
        return np.asarray(np.where(there, weights[numbers], 0.0) * scale, np.float64)

    def _share_concepts(self, sequence: Sequenced, weights: NDArray[Any], found: NDArray[np.float64]) -> None:
        offset, many = self._sizes()
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

    def _known(self) -> Vocabulary:
        """The vocabulary, taken apart when it is first needed: after fitting or loading."""
        known: Vocabulary | None = self.__dict__.get("_vocabulary")
        if known is None:
            known = self._vocabulary = Vocabulary(self.vocabulary_)
        return known

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if not name.startswith("_") or name == "_sklearn_version"}

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
        offset, many = self._sizes()
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
