"""The trained model: loading models/<name>, refusing what does not fit, asking it. Loading runs no code of the file.

The running monitor reads model.npz, plain arrays: importing scikit-learn and skops takes longer than all else at the
start. model.skops beside it is the same as a scikit-learn Pipeline, for who goes on from it; card.json says what both
rest on.
"""

import hashlib
import json
import logging
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from monitor.classifier.heads import HEADS
from monitor.encoders.features import SentenceFeatures, Settings
from monitor.encoders.words import Sequenced
from monitor.errors import ModelError

log = logging.getLogger(__name__)
ARTEFACT, PIPELINE, CARD = "model.npz", "model.skops", "card.json"
VERDICT_FEATURES = 20  # how many, see verdict.py
_TOLERANCE = 1e-6
_SURE = 50.0  # beyond it a probability is 0 or 1 to the last digit, and the exponential overflows
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


@dataclass(frozen=True, slots=True)
class Heads:
    """The sentence model: its features, and one column of weights a head."""

    features: SentenceFeatures
    weights: NDArray[np.float32]
    intercepts: Array


class Sums(NamedTuple):
    """What the features of sentences add to each head, group by group and not yet scaled: sums of sentences add up."""

    added: NDArray[np.float32]  # groups x sentences x heads
    sizes: NDArray[np.int64]  # groups x sentences: how many features

    def of_pairs(self, first: NDArray[np.int64]) -> "Sums":
        """Of each of these sentences taken as one with the sentence after it."""
        return Sums(self.added[:, first] + self.added[:, first + 1], self.sizes[:, first] + self.sizes[:, first + 1])


class Model:
    """What the artefact says, ready to be asked."""

    def __init__(self, heads: Heads, verdicts: Verdicts, name: str, made: str) -> None:
        self.features = heads.features
        self.weights = heads.weights
        self.intercepts = heads.intercepts
        self.verdicts = verdicts
        self.name = name
        self.version = made

    def probabilities(self, masked: Sequence[str]) -> Array:
        """One row a sentence, one column a head."""
        return chances(self.odds(self.sums(self.features.sequences(masked))))

    def sums(self, sequences: Sequence[Sequenced]) -> Sums:
        features, sizes = self.features.grouped(sequences)
        return Sums((features @ self.weights).reshape(*sizes.shape, len(HEADS)), sizes)

    def odds(self, sums: Sums) -> Array:
        """Log-odds: one row a sentence, one column a head."""
        scores: Array = np.einsum("gsh,gs->sh", sums.added, self.features.scales(sums.sizes)) + self.intercepts
        return scores.clip(-_SURE, _SURE)  # a line that repeats one word 5,000 times


def chances(odds: Array) -> Array:
    """The probabilities of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), np.float64)


def load(folder: Path, training: Path) -> Model:
    """The model in the folder. With the training data at hand, it must be the data the model was made from."""
    card = read_card(folder)
    if card["heads"] != list(HEADS) or card["verdict"] != VERDICT_FEATURES:
        raise ModelError(f"The model in {folder} knows other labels than this program: run `monitor train`.")
    if (training / "sentences").is_dir() and data_hash(training) != card["data"]:
        raise ModelError(f"The model in {folder} was made from other sentences than {training}: run `monitor train`.")
    try:
        with np.load(folder / ARTEFACT, allow_pickle=False) as kept:
            model = Model(_heads(kept), _verdicts(kept, card), str(card["name"]), str(card["version"]))
    except (OSError, ValueError, LookupError, EOFError, BadZipFile) as error:
        raise ModelError(
            f"The model file {folder / ARTEFACT} cannot be read ({error}): run `monitor train`."
        ) from error
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


def packed(heads: Heads, verdicts: Verdicts) -> dict[str, NDArray[Any]]:
    """The arrays that the artefact holds; _heads and _verdicts read them back."""
    settings = heads.features.settings
    return {
        "vocabulary": np.frombuffer(heads.features.vocabulary.encode(), np.uint8),
        "windows": np.array([settings.near, settings.far]),
        "groups": np.array([*settings.weights, settings.damping]),
        "weights": heads.weights,
        "intercepts": heads.intercepts,
        "verdict_weights": verdicts.weights,
        "verdict_intercepts": verdicts.intercepts,
        "flag": np.array(verdicts.flag),
    }


def _heads(kept: Mapping[str, NDArray[Any]]) -> Heads:
    near, far = (int(value) for value in kept["windows"])
    *weights, damping = (float(value) for value in kept["groups"])
    vocabulary = kept["vocabulary"].tobytes().decode()
    features = SentenceFeatures(vocabulary, Settings(near, far, tuple(weights), damping))
    return Heads(features, kept["weights"], kept["intercepts"])


def _verdicts(kept: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> Verdicts:
    slope, intercept = (float(value) for value in kept["flag"])
    thresholds = {str(key): float(value) for key, value in card["thresholds"].items()}
    return Verdicts(
        kept["verdict_weights"], kept["verdict_intercepts"], thresholds, (slope, intercept), float(card["uncertain"])
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
