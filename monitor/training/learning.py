"""The learning curve: the heads fitted anew on shares of the sentences and measured on the same labelled reports.

Only the heads: the surest sentence that place and date let count decides, so that no verdict fitted on the measured
reports flatters. It takes minutes, and is written down beside the page that shows it.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from monitor.classifier import Classifier
from monitor.classifier.model import Model
from monitor.classifier.reading import COVERED_LANGUAGES
from monitor.gazetteer import Gazetteer
from monitor.records import EVENT_TYPES, LABELS
from monitor.training import artefact, fit
from monitor.training.examples import Example
from monitor.training.measures import average_precision
from monitor.training.reports import LabelledReport

Array = NDArray[np.float64]
Step = Callable[[str], None]
FitHeads = Callable[[Sequence[Example], Gazetteer], Pipeline]
SHARES = (0.25, 0.5, 1.0)
KEPT = "learning-curve.json"


@dataclass(frozen=True, slots=True)
class Point:
    """Average precision of one label in one language with that many sentences in that language."""

    language: str  # "all" for the labels, whose positives are too few to part
    name: str
    sentences: int
    reports: int
    value: float
    low: float
    high: float


def learning_curve(
    examples: Sequence[Example],
    reports: Sequence[LabelledReport],
    gazetteer: Gazetteer,
    shares: Sequence[float] = SHARES,
    step: Step = lambda _: None,
    fit_heads: FitHeads = fit.fit_sentences,
) -> tuple[Point, ...]:
    read = [each for each in reports if each.language in COVERED_LANGUAGES]
    points: list[Point] = []
    for share in shares:
        kept = portion(examples, share)
        step(f"fitting {len(kept):,} sentences")
        heads = artefact.heads_of(fit_heads(kept, gazetteer))
        judged = Classifier(Model(heads, fit.untried(), "part", ""), gazetteer).judge([each.report for each in read])
        points += _points(kept, read, np.array([each.labels for each in judged]))
    return tuple(points)


def portion(examples: Sequence[Example], share: float) -> list[Example]:
    """Whole groups up to this share of each language; the smaller portion lies within the larger."""
    sizes: dict[str, dict[str, int]] = {}
    for example in examples:
        groups = sizes.setdefault(example.language, {})
        groups[example.group] = groups.get(example.group, 0) + 1
    kept: set[tuple[str, str]] = set()
    for language, groups in sizes.items():
        wanted, taken = share * sum(groups.values()), 0
        for group in sorted(groups, key=lambda name: hashlib.sha256(name.encode()).digest()):
            if taken < wanted:
                kept.add((language, group))
                taken += groups[group]
    return [example for example in examples if (example.language, example.group) in kept]


def keep(folder: Path, points: Sequence[Point]) -> None:
    rows = [asdict(point) for point in points]
    (folder / KEPT).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def kept(folder: Path) -> tuple[Point, ...]:
    """The curve that was drawn last, () if none was."""
    path = folder / KEPT
    return tuple(Point(**row) for row in json.loads(path.read_text(encoding="utf-8"))) if path.exists() else ()


def _points(kept: Sequence[Example], reports: Sequence[LabelledReport], chances: Array) -> list[Point]:
    """`chances`: one row a report, one column a label."""
    flags = chances[:, : len(EVENT_TYPES)].max(axis=1)
    clear = [None if each.ambiguous else each.flag for each in reports]
    spoken = [each.language for each in reports]
    many = {language: sum(each.language == language for each in kept) for language in COVERED_LANGUAGES}
    made = [
        _point(
            language,
            "flag",
            many[language],
            reports,
            flags,
            [flag if own == language else None for flag, own in zip(clear, spoken, strict=True)],
        )
        for language in COVERED_LANGUAGES
        if language in spoken
    ]
    made += [
        _point("all", label, len(kept), reports, chances[:, number], [each.labels[label] for each in reports])
        for number, label in enumerate(LABELS)
    ]
    return [point for point in made if point is not None]


def _point(
    language: str,
    name: str,
    sentences: int,
    reports: Sequence[LabelledReport],
    chances: Array,
    truth: Sequence[bool | None],
) -> Point | None:
    """None where the set has nothing to find."""
    known = [number for number, held in enumerate(truth) if held is not None]
    held = np.array([bool(truth[number]) for number in known], float)
    if not held.any():
        return None
    found = average_precision(chances[known], held, [reports[number].event for number in known])
    return Point(language, name, sentences, len(known), found.value, found.low, found.high)
