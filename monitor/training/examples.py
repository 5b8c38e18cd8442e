"""The labelled sentences: read, checked, and put as targets of the model's heads."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.classifier.heads import ABOUT, HEADS, STATE_HEADS
from monitor.encoders.masking import masked as seen
from monitor.errors import ModelError
from monitor.gazetteer import Gazetteer

SENTENCES, SEEDS = "sentences", "seed_articles"  # folders of the training data
SEED = "seed article"  # so begins the origin of the sentences in SEEDS
LABEL_NAMES = ("siege", "reinforcements", "failed_talks", "agreement", "withdrawal", "violence", "talks")
STATES = ("now", "past", "lifted", "denied", "feared", "demanded", "planned", "figurative", "background")
_WORD = re.compile(r"(?<![\w'’-])[A-Za-z][A-Za-z'’-]*")


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled sentence. Examples of one `group` stay in one fold: minimal pairs, and the sentences of all reports
    of one event.
    """

    id: str
    language: str
    text: str
    labels: tuple[str, ...]
    state: str
    register: str
    form: str
    origin: str
    group: str
    about: tuple[str, ...]  # which event types it speaks of, also when it is past, denied or feared


def load_examples(folder: Path) -> tuple[Example, ...]:
    paths = [*sorted((folder / SENTENCES).glob("*.jsonl")), folder / SEEDS / "labels.jsonl"]
    if not paths[0].exists():
        raise ModelError(f"No training sentences in {folder}: run this in a checkout, or name the folder with --data.")
    return tuple(example for path in paths for example in _load(path))


def masked(examples: Iterable[Example], gazetteer: Gazetteer) -> list[str]:
    """The sentences as the model sees them, by the same path as reading."""
    return [
        seen(example.text, gazetteer.find(example.text, example.text), [(0, len(example.text))])[0]
        for example in examples
    ]


def targets(examples: Sequence[Example]) -> NDArray[np.int64]:
    return np.array([[_holds(example, head) for head in HEADS] for example in examples], np.int64)


def names_met(examples: Sequence[Example]) -> str:
    """Words that English sentences write with a capital and never without: names, which the model must not learn."""
    capital: Counter[str] = Counter()
    small: set[str] = set()
    for example in examples:
        if example.language != "en" or example.form == "headline":
            continue
        for found in _WORD.finditer(example.text):
            if found.start() and found[0][0].isupper() and not found[0].isupper():
                capital[found[0].lower()] += 1
            elif found[0][0].islower():
                small.add(found[0])
    return " ".join(sorted(word for word in capital if word not in small))


def _holds(example: Example, head: str) -> bool:
    if head in LABEL_NAMES:
        return head in example.labels
    if head in STATE_HEADS:
        return example.state == head or (head == "past" and example.state == "background")
    return head.removeprefix(ABOUT) in example.about


def _load(path: Path) -> Iterable[Example]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            yield _example(row, path.stem)
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}:{number} is not a labelled sentence: {error}. Mend the line.") from error


def _example(row: dict[str, object], file: str) -> Example:
    labels = tuple(str(label) for label in list(row["labels"]))  # type: ignore[call-overload]
    return Example(
        id=str(row["id"]),
        language=str(row["language"]),
        text=str(row["text"]),
        labels=labels,
        state=str(row["state"]),
        register=str(row["register"]),
        form=str(row["form"]),
        origin=str(row.get("origin", file)),
        group=str(row.get("pair") or row.get("event") or row["id"]),
        about=_about(labels, str(row["state"]), str(row.get("about") or _THEMES.get(file.partition("_")[2], ""))),
    )


_THEMES = {"siege": "siege", "reinf": "reinforcements", "talks": "failed_talks"}


def _about(labels: tuple[str, ...], state: str, theme: str) -> tuple[str, ...]:
    speaks = {label for label in labels if label in _THEMES.values()}
    if state not in ("now", "figurative") and theme:
        speaks.add(theme)
    return tuple(sorted(speaks))
