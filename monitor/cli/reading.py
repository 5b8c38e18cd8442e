"""The verbs of the model: classify, train, evaluate. Everything heavy is imported when the verb runs."""

import sys
from pathlib import Path
from typing import Any

import click

from monitor.cli.context import Context

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option(
    "--explain", is_flag=True, help="Print for people: each sighting with its words, place and what stood against it."
)
@click.option("--model", type=_FOLDER, help="Folder of another model. Default: the packaged one.")
def classify(file: str, model: Path | None, *, explain: bool) -> None:
    """Read reports as JSON Lines (id, title, text; optional url, published) and print one assessment a line.

    Example: monitor classify reports.jsonl > assessments.jsonl

    Needs no configuration, database or network. Exit codes: 0 fine, 3 some lines were no reports (each is answered with
    an error), 1 could not start, 2 wrong usage.
    """
    from monitor.cli.classifying import run

    sys.exit(run(file, model, explain=explain))


@click.command()
@click.option("--data", type=_FOLDER, help="Folder with sentences/ and seed_articles/. Default: models/training.")
@click.option(
    "--evaluation", type=_FOLDER, help="Folder with reports.jsonl and split.json. Default: models/evaluation."
)
@click.option("--out", type=_FOLDER, help="Where the model goes. Default: models/escalation.")
@click.option("--with-reviews", is_flag=True, help="Make a candidate from the reviews too; see below.")
@click.option("--no-promote", is_flag=True, help="With reviews: only make and measure it.")
@click.pass_obj
def train(
    context: Context,
    data: Path | None,
    evaluation: Path | None,
    out: Path | None,
    *,
    with_reviews: bool,
    no_promote: bool,
) -> None:
    """Fit the model on the labelled sentences; write the artefact and its card. Under two minutes on two cores.

    Example: monitor train

    With --with-reviews: learn also from what was reviewed, into a candidate below data_dir, measure it beside the model
    that serves, on the project's pinned sets and on the newest reviews, and let it serve if it is not worse. What the
    reviews say never leaves data_dir. Exit code 1 when the candidate is refused.

    Example: monitor --config DIR train --with-reviews
    """
    if with_reviews:
        if out:
            raise click.UsageError("a model made from reviews goes into data_dir: leave --out away")
        from monitor.cli.learning import Wanted, train_with_reviews

        settings = context.settings()
        with context.store() as store:
            click.echo(train_with_reviews(store, settings, Wanted(data, evaluation, promote=not no_promote)))
        return
    from monitor.cli.training import run_train

    run_train(data, evaluation, out)


@click.command()
@click.argument("file", required=False, type=_FILE)
@click.option("--set", "reports", type=_FILE, help="Labelled reports, as FILE. Default: the newest blind set.")
@click.option(
    "--events",
    "--part",
    default="",
    help="Only the events that the split lists under this name: tune, report. Default: all.",
)
@click.option("--split", type=_FILE, help="JSON of lists of events. Default: split.json beside the reports.")
@click.option("--model", type=_FOLDER, help="Folder of another model. Default: the packaged one.")
@click.option("--against", type=_FOLDER, help="A second model, side by side, with the paired difference.")
@click.option("--out", type=_FOLDER, help="Where evaluation.md and its plots go. Default: the folder of the model.")
@click.option("--learning-curve", is_flag=True, help="Also train on parts of the sentences; takes minutes.")
@click.option("--data", type=_FOLDER, help="The sentences for --learning-curve. Default: models/training.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as one JSON object, and write no page.")
def evaluate(file: Path | None, reports: Path | None, **asked: Any) -> None:
    """Measure the model on labelled reports; write evaluation.md with plots and every mistake beside the model.

    Per language, type, event and register, with intervals; calibration, places, events without a flag.

    Without FILE: the newest set in models/evaluation/blind, of which nothing trained the model; with --events the
    development reports. Where sentences of the events trained the model, the page says so.

    Example: monitor evaluate --set models/evaluation/articles.jsonl --against old-model --out looks/articles
    """
    from monitor.cli.evaluating import Asked, run_evaluate

    if file and reports:
        raise click.UsageError("FILE and --set are the same: give one of them")
    run_evaluate(Asked(reports=reports or file, **asked))
