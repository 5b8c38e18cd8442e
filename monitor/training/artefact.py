"""Writing models/<name>: the artefact, card.json for the program, card.md for people. The same data gives the same
bytes of JSON.
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from monitor.classifier.heads import HEADS
from monitor.classifier.model import (
    ARTEFACT,
    CARD,
    PIPELINE,
    Heads,
    Model,
    Verdicts,
    data_hash,
    libraries,
    packed,
)
from monitor.gazetteer import Gazetteer
from monitor.training.examples import Example, masked

_CHECKED = 20


def write(
    folder: Path, data: Path, pipeline: Pipeline, verdicts: Verdicts, examples: Sequence[Example], gazetteer: Gazetteer
) -> Model:
    folder.mkdir(parents=True, exist_ok=True)
    skops.io.dump(pipeline, folder / PIPELINE, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    heads = heads_of(pipeline)
    arrays = packed(heads, verdicts)
    np.savez_compressed(folder / ARTEFACT, allow_pickle=False, **arrays)
    model = Model(heads, verdicts, folder.name, version(arrays))
    card = {
        "name": model.name,
        "version": model.version,
        "data": data_hash(data),
        "sentences": len(examples),
        "heads": list(HEADS),
        "verdict": verdicts.weights.shape[1],
        "thresholds": verdicts.thresholds,
        "uncertain": verdicts.uncertain,
        "libraries": libraries(),
        "check": _check_sentences(model, examples, gazetteer),
    }
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return model


def heads_of(pipeline: Pipeline) -> Heads:
    """The fitted pipeline as the running monitor uses it."""
    estimators = pipeline[-1].estimators_
    weights = np.vstack([each.coef_ for each in estimators]).astype(np.float32).T.copy()
    return Heads(pipeline[0].features(), weights, np.concatenate([each.intercept_ for each in estimators]))


def version(arrays: Mapping[str, NDArray[Any]]) -> str:
    """Of the weights: other settings make another model of the same sentences."""
    digest = hashlib.sha256()
    for name, values in sorted(arrays.items()):
        digest.update(name.encode() + values.tobytes())
    return digest.hexdigest()[:8]


def _check_sentences(model: Model, examples: Sequence[Example], gazetteer: Gazetteer) -> list[dict[str, Any]]:
    """Twenty sentences spread over the data by their hash, with what the model says of them."""
    chosen = sorted(examples, key=lambda example: hashlib.sha256(example.id.encode()).digest())[:_CHECKED]
    texts = masked(chosen, gazetteer)
    return [
        {"id": example.id, "masked": text, "probabilities": [float(value) for value in row]}
        for example, text, row in zip(chosen, texts, model.probabilities(texts), strict=True)
    ]
