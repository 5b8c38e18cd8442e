"""The plots of an evaluation as SVG. The only module that imports matplotlib, for the verbs evaluate and train.

No pyplot: its figures are global and outlive the call. The same figures give the same bytes: ids are salted alike, no
date is written, and letters stay letters, so that a changed number is a changed line.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from monitor.training.calibration import Calibration
from monitor.training.learning import Point
from monitor.training.measures import Array
from monitor.training.tables import LANGUAGES

_SIZE = (5.6, 4.2)  # inches
_STYLE: Any = {
    "svg.hashsalt": "monitor evaluate",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
}
# Apart for the colour-blind (Okabe and Ito), and by their dashes in print.
_LOOKS = (
    ("#0072b2", "-"),
    ("#d55e00", "--"),
    ("#009e73", "-."),
    ("#cc79a7", ":"),
    ("#56b4e9", (0, (5, 1))),
    ("#e69f00", (0, (3, 1, 1, 1))),
    ("#555555", (0, (1, 1))),
)


@mpl.rc_context(_STYLE)
def precision_recall(
    path: Path, curves: Mapping[str, tuple[Array, Array]], chosen: Mapping[str, tuple[float, float]]
) -> None:
    """`curves`: precision and recall by language; `chosen`: recall and precision at the thresholds in use."""
    figure, axes = _figure("recall", "precision", "Precision and recall of the flag")
    for (language, (precision, recall)), (colour, dashes) in zip(curves.items(), _LOOKS, strict=False):
        axes.plot(
            [0, *recall],
            [precision[0] if len(precision) else 1, *precision],
            color=colour,
            linestyle=dashes,
            linewidth=1.8,
            drawstyle="steps-pre",
            label=LANGUAGES.get(language, language),
        )
        if language in chosen:
            axes.plot(*chosen[language], "o", color=colour, markersize=7, markeredgecolor="white")
    axes.plot([], [], "o", color="#555555", label="at the threshold in use")
    lowest = min((float(point) for precision, _ in curves.values() for point in precision), default=0.0)
    axes.set(xlim=(0, 1.02), ylim=(max(0.0, int(lowest * 10 - 1) / 10), 1.02))
    axes.legend(loc="lower left")
    _write(figure, path)


@mpl.rc_context(_STYLE)
def reliability(path: Path, found: Calibration) -> None:
    figure, axes = _figure("probability said", "share that held", "Reliability of the probability")
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle=":")
    for number, each in enumerate(found.bins):
        axes.plot(
            [each.said, each.said],
            [each.low, each.high],
            color="#b5cfe3",
            linewidth=9,
            solid_capstyle="butt",
            label="" if number else "a perfect model, 19 times of 20",
        )
    axes.plot(
        [each.said for each in found.bins],
        [each.held for each in found.bins],
        "o",
        color="#0072b2",
        label=f"found: five bins of {min(each.reports for each in found.bins)} reports or more",
    )
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.legend(loc="upper left")
    _write(figure, path)


@mpl.rc_context(_STYLE)
def learning(path: Path, points: Sequence[Point]) -> None:
    """The flag by language with its interval, and the labels of both languages together."""
    figure = Figure(figsize=(_SIZE[0] * 1.7, _SIZE[1]), layout="constrained")
    left, right = figure.subplots(1, 2)
    _dress(left, "training sentences of the language", "average precision", "The flag, by language")
    _dress(right, "training sentences", "average precision", "The labels, both languages")
    flags = [point for point in points if point.name == "flag"]
    labels = [point for point in points if point.name != "flag"]
    _lines(left, flags, [LANGUAGES.get(point.language, point.language) for point in flags], band=True)
    _lines(right, labels, [point.name.replace("_", " ") for point in labels], band=False)
    _write(figure, path)


def _lines(axes: Axes, points: Sequence[Point], names: Sequence[str], *, band: bool) -> None:
    for name, (colour, dashes) in zip(dict.fromkeys(names), _LOOKS, strict=False):
        line = [point for point, own in zip(points, names, strict=True) if own == name]
        across = [point.sentences for point in line]
        axes.plot(across, [point.value for point in line], color=colour, linestyle=dashes, marker="o", label=name)
        if band:
            low, high = [point.low for point in line], [point.high for point in line]
            axes.fill_between(across, low, high, color=colour, alpha=0.12, linewidth=0)
    lowest = min((point.low if band else point.value for point in points), default=0.0)
    axes.set(xlim=(0, None), ylim=(min(0.5, lowest - 0.05), 1.01))
    if points:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3)  # below: above, lines may run anywhere


def _figure(across: str, up: str, title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.subplots()
    _dress(axes, across, up, title)
    return figure, axes


def _dress(axes: Axes, across: str, up: str, title: str) -> None:
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_title(title, loc="left", fontsize=11)


def _write(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
