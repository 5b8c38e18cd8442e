"""Training: the same data gives the same model; a model that does not fit is refused with the command that mends it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.pipeline import Pipeline

from monitor.classifier.heads import HEADS
from monitor.classifier.model import Heads, Model, data_hash, load, packed
from monitor.errors import ModelError
from monitor.gazetteer import Gazetteer
from monitor.training import artefact, fit
from monitor.training.crossing import folds_of
from monitor.training.examples import Example, load_examples
from monitor.training.reports import load_reports
from monitor.training.run import seed_reports, tuning_reports

_MODELS = Path(__file__).parent.parent / "models"
_SOME = 500


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def examples() -> tuple[Example, ...]:
    found = load_examples(_MODELS / "training")
    return found[:: len(found) // _SOME]


@pytest.fixture(scope="module")
def fitted(examples: tuple[Example, ...], gazetteer: Gazetteer) -> Pipeline:
    return fit.fit_sentences(examples, gazetteer, many=200, folds=2)


def test_the_same_sentences_give_the_same_model(
    examples: tuple[Example, ...], gazetteer: Gazetteer, fitted: Pipeline
) -> None:
    again = fit.fit_sentences(examples, gazetteer, many=200, folds=2)
    assert again[0].vocabulary_ == fitted[0].vocabulary_
    for one, other in zip(again[1].estimators_, fitted[1].estimators_, strict=True):
        assert np.array_equal(one.coef_, other.coef_)


def test_the_heads_of_a_fold_have_met_nothing_of_it(examples: tuple[Example, ...], gazetteer: Gazetteer) -> None:
    folds = fit.folds_of_examples(examples, {}, 3)
    other = [
        replace(each, labels=(), about=()) if not fold else each for each, fold in zip(examples, folds, strict=True)
    ]
    one, two = (fit.cross_fit(some, folds, gazetteer, many=100) for some in (examples, other))
    assert np.array_equal(one.folds[0].weights, two.folds[0].weights)
    assert not np.array_equal(one.folds[1].weights, two.folds[1].weights)
    mean = np.mean([each.weights for each in one.folds], axis=0)
    assert np.allclose(artefact.heads_of(one.pipeline).weights, mean, atol=0.5 / fit.GRAIN + 1e-6)


def _turned(example: Example) -> Example:
    other = {"talks": "violence", "violence": "talks"}
    return replace(example, labels=tuple(other.get(label, label) for label in example.labels))


def test_the_sentences_of_an_event_are_in_the_fold_of_its_reports() -> None:
    examples = load_examples(_MODELS / "training")
    reports = [*tuning_reports(_MODELS / "evaluation"), *seed_reports(_MODELS / "training")]
    events = folds_of(reports)
    assert set(events.values()) == set(range(fit.FOLDS))
    told = {
        example.group: fold for example, fold in zip(examples, fit.folds_of_examples(examples, events), strict=True)
    }
    assert {event: told[event] for event in events} == events  # each tuning report is labelled sentence by sentence


def test_a_written_model_answers_as_the_fitted_one(
    examples: tuple[Example, ...], gazetteer: Gazetteer, fitted: Pipeline, tmp_path: Path
) -> None:
    made = artefact.write(tmp_path, _MODELS / "training", fitted, fit.untried(), examples, gazetteer)
    kept = load(tmp_path, tmp_path / "no data here")
    texts = ["besieged the town and closed all roads", "وصلت تعزيزات الي المدينه"]
    assert np.allclose(made.probabilities(texts), kept.probabilities(texts), atol=1e-7)
    assert kept.probabilities(texts).shape == (2, len(HEADS))


def test_a_model_made_from_other_data_is_refused(
    examples: tuple[Example, ...], gazetteer: Gazetteer, fitted: Pipeline, tmp_path: Path
) -> None:
    artefact.write(tmp_path / "model", _MODELS / "training", fitted, fit.untried(), examples, gazetteer)
    (tmp_path / "data" / "sentences").mkdir(parents=True)
    with pytest.raises(ModelError, match="monitor train"):
        load(tmp_path / "model", tmp_path / "data")


@pytest.mark.parametrize(
    ("key", "value"),
    [("heads", ["siege"]), ("verdict", 3), ("check", [{"masked": "besieged", "probabilities": [0.5] * len(HEADS)}])],
)
def test_a_card_that_does_not_fit_the_program_or_the_artefact_is_refused(
    tmp_path: Path, key: str, value: object
) -> None:
    shutil.copytree(_MODELS / "escalation", tmp_path / "model")
    card = json.loads((tmp_path / "model" / "card.json").read_text(encoding="utf-8"))
    (tmp_path / "model" / "card.json").write_text(json.dumps(card | {key: value}), encoding="utf-8")
    with pytest.raises(ModelError, match="monitor train"):
        load(tmp_path / "model", tmp_path / "no data here")


def test_other_library_versions_only_warn_when_the_check_sentences_agree(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(_MODELS / "escalation", tmp_path / "model")
    card = json.loads((tmp_path / "model" / "card.json").read_text(encoding="utf-8"))
    changed = card | {"libraries": card["libraries"] | {"numpy": "0.1"}}
    (tmp_path / "model" / "card.json").write_text(json.dumps(changed), encoding="utf-8")
    assert isinstance(load(tmp_path / "model", tmp_path / "no data here"), Model)
    assert "numpy" in caplog.text


def test_the_scikit_learn_pipeline_beside_the_artefact_answers_the_same() -> None:
    pipeline = skops.io.load(
        _MODELS / "escalation" / "model.skops", trusted=["monitor.encoders.sentence.SentenceEncoder"]
    )
    texts = ["besieged the town and closed all roads", "وصلت تعزيزات الي المدينه"]
    kept = load(_MODELS / "escalation", Path("no data here"))
    assert np.allclose(pipeline.predict_proba(texts), kept.probabilities(texts), atol=1e-6)


def test_a_models_version_is_that_of_its_weights() -> None:
    kept = load(_MODELS / "escalation", Path("no data here"))
    heads = Heads(kept.features, kept.weights, kept.intercepts)
    other = replace(kept.verdicts, intercepts=kept.verdicts.intercepts + 0.01)
    assert artefact.version(packed(heads, kept.verdicts)) == kept.version
    assert artefact.version(packed(heads, other)) != kept.version


def test_the_seed_articles_as_a_whole_are_among_what_the_verdict_is_fitted_on(tmp_path: Path) -> None:
    seeds = seed_reports(_MODELS / "training")
    assert [each.flag for each in seeds] == [True, True, False, True, True]
    assert seed_reports(tmp_path) == ()


def test_nothing_is_fitted_on_the_blind_sets() -> None:
    sets = sorted((_MODELS / "evaluation" / "blind").glob("*.jsonl"))
    blind = {each.report.text for path in sets for each in load_reports(path)}
    assert len(blind) == 200
    assert blind.isdisjoint(each.report.text for each in tuning_reports(_MODELS / "evaluation"))


def test_a_damaged_artefact_is_refused(tmp_path: Path) -> None:
    shutil.copytree(_MODELS / "escalation", tmp_path / "model")
    (tmp_path / "model" / "model.npz").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="monitor train"):
        load(tmp_path / "model", tmp_path / "no data here")


def test_the_shipped_model_was_made_from_the_data_beside_it_and_is_small() -> None:
    card = json.loads((_MODELS / "escalation" / "card.json").read_text(encoding="utf-8"))
    assert card["data"] == data_hash(_MODELS / "training")
    assert sum(path.stat().st_size for path in (_MODELS / "escalation").iterdir()) < 5_000_000
    assert len(card["check"]) == 20
