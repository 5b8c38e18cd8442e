"""Whether probabilities mean what they say: bins of equal mass, beside a perfect model of the same probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.training.measures import Judged, flag_chances

Array = NDArray[np.float64]
_BINS = 5
_SIMULATED = 1000


@dataclass(frozen=True, slots=True)
class Bin:
    """Reports of like probability: what was said of them on average, how many of them held, and between which shares
    a perfect model would fall 19 times of 20.
    """

    reports: int
    said: float
    held: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The mean distance of said from held, and that which chance alone gives a perfect model."""

    error: float
    perfect: float
    bins: tuple[Bin, ...]

    @property
    def above(self) -> float:
        return self.error - self.perfect


def calibration(judged: Sequence[Judged]) -> Calibration:
    said, held = flag_chances(judged)
    if len(said) < _BINS:
        return Calibration(0.0, 0.0, ())
    # Equal probabilities share what held: else the order of the file would decide which bin they fall into.
    parts = np.array_split(np.argsort(said, kind="stable"), _BINS)
    held = _shared(said, held)
    luck = np.random.default_rng(0).random((_SIMULATED, len(said))) < said
    simulated = np.array([_shared(said, each.astype(float)) for each in luck])
    means = np.array([simulated[:, part].mean(axis=1) for part in parts]).T
    wanted = np.array([said[part].mean() for part in parts])
    shares = np.array([len(part) for part in parts]) / len(said)
    found = np.array([held[part].mean() for part in parts])
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return Calibration(
        error=float((np.abs(found - wanted) * shares).sum()),
        perfect=float((np.abs(means - wanted) * shares).sum(axis=1).mean()),
        bins=tuple(
            Bin(len(part), float(wanted[at]), float(found[at]), float(low[at]), float(high[at]))
            for at, part in enumerate(parts)
        ),
    )


def _shared(said: Array, held: Array) -> Array:
    _, which = np.unique(said, return_inverse=True)
    return np.asarray((np.bincount(which, held) / np.bincount(which))[which])
