"""card.md: what the model is and how good, for people. Figures are made here; judgements stand in
models/evaluation/notes.md.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from monitor.classifier.model import Model
from monitor.training.evaluation import Figures
from monitor.training.examples import Example
from monitor.training.tables import scores


def write(folder: Path, model: Model, examples: Sequence[Example], figures: Figures, notes: Path) -> None:
    parts = [_head(model), _data(examples), _figures(figures), _thresholds(model)]
    if notes.exists():
        parts.append(notes.read_text(encoding="utf-8"))
    (folder / "card.md").write_text("\n".join(parts), encoding="utf-8")


def _head(model: Model) -> str:
    return f"""# Model card: {model.name}@{model.version}

Reads one news report in English or Arabic and says whether it reports, now and in Daraa governorate, a siege,
reinforcements or failed talks; or an agreement or a withdrawal. Sentences, each also together with its neighbours, are
scored by linear models over words, word pairs, Arabic skeletons and a lexicon of concepts shared by both languages,
blind to places, forces, persons, dates and numbers. Places and dates are rules. A small logistic regression makes of
the best sentences, and of where they stand, the report's probability.

The upper half of this card is written by `monitor train`; the lower half by hand.
"""


def _data(examples: Sequence[Example]) -> str:
    languages = Counter(example.language for example in examples)
    labels = Counter((label, example.language) for example in examples for label in example.labels)
    seeds = sum(example.origin.startswith("seed") for example in examples)
    lines = [
        "## Training data\n",
        f"{len(examples):,} sentences ({languages['en']:,} English, {languages['ar']:,} Arabic), all written for this "
        f"project but {seeds} that are the sentences of the user's five seed articles. Those are training data: that "
        "the model reads them rightly proves nothing.\n",
        "| label | English | Arabic |",
        "|---|---|---|",
    ]
    names = sorted({label for label, _ in labels})
    lines += [f"| {name} | {labels[name, 'en']} | {labels[name, 'ar']} |" for name in names]
    return "\n".join(lines) + "\n"


def _figures(figures: Figures) -> str:
    lines = [
        "## Figures on the tuning events",
        "",
        "Each event is judged by heads and a verdict that have met nothing of it; the shipped heads are the mean of "
        "these. Features, calibration and thresholds were chosen on these events, and many sentences written after "
        "reading them: these figures flatter. Those of the held-back events stand below, each look with its date.",
        "",
        *scores(figures.scores),
    ]
    towns, calibration = figures.towns, figures.calibration
    lines += [
        f"Events seen {len(figures.seen)}, not seen {len(figures.unseen)}. First place the main town "
        f"in {towns.main} of {towns.of}, one of the towns in {towns.any}. Calibration error {calibration.error:.3f}, "
        f"of which a perfect model would show {calibration.perfect:.3f}.",
        "",
        "crossed/evaluation.md tells them by event and register, with plots and each mistake; `monitor evaluate` "
        "writes evaluation.md beside this card in the same way, on reports of which nothing trained the model.",
        "",
    ]
    return "\n".join(lines)


def _thresholds(model: Model) -> str:
    thresholds = model.verdicts.thresholds
    told = ", ".join(f"{name} {value:.2f}" for name, value in sorted(thresholds.items()))
    least = min(value for name, value in thresholds.items() if name.startswith("flag."))
    return f"""## Thresholds

{told}; uncertain from {model.verdicts.uncertain:.2f} up to the flag. The probability is calibrated, so that a flag from
{least:.2f} on means: a missed report costs {(1 - least) / least:.1f} times a false alarm. The same holds for
easing: one that is missed leaves an alarm standing, a false one sounds the all-clear too early.
"""
