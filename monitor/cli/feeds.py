"""The verbs that keep feeds.yaml: feeds list, show, check, add, import."""

from pathlib import Path

import click

from monitor.cli.context import Context
from monitor.cli.verbs import Verbs


@click.group(cls=Verbs)
def feeds() -> None:
    """See, test and add the news feeds that are read (feeds.yaml).

    Example: monitor feeds check
    """


@feeds.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON, one feed a line.")
@click.pass_obj
def list_feeds(context: Context, *, as_json: bool) -> None:
    """List the feeds of feeds.yaml, with how their last reading went if the monitor has run.

    Example: monitor feeds list
    """
    from monitor.cli.feed_showing import lately
    from monitor.cli.feed_table import print_feeds, states

    settings = context.settings()
    print_feeds(settings, states(settings), lately(settings), as_json=as_json)


@feeds.command("show")
@click.argument("name")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="How far to look back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def show_feed(context: Context, name: str, *, days: int, as_json: bool) -> None:
    """Say how the polls of one feed go, when it could not be read, and of which hours entries may be missing.

    Example: monitor feeds show syria-tv-ar
    """
    from monitor.cli.feed_showing import show

    show(context.settings(), name, days=days, as_json=as_json)


@feeds.command("check")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Also the feeds that are switched off.")
@click.option("--json", "as_json", is_flag=True, help="JSON, one feed a line.")
@click.pass_obj
def check_feeds(context: Context, names: tuple[str, ...], *, everything: bool, as_json: bool) -> None:
    """Ask each feed once and say which answer, how many entries they show, how old the newest is, and what to do with
    those that do not answer. Nothing is stored. The exit code is 1 if one of them cannot be read.

    Example: monitor feeds check syria-tv-ar north-press-en
    """
    import asyncio

    from monitor.cli.feed_asking import ask_all, chosen
    from monitor.cli.feed_table import print_answers

    settings = context.settings()
    answers = asyncio.run(ask_all(settings, chosen(settings, names, everything=everything)))
    print_answers(answers, as_json=as_json)
    raise SystemExit(0 if all(answer.reads for answer in answers) else 1)


@feeds.command("add")
@click.argument("url")
@click.option(
    "--name", default="", help="Its name in commands and logs. Default: made from the feed's title or address."
)
@click.option("--language", default="", help="ar, en ... Default: what the feed says, or its headlines.")
@click.option("--outlet", default="", help="The name that stands in alerts. Default: the feed's title.")
@click.option("--zone", default="", help="Time zone of dates that name none, such as Asia/Damascus. Default: UTC.")
@click.pass_obj
def add_feed(context: Context, url: str, name: str, language: str, outlet: str, zone: str) -> None:
    """Read the feed at URL and add it to feeds.yaml; of a site, the feed that it names or keeps.

    The address of a Telegram channel, https://t.me/NAME, adds the channel.

    Example: monitor feeds add https://example.org/feed/ --outlet "Example News" --zone Asia/Damascus
    """
    import asyncio

    from monitor.cli.feed_adding import Wishes, add

    asyncio.run(add(context.settings(), url, Wishes(name, language, outlet, zone)))


@feeds.command("import")
@click.argument("opml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_feeds(context: Context, opml: Path) -> None:
    """Add every feed of an OPML file, the list that feed readers export. Feeds that are there already are left alone.

    Example: monitor feeds import subscriptions.opml, then: monitor feeds check
    """
    from monitor.cli.feed_adding import import_opml

    import_opml(context.settings(), opml)
