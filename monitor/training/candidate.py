"""`monitor train --with-reviews`: a candidate model, the shipped one with what the reviews teach, measured beside the
model that serves.

Only the sentence heads learn, and from all reviews anew each time: see anchoring.py. How sentences make a report, and
its thresholds, stay as the project fitted them: a few hundred reviewed reports, chosen by what was flagged, would bend
a calibration that rests on whole articles.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sklearn.pipeline import Pipeline

from monitor.classifier import Classifier
from monitor.classifier.model import Model, load
from monitor.classifier.reading import COVERED_LANGUAGES
from monitor.errors import ModelError
from monitor.gazetteer import Gazetteer
from monitor.pipeline.serving import TRAINING, digest_of
from monitor.records import LogRow
from monitor.records.learning import Beside, Candidate
from monitor.text.normalise import fold_text
from monitor.training import artefact, candidate_page, gate
from monitor.training.anchoring import anchored
from monitor.training.evaluation import judge
from monitor.training.examples import SEEDS, SENTENCES, Example, load_examples
from monitor.training.folds import parted
from monitor.training.joining import MANY
from monitor.training.measures import Judged
from monitor.training.reports import LabelledReport, load_reports
from monitor.training.reviewed import Reviewed, labelled, reviewed, taught

Step = Callable[[str], None]
LEAST = 40  # reviews; from fewer, a quarter of them would measure nothing
PAGE = "candidate.md"
HELD_OUT = "held-out reviews"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a candidate is made from and measured on, beside the reviews."""

    training: Path
    evaluation: Path
    shipped: Path  # folder of the model that came with the program
    models: Path  # where candidates go
    gazetteer: Gazetteer
    joined: int = MANY  # sentences made of several, see joining.py


def build(rows: Iterable[LogRow], ground: Ground, serving: Model | None, now: datetime, step: Step) -> Candidate:
    """`serving`: the promoted model, None while the shipped one serves. Raises ModelError with what to do."""
    _refuse_without_data(ground)
    shipped = load(ground.shipped, ground.training)
    some = reviewed(rows)
    if len(some) < LEAST:
        raise ModelError(
            f"There are {len(some)} reviews that say what a report truly tells; a candidate needs {LEAST}. Review "
            "more: what was flagged, what is uncertain, and the audit sample."
        )
    current = serving or shipped
    held_out, contrary, disorder = _held_out(some, current, shipped, ground, step)
    step(f"learning from all {len(some):,} reviews")
    model, folder, sentences = _written(some, shipped, ground)
    step("measuring on the pinned sets")
    sets = pinned(ground.evaluation)
    after = {name: _judged(model, ground, reports) for name, reports in sets.items()}
    scores = _beside(current, sets, after, ground)
    since_shipped = _beside(shipped, sets, after, ground) if serving else ()
    ruling = gate.ruling(scores, held_out, contrary, since_shipped, disorder)
    made = Candidate(
        name=shipped.name,
        version=model.version,
        folder=folder.name,
        digest=digest_of(folder),
        made_at=now,
        beside=serving.version if serving else "",
        reviews=len(some),
        sentences=sentences,
        passed=ruling.passed,
        reasons=ruling.reasons,
        scores=(*scores, held_out),
    )
    (folder / PAGE).write_text(candidate_page.page(made, current.version), encoding="utf-8")
    return made


def pinned(evaluation: Path) -> dict[str, list[LabelledReport]]:
    """The labelled reports that come with the project, by the name of their file."""
    return {
        path.stem: [each for each in load_reports(path) if each.language in COVERED_LANGUAGES]
        for path in sorted(evaluation.glob("*.jsonl"))
    }


def fresh(base: Sequence[Example], taught_by: Sequence[Example]) -> tuple[Example, ...]:
    """One of each sentence, as it was reviewed last; none that the project has labelled itself."""
    known = {fold_text(each.text) for each in base}
    latest = {folded: each for each in taught_by if (folded := fold_text(each.text)) not in known}
    return tuple(latest.values())


def _refuse_without_data(ground: Ground) -> None:
    if not (ground.training / SENTENCES).is_dir() or not pinned(ground.evaluation):
        raise ModelError(
            "A candidate is made from the labelled sentences of the project and measured on its pinned sets; an "
            f"installed package does not carry them (looked in {ground.training} and {ground.evaluation}). Get the "
            "project's folder of this version and name them: --data FOLDER/models/training --evaluation "
            "FOLDER/models/evaluation."
        )


def _held_out(
    some: Sequence[Reviewed], current: Model, shipped: Model, ground: Ground, step: Step
) -> tuple[Beside, float, float]:
    """What the newer reviews say of a model that learnt from the older ones: how likely so contrary reviews are by
    chance, and by how much the order of the newer ones gets worse.
    """
    older, newer = parted(some)
    step(f"learning from the {len(older):,} older reviews")
    pipeline, _ = _fitted(older, shipped, ground)
    trial = Model(artefact.heads_of(pipeline), shipped.verdicts, shipped.name, "trial")
    wanted = [labelled(each) for each in newer]
    before, after = _judged(current, ground, wanted), _judged(trial, ground, wanted)
    learnt = _judged(current, ground, [labelled(each) for each in older])
    contrary = min(gate.contrary(learnt), gate.contrary([*learnt, *before]))
    return gate.beside(HELD_OUT, before, after), contrary, gate.order(before) - gate.order(after)


def _fitted(some: Sequence[Reviewed], shipped: Model, ground: Ground) -> tuple[Pipeline, tuple[Example, ...]]:
    base = load_examples(ground.training)
    lessons = fresh(base, taught(some, shipped, ground.gazetteer))
    return anchored(shipped, base, lessons, ground.gazetteer, ground.joined), lessons


def _written(some: Sequence[Reviewed], shipped: Model, ground: Ground) -> tuple[Model, Path, int]:
    """The candidate in its own folder, its sentences beside it; named by what it was made from."""
    pipeline, lessons = _fitted(some, shipped, ground)
    making = ground.models / f"making-{os.getpid()}"
    shutil.rmtree(making, ignore_errors=True)
    folder = making / shipped.name
    _gather(ground.training, folder / TRAINING, lessons)
    base = load_examples(ground.training)
    model = artefact.write(folder, folder / TRAINING, pipeline, shipped.verdicts, base, ground.gazetteer)
    final = ground.models / f"{model.name}@{model.version}"
    shutil.rmtree(final, ignore_errors=True)
    folder.rename(final)
    making.rmdir()
    return model, final, len(lessons)


def _gather(training: Path, data: Path, lessons: Sequence[Example]) -> None:
    """All that the candidate is made from, as `monitor train --data` would read it."""
    for part in (SENTENCES, SEEDS):
        shutil.copytree(training / part, data / part)
    lines = [json.dumps(_row(each), ensure_ascii=False) + "\n" for each in lessons]
    (data / SENTENCES / "reviews.jsonl").write_text("".join(lines), encoding="utf-8")


def _row(example: Example) -> dict[str, object]:
    """A line of a file of sentences."""
    row = asdict(example)
    group, about = row.pop("group"), row.pop("about")
    return row | {"pair": group} | ({"about": about[0]} if about else {})


def _judged(model: Model, ground: Ground, reports: Sequence[LabelledReport]) -> list[Judged]:
    return judge(Classifier(model, ground.gazetteer), reports)


def _beside(
    other: Model, sets: dict[str, list[LabelledReport]], after: dict[str, list[Judged]], ground: Ground
) -> tuple[Beside, ...]:
    return tuple(gate.beside(name, _judged(other, ground, sets[name]), after[name]) for name in sets)
