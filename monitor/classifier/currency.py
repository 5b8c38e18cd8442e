"""Now or not: the state of a sighting from the model's state heads and the dates in its words.

Judged against the day of publication, or without it from the text alone; never against the clock.
"""

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from monitor.classifier.heads import COLUMN, STATE_HEADS
from monitor.classifier.reading import Reading
from monitor.records import SightingState

_YEAR = re.compile(r"(?<![\d.,/$€£-])(19[4-9]\d|20[0-4]\d)(?![\d%]|,\d|\.\d)")


def years(folded: str) -> tuple[int, ...]:
    return tuple(int(found[0]) for found in _YEAR.finditer(folded))


def year_of(reading: Reading) -> int | None:
    """The year the report speaks from: that of publication, else the latest one its text names."""
    published: datetime | None = reading.report.published_at
    if published is not None:
        return published.year
    return max((year for sentence in reading.sentences for year in years(sentence.masked)), default=None)


def dated_past(folded: str, year: int | None) -> bool:
    """Whether every year the sentence names lies before the report's own."""
    named = years(folded)
    return bool(named) and year is not None and max(named) < year


def state(heads: NDArray[np.float64], least: float) -> SightingState:
    """The state that the heads see most surely, if that is sure enough."""
    columns: Sequence[int] = [COLUMN[head] for head in STATE_HEADS]
    best = int(np.argmax(heads[columns]))
    return STATE_HEADS[best] if heads[columns[best]] >= least else "now"
