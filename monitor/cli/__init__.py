"""The command `monitor`: verbs that parse, call one function and print. Nothing slow is imported before a verb runs."""

import sys
from pathlib import Path

import click

from monitor import __version__
from monitor.cli.accounts import accounts
from monitor.cli.ack import ack
from monitor.cli.alerts import alerts
from monitor.cli.channels import test_alert
from monitor.cli.context import Context
from monitor.cli.demo import demo
from monitor.cli.doctor import doctor
from monitor.cli.export import export
from monitor.cli.feeds import feeds
from monitor.cli.health import health
from monitor.cli.keeping import backup, migrate, restore
from monitor.cli.log import log, show
from monitor.cli.log_lines import Form, catch_the_rest, say_why
from monitor.cli.models import models
from monitor.cli.reading import classify, evaluate, train
from monitor.cli.review import review, situations
from monitor.cli.setup import check, init
from monitor.cli.silences import silences
from monitor.cli.verbs import Verbs
from monitor.cli.watch import deliver, poll, run, web, worker
from monitor.errors import MonitorError

_ORDER = (
    run,
    health,
    doctor,
    demo,
    init,
    check,
    feeds,
    poll,
    deliver,
    worker,
    web,
    test_alert,
    log,
    show,
    ack,
    review,
    situations,
    silences,
    alerts,
    accounts,
    export,
    backup,
    restore,
    migrate,
    classify,
    evaluate,
    train,
    models,
)


class _InOrder(Verbs):
    """Lists the verbs in the order in which a person meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  as click has it
        return [name for command in _ORDER if (name := command.name)]


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="escalation-monitor", message="monitor %(version)s")
@click.option(
    "--config",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder with monitor.yaml, feeds.yaml and alerts.yaml. Default: $MONITOR_CONFIG, else ./config.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more of what is being done.")
@click.option(
    "--log",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    envvar="MONITOR_LOG",
    help="Write the log as words, or as one JSON object a line. Default: $MONITOR_LOG, else text.",
)
@click.pass_context
def monitor(ctx: click.Context, config: Path | None, form: Form, *, verbose: bool) -> None:
    """Watches news feeds in Arabic and English for sieges, reinforcements and failed talks in Daraa governorate, and
    tells people at once.

    To see it work without any set-up: monitor demo. To start watching: monitor init DIR, then monitor --config DIR run.
    """
    ctx.obj = Context(config, verbose, form)


for _command in _ORDER:
    monitor.add_command(_command)


def main() -> None:
    """Entry point. Exit codes: 0 fine, 1 could not do it (why is on stderr), 2 usage, 3 classify met bad lines."""
    catch_the_rest()
    try:
        monitor.main(standalone_mode=True)
    except MonitorError as error:
        say_why(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
