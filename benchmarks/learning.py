"""A new way of speaking, reviewed: what the learning loop gains on its held-out part, what that costs on the pinned
sets, and whether the gate refuses reviews with their labels turned round.

benchmarks/manner.jsonl holds short reports in the guarded words of local observers (a lid, dry taps, guests, iron, cold
coffee), with as many that say nothing in the same words. 200 of them are reviewed as a person would, through the store;
the rest is the held-out part. The candidates are made, measured and ruled on by the program's own path. Which 200 are
reviewed is then drawn anew several times, to see whether a figure is that of one draw.

  python benchmarks/learning.py [--draws N] [--out FILE]
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.classifier import Classifier
from monitor.classifier.model import Model, load
from monitor.gazetteer import Gazetteer
from monitor.packaged import packaged
from monitor.records import LogRow, Report, Review
from monitor.records.learning import Beside, Candidate
from monitor.store import Store, reports, reviews
from monitor.training import candidate, gate
from monitor.training.anchoring import anchored
from monitor.training.artefact import heads_of
from monitor.training.evaluation import judge
from monitor.training.examples import load_examples
from monitor.training.reports import LabelledReport, report_of
from monitor.training.reviewed import reviewed, taught

ROOT = Path(__file__).parent.parent
REVIEWED = 200
BEGUN = datetime(2026, 11, 1, tzinfo=UTC)
Row = dict[str, Any]
Turned = Callable[[int, Row], Row]


def manner() -> list[Row]:
    lines = (ROOT / "benchmarks/manner.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def report(row: Row) -> Report:
    return replace(report_of(row["id"], "", row["text"], "2026-11-20"), feed="observers", entry_key=row["id"])


def review(row: Row, number: int) -> Review:
    """As a person says it who was shown the report: what it truly tells, or that it tells of none."""
    types = tuple(row["types"])
    verdict, reason = ("confirm", "") if types else ("false_alarm", row.get("reason", "misread"))
    at = BEGUN + timedelta(hours=number)
    return Review(row["id"], verdict, "", "observer desk", at, reason=reason, types=types)  # type: ignore[arg-type]


def log_of(rows: Sequence[Row], shipped: Classifier, folder: Path, name: str) -> list[LogRow]:
    """The reports and their reviews, as the database gives them back."""
    store = Store(f"sqlite:///{folder / name}.db")
    store.migrate()
    said = shipped.assess([report(row) for row in rows])
    with store.write() as tx:
        for number, (row, assessment) in enumerate(zip(rows, said, strict=True)):
            reports.add(tx, report(row), assessment)
            reviews.add(tx, review(row, number))
    with store.read() as tx:
        found = list(reports.iterate(tx, reports.LogQuery(everything=True, reviewed=True)))
    store.close()
    return found


def turned(number: int, row: Row) -> Row:  # noqa: ARG001  as the others
    """What is an event is called none, and what is none a siege."""
    return row | {"types": [] if row["types"] else ["siege"]}


def turned_early(number: int, row: Row) -> Row:
    """The older three quarters turned round, the newer reviews honest: nothing in the reviews as a whole stands out."""
    return turned(number, row) if number < REVIEWED * 0.75 else row


def wanted(row: Row) -> LabelledReport:
    labels = {label: label in row["types"] for label in ("siege", "reinforcements", "failed_talks")}
    return LabelledReport(
        report(row), row["language"], row["id"], "manner", (), labels | {"agreement": None, "withdrawal": None},
        bool(row["types"]), False,
    )  # fmt: skip


def built(rows: Sequence[Row], turn: Turned, name: str, ground: candidate.Ground, shipped: Classifier) -> Candidate:
    kept = log_of([turn(number, row) for number, row in enumerate(rows)], shipped, ground.models, name)

    def step(what: str) -> None:
        print(f"{name}: {what}", file=sys.stderr)

    return candidate.build(kept, ground, None, datetime.now(UTC), step)


def unseen(made: Candidate, rows: Sequence[Row], ground: candidate.Ground, shipped: Classifier, name: str) -> Beside:
    folder = ground.models / made.folder
    learnt = Classifier(load(folder, folder / "training"), ground.gazetteer)
    asked = [wanted(row) for row in rows]
    return gate.beside(name, judge(shipped, asked), judge(learnt, asked))


@dataclass(frozen=True, slots=True)
class Draw:
    """What came of other 200 reviews. `rung`, `lost`: pinned reports that newly ring, that are newly missed."""

    gain: Beside
    rung: tuple[str, ...]
    lost: tuple[str, ...]


def drawn(number: int, ground: candidate.Ground, shipped: Classifier) -> Draw:
    rows = manner()
    random.Random(number).shuffle(rows)  # nosec B311
    print(f"draw {number}", file=sys.stderr)
    base, kept = load_examples(ground.training), log_of(rows[:REVIEWED], shipped, ground.models, f"draw {number}")
    lessons = candidate.fresh(base, taught(reviewed(kept), shipped.model, ground.gazetteer))
    heads = heads_of(anchored(shipped.model, base, lessons, ground.gazetteer, ground.joined))
    learnt = Classifier(Model(heads, shipped.model.verdicts, "draw", str(number)), ground.gazetteer)
    asked = [wanted(row) for row in rows[REVIEWED:]]
    pinned = [each for reports in candidate.pinned(ground.evaluation).values() for each in reports]
    both = [*zip(judge(shipped, pinned), judge(learnt, pinned), strict=True)]
    newly = [two for one, two in both if one.truth("flag") == one.answer("flag") != two.answer("flag")]
    return Draw(
        gate.beside(f"draw {number}", judge(shipped, asked), judge(learnt, asked)),
        tuple(each.wanted.report.key for each in newly if each.answer("flag")),
        tuple(each.wanted.report.key for each in newly if not each.answer("flag")),
    )


def main(out: Path, draws: int) -> int:
    rows = manner()
    first, rest = rows[:REVIEWED], rows[REVIEWED:]
    training, evaluation, own = (packaged(f"models/{name}") for name in ("training", "evaluation", "escalation"))
    with tempfile.TemporaryDirectory() as folder:
        ground = candidate.Ground(training, evaluation, own, Path(folder), Gazetteer.load())
        shipped = Classifier.load()
        honest = built(first, lambda _, row: row, "honest", ground, shipped)
        gain = unseen(honest, rest, ground, shipped, "held-out part of the new manner")
        poisons = {
            "all 200 turned round": built(first, turned, "turned", ground, shipped),
            "the older 150 turned round": built(first, turned_early, "turned early", ground, shipped),
        }
        others = [drawn(number, ground, shipped) for number in range(1, draws + 1)]
    out.write_text(_page(shipped, honest, gain, poisons) + _draws(others), encoding="utf-8")
    print(out.read_text(encoding="utf-8"))
    rung = sum(each.rung for each in honest.scores[:-1]) + sum(len(each.rung) for each in others)
    learnt = all((each.found - each.found_before) / each.due >= 0.2 for each in (gain, *(each.gain for each in others)))
    return 0 if learnt and rung <= 0 and honest.passed and not any(each.passed for each in poisons.values()) else 1


def _draws(others: Sequence[Draw]) -> str:
    if not others:
        return ""
    lines = [
        "",
        "## Other draws",
        "",
        f"Other {REVIEWED} of the notes reviewed, the rest held out. Newly ringing, newly missed: of all pinned sets.",
        "",
        "| draw | recall before | recall | points | false alarms in notes held out | newly ring | newly missed |",
        "|--:|--:|--:|--:|--:|---|---|",
    ]
    for number, each in enumerate(others, 1):
        gain, notes = each.gain, each.gain.reports - each.gain.due
        before, after = gain.found_before / gain.due, gain.found / gain.due
        cells = (f"{before:.3f}", f"{after:.3f}", f"{100 * (after - before):+.1f}", f"{gain.false} of {notes}")
        lines.append(f"| {number} | {' | '.join(cells)} | {', '.join(each.rung)} | {', '.join(each.lost)} |")
    return "\n".join([*lines, ""])


def _page(shipped: Classifier, honest: Candidate, gain: Beside, poisons: dict[str, Candidate]) -> str:
    before, after = gain.found_before / gain.due, gain.found / gain.due
    lines = [
        "# Learning from reviews",
        "",
        f"Written by benchmarks/learning.py; model {shipped.name}@{shipped.version}; {REVIEWED} reviews of "
        "benchmarks/manner.jsonl, short reports in guarded words.",
        "",
        f"Held-out part of the new manner: recall {before:.3f} before, {after:.3f} after, "
        f"{100 * (after - before):+.1f} points.",
        "",
        "| set | reports | events | found before | found | false alarms before | false alarms | newly wrong |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
        *(_line(each) for each in (gain, *honest.scores)),
        "",
        f"Gate: {'may serve' if honest.passed else 'may not serve'}. {' '.join(honest.reasons)}",
        "",
        "`held-out reviews` are the newest quarter of the 200, measured on a model that learnt from the others alone.",
        "",
        "## Poisoned batches",
        "",
    ]
    for name, made in poisons.items():
        lines += [f"- {name}: {'NOT REFUSED' if made.passed else 'refused'}. {' '.join(made.reasons)}"]
    return "\n".join([*lines, ""])


def _line(each: Beside) -> str:
    cells = (each.reports, each.due, each.found_before, each.found, each.false_before, each.false)
    return f"| {each.name} | {' | '.join(str(cell) for cell in cells)} | {', '.join(each.broken)} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/learning.md")
    parser.add_argument("--draws", type=int, default=10)
    given = parser.parse_args()
    sys.exit(main(given.out, given.draws))
