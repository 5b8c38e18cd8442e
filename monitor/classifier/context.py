"""What a sentence says beside its neighbours: half of a report's events are told in two sentences.

"The meeting lasted an hour. No new date was set." Each sentence is also scored as one with the one before it and the
one after it, and the surer of the two is heard, too.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from monitor.classifier.heads import COLUMN
from monitor.classifier.model import Model, Sums
from monitor.classifier.reading import Reading
from monitor.classifier.verdict import logit
from monitor.records import LABELS

Array = NDArray[np.float64]
_SHARE = 0.2  # of the neighbours in the log-odds; 0.3 makes no difference, 0.5 rings falsely
_LEAST = 0.01  # a sentence that says less of every label is left alone
_LABELS = [COLUMN[label] for label in LABELS]


def in_context(model: Model, readings: Sequence[Reading], sums: Sums) -> Array:
    """The log-odds of all sentences of these readings, those of the labels moved by what the neighbours add."""
    odds = model.odds(sums)
    fields = [(number, sentence.field) for number, each in enumerate(readings) for sentence in each.sentences]
    first = np.array([at for at, (one, two) in enumerate(pairwise(fields)) if one == two], np.int64)
    together = model.odds(sums.of_pairs(first))[:, _LABELS]
    best = np.full((len(odds), len(LABELS)), -np.inf)
    best[first] = together  # no sentence is the first of two pairs
    best[first + 1] = np.maximum(best[first + 1], together)
    speaks = odds[:, _LABELS].max(axis=1, initial=-np.inf) >= logit(_LEAST)
    heard = np.ix_(speaks & np.isfinite(best[:, 0]), _LABELS)
    odds[heard] = (1 - _SHARE) * odds[heard] + _SHARE * best[heard[0][:, 0]]
    return odds
