"""Reviews become sentences, sentences a candidate, and the gate decides: in the small. In the large it is
benchmarks/learning.py.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.learning import manner, report, review, turned, wanted
from monitor.classifier import Classifier
from monitor.classifier.heads import COLUMN
from monitor.classifier.model import Model, load
from monitor.errors import ModelError
from monitor.gazetteer import Gazetteer
from monitor.packaged import packaged
from monitor.pipeline.serving import digest_of
from monitor.records import LogRow, Review
from monitor.records.learning import Beside
from monitor.store.retirement import ARCHIVED
from monitor.training import artefact, candidate, fit, gate
from monitor.training.anchoring import anchored
from monitor.training.examples import Example, load_examples, masked, targets
from monitor.training.folds import parted
from monitor.training.measures import Judged
from monitor.training.reviewed import labelled, reviewed, taught, types_of
from tests.examples import JASIM, NOON, assessment, sighting
from tests.learning_support import row

CLOSED = "Army units closed all roads into Jasim, the Horan Observatory said."
LONG = (
    f"{CLOSED} The council of the town met on Sunday to talk about the price of bread and the repair of two wells. "
    "A teacher said that the schools would open again after the holiday, and that the buses would run as they used to. "
    "Farmers from the villages nearby brought the first olives of the year to the market."
)
SIEGE_SEEN = assessment("siege", sightings=(sighting("siege", CLOSED),))


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def model() -> Model:
    return Classifier.load().model


def lessons(given: LogRow, model: Model, gazetteer: Gazetteer) -> list[Example]:
    return list(taught(reviewed([given]), model, gazetteer))


@pytest.mark.parametrize(
    ("verdict", "more", "meant"),
    [
        ("confirm", {}, ({"siege"}, "now", {"siege"})),
        ("confirm", {"types": ("siege", "reinforcements")}, ({"siege", "reinforcements"}, "now", None)),
        ("wrong_type", {"types": ("reinforcements",)}, ({"reinforcements"}, "now", None)),
        ("wrong_type", {"reason": "violence_only"}, (set(), "now", set())),
        ("false_alarm", {"reason": "misread"}, (set(), "now", set())),
        ("false_alarm", {"reason": "figurative"}, (set(), "figurative", set())),
        ("false_alarm", {"reason": "denied"}, (set(), "denied", {"siege"})),
        ("not_current", {}, (set(), "past", {"siege"})),
        ("not_current", {"reason": "planned"}, (set(), "planned", {"siege"})),
        ("not_current", {"reason": "over_by_now"}, (set(), "lifted", {"siege"})),
    ],
)
def test_a_verdict_labels_the_sentence_that_was_flagged(
    model: Model, gazetteer: Gazetteer, verdict: str, more: dict[str, Any], meant: Any
) -> None:
    labels, state, about = meant
    found = lessons(row(verdict, LONG, said=SIEGE_SEEN, **more), model, gazetteer)
    assert {label for each in found for label in each.labels} - {"violence", "talks"} == labels
    assert found[0].text == CLOSED or len(more.get("types", ())) == 1
    assert {(each.state, each.origin) for each in found} == {(state, "review")}
    if about is not None:
        assert set(found[0].about) == about


@pytest.mark.parametrize(
    ("verdict", "more"),
    [
        ("wrong_place", {"reason": "outside"}),
        ("wrong_place", {"place": "nawa"}),
        ("false_alarm", {"reason": "elsewhere"}),
        ("duplicate", {}),
        ("unsure", {}),
        ("wrong_type", {}),
    ],
)
def test_a_verdict_that_says_nothing_of_the_words_teaches_nothing(
    model: Model, gazetteer: Gazetteer, verdict: str, more: dict[str, Any]
) -> None:
    assert lessons(row(verdict, LONG, said=SIEGE_SEEN, **more), model, gazetteer) == []


def test_a_missed_report_teaches_by_the_sentence_that_comes_nearest(model: Model, gazetteer: Gazetteer) -> None:
    (lesson,) = lessons(row("confirm", LONG, types=("siege",), said=assessment(place=None)), model, gazetteer)
    assert lesson.text == CLOSED
    assert "siege" in lesson.labels


def test_a_short_note_is_one_sentence_to_learn_from(model: Model, gazetteer: Gazetteer) -> None:
    note = "Jasim, 06:40. Taps dry on the north side. Town is in the jar."
    (lesson,) = lessons(row("confirm", note, types=("siege",)), model, gazetteer)
    assert (lesson.text, lesson.labels) == (note, ("siege",))


def test_words_about_another_place_are_no_example_of_words_that_say_nothing(model: Model, gazetteer: Gazetteer) -> None:
    assert lessons(row("false_alarm", "The army besieged Shahba in Suwayda."), model, gazetteer) == []
    assert lessons(row("false_alarm", "The army besieged Jasim with questions."), model, gazetteer)


def test_a_review_that_was_taken_back_counts_for_nothing() -> None:
    given = row("false_alarm", LONG, said=SIEGE_SEEN)
    (first,) = given.reviews
    back = replace(first, revokes=first.number, number=2)
    later = Review("r1", "confirm", "", "rana", NOON, number=3)
    assert reviewed([replace(given, reviews=(first, back))]) == ()
    (counting,) = reviewed([replace(given, reviews=(first, back, later))])
    assert (types_of(counting), labelled(counting).flag) == (("siege",), True)


def test_a_report_whose_text_lies_in_the_archive_is_not_learnt_from_by_its_headline_alone() -> None:
    whole = row("confirm", CLOSED, said=SIEGE_SEEN)
    assert reviewed([whole])
    assert reviewed([replace(whole, report=replace(whole.report, text="", note=ARCHIVED))]) == ()


def test_the_newer_reviews_measure_and_copies_of_what_was_learnt_do_not() -> None:
    texts = ["A quiet day at the mill of Jasim, olives and nothing else but olives." for _ in range(11)]
    rows = [row("false_alarm", text * 3, key=f"r{at:02}", number=at) for at, text in enumerate(texts, 1)]
    other = "The price of olives fell in Nawa, and nobody knows why the buyers stay away this year."
    fresh = row("false_alarm", other, key="z", number=99)
    older, newer = parted(reviewed([fresh, *rows]))
    assert [each.report.key for each in older] == [f"r{at:02}" for at in range(1, 10)]
    assert [each.report.key for each in newer] == ["z"]


def held(**changes: Any) -> Beside:
    return replace(Beside("held-out", 50, 28, 10, 15, 2, 3), **changes)


def test_the_gate_tolerates_one_report_on_the_pinned_sets_and_no_more() -> None:
    same = Beside("reports", 200, 100, 90, 90, 5, 5)
    assert gate.ruling([same], held(), 1.0).passed
    assert gate.ruling([replace(same, found=89, false=6)], held(), 1.0).passed
    lost = gate.ruling([replace(same, found=89), replace(same, found=89)], held(), 1.0)
    assert (lost.passed, "2 reports more are missed" in lost.reasons[0]) == (False, True)
    rung = gate.ruling([replace(same, false=7)], held(), 1.0)
    assert "2 false alarms more ring than by the serving model" in rung.reasons[0]


def test_small_steps_down_do_not_add_up() -> None:
    step, since = Beside("reports", 200, 100, 89, 88, 5, 5), Beside("reports", 200, 100, 90, 88, 5, 5)
    assert gate.ruling([step], held(), 1.0).passed
    assert "came with the program" in gate.ruling([step], held(), 1.0, [since]).reasons[0]


def test_who_rings_at_everything_gains_nothing_on_held_out_reviews() -> None:
    assert gate.ruling([], held(found=10, false=2), 1.0).passed
    loud = gate.ruling([], held(found=28, false=22), 1.0)
    assert "recall less false alarms falls by" in loud.reasons[0]
    assert "all of one kind" in gate.ruling([], Beside("held-out", 9, 9, 3, 9, 0, 0), 1.0).reasons[0]


def test_reviews_that_contradict_the_model_throughout_are_not_believed() -> None:
    assert "opposite" in gate.ruling([], held(), 0.001).reasons[0]


def test_what_the_project_labelled_itself_is_not_labelled_anew_and_the_last_review_of_a_sentence_counts() -> None:
    base = Example("a", "en", "Roads closed.", ("siege",), "now", "wire", "body", "written", "a", ())
    again, new = replace(base, id="b", text="ROADS closed."), replace(base, id="c", text="Lid on.")
    changed = replace(new, id="d", labels=())
    assert candidate.fresh([base], [again, new, changed]) == (changed,)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory, model: Model, gazetteer: Gazetteer) -> candidate.Ground:
    """A project of few sentences, its model and two small pinned sets."""
    folder = tmp_path_factory.mktemp("project")
    training, evaluation, own = folder / "training", folder / "evaluation", folder / "escalation"
    (training / "sentences").mkdir(parents=True)
    (training / "seed_articles").mkdir()
    evaluation.mkdir()
    source = packaged("models/training")
    for path in sorted((source / "sentences").glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)[::18]
        (training / "sentences" / path.name).write_text("".join(lines), encoding="utf-8")
    labels = (source / "seed_articles" / "labels.jsonl").read_text(encoding="utf-8")
    (training / "seed_articles" / "labels.jsonl").write_text(labels, encoding="utf-8")
    lines = packaged("models/evaluation/reports.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (evaluation / "reports.jsonl").write_text("".join(lines[:60]), encoding="utf-8")
    base = load_examples(training)
    pipeline = fit.fit_sentences(base, gazetteer, many=100, folds=2)
    artefact.write(own, training, pipeline, model.verdicts, base, gazetteer)
    return candidate.Ground(training, evaluation, own, folder / "data" / "models", gazetteer, joined=100)


def log_of(rows: Sequence[dict[str, Any]]) -> list[LogRow]:
    said = assessment(place=JASIM, state="clear")
    made = [replace(said, report_key=each["id"], language=each["language"]) for each in rows]
    return [
        LogRow(report(each), judged, "", "", "", 0, (replace(review(each, at), number=at + 1),))
        for at, (each, judged) in enumerate(zip(rows, made, strict=True))
    ]


def test_a_new_way_of_speaking_is_learnt_and_stays_in_the_data_folder(ground: candidate.Ground) -> None:
    before = {path: path.stat().st_mtime_ns for path in ground.training.parent.rglob("*") if path.is_file()}
    steps: list[str] = []
    made = candidate.build(log_of(manner()[:200]), ground, None, NOON, steps.append)
    held_out = made.scores[-1]
    assert held_out.name == candidate.HELD_OUT
    assert (held_out.found - held_out.found_before) / held_out.due >= 0.1
    folder = ground.models / made.folder
    assert made.digest == digest_of(folder)
    learnt = load(folder, folder / "training")
    assert learnt.version == made.version != load(ground.shipped, ground.training).version
    assert learnt.probabilities(["all taps dry, lid on"])[0, COLUMN["siege"]] > 0.5
    lines = (folder / "training" / "sentences" / "reviews.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == made.sentences
    assert {json.loads(line)["origin"] for line in lines} == {"review"}
    page = (folder / candidate.PAGE).read_text(encoding="utf-8")
    assert "| held-out reviews | 50 |" in page
    assert {path for path in ground.training.parent.rglob("*") if path.is_file() and path not in before} == {
        path for path in ground.models.rglob("*") if path.is_file()
    }
    assert all(path.stat().st_mtime_ns == at for path, at in before.items())
    assert steps


def test_what_is_learnt_moves_no_sentence_of_the_project_and_knows_the_new_words(ground: candidate.Ground) -> None:
    shipped = load(ground.shipped, ground.training)
    base = load_examples(ground.training)
    lessons = candidate.fresh(base, taught(reviewed(log_of(manner()[:60])), shipped, ground.gazetteer))
    pipeline = anchored(shipped, base, lessons, ground.gazetteer, ground.joined)
    learnt = Model(artefact.heads_of(pipeline), shipped.verdicts, "trial", "1")
    told, spoken = masked(base, ground.gazetteer), masked(lessons, ground.gazetteer)
    moved = np.abs(learnt.probabilities(told) - shipped.probabilities(told)).max(axis=1)
    assert float(np.quantile(moved, 0.99)) < 0.05
    wanted_ = targets(lessons)[:, :3] > 0
    before, after = (np.abs(each.probabilities(spoken)[:, :3] - wanted_).mean() for each in (shipped, learnt))
    assert after < 0.6 * before
    assert np.allclose(pipeline.predict_proba(spoken), learnt.probabilities(spoken), atol=1e-6)
    assert {*shipped.features.vocabulary.split("\n")} <= {*learnt.features.vocabulary.split("\n")}


def test_reviews_that_make_the_order_of_newer_ones_worse_are_refused() -> None:
    same = Beside("reports", 200, 100, 90, 90, 5, 5)
    assert gate.ruling([same], held(), 1.0, disorder=gate.ORDER).passed
    refused = gate.ruling([same], held(), 1.0, disorder=0.05)
    assert not refused.passed
    assert "in 5 more of 100 pairs" in refused.reasons[0]


def test_the_same_reviews_turned_round_are_not_believed() -> None:
    """By the shipped model, which misses nearly all of them and still finds the events a little likelier."""
    shipped = Classifier.load()
    said = shipped.assess([report(each) for each in manner()[:200]])

    def chance(*, turn: bool) -> float:
        rows = [turned(at, each) if turn else each for at, each in enumerate(manner()[:200])]
        return gate.contrary([Judged(wanted(each), judged) for each, judged in zip(rows, said, strict=True)])

    assert chance(turn=False) > 0.5
    assert chance(turn=True) < gate.CONTRARY


def test_few_reviews_make_no_candidate(ground: candidate.Ground) -> None:
    with pytest.raises(ModelError, match=r"There are 30 reviews .* needs 40"):
        candidate.build(log_of(manner()[:30]), ground, None, NOON, lambda _: None)


def test_the_reports_of_the_benchmark_say_where_they_come_from_and_stand_once() -> None:
    rows = manner()
    assert len({each["text"] for each in rows}) == len(rows) >= 280
    assert {each["origin"] for each in rows} == {"written for the learning benchmark"}
    assert {each["language"] for each in rows} == {"en", "ar"}


def test_nothing_that_was_reviewed_lies_in_the_project() -> None:
    root = Path(__file__).parent.parent / "models"
    assert not list(root.rglob("reviews.jsonl"))
    assert not any(each.origin == "review" for each in load_examples(packaged("models/training")))
