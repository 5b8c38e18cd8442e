"""`monitor train` from end to end."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.classifier.model import Heads, Model
from monitor.classifier.reading import COVERED_LANGUAGES
from monitor.gazetteer import Gazetteer
from monitor.training import artefact, card, fit
from monitor.training.crossing import crossed
from monitor.training.evaluation import summary
from monitor.training.examples import SEED, SEEDS, Example, load_examples
from monitor.training.lengthening import held_back, lengthened
from monitor.training.reports import LabelledReport, load_reports, part

Step = Callable[[str], None]
Array = NDArray[np.float64]
_ARTICLE = 150  # words: from here a report needs no lengthening


def train(data: Path, evaluation: Path, out: Path, step: Step = lambda _: None) -> Model:
    """Sentences in `data`, tuning reports in `evaluation`, artefact and card into `out`."""
    gazetteer = Gazetteer.load()
    step("reading the sentences")
    examples = load_examples(data)
    tuning = tuning_reports(evaluation)
    step(f"fitting {len(examples):,} sentences")
    pipeline = fit.fit_sentences(examples, gazetteer)
    heads = artefact.heads_of(pipeline)
    step("learning from the tuning reports what a report is")
    met_rows, met = _met(examples, tuning, seed_reports(data), gazetteer)
    rows, reports = [*_rows(heads, tuning, gazetteer), *met_rows], [*tuning, *met]
    step(f"writing {out}")
    model = artefact.write(out, data, pipeline, fit.fit_verdicts(rows, reports), examples, gazetteer)
    step("measuring on the tuning reports")
    judged = crossed(heads, rows, reports, tuning, gazetteer)
    card.write(out, model, examples, summary(judged), evaluation / "notes.md")
    return model


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


def _met(
    examples: tuple[Example, ...],
    tuning: list[LabelledReport],
    seeds: tuple[LabelledReport, ...],
    gazetteer: Gazetteer,
) -> tuple[list[Array], list[LabelledReport]]:
    """The seed articles, and every second short report made long, as read by heads that have not met them: the shipped
    ones know the sentences of both by heart.
    """
    kept, background = held_back(examples)
    unmet = [each for each in kept if not each.origin.startswith(SEED)]
    pipeline = fit.fit_sentences(unmet, gazetteer, draws=1)  # more cost time and make no better verdict
    reports = [*seeds, *lengthened([each for each in tuning if _is_short(each)][::2], background)]
    return _rows(artefact.heads_of(pipeline), reports, gazetteer), reports


def _rows(heads: Heads, reports: list[LabelledReport], gazetteer: Gazetteer) -> list[Array]:
    """What the verdict rests on, before there is one."""
    return fit.rows_of(Model(heads, fit.untried(), "no verdict yet", ""), gazetteer, reports)


def _is_short(report: LabelledReport) -> bool:
    return len(report.report.text.split()) < _ARTICLE
