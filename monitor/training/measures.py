"""Measures of a model on labelled reports: pure arithmetic on what was wanted and what was said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.records import LABELS, Assessment
from monitor.training.reports import LabelledReport

Array = NDArray[np.float64]
NAMES = ("flag", *LABELS)
_RESAMPLED = 500
_BINS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled report and what the model said of it."""

    wanted: LabelledReport
    said: Assessment

    def truth(self, name: str) -> bool | None:
        """None: not to be scored."""
        if name == "flag":
            return None if self.wanted.ambiguous else self.wanted.flag
        return self.wanted.labels[name]

    def answer(self, name: str) -> bool:
        return self.said.state == "flagged" if name == "flag" else name in (*self.said.types, *self.said.easing)


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall, F1 with the counts they come from, and the 95 % interval of F1 over events."""

    right: int
    false: int
    missed: int
    items: int
    low: float = 0.0
    high: float = 0.0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        wrong = self.false + self.missed
        return 2 * self.right / (2 * self.right + wrong) if self.right + wrong else 1.0


def score(judged: Sequence[Judged], name: str) -> Score:
    counts = _counts(judged, name)
    low, high = _interval(judged, name)
    right, false, missed, items = (int(count) for count in counts)
    return Score(right, false, missed, items, low, high)


def event_weighted_f1(judged: Sequence[Judged], name: str) -> float:
    """F1 when each event weighs the same, however many reports tell of it."""
    total = np.zeros(4)
    for group in _by_event(judged).values():
        counts = _counts(group, name)
        total += counts / max(counts[3], 1)
    right, false, missed, _ = total
    return float(2 * right / (2 * right + false + missed)) if right + false + missed else 1.0


def events_seen(judged: Sequence[Judged]) -> tuple[list[str], list[str]]:
    """Events with a report to be flagged: those that got at least one flag, and those that got none."""
    seen: list[str] = []
    unseen: list[str] = []
    for event, group in sorted(_by_event(judged).items()):
        due = [each for each in group if each.truth("flag")]
        if due:
            (seen if any(each.answer("flag") for each in due) else unseen).append(event)
    return seen, unseen


def towns_right(judged: Sequence[Judged]) -> tuple[int, int]:
    """Among rightly flagged reports with a known town: how often the first place is one of its towns, the main one
    first.
    """
    asked = [each for each in judged if each.truth("flag") and each.answer("flag") and each.wanted.towns]
    right = sum(bool(each.said.places) and each.said.places[0].name in each.wanted.towns for each in asked)
    return right, len(asked)


def calibration_error(judged: Sequence[Judged]) -> tuple[float, float]:
    """Mean error of `probability` in five bins of equal size, and that of a perfect model of the same probabilities."""
    scored = [each for each in judged if each.truth("flag") is not None]
    said = np.array([each.said.probability for each in scored])
    held = np.array([bool(each.truth("flag")) for each in scored], float)
    if len(scored) < _BINS:
        return 0.0, 0.0
    random = np.random.default_rng(0)
    perfect = [_binned(said, (random.random(len(said)) < said).astype(float)) for _ in range(_RESAMPLED)]
    return _binned(said, held), float(np.mean(perfect))


def groups(judged: Sequence[Judged], of: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for each in judged:
        found.setdefault(of(each), []).append(each)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _binned(said: Array, held: Array) -> float:
    order = np.argsort(said, kind="stable")
    parts = np.array_split(order, _BINS)
    return float(sum(len(part) * abs(said[part].mean() - held[part].mean()) for part in parts) / len(said))


def _counts(judged: Sequence[Judged], name: str) -> Array:
    counts = np.zeros(4)
    for each in judged:
        truth = each.truth(name)
        if truth is not None:
            answer = each.answer(name)
            counts += (truth and answer, answer and not truth, truth and not answer, 1)
    return counts


def _interval(judged: Sequence[Judged], name: str) -> tuple[float, float]:
    """Events are drawn with replacement: reports of one event are not independent."""
    counts = np.array([_counts(group, name) for group in _by_event(judged).values()])
    if not len(counts):
        return 0.0, 1.0
    random = np.random.default_rng(0)
    drawn = counts[random.integers(0, len(counts), (_RESAMPLED, len(counts)))].sum(axis=1)
    wrong = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    scores = np.where(wrong > 0, 2 * drawn[:, 0] / np.maximum(wrong, 1), 1.0)
    return float(np.quantile(scores, 0.025)), float(np.quantile(scores, 0.975))


def _by_event(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    return groups(judged, lambda each: each.wanted.event)
