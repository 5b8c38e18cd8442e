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

# It begins with the digits: they are searched for 5 times faster than what must not stand before them.
_YEAR = re.compile(r"(?:19[4-9]|20[0-4])\d(?<![\d.,/$€£-]\d{4})(?![\d%]|,\d|\.\d)")
_RETROSPECT = re.compile(
    r"\b(?:anniversar\w+|(?:years?|decades?) (?:on|ago|later|after|since)|commemorat\w+|exhibition|memoirs?|museum|"
    r"documentar(?:y|ies)|looks? back|looking back|remember(?:s|ed|ing)|recalls?|recalling|history of|chronolog\w+|"
    r"timeline|explainer|retrospective|memorial|does not forget|archives?|archived|testimon(?:y|ies)|encyclop\w+|"
    r"(?:a|the) (?:book|novel|film|study|review) (?:about|on|of|that))\b"
    r"|(?<![ء-ي])(?:و|ب|في )?(?:ال)?(?:ذكري|ذاكره|معرض|متحف|مذكرات|روايه|وثائقي|ارشيف|موسوعه|شهادات|استذكر\w*|"
    r"[يت]ستذكر\w*)(?![ء-ي])|(?:عام|عاما|سنه|سنوات|اعوام|عقد) علي(?![ء-ي])|كتاب (?:عن|يروي|تروي|يحكي|يوثق)|"
    r"(?:قبل|بعد|مرور) (?:\S+ )?(?:سنوات|اعوام|عاما|سنه)(?![ء-ي])"
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


def retrospect(reading: Reading) -> bool:
    """Whether headline or first sentences say that this looks back: an anniversary, a book, an exhibition, a review."""
    titled = bool(reading.sentences) and reading.sentences[0].field == "title"
    return any(_RETROSPECT.search(sentence.masked) for sentence in reading.sentences[: 2 + titled])


def state(heads: NDArray[np.float64], least: float) -> SightingState:
    """The state that the heads see most surely, if that is sure enough."""
    columns: Sequence[int] = [COLUMN[head] for head in STATE_HEADS]
    best = int(np.argmax(heads[columns]))
    return STATE_HEADS[best] if heads[columns[best]] >= least else "now"
