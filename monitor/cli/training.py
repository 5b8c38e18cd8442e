"""What the verb train does, once everything heavy may be imported."""

from pathlib import Path

from rich.console import Console

from monitor.cli.steps import steps
from monitor.packaged import packaged
from monitor.training import evaluation_page
from monitor.training.evaluation_page import Evaluation
from monitor.training.run import train

_CROSSED = "crossed"  # folder of the page on the tuning reports
_TOLD = "the tuning reports, each event judged by heads and a verdict that have met nothing of it"


def run_train(data: Path | None, evaluation: Path | None, out: Path | None) -> None:
    folder = out or packaged("models/escalation")
    with steps() as step:
        model, judged, figures = train(
            data or packaged("models/training"), evaluation or packaged("models/evaluation"), folder, step
        )
        page = evaluation_page.write(folder / _CROSSED, Evaluation(_TOLD, judged, figures))
    Console(stderr=True).print(f"Trained {model.name}@{model.version}. Each mistake on the tuning reports: {page}.")
