"""A sentence beside its neighbours: what is told in two sentences is heard, and nothing else moves."""

import numpy as np
import pytest

from monitor.classifier import context
from monitor.classifier.context import Array, in_context
from monitor.classifier.heads import COLUMN
from monitor.classifier.model import Model, Sums, chances, load
from monitor.classifier.reading import read, seats_of
from monitor.gazetteer import Gazetteer
from monitor.packaged import packaged
from monitor.records import LABELS
from tests.examples import report

LABELLED = [COLUMN[label] for label in LABELS]


@pytest.fixture(scope="module")
def model() -> Model:
    return load(packaged("models/escalation"), packaged("models/training"))


def scored(model: Model, *reports: tuple[str, str]) -> tuple[Array, Array, list[str]]:
    """Heads without and with the neighbours, and the sentences, of reports of a headline and a text."""
    gazetteer = Gazetteer.load()
    readings = [read(report(title=title, text=text), gazetteer, seats_of(gazetteer)) for title, text in reports]
    masked = [sentence.masked for reading in readings for sentence in reading.sentences]
    sequences = model.features.sequences(masked)
    sums = model.sums(sequences)
    return chances(model.odds(sums)), chances(in_context(model, readings, sums)), masked


def odds(probabilities: Array) -> Array:
    return np.asarray(np.log(probabilities / (1 - probabilities)))


@pytest.mark.parametrize(
    "text",
    [
        "The army and the elders of Jasim met again on Monday. They could not agree on a single point.",
        "اجتمع وجهاء جاسم مع ضباط الفرقة الرابعة مساء الاثنين. ولم يتوصل الطرفان إلى أي اتفاق.",
    ],
)
def test_what_is_told_in_two_sentences_is_scored_as_one_too(model: Model, text: str) -> None:
    alone, moved, masked = scored(model, ("", text))
    sums = model.sums(model.features.sequences(masked))
    together = model.odds(Sums(*(each.sum(axis=1, keepdims=True) for each in sums)))
    wanted = 0.8 * odds(alone[:, LABELLED]) + 0.2 * together[:, LABELLED]
    assert np.allclose(odds(moved[:, LABELLED]), wanted, atol=1e-6)
    assert moved[0, COLUMN["failed_talks"]] > alone[0, COLUMN["failed_talks"]]


def test_only_labels_move_and_no_headline_lends_to_its_text_nor_one_report_to_another(model: Model) -> None:
    siege = "Soldiers have closed every road into Jasim and let no bread through."
    alone, moved, _ = scored(model, ("Jasim besieged", siege), ("", siege))
    assert np.array_equal(alone, moved)
    alone, moved, _ = scored(model, ("", f"{siege} The mayor asked for flour on Monday."))
    others = [column for column in range(alone.shape[1]) if column not in LABELLED]
    assert np.array_equal(alone[:, others], moved[:, others])
    assert not np.array_equal(alone, moved)


def test_sentences_that_say_nothing_are_left_alone(model: Model) -> None:
    alone, moved, _ = scored(model, ("", "The hall is forty metres long. He plays the oud."))
    assert alone[:, LABELLED].max() < context._LEAST
    assert np.array_equal(alone, moved)
    assert in_context(model, [], model.sums([])).shape == (0, alone.shape[1])
