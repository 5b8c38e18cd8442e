"""The verbs that keep what was gathered: migrate, backup, restore."""

from pathlib import Path

import click

from monitor.cli.context import Context


@click.command()
@click.argument("source")
@click.argument("target")
def migrate(source: str, target: str) -> None:
    """Copy all that a monitor knows from the database SOURCE into the empty database TARGET, of either kind.

    Stop the monitor first. Broken off, the same command goes on where it was; in the end every table is compared.
    A password is better left out of the command line: put it into ~/.pgpass, or into $PGPASSWORD.

    Example: monitor migrate sqlite:///data/monitor.db postgresql://monitor@db.example.org/monitor
    """
    from monitor.cli.moving import move

    click.echo(move(source, target))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(context: Context, file: Path) -> None:
    """Write all that the monitor knows into FILE, while it runs. Never over a file that is there already.

    Example: monitor backup /backups/monitor-2026-11-22.db
    """
    from monitor.cli.moving import back_up

    click.echo(back_up(context.settings(), file))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore(context: Context, file: Path) -> None:
    """Bring back what a backup FILE holds into the configured database, which must be empty; stop the monitor first.

    Example: monitor --config new restore /backups/monitor-2026-11-22.db
    """
    from monitor.cli.moving import bring_back

    click.echo(bring_back(context.settings(), file))
