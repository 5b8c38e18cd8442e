"""The transformer for training: learns the vocabulary, makes features as features.py does.

scikit-learn's conventions; its vocabulary is one string, since skops writes a dict entry by entry.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Self

from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin

from monitor.encoders.features import WEIGHTS, SentenceFeatures, Settings
from monitor.encoders.words import Vocabulary, Word


class SentenceEncoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Folded, place-covered sentences -> sparse features. `excluded`: words never to be learnt (names in training)."""

    def __init__(
        self,
        min_count: int = 3,
        near: int = 4,
        far: int = 12,
        weights: tuple[float, ...] = WEIGHTS,
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
        self.__dict__.pop("_features", None)
        return self

    def transform(self, sentences: Iterable[str]) -> csr_matrix:
        features = self.features()
        return features.matrix(features.sequences(sentences))

    def features(self) -> SentenceFeatures:
        """What transforms, made when it is first needed: after fitting or loading."""
        made: SentenceFeatures | None = self.__dict__.get("_features")
        if made is None:
            settings = Settings(self.near, self.far, tuple(self.weights), self.damping)
            made = self._features = SentenceFeatures(self.vocabulary_, settings)
        return made

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if not name.startswith("_") or name == "_sklearn_version"}


def _terms(words: Sequence[Word]) -> list[str]:
    """Terms of words: each stem, each pair of neighbours, each Arabic skeleton."""
    terms = ["w:" + word.key for word in words]
    terms += ["r:" + word.skeleton for word in words if word.skeleton]
    return terms + [f"b:{first.key} {second.key}" for first, second in pairwise(words)]
