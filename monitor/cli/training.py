"""What the verb train does, once everything heavy may be imported."""

from pathlib import Path

from rich.console import Console

from monitor.cli.steps import steps
from monitor.packaged import packaged
from monitor.training.run import train


def run_train(data: Path | None, evaluation: Path | None, out: Path | None) -> None:
    with steps() as step:
        model = train(
            data or packaged("models/training"),
            evaluation or packaged("models/evaluation"),
            out or packaged("models/escalation"),
            step,
        )
    Console(stderr=True).print(f"Trained {model.name}@{model.version}.")
