"""Now or not: the state of a sighting from the model's state heads, the dates in its words, and the genre of the report.

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
from monitor.text.normalise import fold_text

_YEAR = re.compile(r"(?<![\d.,/$€£-])(19[4-9]\d|20[0-4]\d)(?![\d%]|,\d|\.\d)")
_RETROSPECT = re.compile(
    r"anniversar|chronolog|timeline|histor(?:y|ic)|retrospect|explained|explainer|years (?:on|after|later|since)|decade|"
    r"remember|look(?:ing)? back|documentar|memoir|museum|archive|encyclop|biograph|"
    r"ذكري|تاريخ|تسلسل|سيره|ارشيف|متحف|وثائقي|وثايقي|مذكرات|شهادات|موسوع|بعد سنوات|اعوام علي|سنوات علي|حصاد عام|استعاده"
)


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


def retrospective(text: str) -> bool:
    return bool(_RETROSPECT.search(fold_text(text)))


def state(heads: NDArray[np.float64], least: float) -> SightingState:
    """The state that the heads see most surely, if that is sure enough."""
    columns: Sequence[int] = [COLUMN[head] for head in STATE_HEADS]
    best = int(np.argmax(heads[columns]))
    return STATE_HEADS[best] if heads[columns[best]] >= least else "now"
