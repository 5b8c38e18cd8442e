"""The verb ack: somebody has seen a message."""

import click

from monitor.cli.context import Context


class _Number(click.IntRange):
    name = "number of a message"  # click says: 'x' is not a valid ...


@click.command()
@click.argument("number", type=_Number(min=1))
@click.option("--note", default="", help="What you know or do about it, in your words.")
@click.pass_obj
def ack(context: Context, number: int, note: str) -> None:
    """Say that the message with this NUMBER was seen: it goes on to no further channel, and its situation stays quiet
    for its reader until something new happens.

    Example: monitor ack 17 --note "called the field office"
    """
    from monitor.cli.terminal import local
    from monitor.pipeline.acknowledge import record
    from monitor.service import utc_now

    settings = context.settings()
    with context.store() as store:
        found, new = record(store, number, note, utc_now())
    if not new:
        click.echo(f"No. {number} was acknowledged already, on {local(found.at, settings)}; nothing changes.")
        return
    click.echo(
        f"No. {number} acknowledged. Of {found.situation} its reader hears again when something changes; "
        f"`monitor situations show {found.situation}` tells how it stands."
    )
