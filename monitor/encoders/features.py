"""Sentences into features, without scikit-learn: the running monitor needs no more, and starts in half the time.

sentence.py wraps it as a transformer for training.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from monitor.encoders.words import TOKEN, Sequenced, Vocabulary

# Of words, pairs of words, skeletons, concepts, concepts near each other, concepts in the same stretch: of the last two
# a sentence has many, and with enough sentences to learn from they say less than words do.
WEIGHTS = (1.0, 1.0, 1.0, 1.0, 0.5, 0.5)
GROUPS = len(WEIGHTS)

_APART = 100_000  # positions of different sentences are moved so far apart that no window reaches over

_NUMBER, _SKELETON_NUMBER = attrgetter("number"), attrgetter("skeleton_number")
Numbers = NDArray[np.int64]
Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """How features are made. `near`, `far`: words between concepts; `weights`: one a group; `damping`: of its size."""

    near: int = 4
    far: int = 12
    weights: tuple[float, ...] = WEIGHTS
    damping: float = 0.35


class SentenceFeatures:
    """Words, pairs of words, skeletons and concepts of a sentence, as one row of numbers."""

    def __init__(self, vocabulary: str, settings: Settings) -> None:
        self.vocabulary = vocabulary
        self.settings = settings
        self._known = Vocabulary(vocabulary)
        self._terms = len(self._known.index)
        self._concepts = len(self._known.concepts)
        self._asked: dict[tuple[str, ...], frozenset[int]] = {}
        self.width = self._terms + self._concepts + 2 * self._concepts**2
        pairs = np.array(self._known.pairs() or [(-1, -1, -1)], np.int64)
        keys = pairs[:, 0] * self._terms + pairs[:, 1]
        order = np.argsort(keys)
        self._pair_keys, self._pair_numbers = keys[order], pairs[order, 2]

    def concepts(self, names: tuple[str, ...]) -> frozenset[int]:
        """The numbers that sequences give to these concepts."""
        found = self._asked.get(names)
        if found is None:  # the same few are asked for with every report
            numbered = enumerate(self._known.concepts)
            found = self._asked[names] = frozenset(number for number, name in numbered if name in names)
        return found

    def sequences(self, texts: Iterable[str]) -> list[Sequenced]:
        return [self._known.sequence(text) for text in texts]

    def matrix(self, sequences: Sequence[Sequenced]) -> csr_matrix:
        """One row a sentence; each group scaled by its own size, so that long sentences do not outshout."""
        groups = self._groups(sequences)
        rows, columns = (np.concatenate(each) for each in zip(*groups, strict=True))
        scales = self.scales(_sizes(groups, len(sequences)))
        values = np.concatenate([scale[row] for scale, (row, _) in zip(scales, groups, strict=True)])
        return coo_matrix((values.astype(np.float32), (rows, columns)), (len(sequences), self.width)).tocsr()

    def grouped(self, sequences: Sequence[Sequenced]) -> tuple[csr_matrix, Numbers]:
        """The features not scaled, one row a group and sentence, the first group's first; and how many each group has
        in each sentence.
        """
        groups, many = self._groups(sequences), len(sequences)
        rows = np.concatenate([row + group * many for group, (row, _) in enumerate(groups)])
        columns = np.concatenate([column for _, column in groups])
        entries = (np.ones(len(rows), np.float32), (rows, columns))
        return coo_matrix(entries, (GROUPS * many, self.width)).tocsr(), _sizes(groups, many)

    def scales(self, sizes: Numbers) -> Shares:
        """What each group of a sentence is multiplied by, so that long sentences do not outshout; one row a group."""
        return np.array(self.settings.weights)[:, None] / np.maximum(sizes, 1) ** self.settings.damping

    def shares(
        self, sequences: Sequence[Sequenced], weights: NDArray[Any], columns: Sequence[int]
    ) -> list[list[float]]:
        """How much each word of each sentence adds to a score: that of the column of weights asked of the sentence.

        What two words say together is split between them.
        """
        asked = _Asked(self.settings, sequences, weights, np.array(columns, np.int64))
        singles, pairs, roots = self._worded(sequences)
        found = asked.scaled(0, singles) + asked.scaled(2, roots)
        both = asked.scaled(1, pairs) / 2
        found += both
        found[1:] += both[:-1]
        self._share_concepts(asked, found)
        return [part.tolist() for part in np.split(found, asked.ends[:-1])]

    def _share_concepts(self, asked: "_Asked", found: Shares) -> None:
        row, at, concept = _flat(asked.sequences)
        word = asked.ends[row] - asked.lengths[row] + np.minimum(at, asked.lengths[row] - 1)
        order = np.argsort(word, kind="stable")
        word, row, concept = word[order], row[order], concept[order]
        found += np.bincount(word, asked.weighed(3, row, self._terms + concept), len(found))
        first, second = _within(word + row * _APART, self.settings.far)
        close = word[second] - word[first] <= self.settings.near
        pairs = self._terms + self._concepts + concept[first] * self._concepts + concept[second]
        near = np.zeros(len(pairs), np.float32)
        near[close] = asked.weighed(4, row[first][close], pairs[close])
        half = (asked.weighed(5, row[first], pairs + self._concepts**2) + near) / 2
        found += np.bincount(word[first], half, len(found)) + np.bincount(word[second], half, len(found))

    def _pairs(self, first: Numbers, second: Numbers) -> Numbers:
        """The number of each pair of words, -1 where it is none that was learnt."""
        keys = first * self._terms + second
        at = np.minimum(self._pair_keys.searchsorted(keys), len(self._pair_keys) - 1)
        return np.where((self._pair_keys[at] == keys) & (first >= 0) & (second >= 0), self._pair_numbers[at], -1)

    def alone(self, weights: NDArray[Any]) -> list[float]:
        """What words and concepts add to a score alone; the last is what a word without a number adds, nothing."""
        return [*weights[: self._terms + self._concepts].tolist(), 0.0]

    def weightiest(self, sequence: Sequenced, alone: Sequence[float]) -> list[int]:
        """The words of a sentence by what they add alone, most first: a quick look where `shares` weighs pairs, too."""
        found = [alone[word.number] for word in sequence.words]
        terms, last = self._terms, len(found) - 1
        for at, there in zip(sequence.at, sequence.concepts, strict=True):
            for concept in there:
                found[min(at, last)] += alone[terms + concept]
        best = sorted(range(len(found)), key=found.__getitem__, reverse=True)[:3]
        return [word for word in best if found[word] > 0]

    def where(self, text: str, sequence: Sequenced, word: int) -> int:
        """Where in the text a word of the sequence begins."""
        return next(islice(TOKEN.finditer(text), sequence.starts[word], None)).start()

    def spans(self, text: str, sequence: Sequenced, words: Sequence[int]) -> list[tuple[int, int]]:
        """Where in the text these words of the sequence stand."""
        letters = [match.span() for match in TOKEN.finditer(text)]
        return [(letters[sequence.starts[word]][0], letters[sequence.ends[word] - 1][1]) for word in words]

    def _groups(self, sequences: Sequence[Sequenced]) -> list[tuple[Numbers, Numbers]]:
        row = np.repeat(np.arange(len(sequences)), [len(sequence.words) for sequence in sequences])
        worded = [(row[numbers >= 0], numbers[numbers >= 0]) for numbers in self._worded(sequences)]
        return worded + self._concept_groups(sequences)

    def _worded(self, sequences: Sequence[Sequenced]) -> tuple[Numbers, Numbers, Numbers]:
        """For each word of all sentences the numbers of word, pair with the next one, and skeleton; -1 for none."""
        words = list(chain.from_iterable([sequence.words for sequence in sequences]))
        singles = np.fromiter(map(_NUMBER, words), np.int64, len(words))
        roots = np.fromiter(map(_SKELETON_NUMBER, words), np.int64, len(words))
        pairs = np.append(self._pairs(singles[:-1], singles[1:]), -1)[: len(singles)]
        last = np.cumsum([len(sequence.words) for sequence in sequences], dtype=np.int64) - 1
        pairs[last[last >= 0]] = -1  # the last of one sentence and the first of the next
        return singles, pairs, roots

    def _concept_groups(self, sequences: Sequence[Sequenced]) -> list[tuple[Numbers, Numbers]]:
        row, at, concept = _flat(sequences)
        offset, many = self._terms, self._concepts
        where = at + row * _APART
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


class _Asked:
    """Sentences whose words are asked what they add, each to the score of its column of weights."""

    def __init__(
        self, settings: Settings, sequences: Sequence[Sequenced], weights: NDArray[Any], columns: Numbers
    ) -> None:
        self.sequences = sequences
        self.lengths = np.array([len(sequence.words) for sequence in sequences], np.int64)
        self.ends = np.cumsum(self.lengths)
        self._settings, self._weights, self._columns = settings, weights, columns
        self._row = np.repeat(np.arange(len(sequences)), self.lengths)

    def scaled(self, group: int, numbers: Numbers) -> Shares:
        """What each word adds by its feature of a group, if it has one."""
        there = numbers >= 0
        found = np.zeros(len(numbers))
        found[there] = self.weighed(group, self._row[there], numbers[there])
        return found

    def weighed(self, group: int, row: Numbers, numbers: Numbers) -> NDArray[np.float32]:
        """The weights of features of a group, scaled as `matrix` scales them."""
        weight, damping = self._settings.weights[group], self._settings.damping
        sizes = np.bincount(row, minlength=len(self.sequences)).tolist()
        scale = np.array([weight / max(size, 1) ** damping for size in sizes], np.float32)
        return np.asarray(self._weights[numbers, self._columns[row]] * scale[row], np.float32)


def _flat(sequences: Sequence[Sequenced]) -> tuple[Numbers, Numbers, Numbers]:
    """In which sentence and at which of its words concepts stand, and which they are."""
    noted = list(chain.from_iterable([sequence.concepts for sequence in sequences]))
    many = np.fromiter(map(len, noted), np.int64, len(noted))
    row = np.repeat(np.arange(len(sequences)), [len(sequence.at) for sequence in sequences])
    at = np.fromiter(chain.from_iterable([sequence.at for sequence in sequences]), np.int64, len(noted))
    concepts = np.fromiter(chain.from_iterable(noted), np.int64, int(many.sum()))
    return np.repeat(row, many), np.repeat(at, many), concepts


def _within(where: Numbers, reach: int) -> tuple[Numbers, Numbers]:
    """All pairs of positions, in order, of which the second lies behind the first and within reach."""
    first, second = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for lag in range(1, len(where)):
        distance = where[lag:] - where[:-lag]
        if distance.min() > reach:
            break
        (reached,) = np.nonzero((distance > 0) & (distance <= reach))
        first.append(reached)
        second.append(reached + lag)
    before, behind = np.concatenate(first), np.concatenate(second)
    order = np.lexsort((behind, before))
    return before[order], behind[order]


def _sizes(groups: Sequence[tuple[Numbers, Numbers]], many: int) -> Numbers:
    """How many features each group (a row) has in each of so many sentences."""
    return np.stack([np.bincount(row, minlength=many) for row, _ in groups])


def _stacked(parts: list[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate([rows for rows, _ in parts]), np.concatenate([columns for _, columns in parts])
