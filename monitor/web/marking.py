"""A text cut at its evidence: plain pieces, and pieces with the numbers of the sentences that they belong to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.records import Field, Sighting


@dataclass(frozen=True, slots=True)
class Piece:
    """`begins`: numbers of the evidence that begins here; `mark`: counts, held, or "" for what is no evidence."""

    text: str
    begins: tuple[int, ...] = ()
    mark: str = ""


def pieces(text: str, field: Field, sightings: Sequence[Sighting]) -> list[Piece]:
    """The whole text in order. Spans that lie outside of it, of another revision perhaps, mark nothing."""
    spans = [
        (each.start, each.end, number, each.counts)
        for number, each in enumerate(sightings, 1)
        if each.field == field and 0 <= each.start < each.end <= len(text)
    ]
    cuts = sorted({0, len(text), *(start for start, *_ in spans), *(end for _, end, *_ in spans)})
    found = []
    for start, end in pairwise(cuts):
        over = [span for span in spans if span[0] <= start and end <= span[1]]
        mark = "counts" if any(counts for *_, counts in over) else "held" if over else ""
        found.append(Piece(text[start:end], tuple(number for at, _, number, _ in over if at == start), mark))
    return found
