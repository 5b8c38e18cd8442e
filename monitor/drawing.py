"""Which unflagged reports of a day people are asked about: drawn at random, alike whenever it is drawn. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Stratum = Literal["near", "middle", "rest"]

# Of each day so many are drawn at random from those whose probability is at least this; fine where a miss is likely.
STRATA: Mapping[Stratum, tuple[float, int]] = {"near": (0.2, 4), "middle": (0.02, 3), "rest": (0.0, 5)}


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn of one day's stratum: `reports` in it, the keys drawn in the order in which they are asked for."""

    stratum: Stratum
    reports: int
    turns: tuple[tuple[str, str], ...]  # (key, turn)


def stratum_of(probability: float) -> Stratum:
    return next(name for name, (least, _) in STRATA.items() if probability >= least)


def draw(day: str, secret: str, probabilities: Iterable[tuple[str, float]]) -> list[Drawn]:
    """A simple random sample of each stratum, the same whenever it is drawn of the same day.

    `secret`: known to this installation alone, so that nobody can write a report that is never asked about.
    """
    turns: dict[Stratum, list[tuple[str, str]]] = {name: [] for name in STRATA}
    for key, probability in probabilities:
        turn = hashlib.blake2b(f"{day}:{key}".encode(), key=secret.encode()[:64], digest_size=16).hexdigest()
        turns[stratum_of(probability)].append((turn, key))
    return [
        Drawn(name, len(found), tuple((key, turn) for turn, key in sorted(found)[: STRATA[name][1]]))
        for name, found in turns.items()
        if found
    ]
