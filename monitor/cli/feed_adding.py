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
from monitor.cli.feed_links import links_of_opml
from monitor.errors import ConfigError, SourceError
from monitor.records import FeedRead
from monitor.settings import Feed, Settings, refuse_packaged
from monitor.settings.references import same_address
from monitor.settings.writing import add_feeds, new_feed
from monitor.sources.discovery import Discovery, FeedLink, channel_link, discovered, one_line
from monitor.text.language import detect

MOST_ASKED = 5  # feeds that a page names


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
        link, read = await find(settings, trial, reading)
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


async def find(settings: Settings, trial: Feed, reading: Reading) -> tuple[FeedLink, FeedRead]:
    """The feed at the address, else the one of its site that can be read."""
    channel = channel_link(trial.url)
    if channel:
        _refuse_double(settings, channel.url)
        return channel, await reading.read(_at(trial, channel))
    try:
        return FeedLink(trial.url, ""), await reading.read(trial)
    except SourceError as error:
        if error.kind != "not_a_feed":
            raise
    found = discovered(await reading.http.get(trial.url))
    if found.named:
        _refuse_double(settings, found.named[0].url)
    picked = await _named(found, trial, reading) or await _guessed(found, trial, reading)
    if picked is None:
        raise _no_feed(found, trial.url)
    _refuse_double(settings, picked[0].url)
    return picked


async def _named(found: Discovery, trial: Feed, reading: Reading) -> tuple[FeedLink, FeedRead] | None:
    """The first that the site names, holds entries and is in the language wished for; else the first that it names."""
    readable: list[tuple[FeedLink, FeedRead]] = []
    others = list(found.named)
    for link in found.named[:MOST_ASKED]:
        try:
            read = await reading.read(_at(trial, link))
        except SourceError as error:
            others.remove(link)
            click.echo(f"The page names {link.url}, which cannot be read: {error}", err=True)
            continue
        if read.entries and trial.language in {"", _language_of(read)}:
            readable.insert(0, (link, read))
            break
        readable.append((link, read))
    if not readable:
        return None
    others.remove(readable[0][0])
    for link in others:
        click.echo(f"The page also names {link.url} {link.title}".rstrip(), err=True)
    click.echo(f"Picked {readable[0][0].url}: the best of {len(found.named)} that the page names.", err=True)
    return readable[0]


async def _guessed(found: Discovery, trial: Feed, reading: Reading) -> tuple[FeedLink, FeedRead] | None:
    """The first of the usual addresses at which there is a feed with entries."""
    named = "it is made with WordPress, which keeps one" if found.wordpress else "the page names none, but there is one"
    for link in found.guesses:
        try:
            read = await reading.read(_at(trial, link))
        except SourceError as error:
            if error.retry_after is not None:
                return None  # it asks to be left alone
            continue
        if read.entries:
            click.echo(f"Picked {link.url}: {named} there.", err=True)
            return link, read
    return None


def _at(trial: Feed, link: FeedLink) -> Feed:
    return trial.model_copy(update={"url": link.url, "kind": link.kind})


def _no_feed(found: Discovery, address: str) -> SourceError:
    tried = ", ".join(urlsplit(link.url).path for link in found.guesses)
    page = "a page of WordPress" if found.wordpress else "a page"
    names = "names feeds that cannot be read" if found.named else "names no feed"
    mend = "If it lists articles, feeds.yaml can read it as kind: page (docs/sources.md)"
    return SourceError(f"{address} is {page} that {names}, and there is none at {tried}. {mend}", "not_a_feed")


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
        site = host.rpartition(".")[0]
        site = site if len(site) > 1 else url.rstrip("/").rpartition("/")[2]  # t.me: the channel's name
        words = re.sub(r"[^a-z0-9]+", "-", site.lower()).strip("-") or "feed"
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
