"""What `train --with-reviews` and the verbs of models do and print."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table

from monitor.cli.steps import steps
from monitor.cli.terminal import clean, local, login_name, terminal
from monitor.errors import ModelError
from monitor.gazetteer import Gazetteer
from monitor.packaged import packaged
from monitor.pipeline import models as changing
from monitor.pipeline.models import SHIPPED
from monitor.pipeline.serving import folder_of, opened, trouble
from monitor.records.learning import Candidate, Change
from monitor.service import utc_now
from monitor.settings import Settings
from monitor.store import Store, models, reports
from monitor.training import candidate


@dataclass(frozen=True, slots=True)
class Wanted:
    """`train --with-reviews` as it was typed."""

    data: Path | None
    evaluation: Path | None
    promote: bool
    by: str = ""


def train_with_reviews(store: Store, settings: Settings, wanted: Wanted) -> str:
    """What was made and became of it. ModelError, with the reason, when the candidate may not serve."""
    ground = candidate.Ground(
        training=wanted.data or packaged("models/training"),
        evaluation=wanted.evaluation or packaged("models/evaluation"),
        shipped=packaged(f"models/{settings.model}"),
        models=folder_of(settings),
        gazetteer=Gazetteer.load(settings.gazetteer),
    )
    with store.read() as tx:
        rows = list(reports.iterate(tx, reports.LogQuery(everything=True, reviewed=True)))
        version = models.serving(tx, settings.model)
        promoted = models.candidate(tx, settings.model, version) if version else None
    serving = opened(settings, promoted) if promoted else None
    with steps() as step:
        made = candidate.build(rows, ground, serving, utc_now(), step)
    changing.keep(store, made)
    called, page = f"{made.name}@{made.version}", ground.models / made.folder / candidate.PAGE
    if not made.passed:
        raise ModelError(f"{called} may not serve. {' '.join(made.reasons)} Its figures: {page}")
    told = f"{called} learnt from {made.reviews} reviews. {' '.join(made.reasons)}\nIts figures: {page}\n"
    if not wanted.promote:
        return f"{told}It does not serve yet: `monitor models promote {made.version}`."
    return told + promote(store, settings, made.version, wanted.by, "measured as not worse by train --with-reviews")


def promote(store: Store, settings: Settings, version: str, by: str, reason: str) -> str:
    change = changing.promote(store, settings, version, by or login_name(), reason, utc_now())
    return f"{change.name}@{change.version} serves from now on; a running monitor changes over within seconds."


def roll_back(store: Store, settings: Settings, by: str, reason: str) -> str:
    change = changing.roll_back(store, settings, by or login_name(), reason, utc_now())
    return (
        f"{change.name}@{change.version or SHIPPED} serves again from now on; a running monitor changes over within "
        "seconds. What the other one flagged stays in the log."
    )


def print_models(store: Store, settings: Settings, *, as_json: bool) -> None:
    with store.read() as tx:
        serving = models.serving(tx, settings.model)
        made = models.candidates(tx, settings.model)
        history = models.history(tx, settings.model)
        wrong = trouble(tx)
    out = terminal()
    if as_json:
        for each in made:
            facts = asdict(each) | {"made_at": each.made_at.isoformat(), "serves": each.version == serving}
            out.print(json.dumps(facts, ensure_ascii=False), markup=False, soft_wrap=True)
        return
    out.print(f"{settings.model}@{serving or SHIPPED} {'is to serve' if wrong else 'serves'}.")
    if wrong:
        out.print(f"Since {local(wrong[1], settings)}: {clean(wrong[0])}")
    if made:
        out.print(_candidates(made, serving, settings))
    for change in history:
        out.print(_step(change, settings))


def _candidates(made: list[Candidate], serving: str, settings: Settings) -> Table:
    table = Table("version", "made", "reviews", "ruling", box=None)
    for each in made:
        ruling = "serves" if each.version == serving else changing.refused(each, serving) or "may serve"
        said = ruling if each.passed is False or ruling == "serves" else f"{ruling}: {' '.join(each.reasons)}"
        table.add_row(each.version, local(each.made_at, settings), str(each.reviews), clean(said))
    return table


def _step(change: Change, settings: Settings) -> str:
    words = "promoted" if change.kind == "promote" else "rolled back to"
    why = f": {change.reason}" if change.reason else ""
    return f"{local(change.at, settings)}  {words} {change.version or SHIPPED} by {clean(change.by)}{clean(why)}"
