"""The verbs that look back: log and show."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import click

from monitor.cli.context import Context

if TYPE_CHECKING:
    from monitor.records import Label, ReportState
    from monitor.store.reports import LogQuery

TYPES = ("siege", "reinforcements", "failed_talks", "agreement", "withdrawal")
STATES = ("flagged", "uncertain", "clear", "not_covered", "error")


class Since(click.ParamType[datetime]):
    """A moment: an ISO date or time, or an age such as 12h, 3d, 2w."""

    name = "when"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from monitor.cli.lookback import moment

        if isinstance(value, datetime):
            return value
        found = moment(str(value))
        if found is None:
            self.fail(f"{value} is neither a date (2026-11-21) nor an age (12h, 3d, 2w)", param, ctx)
        return found


@click.command()
@click.option("--since", type=Since(), help="Seen since: a date (2026-11-21) or an age (12h, 3d, 2w).")
@click.option("--place", "places", multiple=True, help="Only this place, in English or Arabic. May be given again.")
@click.option("--type", "types", multiple=True, type=click.Choice(TYPES), help="Only this type. May be given again.")
@click.option("--outlet", "outlets", multiple=True, help="Only this outlet or feed. May be given again.")
@click.option("--language", "languages", multiple=True, help="Only this language (ar, en). May be given again.")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(STATES), help="Only this state. May be given again."
)
@click.option("--reviewed/--not-reviewed", default=None, help="Only what somebody has reviewed, or has not.")
@click.option("--all", "everything", is_flag=True, help="Also what was not flagged.")
@click.option(
    "--limit", type=click.IntRange(min=1), help="At most so many lines. Default: 50 in the table, all otherwise."
)
@click.option("--json", "form", flag_value="json", help="JSON, one report a line.")
@click.option("--csv", "form", flag_value="csv", help="CSV with a header line.")
@click.pass_obj
def log(  # noqa: PLR0917  one argument an option
    context: Context,
    since: datetime | None,
    places: tuple[str, ...],
    types: "tuple[Label, ...]",
    outlets: tuple[str, ...],
    languages: tuple[str, ...],
    states: "tuple[ReportState, ...]",
    reviewed: bool | None,
    limit: int | None,
    form: Literal["json", "csv"] | None,
    *,
    everything: bool,
) -> None:
    """Show what was flagged or uncertain, newest first.

    Example: monitor log --since 3d --place Jasim --type siege
    """
    from monitor.cli import lookback

    settings = context.settings()
    query: LogQuery = lookback.query(
        settings, since, places, types, outlets, languages, states, reviewed=reviewed, everything=everything
    )
    with context.store() as store:
        lookback.print_log(store, settings, query, limit, form or "table")


@click.command()
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Everything about the report as one JSON object.")
@click.pass_obj
def show(context: Context, key: str, *, as_json: bool) -> None:
    """Show one report whole: its text with evidence marked, why it was flagged or not, to whom it was sent, reviews.

    KEY is the first column of `monitor log`; its first letters are enough. Example: monitor show k3v7q
    """
    from monitor.cli.one_report import print_report

    settings = context.settings()
    with context.store() as store:
        print_report(store, settings, key, as_json=as_json)
