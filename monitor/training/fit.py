"""Fitting: sentences -> the heads; labelled reports -> the verdicts, their thresholds and the calibration. Seeded
throughout.

The heads are cross-fitted: one of each fold, which has met nothing of it, and their mean, which is shipped. So the
sentences of labelled reports may be learnt from, and the reports still be judged by heads to which they are new. See
CalibratedClassifierCV of scikit-learn (ensemble=True), which does the same.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import vstack
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline

from monitor.classifier import Classifier, verdict
from monitor.classifier.model import Heads, Model, Verdicts
from monitor.classifier.reading import COVERED_LANGUAGES
from monitor.encoders.sentence import SentenceEncoder
from monitor.gazetteer import Gazetteer
from monitor.records import EVENT_TYPES, LABELS, Label
from monitor.training import artefact
from monitor.training.examples import Example, masked, names_met, targets
from monitor.training.joining import MANY, joined
from monitor.training.reports import LabelledReport

Array = NDArray[np.float64]
FOLDS = 4  # each with another draw of joined sentences
STRENGTH = 2.0  # inverse regularisation of the heads
_VERDICT_STRENGTH = 1.0
GRAIN = 256  # weights are kept in steps of one over this: a third of the artefact, and no answer moves by 0.01
# Of a calibrated probability: a missed report costs one and a half times a false alarm. So for easing: one that is
# missed leaves an alarm standing, a false one sounds the all-clear too early.
_THRESHOLD = 0.4
_UNCERTAIN = 0.2


class Fitted(NamedTuple):
    """The heads of each fold, which have met nothing of it, and as a Pipeline their mean."""

    folds: tuple[Heads, ...]
    pipeline: Pipeline


def fit_sentences(examples: Sequence[Example], gazetteer: Gazetteer, many: int = MANY, folds: int = FOLDS) -> Pipeline:
    """The mean alone, of folds by groups."""
    return cross_fit(examples, folds_of_examples(examples, {}, folds), gazetteer, many).pipeline


def folds_of_examples(examples: Sequence[Example], events: Mapping[str, int], many: int = FOLDS) -> list[int]:
    """The fold of each example: that of its event where the group is one, else whole groups in turn."""
    numbers = dict(events)
    for example in examples:
        numbers.setdefault(example.group, len(numbers) % many)
    return [numbers[example.group] for example in examples]


def cross_fit(examples: Sequence[Example], folds: Sequence[int], gazetteer: Gazetteer, many: int = MANY) -> Fitted:
    """`folds`: that of each example. The vocabulary from all sentences as written, which tells nothing of their labels;
    the heads from those of the other folds and `many` joined ones.

    Weights are rounded before anything is written or measured, so that all that follows speaks of the same model.
    """
    texts, wanted = masked(examples, gazetteer), targets(examples)
    encoder = SentenceEncoder(excluded=names_met(examples)).fit(texts)
    written = encoder.transform(texts)
    drawn: list[OneVsRestClassifier] = []
    for fold in sorted(set(folds)):
        met = [at for at, other in enumerate(folds) if other != fold]
        longer, also_wanted = joined([examples[at] for at in met], [texts[at] for at in met], wanted[met], many, fold)
        heads = OneVsRestClassifier(
            LogisticRegression(C=STRENGTH, solver="liblinear", dual=True, tol=0.05, max_iter=1000, random_state=0),
            n_jobs=2,  # processes: threads would share liblinear's one generator, and no two models be the same
        )
        rows = vstack([written[met], encoder.transform(longer)])
        drawn.append(heads.fit(rows, np.vstack([wanted[met], also_wanted])))
    folds_heads = tuple(artefact.heads_of(Pipeline([("encode", encoder), ("heads", heads)])) for heads in drawn)
    return Fitted(folds_heads, Pipeline([("encode", encoder), ("heads", _mean(drawn))]))


def _mean(drawn: Sequence[OneVsRestClassifier]) -> OneVsRestClassifier:
    """One of the same kind. Which sentences are joined with which is chance, too, and moved single answers by far."""
    for fitted in zip(*(heads.estimators_ for heads in drawn), strict=True):
        weights = np.mean([each.coef_ for each in fitted], axis=0)
        fitted[0].coef_ = (np.round(weights * GRAIN) / GRAIN).astype(np.float32)
        fitted[0].intercept_ = np.mean([each.intercept_ for each in fitted], axis=0)
    return drawn[0]


def untried() -> Verdicts:
    """Verdicts before any report was seen: the best sentence decides."""
    weights = np.zeros((len(LABELS), len(verdict.FEATURES)))
    weights[:, verdict.FEATURES.index("best")] = 1.0
    thresholds = {f"{name}.{language}": _THRESHOLD for name in (*LABELS, "flag") for language in COVERED_LANGUAGES}
    return Verdicts(weights, np.zeros(len(LABELS)), thresholds, (1.0, 0.0), _UNCERTAIN)


def rows_of(model: Model, gazetteer: Gazetteer, reports: Sequence[LabelledReport]) -> list[Array]:
    """Per report what the verdict rests on."""
    judged = Classifier(model, gazetteer).judge([each.report for each in reports])
    return [judging.features for judging in judged]


def fit_verdicts(rows: Sequence[Array], reports: Sequence[LabelledReport]) -> Verdicts:
    weights = np.zeros((len(LABELS), len(verdict.FEATURES)))
    intercepts = np.zeros(len(LABELS))
    for number, label in enumerate(LABELS):
        known = [place for place, each in enumerate(reports) if each.labels[label] is not None]
        wanted = np.array([bool(reports[place].labels[label]) for place in known])
        weights[number], intercepts[number] = _signed(np.array([rows[place][number] for place in known]), wanted, label)
    start = Verdicts(weights, intercepts, untried().thresholds, (1.0, 0.0), _UNCERTAIN)
    clear = [place for place, each in enumerate(reports) if each.flag is not None and not each.ambiguous]
    labels = [verdict.label_probabilities(rows[place], start) for place in clear]
    scores = np.array([[verdict.logit(float(each[: len(EVENT_TYPES)].max()))] for each in labels])
    flag = LogisticRegression(C=1.0).fit(scores, [bool(reports[place].flag) for place in clear])
    return Verdicts(
        weights, intercepts, start.thresholds, (float(flag.coef_[0, 0]), float(flag.intercept_[0])), _UNCERTAIN
    )


def _signed(rows: Array, wanted: NDArray[np.bool_], label: Label) -> tuple[Array, float]:
    """Logistic regression whose weights keep the sign that they must have: with few reports, a chance sign misleads."""
    signs = np.where(wanted, 1.0, -1.0)

    def cost(point: Array) -> tuple[float, Array]:
        margins = signs * (rows @ point[:-1] + point[-1])
        pull = -signs / (1.0 + np.exp(margins))
        slope = np.append(pull @ rows + point[:-1] / _VERDICT_STRENGTH, pull.sum())
        return float(np.logaddexp(0.0, -margins).sum() + point[:-1] @ point[:-1] / (2 * _VERDICT_STRENGTH)), slope

    bounds = [*(_bounds(name, label) for name in verdict.FEATURES), (None, None)]
    found = minimize(cost, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    return found[:-1], float(found[-1])


def _bounds(name: str, label: Label) -> tuple[float | None, float | None]:
    if name in verdict.SPEAKS_FOR:
        return 0.0, None
    if name in verdict.AGAINST_EVENTS and label == "agreement":
        return 0.0, 0.0  # that a siege is lifted does not say that it was agreed
    against = name in verdict.SPEAKS_AGAINST or (label in EVENT_TYPES and name in verdict.AGAINST_EVENTS)
    return None, 0.0 if against else None
