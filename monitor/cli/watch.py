"""The verbs that watch: run, worker, web, poll, deliver."""

from typing import TYPE_CHECKING

import click

from monitor.cli.context import Context

if TYPE_CHECKING:
    from monitor.pipeline import Backlog


_BACKLOG = click.option(
    "--backlog",
    type=click.Choice(["alert", "summary", "ignore"]),
    default="summary",
    show_default=True,
    help="What to do with the reports a feed already shows when it is read for the first time: an alert for each new "
    "situation, one summary of what stands now, or nothing.",
)


@click.command()
@click.option("--once", is_flag=True, help="Read every enabled feed once, send what is owed, and stop.")
@_BACKLOG
@click.pass_obj
def run(context: Context, backlog: "Backlog", *, once: bool) -> None:
    """Watch: read the feeds as they come due and send alerts, until stopped with Ctrl-C.

    Example: monitor run. Stop and start it as you like: nothing read or owed is lost.
    """
    import asyncio

    from monitor.cli.watching import watch, watch_once

    context.log_to_terminal()
    settings = context.settings_to_run()
    asyncio.run(watch_once(settings, backlog) if once else watch(settings, backlog))


@click.command()
@_BACKLOG
@click.pass_obj
def worker(context: Context, backlog: "Backlog") -> None:
    """Do a share of the watching, beside as many other workers as you like, on PostgreSQL; until stopped with Ctrl-C.

    Example: monitor worker. Start it on each machine, with the same configuration; the pages are shown by: monitor web
    """
    import asyncio

    from monitor.cli.working import work

    context.log_to_terminal()
    asyncio.run(work(context.settings_to_run(), backlog))


@click.command()
@click.option("--listen", metavar="ADDRESS:PORT", help="Where, in the place of `listen:` in monitor.yaml.")
@click.pass_obj
def web(context: Context, listen: str | None) -> None:
    """Show the log pages, and nothing else: for a desk whose watching is done by `monitor worker`.

    Example: monitor web. (monitor run shows them by itself.)
    """
    import asyncio

    from monitor.cli.showing import listening_at, show_pages

    context.log_to_terminal()
    asyncio.run(show_pages(listening_at(context.settings_to_run(), listen)))


@click.command()
@click.argument("feed", required=False)
@click.pass_obj
def poll(context: Context, feed: str | None) -> None:
    """Read one FEED now (or all that are enabled) and record what is new; send nothing.

    Example: monitor poll enab-baladi-en
    """
    import asyncio

    from monitor.cli.watching import poll_now

    context.log_to_terminal()
    failed = asyncio.run(poll_now(context.settings_to_run(), feed))
    raise SystemExit(1 if failed else 0)


@click.command()
@click.pass_obj
def deliver(context: Context) -> None:
    """Send every message that is owed and due now, then stop.

    Example: monitor deliver
    """
    import asyncio

    from monitor.cli.watching import deliver_now

    context.log_to_terminal()
    left = asyncio.run(deliver_now(context.settings_to_run()))
    raise SystemExit(1 if left else 0)
