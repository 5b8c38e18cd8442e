"""The verbs of the learning loop beside `train --with-reviews`: models list, promote, rollback."""

import click

from monitor.cli.context import Context
from monitor.cli.verbs import Verbs

_REASON = click.option("--reason", default="", help="Why, in your words. It stays in the history.")
_WHO = click.option("--as", "by", default="", help="Who does it. Default: the name you are logged in with.")


@click.group(cls=Verbs)
def models() -> None:
    """Which model answers: the one that came with the program, or one made from reviews by `train --with-reviews`.

    A running monitor changes over within seconds, without a restart. Example: monitor models list
    """


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON, one candidate a line.")
@click.pass_obj
def list_models(context: Context, *, as_json: bool) -> None:
    """The model that serves, the candidates with their figures beside it, and the history.

    Example: monitor models list
    """
    from monitor.cli import learning

    settings = context.settings()
    with context.store() as store:
        learning.print_models(store, settings, as_json=as_json)


@models.command("promote")
@click.argument("version")
@_REASON
@_WHO
@click.pass_obj
def promote_model(context: Context, version: str, reason: str, by: str) -> None:
    """Let the candidate VERSION serve, if it was measured as not worse. Example: monitor models promote 1a2b3c4d"""
    from monitor.cli import learning

    settings = context.settings()
    with context.store() as store:
        click.echo(learning.promote(store, settings, version, by, reason))


@models.command("rollback")
@_REASON
@_WHO
@click.pass_obj
def roll_back_model(context: Context, reason: str, by: str) -> None:
    """Let the model serve again that served before the last promotion. Example: monitor models rollback"""
    from monitor.cli import learning

    settings = context.settings()
    with context.store() as store:
        click.echo(learning.roll_back(store, settings, by, reason))
