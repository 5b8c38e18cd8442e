"""From sentences to the report: how what the best sentences say, and what stands against it, becomes one
probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.classifier.heads import COLUMN
from monitor.classifier.model import Verdicts
from monitor.classifier.places import Spot
from monitor.classifier.reading import Reading
from monitor.records import EASING_TYPES, EVENT_TYPES, LABELS, Label

Array = NDArray[np.float64]
FEATURES = (
    "best",
    "second",
    "in title",
    "in opening",
    "own place",
    "past in title",
    "easing in title",
    "withdrawal",
    "length",
    "named here",
)
_OPENING = 3  # sentences after the title
_FLOOR = 0.01


@dataclass(frozen=True, slots=True)
class Told:
    """What one sentence says of one label, and whether place and dates let it count."""

    label: Label
    number: int
    probability: float
    where: Spot
    dated_past: bool

    @property
    def counting(self) -> float:
        return self.probability if self.where.area and not self.dated_past else 0.0


def features(reading: Reading, heads: Array, told: Sequence[Told]) -> Array:
    """One row a label, in the order of LABELS."""
    titled = int(bool(reading.sentences) and reading.sentences[0].field == "title")
    inside = sum(mention.place.area for mention in reading.mentions)
    eased = [each for each in told if each.label in EASING_TYPES and each.counting]
    shared = [
        float(heads[0, COLUMN["past"]]) if titled else 0.0,
        max((each.counting for each in eased if titled and each.number == 0), default=0.0),
        max((each.counting for each in eased if each.label == "withdrawal"), default=0.0),
        max(0.0, float(np.log(max(1, len(reading.sentences)) / 4))),
        inside / max(1, len(reading.mentions)),
    ]
    return np.array([[*_of_best([each for each in told if each.label == label], titled), *shared] for label in LABELS])


def _of_best(told: Sequence[Told], titled: int) -> list[float]:
    """What the surest sentences of one label say, and where they stand."""
    surest = sorted((each.counting for each in told), reverse=True)
    best, second, *_ = *surest, 0.0, 0.0
    return [
        logit(best),
        logit(second),
        max((each.counting for each in told if titled and each.number == 0), default=0.0),
        max((each.counting for each in told if titled <= each.number < titled + _OPENING), default=0.0),
        max((each.counting for each in told if each.where.found == "sentence"), default=0.0),
    ]


def label_probabilities(rows: Array, verdicts: Verdicts) -> Array:
    """The probability of each label for the report, after place and time."""
    scores = (rows * verdicts.weights).sum(axis=1) + verdicts.intercepts
    return np.asarray(1.0 / (1.0 + np.exp(-scores)))


def flag_probability(labels: Array, verdicts: Verdicts) -> float:
    """Calibrated: how likely the report is to be flagged. It rises with the highest of the event types."""
    slope, intercept = verdicts.flag
    score = slope * logit(float(labels[: len(EVENT_TYPES)].max())) + intercept
    return float(1.0 / (1.0 + np.exp(-score)))


def logit(probability: float) -> float:
    clipped = min(max(probability, _FLOOR), 1 - _FLOOR)
    return float(np.log(clipped / (1 - clipped)))
