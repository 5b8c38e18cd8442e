"""What a sample of unflagged reports, and the reviews of flagged ones, say of the monitor: precision and recall. Pure.

Intervals are built by melding one-sample limits (Fay, Proschan and Brittain 2015): the lower end from what the counts
allow at worst, the upper end from what they allow at best. With few answers they are wide, and that is the news.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

ENOUGH = 30  # answers, below which no estimate of recall is worth a number alone
_CONFIDENCE = 0.95
_DRAWS = 4000
_SEED = 20_260


@dataclass(frozen=True, slots=True)
class Answer:
    """One report whose review says whether it was to be flagged. `weight`: how many reports it stands for."""

    stratum: str
    weight: float
    is_event: bool


@dataclass(frozen=True, slots=True)
class Share:
    """Of `n` that were asked `hits` are so; the interval is 95 %. `of`: how many there are in all."""

    hits: int
    n: int
    of: int
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Recall:
    """How many of the reports to be flagged were. `answers` of a sample of `population` unflagged ones, `missed` ones
    found among them. `estimate` is None where nothing to be flagged is known of at all.
    """

    answers: int
    missed: int
    population: int
    flagged: Share
    estimate: float | None
    low: float
    high: float

    @property
    def is_enough(self) -> bool:
        return self.answers >= ENOUGH and self.flagged.hits > 0


def share(hits: int, n: int, of: int) -> Share:
    """`hits` of `n` that were asked, among `of`: the exact interval (Clopper and Pearson) for those not asked.

    Where all were asked nothing is left to guess.
    """
    if n == 0:
        return Share(0, 0, of, 0.0, 0.0, 1.0)
    low, high = _limits(hits, n)
    left = max(of - n, 0)
    whole = hits / n
    return Share(hits, n, of, whole, (hits + left * low) / (n + left), (hits + left * high) / (n + left))


def recall(flagged: Sequence[Share], populations: Mapping[str, int], answers: Sequence[Answer]) -> Recall:
    """`flagged`: of each kind of which reviewers may take more or fewer; within one those reviewed pass for a random
    part. `populations`: how many unflagged reports each stratum has in all, also where none of them was asked about.
    """
    random = np.random.default_rng(_SEED)
    whole = share(sum(each.hits for each in flagged), sum(each.n for each in flagged), sum(each.of for each in flagged))
    found_low, found_high = np.zeros(_DRAWS), np.zeros(_DRAWS)
    for kind in flagged:
        low, high = _counts(random, kind.of, float(kind.hits), float(kind.n))
        found_low, found_high = found_low + low, found_high + high
    missed_low, missed_high = np.zeros(_DRAWS), np.zeros(_DRAWS)
    missed = 0.0
    for stratum, population in populations.items():
        mine = [each for each in answers if each.stratum == stratum]
        hits, n = _effective(mine)
        low, high = _counts(random, population, hits, n)
        missed_low, missed_high = missed_low + low, missed_high + high
        missed += population * hits / n if n else 0.0
    tail = (1 - _CONFIDENCE) / 2
    found = sum(kind.of * (kind if kind.n else whole).estimate for kind in flagged)
    return Recall(
        answers=len(answers),
        missed=sum(each.is_event for each in answers),
        population=sum(populations.values()),
        flagged=whole,
        estimate=found / (found + missed) if found + missed else None,
        low=float(np.quantile(_ratio(found_low, missed_high), tail)),
        high=float(np.quantile(_ratio(found_high, missed_low), 1 - tail)),
    )


def _effective(answers: Sequence[Answer]) -> tuple[float, float]:
    """Hits and size of the unweighted sample that would tell as much (Kish; Korn and Graubard)."""
    total = sum(each.weight for each in answers)
    if not total:
        return 0.0, 0.0
    size = total**2 / sum(each.weight**2 for each in answers)
    return size * sum(each.weight for each in answers if each.is_event) / total, size


def _counts(random: np.random.Generator, population: int, hits: float, n: float) -> tuple[np.ndarray, np.ndarray]:
    """How many of the population are so, drawn from the confidence distributions of the lower and the upper limit."""
    left = max(population - n, 0.0)
    low = random.beta(hits, n - hits + 1, _DRAWS) if hits > 0 else np.zeros(_DRAWS)
    high = random.beta(hits + 1, n - hits, _DRAWS) if hits < n else np.ones(_DRAWS)
    return hits + left * low, hits + left * high


def _ratio(found: np.ndarray, missed: np.ndarray) -> np.ndarray:
    whole = found + missed
    ratio: np.ndarray = np.divide(found, whole, out=np.ones_like(whole), where=whole > 0)
    return ratio


def _limits(hits: int, n: int) -> tuple[float, float]:
    tail = (1 - _CONFIDENCE) / 2
    low = float(special.betaincinv(hits, n - hits + 1, tail)) if hits else 0.0
    high = float(special.betaincinv(hits + 1, n - hits, 1 - tail)) if hits < n else 1.0
    return low, high
