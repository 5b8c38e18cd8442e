"""Adds feeds to feeds.yaml: one that was read first, or those of an OPML file."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from monitor.cli.feed_asking import Reading, age, newest_of, open_reading
from monitor.cli.feed_links import FeedLink, links_of_opml, links_of_page, one_line
from monitor.errors import ConfigError, SourceError
from monitor.records import FeedRead
from monitor.settings import Feed, Settings, refuse_packaged
from monitor.settings.references import same_address
from monitor.settings.writing import add_feeds, new_feed
from monitor.text.language import detect


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user said of the feed; "" where nothing."""

    name: str = ""
    language: str = ""
    outlet: str = ""
    zone: str = ""


async def add(settings: Settings, url: str, wishes: Wishes) -> None:
    """Reads the feed, adds it, and says what was added."""
    refuse_packaged(settings)
    path = settings.config_dir / "feeds.yaml"
    link = FeedLink(url if "://" in url else f"https://{url}", "")
    _refuse_double(settings, link.url)
    trial = new_feed(path, _entry("trial", link, wishes))
    async with open_reading(settings) as reading:
        link, read = await _find(settings, trial, reading)
    title = one_line(read.title) or link.title
    language = wishes.language or _language_of(read)
    name = wishes.name or unused(slug(title, link.url, language), [feed.name for feed in settings.feeds])
    found = FeedLink(link.url, title, link.kind, language)
    feed = new_feed(path, _entry(name, found, wishes))
    add_feeds(path, [feed])
    click.echo(feed.name)
    newest = f", the newest {age(newest_of(read), reading.now)} old" if newest_of(read) else ""
    click.echo(f"Added {feed.outlet} to {path}: {len(read.entries)} entries{newest}. {read.note}".strip(), err=True)
    click.echo("A monitor that is running reads it after its next start.", err=True)


def import_opml(settings: Settings, opml: Path) -> None:
    """Adds what is new in the file, and says what was left out and why."""
    refuse_packaged(settings)
    path = settings.config_dir / "feeds.yaml"
    links = links_of_opml(_text(opml))
    if not links:
        raise ConfigError(f"{opml} names no feeds: it should be an OPML file, as feed readers export it")
    known = {same_address(feed.url): feed.name for feed in settings.feeds}
    names = {feed.name for feed in settings.feeds}
    added: list[Feed] = []
    for link in links:
        same = same_address(link.url)
        if same in known:
            click.echo(f"Skipped {link.title or link.url}: it is there already as {known[same]}.", err=True)
            continue
        name = unused(slug(link.title, link.url, link.language), names)
        try:
            feed = new_feed(opml, _entry(name, link, Wishes()))
        except ConfigError as error:
            click.echo(f"Skipped {link.title or 'a feed without a title'}. {error}", err=True)
            continue
        added.append(feed)
        names.add(name)
        known[same] = name
    add_feeds(path, added)
    for feed in added:
        click.echo(feed.name)
    _tell_import(path, len(added), len(links))


def _tell_import(path: Path, added: int, listed: int) -> None:
    click.echo(f"Added {added} of {listed} feeds to {path}{', switched on' if added else ''}.", err=True)
    if added:
        click.echo("Ask them with `monitor feeds check`; a running monitor reads them after its next start.", err=True)


async def _find(settings: Settings, trial: Feed, reading: Reading) -> tuple[FeedLink, FeedRead]:
    """The feed at the address, or the first one that the page there names."""
    try:
        return FeedLink(trial.url, ""), await reading.read(trial)
    except SourceError as error:
        if error.kind != "not_a_feed":
            raise
    page = await reading.http.get(trial.url)
    link = _first_link(links_of_page(page.body.decode("utf-8", "replace"), page.url), trial.url)
    _refuse_double(settings, link.url)
    there = trial.model_copy(update={"url": link.url, "kind": link.kind})
    return link, await reading.read(there)


def _first_link(links: list[FeedLink], address: str) -> FeedLink:
    if not links:
        guess = f"{address.rstrip('/')}/feed/"
        raise SourceError(
            f"{address} is a page that names no feed. Many sites keep one unnamed: try {guess}", "not_a_feed"
        )
    for other in links[1:]:
        click.echo(f"The page also names {other.url} {other.title}".rstrip(), err=True)
    return links[0]


def _refuse_double(settings: Settings, url: str) -> None:
    for feed in settings.feeds:
        if same_address(feed.url) == same_address(url):
            how = "" if feed.enabled else ", switched off: set enabled: true there"
            raise ConfigError(f"{url} is in {settings.config_dir / 'feeds.yaml'} already, as {feed.name}{how}")


def _entry(name: str, link: FeedLink, wishes: Wishes) -> dict[str, Any]:
    outlet = wishes.outlet or link.title[:80] or urlsplit(link.url).hostname or "unknown"
    entry = {"name": name, "kind": link.kind, "url": link.url, "outlet": outlet}
    return {**entry, "language": wishes.language or link.language, **({"zone": wishes.zone} if wishes.zone else {})}


def _language_of(read: FeedRead) -> str:
    declared = Counter(entry.language[:2].lower() for entry in read.entries if entry.language)
    if declared:
        return declared.most_common(1)[0][0]
    found = detect(" ".join(entry.title for entry in read.entries))
    return "" if found == "und" else found


def slug(title: str, url: str, language: str) -> str:
    """A name for the feed out of its title, or of its host if the title has no Latin letters."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    if len(words) < 3:
        host = (urlsplit(url).hostname or "feed").removeprefix("www.").encode("ascii", "ignore").decode()
        words = re.sub(r"[^a-z0-9]+", "-", host.rpartition(".")[0].lower()).strip("-") or "feed"
    return f"{words}-{language}" if language and not words.endswith(f"-{language}") else words


def unused(name: str, taken: Collection[str]) -> str:
    """The name, with a number if it is taken."""
    number = 2
    free = name
    while free in taken:
        free = f"{name}-{number}"
        number += 1
    return free


def _text(opml: Path) -> str:
    raw = opml.read_bytes()
    declared = re.search(rb"""<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""", raw[:200])
    try:
        return raw.decode(declared[1].decode() if declared else "utf-8-sig", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")
