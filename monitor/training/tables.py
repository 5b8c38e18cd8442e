"""Figures as Markdown tables, for the model card and the evaluation page alike."""

from collections.abc import Mapping, Sequence

from monitor.training.measures import Interval, Score

LANGUAGES = {"all": "both languages", "en": "English", "ar": "Arabic"}


def scores(found: Mapping[str, Mapping[str, Score]]) -> list[str]:
    """A table for each language; a label without anything to find or to get wrong is left out."""
    lines: list[str] = []
    for language, rows in found.items():
        lines += [f"### {LANGUAGES.get(language, language)}", ""]
        lines += table(
            ("", "right", "false", "missed", "precision", "recall", "F1 (95 %)", "each event alike (95 %)", "reports"),
            [
                (
                    *(name.replace("_", " "), each.right, each.false, each.missed, f"{each.precision:.3f}"),
                    *(f"{each.recall:.3f}", interval(each.f1), interval(each.alike), each.items),
                )
                for name, each in rows.items()
                if each.tells
            ],
        )
    return lines


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """The first column to the left, the others to the right, and an empty line after it."""
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    return [*lines, *("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows), ""]


def interval(found: Interval) -> str:
    return f"{found.value:.3f} ({found.low:.2f}-{found.high:.2f})"


def signed(found: Interval) -> str:
    return f"{found.value:+.3f} ({found.low:+.2f} to {found.high:+.2f})"
