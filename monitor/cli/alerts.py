"""The verb that asks what other rules would have told: alerts preview."""

from datetime import datetime

import click

from monitor.cli.context import Context
from monitor.cli.log import Since
from monitor.cli.verbs import Verbs


@click.group(cls=Verbs)
def alerts() -> None:
    """Try out the rules of alerts.yaml on what happened, before they are used. Example: monitor alerts preview"""


@alerts.command("preview")
@click.option("--since", type=Since(), default="30d", show_default=True, help="A date (2026-11-21) or an age (12h).")
@click.option("--to", "recipient", default="", help="Only this recipient.")
@click.option("--changed", is_flag=True, help="Only what would be told now and was not, or the other way round.")
@click.pass_obj
def preview(context: Context, since: datetime, recipient: str, *, changed: bool) -> None:
    """Say what each person would have got by the rules as they stand in the file now, beside what they did get.

    Nothing is sent and nothing is written. Change alerts.yaml, run this, and restart the monitor when you like it.

    Example: monitor alerts preview --since 30d --changed
    """
    from monitor.cli.previewing import print_preview

    settings = context.settings()
    with context.store() as store:
        print_preview(store, settings, since, recipient, changed=changed)
