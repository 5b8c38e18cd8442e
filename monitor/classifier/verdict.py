"""From sentences to the report: how what the best sentences say, and what stands against it, becomes one
probability.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.classifier.heads import COLUMN
from monitor.classifier.model import Verdicts
from monitor.classifier.places import Spot
from monitor.classifier.reading import Reading
from monitor.classifier.scene import Side
from monitor.records import EASING_TYPES, EVENT_TYPES, LABELS, Label

Array = NDArray[np.float64]
FEATURES = (
    "best",
    "in title",
    "in opening",
    "own place",
    "others",
    "looks back at best",
    "figurative at best",
    "not real at best",
    "armed at best",
    "everyday at best",
    "violence at best",
    "rival",
    "elsewhere",
    "past in title",
    "easing in title",
    "withdrawal",
    "named here",
    "headed elsewhere",
    "armed",
    "looks back",
)
SPEAKS_FOR = frozenset(("best", "in title", "in opening", "own place", "others", "armed at best", "named here"))
SPEAKS_AGAINST = frozenset(
    (
        *(
            "looks back at best",
            "figurative at best",
            "not real at best",
            "everyday at best",
            "rival",
            "elsewhere",
            "past in title",
        ),
        *("headed elsewhere", "looks back"),
    )
)
AGAINST_EVENTS = frozenset(("easing in title", "withdrawal"))
ARMED = ("FORCE", "ARMOUR", "CHECKPOINT")  # concepts; a siege or reinforcements without any are figures of speech
EVERYDAY = ("SPORT", "CULTURE", "WEATHER", "MARKET", "CIVIC", "TRAFFIC", "CONCRETE", "COMMERCE")
_OPENING = 3  # sentences after the title
_FLOOR = 0.01
_RIVALS: Mapping[Label, Label] = {
    "siege": "withdrawal",
    "reinforcements": "withdrawal",
    "failed_talks": "agreement",
    "agreement": "failed_talks",
    "withdrawal": "siege",
}


class Told(NamedTuple):
    """What one sentence says of one label, and whether place and dates let it count."""

    label: Label
    number: int
    probability: float
    counting: float  # the probability where place and dates let it count, else 0
    where: Spot
    dated_past: bool
    ahead: bool  # a withdrawal that is agreed or demanded, not yet come: no all-clear may rest on it


@dataclass(frozen=True, slots=True)
class Scene:
    """What the report is like, apart from what it tells: per sentence whether it names anyone armed or everyday things;
    and what it is headed by.
    """

    armed: Sequence[bool]
    everyday: Sequence[bool]
    side: Side


def features(reading: Reading, heads: Array, told: Sequence[Told], scene: Scene) -> Array:
    """One row a label, in the order of LABELS."""
    by_label: dict[Label, list[Told]] = {label: [] for label in LABELS}
    for each in told:
        by_label[each.label].append(each)
    highest = {label: max([each.counting for each in said], default=0.0) for label, said in by_label.items()}
    shared = _shared(reading, heads, told, scene)
    return np.array(
        [
            [
                *_of_best(said, int(_titled(reading))),
                *_at_best(said, heads, scene),
                highest[_RIVALS[label]],
                max([each.probability for each in said if each.where.elsewhere], default=0.0),
                *shared,
            ]
            for label, said in by_label.items()
        ]
    )


def _titled(reading: Reading) -> bool:
    return bool(reading.sentences) and reading.sentences[0].field == "title"


def _shared(reading: Reading, heads: Array, told: Sequence[Told], scene: Scene) -> list[float]:
    """What holds of the whole report, whichever label is asked for."""
    titled = _titled(reading)
    eased = [each for each in told if each.label in EASING_TYPES and each.counting]
    inside = sum([mention.place.area for mention in reading.mentions])
    return [
        float(heads[0, COLUMN["past"]]) if titled else 0.0,
        max((each.counting for each in eased if titled and each.number == 0), default=0.0),
        max((each.counting for each in eased if each.label == "withdrawal"), default=0.0),
        inside / max(1, len(reading.mentions)),
        float(scene.side == "elsewhere"),
        sum(scene.armed) / max(1, len(scene.armed)),
        float(heads[:, COLUMN["past"]].mean()) if len(heads) else 0.0,
    ]


def _of_best(told: Sequence[Told], titled: int) -> list[float]:
    """What the surest sentences of one label say, and where they stand."""
    surest = sorted([each.counting for each in told], reverse=True)
    best, *others = *surest, 0.0
    return [
        logit(best),
        max([each.counting for each in told if titled and each.number == 0], default=0.0),
        max([each.counting for each in told if titled <= each.number < titled + _OPENING], default=0.0),
        max([each.counting for each in told if each.where.found == "sentence"], default=0.0),
        float(np.log1p(sum(others))),
    ]


def _at_best(told: Sequence[Told], heads: Array, scene: Scene) -> list[float]:
    """What else the surest sentence says: that it is past, a figure of speech, names nobody armed, is of daily life."""
    best = max(told, key=attrgetter("counting"), default=None)
    if best is None or not best.counting:
        return [0.0] * 6
    at = best.number
    said: list[float] = heads[at].tolist()  # one look at the array: each costs as much as ten at a list
    return [
        said[COLUMN["past"]],
        said[COLUMN["figurative"]],
        max(said[COLUMN["denied"]], said[COLUMN["feared"]], said[COLUMN["planned"]]),
        float(scene.armed[at]),
        float(scene.everyday[at] and not scene.armed[at]),
        said[COLUMN["violence"]],
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
