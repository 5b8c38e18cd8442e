"""Short labelled reports made as long as real articles, so that the verdict learns what length costs.

The background is sentences that the measured heads have not seen and that speak of no event type.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from monitor.text.sentences import sentences
from monitor.training.examples import Example
from monitor.training.reports import LabelledReport

_LENGTHS = (8, 25)  # sentences of background, least and most


def lengthened(reports: Sequence[LabelledReport], background: Sequence[Example], seed: int = 0) -> list[LabelledReport]:
    """Each report with background put between its sentences. Its labels stay."""
    random = np.random.default_rng(seed)
    pools = {
        language: [each.text for each in background if each.language == language and _is_background(each)]
        for language in ("en", "ar")
    }
    return [
        replace(each, report=replace(each.report, text=_between(each, pools[each.language], random)))
        for each in reports
    ]


def _is_background(example: Example) -> bool:
    """Everyday news, violence, talks that go on; nothing of the five labels, in any state."""
    return example.form != "headline" and not set(example.labels) - {"violence", "talks"} and not example.about


def _between(report: LabelledReport, pool: Sequence[str], random: np.random.Generator) -> str:
    text = report.report.text
    parts = [text[start:end] for start, end in sentences(text)]
    chosen = [pool[number] for number in random.integers(0, len(pool), random.integers(*_LENGTHS))]
    cuts = sorted(random.integers(0, len(chosen) + 1, max(0, len(parts) - 1)))
    lines: list[str] = parts[:1]
    at = 0
    for part, cut in zip(parts[1:], cuts, strict=True):
        lines += [*chosen[at:cut], part]
        at = cut
    return "\n".join([*lines, *chosen[at:]])
