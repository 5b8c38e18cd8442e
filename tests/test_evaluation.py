"""Evaluation: figures that do not flatter by counting, a page that shows every mistake, the same plots every time."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from monitor.classifier import Classifier
from monitor.cli import monitor
from monitor.gazetteer import Gazetteer
from monitor.records import EASING_TYPES, EVENT_TYPES, LABELS, Assessment, Place, Sighting, SightingState
from monitor.training import learning, measures
from monitor.training.calibration import calibration
from monitor.training.confusions import confusions
from monitor.training.evaluation import comparison, judge, summary
from monitor.training.examples import Example, load_examples
from monitor.training.fit import fit_sentences
from monitor.training.learning import learning_curve, portion
from monitor.training.measures import Judged
from monitor.training.reports import LabelledReport, load_reports, report_of

_ROOT = Path(__file__).parent.parent
_JASIM = Place("jasim", "Jasim", "جاسم", 32.99, 36.06, "city", "Izra", True)
_NAWA = Place("nawa", "Nawa", "نوى", 32.88, 36.04, "city", "Izra", True)


def judged(
    event: str,
    wanted: bool | None,
    probability: float,
    *,
    language: str = "en",
    key: str = "",
    towns: tuple[str, ...] = (),
    places: tuple[Place, ...] = (),
    labels: Mapping[str, bool | None] | None = None,
    said: tuple[str, ...] = (),
    sightings: tuple[Sighting, ...] = (),
) -> Judged:
    """A report of an event, to be flagged or not, and a model that flags from 0.5 on."""
    report = report_of(key or f"{event}-{probability}", "A title", "A text.")
    truths = dict.fromkeys(LABELS, None) | dict(labels or {})
    answer = Assessment(
        report_key=report.key,
        state="flagged" if probability >= 0.5 else "clear",
        types=tuple(label for label in EVENT_TYPES if label in said),
        easing=tuple(label for label in EASING_TYPES if label in said),
        probability=probability,
        probabilities=dict.fromkeys(LABELS, probability),
        in_area=True,
        current=True,
        places=places,
        language=language,
        sightings=sightings,
        model="a@1",
    )
    return Judged(LabelledReport(report, language, event, "wire", towns, truths, wanted, ambiguous=False), answer)


def seen_in(sentence: str, place: Place | None, state: SightingState, *, counts: bool) -> Sighting:
    return Sighting(
        "siege",
        counts,
        state,
        sentence,
        "text",
        0,
        len(sentence),
        0.7,
        place,
        "sentence",
        (),
        "Told so.",
    )


def test_an_event_told_by_many_outlets_weighs_no_more_than_one_told_by_one_where_events_are_alike() -> None:
    found = measures.score([*(judged("great", True, 0.9) for _ in range(9)), judged("small", True, 0.1)], "flag")
    assert found.f1.value == pytest.approx(18 / 19)
    assert found.alike.value == pytest.approx(2 / 3)
    assert (found.right, found.false, found.missed, found.items) == (9, 0, 1, 10)


def test_intervals_draw_events_so_that_thirty_reports_of_one_event_are_no_certainty() -> None:
    one = [judged("right", True, 0.9, key=str(number)) for number in range(30)]
    other = [judged("wrong", True, 0.1, key=str(number)) for number in range(30)]
    found = measures.score([*one, *other], "flag").f1
    assert (found.low, found.high) == (0.0, 1.0)


def test_a_label_on_which_readers_differ_is_not_scored_and_easing_is_either_of_its_types() -> None:
    unsure = judged("a", True, 0.9, labels={"agreement": None, "withdrawal": False})
    sure = judged("a", True, 0.9, labels={"agreement": None, "withdrawal": True}, said=("agreement",))
    assert (unsure.truth("easing"), sure.truth("easing"), sure.answer("easing")) == (None, True, True)
    assert measures.score([unsure, sure], "easing").items == 1


def test_two_models_are_compared_on_the_same_draws_of_events() -> None:
    """The second errs in one report more of each event: each alone is uncertain, the difference is not."""
    one = [judged(f"e{n}", True, 0.9 if n % 2 or k else 0.1, key=f"{n}.{k}") for n in range(8) for k in range(3)]
    two = [
        judged(f"e{n}", True, 0.9 if (n % 2 or k) and k < 2 else 0.1, key=f"{n}.{k}")
        for n in range(8)
        for k in range(3)
    ]
    found = comparison(one, two)
    apart = found.differences["all"]["flag"]
    alone = measures.score(one, "flag").f1
    assert 0 < apart.low <= apart.value <= apart.high
    assert apart.value == pytest.approx(alone.value - measures.score(two, "flag").f1.value)
    assert len(found.mended) == 8
    assert found.broken == ()
    same = comparison(one, one).differences["all"]["flag"]
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


def test_a_probability_that_holds_as_often_as_it_says_has_no_error_beyond_chance() -> None:
    random = np.random.default_rng(1)
    chances = [float(chance) for chance in random.random(400)]
    honest = calibration([judged("e", bool(random.random() < chance), chance) for chance in chances])
    boasting = calibration(
        [judged("e", bool(random.random() < 0.5 + (chance - 0.5) / 4), chance) for chance in chances]
    )
    assert abs(honest.above) < 0.03
    assert boasting.above > 0.1
    assert [each.reports for each in honest.bins] == [80] * 5
    assert all(each.low <= each.said <= each.high for each in honest.bins)


def test_calibration_does_not_depend_on_the_order_of_the_file() -> None:
    reports = [judged("e", number % 3 == 0, 0.4 if number < 12 else 0.9, key=str(number)) for number in range(20)]
    assert calibration(reports).error == pytest.approx(calibration(reports[::-1]).error)


def test_precision_and_recall_take_reports_of_like_probability_together() -> None:
    precision, recall = measures.precision_and_recall(np.array([0.9, 0.7, 0.7, 0.1]), np.array([1.0, 1.0, 0.0, 1.0]))
    assert precision == pytest.approx([1, 2 / 3, 3 / 4])
    assert recall == pytest.approx([1 / 3, 2 / 3, 1])
    assert measures.average_precision(np.array([0.9, 0.1]), np.array([1.0, 0.0]), "ab").value == 1.0


def test_the_first_place_is_measured_against_the_main_town_and_against_all_of_them() -> None:
    towns = summary(
        [judged("a", True, 0.9, towns=("Jasim", "Nawa"), places=(place,)) for place in (_JASIM, _NAWA)]
    ).towns
    assert (towns.of, towns.main, towns.any) == (2, 1, 2)
    assert towns.wrong == ("a-0.9: Nawa, wanted Jasim or Nawa",)


def test_a_town_counts_however_whoever_labelled_it_spells_it() -> None:
    classifier = Classifier.load()
    wanted = judged("a", True, 0.9, towns=("al-Harak", "Koya", "Nowhere")).wanted
    assert judge(classifier, [wanted])[0].wanted.towns == ("al-Hirak", "Kuwayyah", "Nowhere")


def test_events_without_a_flag_are_named_and_reports_in_other_languages_only_counted() -> None:
    found = summary([judged("seen", True, 0.9), judged("unseen", True, 0.2), judged("seen", True, 0.1, language="fr")])
    assert (found.seen, found.unseen) == (("seen",), ("unseen",))
    assert found.other_languages == {"clear": 1}
    assert found.scores["all"]["flag"].items == 2


def test_a_miss_shows_what_was_held_against_it_and_a_false_alarm_only_what_counted() -> None:
    held = seen_in("The town was ringed in 2018.", _JASIM, "past", counts=False)
    rang = seen_in("The road is closed.", _NAWA, "now", counts=True)
    miss, alarm = confusions(
        [judged("a", True, 0.2, sightings=(held,)), judged("b", False, 0.8, sightings=(rang, held))]
    )
    assert (miss.missed, [each.state for each in miss.decided]) == (True, ["past"])
    assert [(each.sentence, each.place) for each in alarm.decided] == [("The road is closed.", "Nawa")]


# --- the verb ---

_SET = [
    {"id": "a1", "language": "en", "event": "jasim", "flag": True, "siege": True, "towns": ["Jasim"]}
    | {"title": "Jasim besieged", "text": "Government forces besieged Jasim on Tuesday and closed all roads to it."},
    {"id": "a2", "language": "ar", "event": "jasim", "flag": True, "siege": True, "towns": ["Jasim"]}
    | {"title": "", "text": "حاصرت قوات النظام مدينة جاسم اليوم وأغلقت جميع الطرق المؤدية إليها."},
    {"id": "miss|1", "language": "ar", "event": "nawa", "flag": True, "towns": ["Nawa"]}
    | {"title": "سوق <نوى>", "text": "افتتح في نوى سوق للخضار يوم الثلاثاء."},
    {"id": "alarm1", "language": "en", "event": "tafas", "flag": False, "siege": False}
    | {"title": "Quiet day", "text": "Army units have surrounded Tafas and let nobody in or out."},
    {"id": "tr1", "language": "tr", "event": "tafas", "flag": False, "title": "", "text": "Tafas kuşatma altında."},
]  # fmt: skip


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("set") / "set.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _SET), encoding="utf-8")
    (path.parent / "split.json").write_text(json.dumps({"report": ["jasim"]}), encoding="utf-8")
    return path


def evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(monitor, ["evaluate", *map(str, arguments)])


@pytest.fixture(scope="module")
def written(labelled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "new"
    result = evaluate("--set", labelled, "--out", folder, "--against", _ROOT / "models" / "escalation")
    assert result.exit_code == 0, result.output
    assert "F1 (95 %)" in result.output
    return folder


def test_the_page_shows_scores_and_each_mistake_with_its_sentence(written: Path) -> None:
    page = (written / "evaluation.md").read_text(encoding="utf-8")
    assert page.index("## Against the bars") < page.index("## Scores") < page.index("## Confusions")
    assert "**miss\\|1, missed**" in page
    assert '<p dir="auto"><b>سوق &lt;نوى&gt;</b></p>' in page
    assert "> No sentence of the report speaks of it to the model." in page
    assert "**alarm1, false alarm**" in page
    assert '> <p dir="auto">Army units have surrounded Tafas and let nobody in or out.</p>' in page
    assert "place: Tafas; state: now" in page
    assert "no flag: nawa." in page
    assert "does not read: 1 not covered" in page
    assert "Flags right here and wrong there: none" in page


def test_the_plots_beside_the_page_are_there_with_letters_and_without_a_date(written: Path) -> None:
    page = (written / "evaluation.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^]]+\]\(([^)]+)\)", page)
    assert shown == ["evaluation-precision-recall.svg"]  # four reports are too few for bins of a reliability
    for name in shown:
        svg = (written / name).read_text(encoding="utf-8")
        assert "<text" in svg
        assert "<dc:date>" not in svg


def test_the_same_model_and_set_give_the_same_bytes(written: Path, labelled: Path, tmp_path: Path) -> None:
    assert evaluate(labelled, "--out", tmp_path, "--against", _ROOT / "models" / "escalation").exit_code == 0
    for path in written.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_json_has_all_figures_and_writes_nothing(labelled: Path, tmp_path: Path) -> None:
    result = evaluate("--set", labelled, "--events", "report", "--out", tmp_path, "--json")
    found = json.loads(result.stdout)
    assert found["figures"]["reports"] == 2
    assert found["figures"]["scores"]["ar"]["siege"]["f1"]["value"] == 1.0
    assert list(tmp_path.iterdir()) == []


def test_events_that_the_split_does_not_list_are_refused_in_words(labelled: Path, tmp_path: Path) -> None:
    for result in (evaluate(labelled, "--events", "tune"), evaluate(labelled, "--set", labelled)):
        assert result.exit_code == 2
        assert "Error: " in result.output
    lonely = tmp_path / "lonely.jsonl"
    lonely.write_text(labelled.read_text(encoding="utf-8"), encoding="utf-8")
    assert "Name the file with --split" in evaluate(lonely, "--events", "report").output


def test_a_folder_that_cannot_be_written_is_named_with_the_way_out(labelled: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    result = evaluate(labelled, "--out", tmp_path / "file" / "folder")
    assert "--out" in str(result.exception)


# --- the learning curve ---


def test_portions_are_whole_groups_the_smaller_within_the_larger_and_alike_in_both_languages() -> None:
    examples = load_examples(_ROOT / "models" / "training")
    quarter, half = portion(examples, 0.25), portion(examples, 0.5)
    assert {each.id for each in quarter} < {each.id for each in half} < {each.id for each in examples}
    kept = {each.id for each in quarter}
    left = {(each.language, each.group) for each in examples if each.id not in kept}
    assert left.isdisjoint((each.language, each.group) for each in quarter)
    for language in ("en", "ar"):
        many = sum(each.language == language for each in examples)
        assert sum(each.language == language for each in quarter) == pytest.approx(many / 4, abs=30)
    assert portion(examples, 1.0) == list(examples)


def _few() -> list[Example]:
    """The first sentences of each language and state and event type: the fewest that every head learns from."""
    kept: dict[tuple[str, str], list[Example]] = {}
    for each in load_examples(_ROOT / "models" / "training"):
        for name in (each.state, *each.labels, *each.about):
            kept.setdefault((each.language, name), []).append(each)
    return list({each.id: each for group in kept.values() for each in group[:8]}.values())


def test_a_learning_curve_is_drawn_and_stays_beside_the_page(
    labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_sentences, "__defaults__", (100,))  # joined sentences
    points = learning_curve(_few(), load_reports(labelled), Gazetteer.load(), shares=(1.0,))
    assert [(each.language, each.name) for each in points][:2] == [("en", "flag"), ("ar", "flag")]
    assert all(0 <= each.low <= each.value <= each.high <= 1 for each in points)
    assert points[0].sentences < points[2].sentences == len(_few())
    learning.keep(tmp_path, points)
    assert learning.kept(tmp_path) == points
    assert evaluate(labelled, "--out", tmp_path).exit_code == 0
    assert "## Learning curve" in (tmp_path / "evaluation.md").read_text(encoding="utf-8")
    assert "average precision" in (tmp_path / "evaluation-learning-curve.svg").read_text(encoding="utf-8")


# --- what it costs others ---


def test_only_the_plots_know_the_plotting_library_and_only_the_verb_evaluate_leads_there() -> None:
    """By the sources: importing all of it to look costs seconds. The help of the verbs is tested with the house."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in (_ROOT / "monitor").rglob("*.py")}
    ways = {
        "matplotlib": {"plots.py"},
        "plots": {"evaluation_page.py"},
        "evaluation_page": {"evaluating.py"},
        "evaluating": {"reading.py"},
    }
    for module, allowed in ways.items():
        importing = re.compile(rf"^\s*(?:import|from)\b.*\b{module}\b", re.MULTILINE)
        assert {name for name, text in texts.items() if importing.search(text)} == allowed
    assert not re.search("^from monitor.cli.evaluating", texts["reading.py"], re.MULTILINE)
