"""evaluation.md: the figures of one model on one set, with its plots beside it and every mistake with its evidence.

It carries no date, so that the same model on the same set gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from monitor.errors import ModelError
from monitor.training import learning, measures, plots
from monitor.training.confusions import Confusion, Evidence
from monitor.training.evaluation import Comparison, Figures, by_language
from monitor.training.learning import Point
from monitor.training.measures import Judged, Score
from monitor.training.tables import LANGUAGES, scores, signed, table

PAGE = "evaluation.md"
_CURVE, _RELIABILITY, _LEARNING = (
    "evaluation-precision-recall.svg",
    "evaluation-reliability.svg",
    "evaluation-learning-curve.svg",
)
# What the shipped model is to reach: where, which label, least F1.
_BARS = (
    ("en", "flag", 0.90),
    ("ar", "flag", 0.90),
    ("all", "siege", 0.82),
    ("all", "reinforcements", 0.82),
    ("all", "failed_talks", 0.82),
    ("all", "easing", 0.80),
)
_TOWNS, _CALIBRATION = 0.95, 0.03


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that the page tells of. `asked` says in words which reports were read."""

    asked: str
    judged: Sequence[Judged]
    figures: Figures
    against: Comparison | None = None


def write(folder: Path, found: Evaluation, points: Sequence[Point] | None = None) -> Path:
    """The page and its plots into the folder; without a new learning curve the one that lies there is shown."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if points is None:
            points = learning.kept(folder)
        else:
            learning.keep(folder, points)
        _plot(folder, found, points)
        page = folder / PAGE
        page.write_text("\n".join(_lines(found, points)), encoding="utf-8")
    except OSError as error:
        raise ModelError(
            f"The evaluation cannot be written into {folder}: {error}. Name another folder with --out."
        ) from error
    return page


def _plot(folder: Path, found: Evaluation, points: Sequence[Point]) -> None:
    languages = by_language(found.judged)
    curves = {name: measures.precision_and_recall(*measures.flag_chances(group)) for name, group in languages.items()}
    chosen = {name: (rows["flag"].recall, rows["flag"].precision) for name, rows in found.figures.scores.items()}
    plots.precision_recall(folder / _CURVE, curves, chosen)
    if found.figures.calibration.bins:
        plots.reliability(folder / _RELIABILITY, found.figures.calibration)
    if points:
        plots.learning(folder / _LEARNING, points)


def _lines(found: Evaluation, points: Sequence[Point]) -> list[str]:
    figures = found.figures
    return [
        f"# Evaluation of {figures.model}",
        "",
        f"Written by `monitor evaluate`. Read: {found.asked}; {figures.reports} reports. F1 is pooled over reports, "
        "and once more with each event weighing the same; intervals are 95 % by drawing events with replacement. "
        "Ambiguous reports stay out of the flag, labels on which readers differ out of that label. On events that "
        "chose features, calibration or thresholds (tune) the figures flatter.",
        "",
        *_bars(figures),
        "## Scores",
        "",
        *scores(figures.scores),
        f"![Precision and recall of the flag, by language]({_CURVE})",
        "",
        *_calibration(figures),
        *_learning(points),
        *_places(figures),
        *_events(figures),
        "## Registers",
        "",
        *_groups("register", figures.by_register),
        *(_against(figures, found.against) if found.against else ()),
        *_confusions(figures.confusions),
    ]


def _bars(figures: Figures) -> list[str]:
    rows: list[tuple[str, str, str, str]] = []
    for language, name, least in _BARS:
        each = figures.scores.get(language, {}).get(name)
        if each and each.tells:
            what = f"F1 of {_words(name)}, {_language(language)}"
            rows.append((what, f"{least:.2f}", f"{each.f1.value:.3f}", _met(each.f1.value >= least)))
    seen, due = len(figures.seen), len(figures.seen) + len(figures.unseen)
    rows.append(("events with at least one flag", f"{max(due - 1, 0)} of {due}", f"{seen}", _met(seen >= due - 1)))
    if figures.towns.of:
        share = figures.towns.main / figures.towns.of
        rows.append(("main town right", f"{_TOWNS:.2f}", f"{share:.3f}", _met(share >= _TOWNS)))
    if figures.calibration.bins:
        above, what = figures.calibration.above, "calibration error above a perfect model's"
        rows.append((what, f"{_CALIBRATION:.2f}", f"{above:+.3f}", _met(above <= _CALIBRATION)))
    return ["## Against the bars", "", *table(("", "bar", "here", ""), rows)]


def _met(holds: bool) -> str:
    return "met" if holds else "**missed**"


def _calibration(figures: Figures) -> list[str]:
    found = figures.calibration
    if not found.bins:
        return []
    rows = [
        (number, each.reports, f"{each.said:.3f}", f"{each.held:.3f}", f"{each.low:.3f}-{each.high:.3f}")
        for number, each in enumerate(found.bins, 1)
    ]
    return [
        "## Calibration",
        "",
        f"Mean error of `probability` over five bins of equal mass: {found.error:.3f}. A perfect model of the same "
        f"probabilities would show {found.perfect:.3f} by chance (simulated): {found.above:+.3f} above it.",
        "",
        *table(("bin", "reports", "said", "held", "a perfect model, 19 times of 20"), rows),
        f"![Reliability of the probability]({_RELIABILITY})",
        "",
    ]


def _learning(points: Sequence[Point]) -> list[str]:
    if not points:
        return []
    rows = [
        (
            *(_words(point.name), _language(point.language), f"{point.sentences:,}"),
            *(f"{point.value:.3f} ({point.low:.2f}-{point.high:.2f})", point.reports),
        )
        for point in sorted(points, key=lambda each: (each.language == "all", each.language, each.name, each.sentences))
    ]
    return [
        "## Learning curve",
        "",
        "Average precision of the heads alone, fitted on shares of the sentences (whole groups; the smaller share lies "
        "in the larger): the surest sentence that place and date let count decides. Drawn when last asked for with "
        "`--learning-curve`.",
        "",
        f"![Learning curve over the number of training sentences]({_LEARNING})",
        "",
        *table(("label", "language", "sentences", "average precision (95 %)", "reports"), rows),
    ]


def _places(figures: Figures) -> list[str]:
    towns = figures.towns
    return [
        "## Places",
        "",
        f"Of {towns.of} rightly flagged reports with a known town the first place is the main town in {towns.main}, "
        f"one of the towns in {towns.any}.",
        "",
        *(f"- {_plain(wrong)}" for wrong in towns.wrong),
        *([""] if towns.wrong else []),
    ]


def _events(figures: Figures) -> list[str]:
    told = ", ".join(f"{number} {_words(state)}" for state, number in figures.other_languages.items()) or "none"
    return [
        "## Events",
        "",
        f"Events with a report to be flagged and no flag: {', '.join(figures.unseen) or 'none'}. Uncertain reports: "
        f"{figures.uncertain}. Reports in languages that the model does not read: {told}.",
        "",
        *_groups("event", figures.by_event),
    ]


def _groups(what: str, found: dict[str, Score]) -> list[str]:
    """Of reports whose flag is scored."""
    rows = [
        (name or "none given", each.items, each.right + each.missed, each.right, each.missed, each.false)
        for name, each in found.items()
        if each.items
    ]
    return table((what, "reports scored", "to be flagged", "flagged of these", "missed", "false alarms"), rows)


def _against(figures: Figures, found: Comparison) -> list[str]:
    rows = [
        (
            *(_language(language), _words(name), f"{figures.scores[language][name].f1.value:.3f}"),
            *(f"{found.other.scores[language][name].f1.value:.3f}", signed(difference)),
        )
        for language, names in found.differences.items()
        for name, difference in names.items()
        if figures.scores[language][name].tells or found.other.scores[language][name].tells
    ]
    one, two = figures.calibration, found.other.calibration
    return [
        f"## Beside {found.other.model}",
        "",
        "The difference is paired: both models meet the same draw of events each time. An interval that holds 0 tells "
        "no winner.",
        "",
        *table(("language", "label", "F1", "F1 of the other", "difference (95 %)"), rows),
        f"Flags right here and wrong there: {', '.join(found.mended) or 'none'}. Wrong here and right there: "
        f"{', '.join(found.broken) or 'none'}. "
        f"Events without a flag: {len(figures.unseen)} and {len(found.other.unseen)}. "
        f"Main town right: {figures.towns.main} of {figures.towns.of} and {found.other.towns.main} of "
        f"{found.other.towns.of}. Calibration error: {one.error:.3f} and {two.error:.3f}.",
        "",
    ]


def _confusions(found: Sequence[Confusion]) -> list[str]:
    lines = ["## Confusions", ""]
    if not found:
        return [*lines, "None.", ""]
    lines += [
        "Misses first, then false alarms, the surest mistake of each kind first. Below each report what decided it: "
        "the sentence, its type and probability, the place, the state.",
        "",
    ]
    for name in dict.fromkeys(each.name for each in found):
        lines += [f"### {_words(name)}", ""]
        for each in found:
            if each.name == name:
                lines += _confusion(each)
    return lines


def _confusion(each: Confusion) -> list[str]:
    kind = "missed" if each.missed else "false alarm"
    title = each.title or f"{each.opening} ..."
    return [
        f"**{_plain(each.id)}, {kind}** at {each.probability:.2f}, report {each.state} ({each.language}, event "
        f"{_plain(each.event)}, {_plain(each.register) or 'no register'})",
        "",
        f'<p dir="auto"><b>{_html(title)}</b></p>',
        "",
        *(_decided(each.decided) or ["> No sentence of the report speaks of it to the model.", ""]),
    ]


def _decided(evidence: Sequence[Evidence]) -> list[str]:
    lines: list[str] = []
    for each in evidence:
        lines += [
            f'> <p dir="auto">{_html(each.sentence)}</p>',
            ">",
            f"> {_words(each.type)} {each.probability:.2f}; place: {each.place}; state: {each.state}. {each.why}",
            "",
        ]
    return lines


def _words(label: str) -> str:
    return label.replace("_", " ")


def _language(code: str) -> str:
    return LANGUAGES.get(code, code)


def _html(text: str) -> str:
    """In one line: a line break would end the block, and Arabic keeps its own direction in it."""
    return escape(" ".join(text.split()), quote=False)


def _plain(text: str) -> str:
    return "".join("\\" + letter if letter in "\\`*_[]<>|#" else letter for letter in text)
