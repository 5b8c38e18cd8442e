"""The verbs that judge and gather: review and situations."""

import click

from monitor.cli.context import Context

VERDICTS = ("confirm", "false-alarm", "wrong-type", "wrong-place", "not-current", "duplicate", "unsure")


@click.command()
@click.argument("key")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.option("--note", default="", help="Why, in your words.")
@click.option("--as", "reviewer", default="", help="Who reviews. Default: the name you are logged in with.")
@click.pass_obj
def review(context: Context, key: str, verdict: str, note: str, reviewer: str) -> None:
    """Say what a report really was. Reviews are only ever added: a new one stands beside the old.

    Example: monitor review k3v7q false-alarm --note "about Sheikh Jassim of Qatar"
    """
    from monitor.cli.ledger import add_review

    with context.store() as store:
        click.echo(add_review(store, key, verdict.replace("-", "_"), note, reviewer))


@click.group()
def situations() -> None:
    """List the situations (one story at one place), or show one.

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
