"""The verb that says whether silence may be trusted."""

import json
import sys

import click

from monitor.cli.context import Context


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def health(context: Context, *, as_json: bool) -> None:
    """Say whether the monitor watches: every feed read, every message sent, its own canary through. Changes nothing.

    Exit codes: 0 all is well, 1 something is not. Each line names what, since when, and what to do.

    Example: monitor health && echo "silence means that nothing was reported"
    """
    from monitor import health as judging
    from monitor.cli.wellbeing import as_words
    from monitor.pipeline.condition import condition
    from monitor.service import utc_now

    settings = context.settings()
    with context.store() as store:
        facts, findings = condition(store, settings, utc_now())
    if as_json:
        click.echo(json.dumps(judging.as_json(facts, findings), ensure_ascii=False))
    else:
        click.echo("\n".join(as_words(facts, findings, settings.time_zone)))
    sys.exit(0 if judging.is_green(findings) else 1)
