"""Measures of a model on labelled reports: pure arithmetic on what was wanted and what was said.

Intervals are drawn over events, never over reports: thirty reports of one siege are one piece of luck.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.records import EASING_TYPES, LABELS, Assessment
from monitor.training.reports import LabelledReport

Array = NDArray[np.float64]
NAMES = ("flag", *LABELS, "easing")
_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled report and what the model said of it."""

    wanted: LabelledReport
    said: Assessment

    def truth(self, name: str) -> bool | None:
        """None: not to be scored."""
        if name == "flag":
            return None if self.wanted.ambiguous else self.wanted.flag
        if name == "easing":
            labels = [self.wanted.labels[label] for label in EASING_TYPES]
            return True if True in labels else None if None in labels else False
        return self.wanted.labels[name]

    def answer(self, name: str) -> bool:
        if name == "easing":
            return bool(self.said.easing)
        return self.said.state == "flagged" if name == "flag" else name in (*self.said.types, *self.said.easing)


@dataclass(frozen=True, slots=True)
class Interval:
    """A measure with the 95 % interval of its bootstrap."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """How a label was met: counts of reports, F1 pooled over reports, and F1 when each event weighs the same."""

    right: int
    false: int
    missed: int
    items: int
    f1: Interval
    alike: Interval

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false) if self.right + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def tells(self) -> bool:
        """Whether there was anything to find or to get wrong; else the scores of 1.0 mean nothing."""
        return bool(self.right + self.false + self.missed)


def score(judged: Sequence[Judged], name: str) -> Score:
    counts = _by_event(judged, name)
    right, false, missed, items = (int(count) for count in counts.sum(axis=0))
    return Score(right, false, missed, items, _interval(counts), _interval(_alike(counts)))


def difference(one: Sequence[Judged], other: Sequence[Judged], name: str) -> Interval:
    """F1 of `one` less that of `other` on the same reports; both meet the same draw of events each time."""
    first, second = _by_event(one, name), _by_event(other, name)
    drawn = _draws(len(first))
    whole = _f1(first.sum(axis=0)) - _f1(second.sum(axis=0))
    if np.isnan(whole):  # neither had anything to find, or one of them kept silent: no F1 to take from
        return Interval(0.0, 0.0, 0.0)
    return _over(whole, _f1(first[drawn].sum(axis=1)) - _f1(second[drawn].sum(axis=1)))


def events_seen(judged: Sequence[Judged]) -> tuple[list[str], list[str]]:
    """Events with a report to be flagged: those that got at least one flag, and those that got none."""
    seen: list[str] = []
    unseen: list[str] = []
    for event, group in sorted(groups(judged, lambda each: each.wanted.event).items()):
        due = [each for each in group if each.truth("flag")]
        if due:
            (seen if any(each.answer("flag") for each in due) else unseen).append(event)
    return seen, unseen


def placed(judged: Sequence[Judged]) -> list[Judged]:
    """The rightly flagged reports whose town is known."""
    return [each for each in judged if each.truth("flag") and each.answer("flag") and each.wanted.towns]


def first_place(each: Judged) -> str:
    return each.said.places[0].name if each.said.places else "no place"


def precision_and_recall(said: Array, held: Array) -> tuple[Array, Array]:
    """One point for each threshold on what was said, from the surest report on."""
    order = np.argsort(-said, kind="stable")
    said, held = said[order], held[order]
    last = np.append(np.nonzero(np.diff(said))[0], len(said) - 1) if len(said) else np.array([], int)
    found = np.cumsum(held)
    return found[last] / (last + 1), found[last] / max(held.sum(), 1)


def average_precision(said: Array, held: Array, events: Sequence[str]) -> Interval:
    """The area under precision and recall, with its interval over events."""
    of_event: dict[str, list[int]] = {}
    for at, event in enumerate(events):
        of_event.setdefault(event, []).append(at)
    rows = [np.array(of_event[event]) for event in sorted(of_event)]
    drawn = [np.concatenate([rows[number] for number in numbers]) for numbers in _draws(len(rows))[: _DRAWS // 5]]
    areas = [_area(said[each], held[each]) for each in drawn if held[each].any()]
    return _over(np.array(_area(said, held)), np.array(areas))


def flag_chances(judged: Sequence[Judged]) -> tuple[Array, Array]:
    """The probability of each report that is scored, and whether it was to be flagged."""
    scored = [each for each in judged if each.truth("flag") is not None]
    held = [bool(each.truth("flag")) for each in scored]
    return np.array([each.said.probability for each in scored]), np.array(held, float)


def groups(judged: Sequence[Judged], of: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    """The largest first."""
    found: dict[str, list[Judged]] = {}
    for each in judged:
        found.setdefault(of(each), []).append(each)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _area(said: Array, held: Array) -> float:
    precision, recall = precision_and_recall(said, held)
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def _by_event(judged: Sequence[Judged], name: str) -> Array:
    """One row an event: right, false, missed, items. In the order of the events' names, so that models compare."""
    found = groups(judged, lambda each: each.wanted.event)
    return np.array([_counts(found[event], name) for event in sorted(found)]).reshape(-1, 4)


def _counts(judged: Sequence[Judged], name: str) -> Array:
    counts = np.zeros(4)
    for each in judged:
        truth = each.truth(name)
        if truth is not None:
            answer = each.answer(name)
            counts += (truth and answer, answer and not truth, truth and not answer, 1)
    return counts


def _alike(counts: Array) -> Array:
    return counts / np.maximum(counts[:, 3:], 1)


def _f1(counts: Array) -> Array:
    """Of counts in the last axis; nan where there is nothing to find and nothing was said."""
    found = 2 * counts[..., 0]
    wanted = found + counts[..., 1] + counts[..., 2]
    return np.asarray(np.where(wanted > 0, found / np.where(wanted > 0, wanted, 1), np.nan))


def _interval(counts: Array) -> Interval:
    return _over(_f1(counts.sum(axis=0)), _f1(counts[_draws(len(counts))].sum(axis=1)))


def _over(value: Array, drawn: Array) -> Interval:
    """Draws of events in which there is nothing to find say nothing; 1 where that holds of the whole."""
    kept = drawn[~np.isnan(drawn)]
    if np.isnan(value) or not len(kept):
        return Interval(1.0, 0.0, 1.0)
    return Interval(float(value), float(np.quantile(kept, 0.025)), float(np.quantile(kept, 0.975)))


def _draws(many: int) -> NDArray[np.int64]:
    """The same draws of events for each model and label."""
    return np.random.default_rng(0).integers(0, max(many, 1), (_DRAWS, many))
