"""The verbs that judge and gather: review and situations."""

import click

from monitor.cli.context import Context
from monitor.cli.verbs import Verbs

VERDICTS = ("confirm", "false-alarm", "wrong-type", "wrong-place", "not-current", "duplicate", "unsure", "undo")
_TYPE = click.Choice(("siege", "reinforcements", "failed_talks"))


@click.command()
@click.argument("key")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.option("--reason", default="", help="Why, in one of the words that are counted. A wrong one lists them.")
@click.option("--note", default="", help="Why, in your words.")
@click.option("--types", multiple=True, type=_TYPE, help="What it does report, for wrong-type and for what was missed.")
@click.option("--place", default="", help="Where it does happen, for wrong-place: a town of the area.")
@click.option("--of", "duplicate_of", default="", help="Key of the report that it repeats, for duplicate.")
@click.option("--as", "reviewer", default="", help="Who reviews. Default: the name you are logged in with.")
@click.pass_obj
def review(  # noqa: PLR0917  one argument an option
    context: Context,
    key: str,
    verdict: str,
    reason: str,
    note: str,
    types: tuple[str, ...],
    place: str,
    duplicate_of: str,
    reviewer: str,
) -> None:
    """Say what a report really was. Reviews are only ever added: a new one stands beside the old, also one that says
    undo, which takes back the last one that stands.

    Example: monitor review k3v7q false-alarm --note "about Sheikh Jassim of Qatar"
    """
    from monitor.cli.reviewing import Given, add_review

    settings = context.settings()
    given = Given(verdict.replace("-", "_"), note, reason.replace("-", "_"), types, place, duplicate_of)
    with context.store() as store:
        click.echo(add_review(store, settings, key, given, reviewer))


@click.group(cls=Verbs)
def situations() -> None:
    """List the situations (one story at one place), show one, or put right what the monitor took for one story.

    Example: monitor situations show jasim-1
    """


@situations.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON, one situation a line.")
@click.pass_obj
def list_situations(context: Context, limit: int, *, as_json: bool) -> None:
    """Situations, the one with the latest report first. Example: monitor situations list --limit 10"""
    from monitor.cli import ledger

    settings = context.settings()
    with context.store() as store:
        ledger.print_situations(store, settings, limit, as_json=as_json)


@situations.command("show")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def show_situation(context: Context, key: str, *, as_json: bool) -> None:
    """One situation with its reports and what each of them changed. Example: monitor situations show jasim-1"""
    from monitor.cli import ledger

    settings = context.settings()
    with context.store() as store:
        ledger.print_situation(store, settings, key, as_json=as_json)


_WHY = click.option("--reason", required=True, help="Why, in your words. It stays beside the situation.")
_WHO = click.option("--as", "author", default="", help="Who does it. Default: the name you are logged in with.")


@situations.command("merge")
@click.argument("key")
@click.argument("into")
@_WHY
@_WHO
@click.pass_obj
def merge_situations(context: Context, key: str, into: str, reason: str, author: str) -> None:
    """Make two situations one: the reports of KEY, and those to come, belong to INTO. Nobody is told by it.

    Example: monitor situations merge daraa-governorate-1 jasim-1 --reason "the town was Jasim"
    """
    from monitor.cli import reshaping

    settings = context.settings()
    with context.store() as store:
        click.echo(reshaping.merge(store, settings, key, into, reshaping.Signed(author, reason)))


@situations.command("split")
@click.argument("key")
@click.argument("reports", nargs=-1, required=True)
@_WHY
@_WHO
@click.pass_obj
def split_situation(context: Context, key: str, reports: tuple[str, ...], reason: str, author: str) -> None:
    """Make REPORTS of the situation KEY a situation of their own. Nobody is told by it.

    Example: monitor situations split jasim-1 k3v7q --reason "that was Inkhil"
    """
    from monitor.cli import reshaping

    settings = context.settings()
    with context.store() as store:
        click.echo(reshaping.split(store, settings, key, reports, reshaping.Signed(author, reason)))


@situations.command("close")
@click.argument("key")
@_WHY
@_WHO
@click.pass_obj
def close_situation(context: Context, key: str, reason: str, author: str) -> None:
    """Close a situation that is over. The next report at its place opens a new one, and alerts anew.

    Example: monitor situations close jasim-1 --reason "roads open, confirmed by two colleagues"
    """
    from monitor.cli import reshaping

    with context.store() as store:
        click.echo(reshaping.close(store, key, reshaping.Signed(author, reason)))
