"""What reviews teach, laid upon the model that came with the program: the words that they bring are learnt, and of the
project's own sentences it goes on saying what it said.

Fitting all sentences anew moves every weight a little, and with them reports that no review was about. Here a head
takes the change of least cost: what it gets wrong of the lessons, the square of each score that it moves on the
project's sentences, and the size of the change itself. Only weights of what the lessons contain are changed. Convex,
and solved in seconds.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import LabelBinarizer

from monitor.classifier.heads import HEADS
from monitor.classifier.model import Model
from monitor.encoders.sentence import SentenceEncoder
from monitor.gazetteer import Gazetteer
from monitor.training.examples import Example, masked, names_met, targets
from monitor.training.fit import GRAIN, STRENGTH
from monitor.training.joining import MANY, joined

Array = NDArray[np.float64]
HOLD = 0.55  # what it costs to move a score of one of the project's 46,000 sentences by one, beside half of its square
REACH = 24.0  # inverse cost of the change itself: wider than STRENGTH, since the project's sentences hold it already


def anchored(
    model: Model, base: Sequence[Example], lessons: Sequence[Example], gazetteer: Gazetteer, many: int = MANY
) -> Pipeline:
    """`model` with what the lessons teach; it was made from `base`, and `many` sentences joined of those."""
    texts, spoken = masked(base, gazetteer), masked(lessons, gazetteer)
    longer, _ = joined(base, texts, targets(base), many)
    encoder = _encoder(model, texts, spoken, names_met([*base, *lessons]))
    weights, intercepts = _carried(model, encoder), np.array(model.intercepts, np.float64)
    said = encoder.transform(spoken)
    touched = np.unique(said.indices)
    own = _with_ones(encoder.transform([*texts, *longer])[:, touched])
    change = _changes(_with_ones(said[:, touched]).toarray(), own, said @ weights + intercepts, targets(lessons))
    weights[touched] += change[:-1]
    return _pipeline(encoder, weights, intercepts + change[-1])


def _encoder(model: Model, texts: Sequence[str], spoken: Sequence[str], names: str) -> SentenceEncoder:
    """All that the model knows, and what only the lessons bring."""
    encoder = SentenceEncoder(excluded=names).fit([*texts, *spoken])
    terms = {*model.features.vocabulary.split("\n"), *encoder.vocabulary_.split("\n")}
    encoder.vocabulary_ = "\n".join(sorted(terms))
    return encoder


def _carried(model: Model, encoder: SentenceEncoder) -> Array:
    """The weights of the model at the places that its terms and concepts have now; nothing for what is new."""
    before, now = model.features.vocabulary.split("\n"), encoder.vocabulary_.split("\n")
    places = {term: place for place, term in enumerate(now)}
    weights = np.zeros((encoder.features().width, len(HEADS)))
    weights[[places[term] for term in before]] = model.weights[: len(before)]
    weights[len(now) :] = model.weights[len(before) :]
    return weights


def _changes(seen: Array, own: csr_matrix, scores: Array, wanted: NDArray[np.int64]) -> Array:
    """One column a head. `seen`: the lessons, with the scores that the model gives them so far."""
    cost = HOLD * (own.T @ own).toarray() + np.diag([*[1.0 / REACH] * (own.shape[1] - 1), 0.0])
    root = cholesky(cost)
    rows: Array = solve_triangular(root, seen.T, trans="T").T  # in these measures each change costs its square
    signs = np.where(wanted > 0, 1.0, -1.0)
    found = [_least(rows, scores[:, head], signs[:, head]) for head in range(signs.shape[1])]
    return np.asarray(solve_triangular(root, np.array(found).T))


def _least(rows: Array, scores: Array, signs: Array) -> Array:
    def cost(point: Array) -> tuple[float, Array]:
        margins = signs * (scores + rows @ point)
        pull = -signs / (1.0 + np.exp(np.clip(margins, -50.0, 50.0)))
        return float(np.logaddexp(0.0, -margins).sum() + point @ point / 2), pull @ rows + point

    return np.asarray(minimize(cost, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x)


def _with_ones(rows: csr_matrix) -> csr_matrix:
    """With a column for the intercept."""
    return csr_matrix(hstack([rows, np.ones((rows.shape[0], 1))]))


def _pipeline(encoder: SentenceEncoder, weights: Array, intercepts: Array) -> Pipeline:
    """As fit.py makes it, weights rounded as there."""
    heads = OneVsRestClassifier(LogisticRegression(C=STRENGTH, solver="liblinear"))
    heads.label_binarizer_ = LabelBinarizer(sparse_output=True).fit(np.eye(len(HEADS), dtype=int))
    heads.classes_ = heads.label_binarizer_.classes_
    heads.estimators_ = [
        _head(np.round(weights[:, [head]].T * GRAIN) / GRAIN, intercepts[[head]]) for head in range(len(HEADS))
    ]
    return Pipeline([("encode", encoder), ("heads", heads)])


def _head(weights: Array, intercept: Array) -> LogisticRegression:
    head = LogisticRegression(C=STRENGTH, solver="liblinear")
    head.classes_, head.coef_, head.intercept_ = np.array([0, 1]), weights.astype(np.float32), intercept
    head.n_features_in_ = weights.shape[1]
    return head
