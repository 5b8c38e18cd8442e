"""Labelled reports that teach and are asked all the same: each event is judged by heads and a verdict to which it is
new.
"""

from collections.abc import Mapping, Sequence

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


def folds_of(reports: Sequence[LabelledReport]) -> dict[str, int]:
    """Events into folds of about the same number of reports, the largest event first."""
    sizes: dict[str, int] = {}
    for each in reports:
        sizes[each.event] = sizes.get(each.event, 0) + 1
    loads = [0] * fit.FOLDS
    folds: dict[str, int] = {}
    for event in sorted(sizes, key=lambda name: (-sizes[name], name)):
        folds[event] = loads.index(min(loads))
        loads[folds[event]] += sizes[event]
    return folds


def parted(reports: Sequence[LabelledReport], folds: Mapping[str, int]) -> list[list[LabelledReport]]:
    """The reports of each fold."""
    return [[each for each in reports if folds[each.event] == fold] for fold in range(fit.FOLDS)]


def rows_of(
    heads: Sequence[Heads], parts: Sequence[Sequence[LabelledReport]], gazetteer: Gazetteer
) -> list[list[Array]]:
    """Per fold and report what a verdict rests on, before there is one."""
    asked = [Model(each, fit.untried(), "no verdict yet", "") for each in heads]
    return [fit.rows_of(model, gazetteer, part) for model, part in zip(asked, parts, strict=True)]


def crossed(
    heads: Sequence[Heads],
    parts: Sequence[Sequence[LabelledReport]],
    rows: Sequence[Sequence[Array]],
    asked: Sequence[Sequence[LabelledReport]],
    gazetteer: Gazetteer,
) -> list[Judged]:
    """All but `heads` by fold: `parts` and `rows` fit the verdicts, `asked` are judged."""
    judged: list[Judged] = []
    for fold, own in enumerate(heads):
        others = [number for number in range(len(heads)) if number != fold]
        known = [row for number in others for row in rows[number]]
        verdicts = fit.fit_verdicts(known, [report for number in others for report in parts[number]])
        judged += judge(Classifier(Model(own, verdicts, "crossed", str(fold)), gazetteer), asked[fold])
    return judged
