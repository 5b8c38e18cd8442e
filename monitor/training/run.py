"""`monitor train` from end to end."""

from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from monitor.classifier.model import Model
from monitor.classifier.reading import COVERED_LANGUAGES
from monitor.gazetteer import Gazetteer
from monitor.training import artefact, card, crossing, fit
from monitor.training.evaluation import Figures, summary
from monitor.training.examples import SEEDS, Example, load_examples
from monitor.training.lengthening import lengthened
from monitor.training.measures import Judged
from monitor.training.reports import LabelledReport, load_reports, part

Step = Callable[[str], None]
_ARTICLE = 150  # words: from here a report needs no lengthening


class Trained(NamedTuple):
    """The model, and the tuning reports as judged by heads and verdicts that have met nothing of their events."""

    model: Model
    judged: list[Judged]
    figures: Figures


def train(data: Path, evaluation: Path, out: Path, step: Step = lambda _: None) -> Trained:
    """Sentences in `data`, tuning reports in `evaluation`, artefact and card into `out`."""
    gazetteer = Gazetteer.load()
    step("reading the sentences")
    examples = load_examples(data)
    tuning = tuning_reports(evaluation)
    reports = [*tuning, *seed_reports(data)]
    events = crossing.folds_of(reports)
    folds = fit.folds_of_examples(examples, events)
    step(f"fitting {len(examples):,} sentences")
    fitted = fit.cross_fit(examples, folds, gazetteer)
    step("learning from the tuning reports what a report is")
    asked = crossing.parted(tuning, events)
    longer = _longer(asked, examples, folds)
    parts = [[*whole, *made] for whole, made in zip(crossing.parted(reports, events), longer, strict=True)]
    rows = crossing.rows_of(fitted.folds, parts, gazetteer)
    verdicts = fit.fit_verdicts([*chain(*rows)], [*chain(*parts)])
    step(f"writing {out}")
    model = artefact.write(out, data, fitted.pipeline, verdicts, examples, gazetteer)
    step("measuring on the tuning reports")
    judged = crossing.crossed(fitted.folds, parts, rows, asked, gazetteer)
    figures = summary(judged)
    card.write(out, model, examples, figures, evaluation / "notes.md")
    return Trained(model, judged, figures)


def _longer(
    asked: Sequence[Sequence[LabelledReport]], examples: Sequence[Example], folds: Sequence[int]
) -> list[list[LabelledReport]]:
    """Every second short report of each fold made long, by sentences that are as new to its heads as the report."""
    found = []
    for number, reports in enumerate(asked):
        unmet = [example for example, fold in zip(examples, folds, strict=True) if fold == number]
        found.append(lengthened([each for each in reports if _is_short(each)][::2], unmet, number))
    return found


def tuning_reports(evaluation: Path) -> list[LabelledReport]:
    """The short reports of the tuning events, the sets of reports that are blind no more, and the articles."""
    short = part(load_reports(evaluation / "reports.jsonl"), evaluation / "split.json", "tune")
    paths = [*sorted(evaluation.glob("reports_*.jsonl")), *sorted(evaluation.glob("articles*.jsonl"))]
    others = [each for path in paths for each in load_reports(path)]
    return [each for each in (*short, *others) if each.language in COVERED_LANGUAGES]


def seed_reports(data: Path) -> tuple[LabelledReport, ...]:
    """The user's own articles as they read as a whole, where the training data has them."""
    path = data / SEEDS / "reports.jsonl"
    return load_reports(path) if path.exists() else ()


def _is_short(report: LabelledReport) -> bool:
    return len(report.report.text.split()) < _ARTICLE
