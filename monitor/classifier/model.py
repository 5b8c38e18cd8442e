"""The trained model: loading models/<name>, refusing what does not fit, and asking it. Loading runs no code of the
file.

The artefact holds one scikit-learn Pipeline (encoder, linear heads) and the verdict weights; card.json what they rest
on.
"""

import hashlib
import json
import logging
import platform
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import skops.io
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from monitor.classifier.heads import HEADS
from monitor.encoders.sentence import SentenceEncoder
from monitor.errors import ModelError

log = logging.getLogger(__name__)
ARTEFACT, CARD = "model.skops", "card.json"
TRUSTED = ["monitor.encoders.sentence.SentenceEncoder"]
VERDICT_FEATURES = 10  # how many, see verdict.py
_TOLERANCE = 1e-6
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Weights from what the sentences say to what the report says; one row a label, then the calibration of the
    flag.
    """

    weights: Array
    intercepts: Array
    thresholds: dict[str, float]  # "<label>.<language>" -> least probability that counts
    flag: tuple[float, float]  # slope and intercept from the highest type to the probability of the flag
    uncertain: float


class Model:
    """What the artefact says, ready to be asked."""

    def __init__(self, pipeline: Pipeline, verdicts: Verdicts, name: str, made: str) -> None:
        self.encoder: SentenceEncoder = pipeline[0]
        estimators = pipeline[-1].estimators_
        self.weights = np.vstack([each.coef_ for each in estimators]).astype(np.float32).T.copy()
        self.intercepts = np.concatenate([each.intercept_ for each in estimators])
        self.verdicts = verdicts
        self.name = name
        self.version = made

    def probabilities(self, masked: Sequence[str]) -> Array:
        """One row a sentence, one column a head."""
        if not masked:
            return np.empty((0, len(HEADS)))
        scores: Array = self.encoder.transform(masked) @ self.weights + self.intercepts
        return np.asarray(1.0 / (1.0 + np.exp(-scores)), np.float64)


def load(folder: Path, training: Path) -> Model:
    """The model in the folder. With the training data at hand, it must be the data the model was made from."""
    card = read_card(folder)
    if card["heads"] != list(HEADS) or card["verdict"] != VERDICT_FEATURES:
        raise ModelError(f"The model in {folder} knows other labels than this program: run `monitor train`.")
    if (training / "sentences").is_dir() and data_hash(training) != card["data"]:
        raise ModelError(f"The model in {folder} was made from other sentences than {training}: run `monitor train`.")
    try:
        kept: dict[str, Any] = skops.io.load(folder / ARTEFACT, trusted=TRUSTED)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, EOFError, BadZipFile, zlib.error) as error:
        raise ModelError(
            f"The model file {folder / ARTEFACT} cannot be read ({error}): run `monitor train`."
        ) from error
    model = Model(kept["pipeline"], _verdicts(kept["verdicts"]), str(card["name"]), str(card["version"]))
    _check(model, card)
    return model


def read_card(folder: Path) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"No usable model in {folder} ({error}): run `monitor train`, or set `model:` right."
        ) from error
    return card


def libraries() -> dict[str, str]:
    names = ("scikit-learn", "numpy", "scipy", "skops", "snowballstemmer")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def data_hash(folder: Path) -> str:
    """Changes with any file that training reads."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.jsonl")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _verdicts(kept: dict[str, Any]) -> Verdicts:
    return Verdicts(
        weights=np.asarray(kept["weights"]),
        intercepts=np.asarray(kept["intercepts"]),
        thresholds={str(key): float(value) for key, value in kept["thresholds"].items()},
        flag=(float(kept["flag"][0]), float(kept["flag"][1])),
        uncertain=float(kept["uncertain"]),
    )


def _check(model: Model, card: dict[str, Any]) -> None:
    """The check sentences decide whether a model made with other library versions still says the same."""
    wanted = np.array([sentence["probabilities"] for sentence in card["check"]])
    found = model.probabilities([sentence["masked"] for sentence in card["check"]])
    off = float(np.abs(wanted - found).max(initial=0.0))
    if off > _TOLERANCE:
        raise ModelError(
            f"The model answers its check sentences otherwise than when made (by {off:.1e}): run `monitor train`."
        )
    differing = {name: here for name, here in libraries().items() if card["libraries"].get(name) != here}
    if differing:
        log.warning("The model was made with other versions of %s; its check sentences agree.", ", ".join(differing))
