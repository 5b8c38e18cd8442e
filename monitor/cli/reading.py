"""The verbs of the model: classify, train, evaluate. Everything heavy is imported when the verb runs."""

import sys
from pathlib import Path

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)


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
def train(data: Path | None, evaluation: Path | None, out: Path | None) -> None:
    """Fit the model on the labelled sentences; write the artefact and its card. Under two minutes on two cores.

    Example: monitor train
    """
    from monitor.cli.training import run_train

    run_train(data, evaluation, out)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--model", "models", type=_FOLDER, multiple=True, help="Model folder; give it twice to see two side by side."
)
@click.option(
    "--split", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON of event names; with --part."
)
@click.option("--part", default="", help="Only the events listed under this name in --split (tune, report).")
@click.option("--json", "as_json", is_flag=True, help="Print the measures as one JSON object.")
def evaluate(file: Path, models: tuple[Path, ...], split: Path | None, part: str, *, as_json: bool) -> None:
    """Measure the model on labelled reports: precision, recall and F1 per type, language, event and register.

    Example: monitor evaluate models/evaluation/reports.jsonl --split models/evaluation/split.json --part report
    """
    from monitor.cli.training import run_evaluate

    if bool(part) != (split is not None):
        raise click.UsageError("--split and --part go together: the file, and which of its lists of events is meant")
    run_evaluate(file, models, split, part, as_json=as_json)
