"""The verb that shows the monitor at work without any set-up: demo."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--pace",
    type=click.FloatRange(0, 60),
    default=2.0,
    show_default=True,
    help="Seconds between two steps of the story; 0 to see the end at once.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="A new folder that keeps the demo's configuration and database, to look into with "
    "`monitor --config DIR/config log`. Default: nothing is kept.",
)
def demo(pace: float, keep: Path | None) -> None:
    """Tell a made-up story of a town, and see which alerts it makes. Takes under a minute, needs no network.

    Example: monitor demo --pace 4

    The news sites and the inbox are on this machine; everything between them is the real monitor. Every message says
    TEST.
    """
    import asyncio
    import tempfile

    from rich.console import Console

    from monitor.demo import tell

    if keep is not None:
        if keep.exists() and any(keep.iterdir()):
            raise click.UsageError(
                f"--keep {keep}: the folder is not empty; name a new one, so that nothing of yours is mixed with it"
            )
        asyncio.run(tell(keep, Console(), pace=pace))
        click.echo(f"Kept: monitor --config {keep / 'config'} log --all")
        return
    with tempfile.TemporaryDirectory(prefix="monitor-demo-") as folder:
        asyncio.run(tell(Path(folder), Console(), pace=pace))
