"""What the verbs train and evaluate do, once everything heavy may be imported."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from monitor.classifier import Classifier
from monitor.cli.terminal import terminal
from monitor.packaged import packaged
from monitor.training.evaluation import judge, summary
from monitor.training.reports import load_reports, part
from monitor.training.run import train


def run_train(data: Path | None, evaluation: Path | None, out: Path | None) -> None:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting", total=None)
        model = train(
            data or packaged("models/training"),
            evaluation or packaged("models/evaluation"),
            out or packaged("models/escalation"),
            lambda step: progress.update(task, description=step),
        )
    console.print(f"Trained {model.name}@{model.version}.")


def run_evaluate(file: Path, models: Sequence[Path], split: Path | None, name: str, *, as_json: bool) -> None:
    reports = load_reports(file)
    if split is not None and name:
        reports = part(reports, split, name)
    found = {}
    spinner = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*spinner, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"reading {len(reports)} reports", total=None)
        for folder in models or (None,):
            classifier = Classifier.load(folder)
            found[f"{classifier.name}@{classifier.version}"] = summary(judge(classifier, reports))
            progress.advance(task)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))  # noqa: T201
        return
    console = terminal()
    for model, measured in found.items():
        _show(console, model, measured)


def _show(console: Console, model: str, measured: dict[str, Any]) -> None:
    for title, rows in measured["tables"].items():
        table = Table(title=f"{model}: {title}")
        for column in ("", "precision", "recall", "F1", "95 %", "each event alike", "items"):
            table.add_column(column, justify="right" if column else "left", no_wrap=not column)
        for name, row in rows.items():
            table.add_row(
                name,
                *(f"{row[key]:.3f}" for key in ("precision", "recall", "f1")),
                f"{row['low']:.2f}-{row['high']:.2f}",
                f"{row['event_weighted_f1']:.3f}",
                str(row["items"]),
            )
        console.print(table)
    for key in ("events", "towns", "calibration"):
        console.print(f"{key}: {measured[key]}")
    for wrong in measured["confusions"]:
        console.print(wrong["id"], f"{wrong['what']}: {wrong['title']}\n   {wrong['evidence']}", markup=False)
