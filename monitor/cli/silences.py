"""The verbs that keep something from being told for a time: silences add, list, show, end."""

import click

from monitor.cli.context import Context
from monitor.cli.log import TYPES
from monitor.cli.verbs import Verbs


@click.group(cls=Verbs)
def silences() -> None:
    """Keep alerts of a place, a type or a situation from people for a time, and see what was kept from them.

    Corrections, tests and notices of refusing channels still come. Example: monitor silences list
    """


@silences.command("add")
@click.option("--to", required=True, help="A recipient of alerts.yaml, or all.")
@click.option("--place", "places", multiple=True, help="Only this place, in English or Arabic. May be given again.")
@click.option(
    "--type", "types", multiple=True, type=click.Choice(TYPES[:3]), help="Only this type. May be given again."
)
@click.option("--situation", default="", help="Only this situation, such as jasim-1.")
@click.option(
    "--until", required=True, help="Until when: a time from now (2h, 3d) or a date or time (2026-11-21T18:00)."
)
@click.option("--reason", required=True, help="Why: whoever asks later what was silenced reads it.")
@click.option("--as", "author", default="", help="Who silences. Default: the name you are logged in with.")
@click.pass_obj
def add_silence(  # noqa: PLR0917  one argument an option
    context: Context,
    to: str,
    places: tuple[str, ...],
    types: tuple[str, ...],
    situation: str,
    until: str,
    reason: str,
    author: str,
) -> None:
    """Silence something. An alert of several types is kept back only if all of them are silenced.

    Example: monitor silences add --to all --place Tafas --type reinforcements --until 12h --reason "announced drill"
    """
    from monitor.cli import silencing

    settings = context.settings()
    wanted = silencing.Wanted(to, places, types, situation, until, reason, author)
    with context.store() as store:
        click.echo(silencing.add(store, settings, wanted))


@silences.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that have ended.")
@click.pass_obj
def list_silences(context: Context, *, everything: bool) -> None:
    """The silences that last, the newest first. Example: monitor silences list --all"""
    from monitor.cli import silencing

    settings = context.settings()
    with context.store() as store:
        silencing.print_all(store, settings, everything=everything)


@silences.command("show")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.pass_obj
def show_silence(context: Context, number: int) -> None:
    """One silence with every alert that it kept from somebody. Example: monitor silences show 3"""
    from monitor.cli import silencing

    settings = context.settings()
    with context.store() as store:
        silencing.print_one(store, settings, number)


@silences.command("end")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.option("--as", "by", default="", help="Who ends it. Default: the name you are logged in with.")
@click.pass_obj
def end_silence(context: Context, number: int, by: str) -> None:
    """End a silence now. What it kept back is not sent later; the digest lists it. Example: monitor silences end 3"""
    from monitor.cli import silencing

    with context.store() as store:
        click.echo(silencing.end(store, number, by))
