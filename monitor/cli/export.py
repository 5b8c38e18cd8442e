"""The verb that hands alerts and situations to other programs."""

from pathlib import Path

import click

from monitor.cli.context import Context


@click.command()
@click.argument("what", type=click.Choice(("atom", "geojson", "all")))
@click.option("--language", type=click.Choice(("en", "ar")), default="en", show_default=True, help="Of the Atom feed.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="The folder for all.")
@click.pass_obj
def export(context: Context, what: str, language: str, to: Path | None) -> None:
    """Print the latest alerts as Atom or the situations as GeoJSON, or write both and a CAP 1.2 file for each alert.

    A running monitor keeps such a folder up to date by itself: `publish: DIR` in monitor.yaml.

    Example: monitor export all --to public
    """
    from monitor.gazetteer import Gazetteer
    from monitor.pipeline.publish import Publisher, sender_of
    from monitor.service import utc_now

    if (what == "all") != (to is not None):
        raise click.UsageError("all writes into a folder: monitor export all --to DIR; atom and geojson are printed")
    settings = context.settings()
    with context.store() as store:
        publisher = Publisher(store, Gazetteer.load(settings.gazetteer), sender_of(settings))
        if to is not None:
            publisher.write(to, utc_now())
            click.echo(f"Alerts and situations written to {to}")
            return
        made = publisher.atom(language, utc_now()) if what == "atom" else publisher.geojson(utc_now())
        click.echo(made, nl=False)
