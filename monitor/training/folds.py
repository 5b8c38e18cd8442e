"""Reviews split by time, the older to learn from and the newer to be measured on. What is nearly the same text stays on
one side: a copy of what was learnt proves nothing.
"""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from monitor.text.normalise import fold_text
from monitor.training.reviewed import Reviewed

NEWER = 0.25  # share of the reviews that a model is measured on
_ALIKE = 85  # per cent of letters
_COMPARED = 600  # letters


def parted(some: Sequence[Reviewed]) -> tuple[list[Reviewed], list[Reviewed]]:
    """`some` in the order they were reviewed. A newer one that repeats an older one is left out of the measuring."""
    older = list(some[: len(some) - round(len(some) * NEWER)])
    newer = list(some[len(older) :])
    known = [_words(each) for each in older]
    return older, [each for each in newer if not _is_known(_words(each), known)]


def _words(each: Reviewed) -> str:
    return fold_text(f"{each.report.title} {each.report.text}")[:_COMPARED]


def _is_known(words: str, known: Sequence[str]) -> bool:
    return process.extractOne(words, known, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None
