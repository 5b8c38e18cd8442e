"""The verb `evaluate`: the page, its plots, the learning curve, and what it refuses."""

import json
import re
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import monitor
from monitor.gazetteer import Gazetteer
from monitor.training import learning
from monitor.training.examples import Example, load_examples
from monitor.training.fit import fit_sentences
from monitor.training.learning import learning_curve, portion
from monitor.training.reports import load_reports

_ROOT = Path(__file__).parent.parent


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


def test_a_learning_curve_is_drawn_and_stays_beside_the_page(labelled: Path, tmp_path: Path) -> None:
    quickly = partial(fit_sentences, many=100, folds=2)
    points = learning_curve(_few(), load_reports(labelled), Gazetteer.load(), shares=(1.0,), fit_heads=quickly)
    assert [(each.language, each.name) for each in points][:2] == [("en", "flag"), ("ar", "flag")]
    assert all(0 <= each.low <= each.value <= each.high <= 1 for each in points)
    assert points[0].sentences < points[2].sentences == len(_few())
    learning.keep(tmp_path, points)
    assert learning.kept(tmp_path) == points
    assert evaluate(labelled, "--out", tmp_path).exit_code == 0
    assert "## Learning curve" in (tmp_path / "evaluation.md").read_text(encoding="utf-8")
    assert "average precision" in (tmp_path / "evaluation-learning-curve.svg").read_text(encoding="utf-8")


def test_where_no_training_sentences_lie_nobody_is_warned_of_them(labelled: Path, tmp_path: Path) -> None:
    result = evaluate("--set", labelled, "--data", tmp_path, "--json")
    assert result.exit_code == 0, result.output
    assert "TRAINED" not in result.output


def test_figures_on_what_trained_the_model_are_said_to_flatter(labelled: Path, tmp_path: Path) -> None:
    (tmp_path / "sentences").mkdir()
    row = {"id": "s1", "language": "en", "text": "The army besieged the town.", "labels": ["siege"], "state": "now"}
    lines = json.dumps(row | {"register": "wire", "form": "body", "event": "jasim"}) + "\n"
    (tmp_path / "sentences" / "some.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "seed_articles").mkdir()
    (tmp_path / "seed_articles" / "labels.jsonl").write_text("", encoding="utf-8")
    told = json.loads(evaluate("--set", labelled, "--data", tmp_path, "--json").stdout)["read"]
    assert "2 OF THEM ARE OF EVENTS WHOSE SENTENCES TRAINED THE MODEL" in told


# --- what it costs others ---


def test_only_the_plots_know_the_plotting_library_and_only_two_verbs_lead_there() -> None:
    """By the sources: importing all of it to look costs seconds. The help of the verbs is tested with the house."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in (_ROOT / "monitor").rglob("*.py")}
    ways = {
        "matplotlib": {"plots.py"},
        "plots": {"evaluation_page.py"},
        "evaluation_page": {"evaluating.py", "training.py"},
        "evaluating": {"reading.py"},
    }
    for module, allowed in ways.items():
        importing = re.compile(rf"^\s*(?:import|from)\b.*\b{module}\b", re.MULTILINE)
        assert {name for name, text in texts.items() if importing.search(text)} == allowed
    assert not re.search("^from monitor.cli.(evaluating|training)", texts["reading.py"], re.MULTILINE)
