"""From sentences to the report: how what the best sentences say, and what stands against it, becomes one probability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.classifier.currency import retrospective
from monitor.classifier.heads import COLUMN
from monitor.classifier.model import Verdicts
from monitor.classifier.reading import Reading
from monitor.records import EVENT_TYPES, LABELS, Label

Array = NDArray[np.float64]
FEATURES = (
    "best",
    "second",
    "in title",
    "past there",
    "past in title",
    "looks back",
    "withdrawal",
    "agreement",
    "length",
    "arabic",
)
_FLOOR = 0.01


@dataclass(frozen=True, slots=True)
class Told:
    """What one sentence says of one label, and whether place and dates let it count."""

    label: Label
    number: int
    probability: float
    area: bool
    dated_past: bool

    @property
    def counting(self) -> float:
        return self.probability if self.area and not self.dated_past else 0.0


def features(reading: Reading, heads: Array, told: Sequence[Told]) -> Array:
    """One row a label, in the order of LABELS."""
    titled = bool(reading.sentences) and reading.sentences[0].field == "title"
    backward = retrospective(reading.report.title)
    past_title = float(heads[0, COLUMN["past"]]) if titled else 0.0
    tops = {
        label: sorted((each for each in told if each.label == label), key=lambda each: -each.counting)
        for label in LABELS
    }
    strength = {label: tops[label][0].counting if tops[label] else 0.0 for label in LABELS}
    rows = []
    for label in LABELS:
        best = tops[label][0] if tops[label] else None
        second = tops[label][1].counting if len(tops[label]) > 1 else 0.0
        title = max((each.counting for each in tops[label] if titled and each.number == 0), default=0.0)
        rows.append(
            [
                logit(strength[label]),
                logit(second),
                title,
                float(heads[best.number, COLUMN["past"]]) if best else 0.0,
                past_title,
                float(backward),
                strength["withdrawal"],
                strength["agreement"],
                np.log(max(1, len(reading.sentences))),
                float(reading.language == "ar"),
            ]
        )
    return np.array(rows)


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
