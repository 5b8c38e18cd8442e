"""Which model answers: a running monitor changes over between two readings, and never to what was not measured."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from monitor import health
from monitor.classifier import Classifier
from monitor.classifier.model import Heads, Model
from monitor.errors import ModelError
from monitor.pipeline import models as changing
from monitor.pipeline.condition import facts
from monitor.pipeline.serving import Serving, digest_of, folder_of
from monitor.records.learning import Candidate
from monitor.settings import Settings
from monitor.store import Store, models
from monitor.training.reports import report_of
from tests.examples import NOON
from tests.learning_support import candidate, settings_in
from tests.people_support import Clock, small

__all__ = ["small"]

SIEGE = report_of("a", "", "The army encircled Jasim on Saturday and closed every road into it.", "2026-03-14")


@pytest.fixture(scope="module")
def loaded() -> Classifier:
    return Classifier.load()


@pytest.fixture
def shipped(loaded: Classifier) -> Iterator[Classifier]:
    model = loaded.model
    yield loaded
    loaded.serve(model)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def running(store: Store, settings: Settings, classifier: Classifier, clock: Clock | None = None) -> Serving:
    return Serving(settings, store, classifier, clock or Clock())


def promoted(store: Store, settings: Settings, version: str = "aaaa1111") -> Candidate:
    made = candidate(settings.data_dir, version)
    changing.keep(store, made)
    changing.promote(store, settings, version, "sami", "", NOON)
    return made


def told(store: Store, settings: Settings) -> list[str]:
    found = health.judge(facts(store, settings, NOON), settings)
    return [each.says for each in found if each.check == "model"]


def answers(classifier: Classifier) -> str:
    return classifier.assess([SIEGE])[0].model.partition("@")[2]


def test_a_promoted_candidate_answers_at_the_next_tick_and_its_name_stands_beside_what_it_read(
    small: Store, settings: Settings, shipped: Classifier
) -> None:
    own, serving = shipped.version, running(small, settings, shipped)
    serving.settle()
    assert answers(shipped) == own
    promoted(small, settings)
    assert answers(shipped) == own
    serving.settle()
    assert answers(shipped) == "aaaa1111"
    changing.roll_back(small, settings, "sami", "too loud", NOON)
    serving.settle()
    assert answers(shipped) == own
    assert told(small, settings) == []


def test_the_next_start_begins_with_the_promoted_model(small: Store, settings: Settings, shipped: Classifier) -> None:
    promoted(small, settings)
    running(small, settings, shipped).settle()
    assert shipped.version == "aaaa1111"


def spoil_bytes(folder: Path) -> None:
    (folder / "model.npz").write_bytes((folder / "model.npz").read_bytes()[:-9])


def spoil_answers(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["check"][0]["probabilities"][0] += 0.5
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


def remove(folder: Path) -> None:
    (folder / "model.npz").unlink()


@pytest.mark.parametrize("spoil", [spoil_bytes, spoil_answers, remove])
def test_a_damaged_model_never_answers_and_the_owner_is_told_until_it_is_mended(
    small: Store, settings: Settings, shipped: Classifier, spoil: object, caplog: pytest.LogCaptureFixture
) -> None:
    own, clock = shipped.version, Clock()
    serving = running(small, settings, shipped, clock)
    folder = folder_of(settings) / promoted(small, settings).folder
    kept = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    spoil(folder)  # type: ignore[operator]
    with caplog.at_level(logging.ERROR):
        serving.settle()
        serving.settle()
    assert answers(shipped) == own
    assert len(caplog.records) == 1
    (says,) = told(small, settings)
    assert "escalation@aaaa1111 cannot serve" in says
    assert own in says
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    clock.now += timedelta(minutes=2)
    serving.settle()
    assert answers(shipped) == "aaaa1111"
    assert told(small, settings) == []


def test_check_sentences_that_fail_keep_a_model_out_though_its_files_are_those_that_were_noted(
    small: Store, settings: Settings, shipped: Classifier
) -> None:
    own, made = shipped.version, candidate(settings.data_dir)
    folder = folder_of(settings) / made.folder
    spoil_answers(folder)
    changing.keep(small, replace(made, digest=digest_of(folder)))
    with pytest.raises(ModelError, match="check sentences"):
        changing.promote(small, settings, made.version, "sami", "", NOON)
    running(small, settings, shipped).settle()
    assert answers(shipped) == own


def test_a_file_that_would_run_code_is_not_opened(small: Store, settings: Settings, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[Path]]:
            return Path.touch, (tmp_path / "sprung",)

    made = candidate(settings.data_dir)
    folder = folder_of(settings) / made.folder
    np.savez(folder / "model.npz", vocabulary=np.array([Trap()], dtype=object))
    changing.keep(small, replace(made, digest=digest_of(folder)))
    with pytest.raises(ModelError, match="cannot be read"):
        changing.promote(small, settings, made.version, "sami", "", NOON)
    assert not (tmp_path / "sprung").exists()


def test_going_back_from_a_damaged_model_ends_the_warning(
    small: Store, settings: Settings, shipped: Classifier
) -> None:
    serving = running(small, settings, shipped)
    spoil_bytes(folder_of(settings) / promoted(small, settings).folder)
    serving.settle()
    assert told(small, settings)
    changing.roll_back(small, settings, "sami", "", NOON)
    serving.settle()
    assert told(small, settings) == []


def test_a_report_is_read_by_one_model_from_beginning_to_end(settings: Settings, shipped: Classifier) -> None:
    first = shipped.model
    other = Model(_halved(first), first.verdicts, first.name, "other")
    alone = {model.version: _told(shipped, model) for model in (first, other)}
    assert alone[first.version] != alone["other"]
    with ThreadPoolExecutor(1) as pool:
        over = False

        def change() -> None:
            while not over:
                shipped.serve(other if shipped.model is first else first)

        changing_over = pool.submit(change)
        read = [shipped.assess([SIEGE, SIEGE]) for _ in range(30)]
        over = True
        changing_over.result()
    for some in read:
        assert len({each.model for each in some}) == 1
        assert [each.probability for each in some] == [alone[some[0].model.partition("@")[2]]] * 2


def _halved(model: Model) -> Heads:
    return Heads(model.features, (model.weights / 2).astype(np.float32), model.intercepts)


def _told(classifier: Classifier, model: Model) -> float:
    classifier.serve(model)
    return classifier.assess([SIEGE])[0].probability


def test_candidates_and_changes_are_kept_for_good_on_both_databases(store: Store, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    made = promoted(store, settings)
    with store.read() as tx:
        assert models.candidates(tx, "escalation") == [made]
        assert models.serving(tx, "escalation") == "aaaa1111"
        assert models.serving(tx, "another") == ""
    for statement in ("UPDATE model_candidate SET passed = true", "DELETE FROM model_change"):
        with pytest.raises(Exception, match="append-only"), store.write() as tx:
            tx.exec_driver_sql(statement)
