"""What the verb evaluate does. A module of its own: no other verb pays for the plots."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from monitor.classifier import Classifier
from monitor.cli.steps import steps
from monitor.cli.terminal import one_line, terminal
from monitor.gazetteer import Gazetteer
from monitor.packaged import packaged
from monitor.training import evaluation_page
from monitor.training.evaluation import Comparison, Figures, comparison, judge, summary
from monitor.training.evaluation_page import Evaluation
from monitor.training.examples import SENTENCES, load_examples
from monitor.training.learning import Point, learning_curve
from monitor.training.measures import Score
from monitor.training.reports import LabelledReport, load_reports, part
from monitor.training.tables import LANGUAGES, interval, signed

_MODEL, _TRAINING = "models/escalation", "models/training"
_REPORTS, _BLIND = "models/evaluation/reports.jsonl", "models/evaluation/blind"
_SPLIT = "split.json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of `monitor evaluate`; None and "" mean the usual."""

    reports: Path | None
    events: str
    split: Path | None
    model: Path | None
    against: Path | None
    out: Path | None
    data: Path | None
    learning_curve: bool
    as_json: bool


def run_evaluate(asked: Asked) -> None:
    reports, told = _reports(asked)
    folder = asked.out or asked.model or packaged(_MODEL)
    with steps() as step:
        step(f"reading {len(reports)} reports")
        told += _met(reports, asked.data or packaged(_TRAINING))
        judged = judge(Classifier.load(asked.model), reports)
        other = judge(Classifier.load(asked.against), reports) if asked.against else None
        found = Evaluation(told, judged, summary(judged), comparison(judged, other) if other else None)
        points = _curve(asked, reports, step) if asked.learning_curve else None
    if asked.as_json:
        print(json.dumps(_plain(found, points), ensure_ascii=False, indent=1))  # noqa: T201
        return
    page = evaluation_page.write(folder, found, points)
    _show(terminal(), found)
    Console(stderr=True).print(f"Written: {page}, with its plots.", soft_wrap=True, highlight=False)


def _reports(asked: Asked) -> tuple[Sequence[LabelledReport], str]:
    """The reports to read, and in words which they are. Without any wish: the newest set that trained nothing."""
    file, events = asked.reports or (packaged(_REPORTS) if asked.events else _newest_blind()), asked.events
    reports = load_reports(file)
    if events:
        split = asked.split or file.parent / _SPLIT
        if not split.exists():
            raise click.UsageError(f"--events {events}: there is no {split}. Name the file with --split.")
        try:
            reports = part(reports, split, events)
        except (KeyError, ValueError) as error:
            raise click.UsageError(f"{split} lists no events under {events!r} ({error!r}).") from error
    if not reports:
        raise click.UsageError(f"{file} holds no report" + (f" of the events {events!r}." if events else "."))
    return reports, f"{file.name}" + (f", events: {events}" if events else ", all events")


def _newest_blind() -> Path:
    found = sorted(packaged(_BLIND).glob("*.jsonl"))
    if not found:
        raise click.UsageError(f"{_BLIND} holds no set of reports. Name one with --set.")
    return found[-1]


def _met(reports: Sequence[LabelledReport], training: Path) -> str:
    """A warning, where sentences of these events trained the model. An installed package has no sentences to ask."""
    groups = {example.group for example in load_examples(training)} if (training / SENTENCES).is_dir() else set()
    many = sum(each.event in groups for each in reports)
    return f". {many} OF THEM ARE OF EVENTS WHOSE SENTENCES TRAINED THE MODEL: the figures flatter" if many else ""


def _curve(asked: Asked, reports: Sequence[LabelledReport], step: Callable[[str], None]) -> tuple[Point, ...]:
    examples = load_examples(asked.data or packaged(_TRAINING))
    return learning_curve(examples, reports, Gazetteer.load(), step=step)


def _plain(found: Evaluation, points: Sequence[Point] | None) -> dict[str, Any]:
    return {
        "read": found.asked,
        "figures": asdict(found.figures),
        "against": asdict(found.against) if found.against else None,
        "learning_curve": [asdict(point) for point in points or ()],
    }


def _show(console: Console, found: Evaluation) -> None:
    figures = found.figures
    for language, rows in figures.scores.items():
        console.print(_table(f"{figures.model}, {LANGUAGES.get(language, language)}", rows))
    for line in _lines(figures):
        console.print(line, markup=False, highlight=False)
    if found.against:
        console.print(_beside(found.against))


def _table(title: str, rows: dict[str, Score]) -> Table:
    table = Table(title=title)
    for column in ("", "precision", "recall", "F1 (95 %)", "each event alike (95 %)", "items"):
        table.add_column(column, justify="right" if column else "left", no_wrap=not column)
    for name, row in rows.items():
        if row.tells:
            table.add_row(
                name,
                f"{row.precision:.3f}",
                f"{row.recall:.3f}",
                interval(row.f1),
                interval(row.alike),
                str(row.items),
            )
    return table


def _lines(figures: Figures) -> Iterator[str]:
    yield f"Events with a flag: {len(figures.seen)}; without one: {', '.join(figures.unseen) or 'none'}."
    yield f"Main town right: {figures.towns.main} of {figures.towns.of}."
    found = figures.calibration
    yield f"Calibration error: {found.error:.3f}; a perfect model would show {found.perfect:.3f}."
    for each in figures.confusions:
        if each.name == "flag":
            kind = "missed" if each.missed else "false alarm"
            yield f"{each.id} {kind} at {each.probability:.2f}: {one_line(each.title)}"
            yield from (f"   {one_line(evidence.sentence)}" for evidence in each.decided[:1])


def _beside(found: Comparison) -> Table:
    table = Table(title=f"F1 less that of {found.other.model}: difference, paired (95 %)")
    table.add_column("")
    for language in found.differences:
        table.add_column(LANGUAGES.get(language, language), justify="right")
    for name in found.differences["all"]:
        table.add_row(name, *(signed(rows[name]) for rows in found.differences.values()))
    return table
