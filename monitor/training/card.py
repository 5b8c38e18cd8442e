"""card.md: what the model is and how good, for people. Figures are made here; judgements stand in
models/evaluation/notes.md.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.classifier.model import Model
from monitor.training.examples import Example


def write(folder: Path, model: Model, examples: Sequence[Example], figures: Mapping[str, Any], notes: Path) -> None:
    parts = [_head(model), _data(examples), _figures(figures), _thresholds(model)]
    if notes.exists():
        parts.append(notes.read_text(encoding="utf-8"))
    (folder / "card.md").write_text("\n".join(parts), encoding="utf-8")


def _head(model: Model) -> str:
    return f"""# Model card: {model.name}@{model.version}

Reads one news report in English or Arabic and says whether it reports, now and in Daraa governorate, a siege,
reinforcements
or failed talks; or an agreement or a withdrawal. Sentences are scored by linear models over words, word pairs, Arabic
skeletons and a lexicon of concepts shared by both languages, blind to places, forces, persons, dates and numbers.
Places and
dates are rules. A small logistic regression makes of the best sentences, and of where they stand, the report's
probability.

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


def _figures(figures: Mapping[str, Any]) -> str:
    lines = [
        "## Figures on the tuning events\n",
        "Features, calibration and thresholds were chosen on these events, and many sentences written after reading "
        "them: these figures flatter. Those of the held-back events stand below, each look with its date.\n",
    ]
    for title, rows in figures["tables"].items():
        if " by " in title:
            continue
        lines += [
            f"### {title}\n",
            "| | precision | recall | F1 | 95 % | each event alike | items |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [_row(name, row) for name, row in rows.items()]
        lines.append("")
    events, towns, calibration = figures["events"], figures["towns"], figures["calibration"]
    lines += [
        f"Events seen {events['seen']}, not seen: {', '.join(events['unseen']) or 'none'}. "
        f"Main town right {towns['right']} of {towns['of']}. Calibration error {calibration['error']:.3f}, of which a "
        f"perfect model would show {calibration['perfect']:.3f}.\n"
    ]
    return "\n".join(lines)


def _row(name: str, row: Mapping[str, Any]) -> str:
    return (
        f"| {name} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} "
        f"| {row['low']:.2f}-{row['high']:.2f} | {row['event_weighted_f1']:.3f} | {row['items']} |"
    )


def _thresholds(model: Model) -> str:
    thresholds = model.verdicts.thresholds
    told = ", ".join(f"{name} {value:.2f}" for name, value in sorted(thresholds.items()))
    return f"""## Thresholds

{told}; uncertain from {model.verdicts.uncertain:.2f} up to the flag. The probability is calibrated, so that 0.50
means: a missed
report costs one and a half times a false alarm. Lower for easing, where a miss leaves an alarm standing and a false one
wakes nobody.
"""
