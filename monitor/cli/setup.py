"""The verbs before the first start: init and check."""

from pathlib import Path

import click

from monitor.cli.context import Context


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Write a complete configuration to DIR, to be changed to your needs. Files that are there are never overwritten.

    Example: monitor init config, then: monitor check
    """
    from monitor.cli.setting_up import write_defaults

    write_defaults(folder)


@click.command()
@click.pass_obj
def check(context: Context) -> None:
    """Say whether the configuration is right, and what the monitor would do with it; or all that is wrong with it.

    Example: monitor --config DIR check
    """
    from monitor.cli.setting_up import print_summary

    print_summary(context.config)
