"""Writing models/<name>: the artefact, card.json for the program, card.md for people. The same data gives the same
bytes of JSON.
"""

import hashlib
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import skops.io
from sklearn.pipeline import Pipeline

from monitor.classifier.heads import HEADS
from monitor.classifier.model import ARTEFACT, CARD, Model, Verdicts, data_hash, libraries
from monitor.gazetteer import Gazetteer
from monitor.training.examples import Example, masked

_CHECKED = 20


def write(
    folder: Path, data: Path, pipeline: Pipeline, verdicts: Verdicts, examples: Sequence[Example], gazetteer: Gazetteer
) -> Model:
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"pipeline": pipeline, "verdicts": _plain(verdicts)}
    skops.io.dump(kept, folder / ARTEFACT, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    digest = data_hash(data)
    model = Model(pipeline, verdicts, folder.name, digest[:8])
    card = {
        "name": model.name,
        "version": model.version,
        "data": digest,
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


def _plain(verdicts: Verdicts) -> dict[str, Any]:
    return {
        "weights": verdicts.weights,
        "intercepts": verdicts.intercepts,
        "thresholds": dict(verdicts.thresholds),
        "flag": list(verdicts.flag),
        "uncertain": verdicts.uncertain,
    }


def _check_sentences(model: Model, examples: Sequence[Example], gazetteer: Gazetteer) -> list[dict[str, Any]]:
    """Twenty sentences spread over the data by their hash, with what the model says of them."""
    chosen = sorted(examples, key=lambda example: hashlib.sha256(example.id.encode()).digest())[:_CHECKED]
    texts = masked(chosen, gazetteer)
    return [
        {"id": example.id, "masked": text, "probabilities": [float(value) for value in row]}
        for example, text, row in zip(chosen, texts, model.probabilities(texts), strict=True)
    ]
