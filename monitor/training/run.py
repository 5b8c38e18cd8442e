"""`monitor train` from end to end."""

from collections.abc import Callable
from pathlib import Path

from monitor.classifier import Classifier
from monitor.classifier.model import Model, Verdicts
from monitor.classifier.reading import COVERED_LANGUAGES
from monitor.gazetteer import Gazetteer
from monitor.training import artefact, card, fit
from monitor.training.evaluation import judge, summary
from monitor.training.examples import Example, load_examples
from monitor.training.lengthening import held_back, lengthened
from monitor.training.reports import LabelledReport, load_reports, part

Step = Callable[[str], None]


def train(data: Path, evaluation: Path, out: Path, step: Step = lambda _: None) -> Model:
    """Sentences in `data`, reports of the tuning events in `evaluation`, artefact and card into `out`."""
    gazetteer = Gazetteer.load()
    step("reading the sentences")
    examples = load_examples(data)
    tuning = [
        each
        for each in part(load_reports(evaluation / "reports.jsonl"), evaluation / "split.json", "tune")
        if each.language in COVERED_LANGUAGES
    ]
    step("learning from the tuning events what a report is")
    verdicts = _verdicts(examples, tuning, gazetteer, out.name)
    step(f"fitting {len(examples):,} sentences")
    pipeline = fit.fit_sentences(examples, gazetteer)
    step(f"writing {out}")
    model = artefact.write(out, data, pipeline, verdicts, examples, gazetteer)
    step("measuring on the tuning events")
    figures = summary(judge(Classifier(model, gazetteer), tuning))
    card.write(out, model, examples, figures, evaluation / "notes.md")
    return model


def _verdicts(examples: tuple[Example, ...], tuning: list[LabelledReport], gazetteer: Gazetteer, name: str) -> Verdicts:
    """Fitted on heads that have not seen the background which makes the reports long."""
    kept, background = held_back(examples)
    heads = Model(artefact.heads_of(fit.fit_sentences(kept, gazetteer)), fit.untried(), name, "held back")
    reports = [*tuning, *lengthened(tuning, background)]
    return fit.fit_verdicts(fit.rows_of(heads, gazetteer, reports), reports)
