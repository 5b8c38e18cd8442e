"""`monitor train` from end to end."""

from collections.abc import Callable
from pathlib import Path

from monitor.classifier.model import Model
from monitor.gazetteer import Gazetteer
from monitor.training import artefact, fit
from monitor.training.examples import load_examples
from monitor.training.reports import load_reports, part

Step = Callable[[str], None]


def train(data: Path, evaluation: Path, out: Path, step: Step = lambda _: None) -> Model:
    """Sentences in `data`, reports of the tuning events in `evaluation`, artefact and card into `out`."""
    gazetteer = Gazetteer.load()
    step("reading the sentences")
    examples = load_examples(data)
    step(f"fitting {len(examples):,} sentences")
    pipeline = fit.fit_sentences(examples, gazetteer)
    step("calibrating on the tuning events")
    tuning = [
        each
        for each in part(load_reports(evaluation / "reports.jsonl"), evaluation / "split.json", "tune")
        if each.language in ("en", "ar")
    ]
    untried = Model(pipeline, fit.untried(), out.name, "untried")
    verdicts = fit.fit_verdicts(fit.rows_of(untried, gazetteer, tuning), tuning)
    step(f"writing {out}")
    return artefact.write(out, data, pipeline, verdicts, examples, gazetteer)
