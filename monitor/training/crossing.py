"""Figures on the tuning reports that do not flatter the verdict: each event judged by one that has not seen it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.classifier import Classifier
from monitor.classifier.model import Heads, Model
from monitor.gazetteer import Gazetteer
from monitor.training import fit
from monitor.training.evaluation import judge
from monitor.training.measures import Judged
from monitor.training.reports import LabelledReport

Array = NDArray[np.float64]
_FOLDS = 8


def crossed(
    heads: Heads,
    rows: Sequence[Array],
    reports: Sequence[LabelledReport],
    asked: Sequence[LabelledReport],
    gazetteer: Gazetteer,
) -> list[Judged]:
    """`rows` and `reports` fit the verdicts; `asked` are judged, an event never by a verdict fitted on it."""
    folds = folds_of(reports)
    judged: list[Judged] = []
    for fold in range(_FOLDS):
        kept = [place for place, each in enumerate(reports) if folds[each.event] != fold]
        verdicts = fit.fit_verdicts([rows[place] for place in kept], [reports[place] for place in kept])
        model = Model(heads, verdicts, "crossed", str(fold))
        judged += judge(Classifier(model, gazetteer), [each for each in asked if folds[each.event] == fold])
    return judged


def folds_of(reports: Sequence[LabelledReport]) -> dict[str, int]:
    """Events into folds of about the same number of reports, the largest event first."""
    sizes: dict[str, int] = {}
    for each in reports:
        sizes[each.event] = sizes.get(each.event, 0) + 1
    loads = [0] * _FOLDS
    folds: dict[str, int] = {}
    for event in sorted(sizes, key=lambda name: (-sizes[name], name)):
        folds[event] = loads.index(min(loads))
        loads[folds[event]] += sizes[event]
    return folds
