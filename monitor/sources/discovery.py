"""Where a site keeps its feeds: what its page and its headers name, else where such sites usually keep one.

Nothing that is only guessed is believed: an address counts as a feed once it was read as one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal
from urllib.parse import urljoin, urlsplit

from monitor.http import HttpResponse

_JSON = "application/feed+json"
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", _JSON)
# Of a site that does not say; the first is WordPress's, which most outlets use.
_USUAL = ("/feed/", "/rss.xml", "/feed.xml", "/rss", "/atom.xml", "/index.xml")
_WORDPRESS = ("/feed/", "/?feed=rss2")
_MADE_BY_WORDPRESS = re.compile(rb"/wp-(?:content|includes|json)/|<meta[^>]{1,100}WordPress", re.IGNORECASE)
_HEADER_LINK = re.compile(r"<([^<>]{1,1000})>((?:\s*;\s*[\w*-]{1,20}\s*=\s*(?:\"[^\"]{0,300}\"|[^\s\",;]{1,300}))*)")
_LINK_TAG = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))")
_CHANNEL = re.compile(r"/(?:s/)?([A-Za-z]\w{3,31})(?:/\d+)?/?", re.ASCII)
_PAGE = 2_000_000  # bytes of a page that are looked through


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An address that somebody names as a feed, or that may be one."""

    url: str
    title: str
    kind: Literal["rss", "jsonfeed", "telegram"] = "rss"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """`named`: by the site itself, best first. `guesses`: to be tried where nothing named can be read."""

    named: tuple[FeedLink, ...]
    guesses: tuple[FeedLink, ...]
    wordpress: bool


def channel_link(url: str) -> FeedLink | None:
    """The public page of the Telegram channel that this address belongs to; None if it is no such address."""
    parts = urlsplit(url)
    named = _CHANNEL.fullmatch(parts.path)
    if parts.hostname not in {"t.me", "telegram.me"} or not named:
        return None
    return FeedLink(f"https://t.me/s/{named[1]}", "", "telegram")


def discovered(answer: HttpResponse) -> Discovery:
    """The feeds of the site whose page answered."""
    text = answer.body[:_PAGE].decode("utf-8", "replace")
    links = _without_doubles([*links_of_page(text, answer.url), *_links_of_headers(answer)])
    wordpress = _is_wordpress(answer)
    return Discovery(tuple(sorted(links, key=_rank)), tuple(_guesses(answer.url, wordpress)), wordpress)


def links_of_page(text: str, address: str) -> list[FeedLink]:
    """The feeds that a page at this address announces, those of comments last."""
    found = []
    # Only these tags are parsed: on a page made for it the parser takes minutes.
    for tag in tags("".join(_LINK_TAG.findall(text)), "link"):
        link = _link(tag.get("rel", ""), tag.get("type", ""), tag.get("href", ""), tag.get("title", ""), address)
        found += [link] if link else []
    return sorted(_without_doubles(found), key=_rank)


def _links_of_headers(answer: HttpResponse) -> Iterator[FeedLink]:
    for address, parameters in _HEADER_LINK.findall(answer.headers.get("Link", "")[:20_000]):
        told = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}
        link = _link(told.get("rel", ""), told.get("type", ""), address, told.get("title", ""), answer.url)
        if link:
            yield link


def _link(relation: str, kind: str, target: str, title: str, address: str) -> FeedLink | None:
    kind = kind.partition(";")[0].strip().lower()
    if "alternate" not in relation.lower().split() or kind not in _FEED_TYPES or not target.strip():
        return None
    try:
        url = urljoin(address, target.strip())
        usable = urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return None
    return FeedLink(url, one_line(title), "jsonfeed" if kind == _JSON else "rss") if usable else None


def _rank(link: FeedLink) -> int:
    """Comments are no reports; a feed in another notation than RSS often holds less."""
    return 2 if "comment" in link.url.lower() else 1 if link.kind == "jsonfeed" else 0


def _is_wordpress(answer: HttpResponse) -> bool:
    return "api.w.org" in answer.headers.get("Link", "") or bool(_MADE_BY_WORDPRESS.search(answer.body[:_PAGE]))


def _guesses(address: str, wordpress: bool) -> list[FeedLink]:
    """In the folder that was asked for first: /en/ may have a feed of its own."""
    folder = urlsplit(address).path.rpartition("/")[0] + "/"
    usual = dict.fromkeys((*_WORDPRESS, *_USUAL) if wordpress else _USUAL)
    own = [folder.rstrip("/") + "/feed/"] if folder != "/" else []
    return _without_doubles([FeedLink(urljoin(address, path), "") for path in (*own, *usual)])


class _Tags(HTMLParser):
    def __init__(self, wanted: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted = wanted
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self.wanted:
            self.found.append({name: value or "" for name, value in attrs})


def tags(text: str, wanted: str) -> list[dict[str, str]]:
    """The attributes of every tag of this name. Without entities, and tolerant: such files come from anywhere."""
    parser = _Tags(wanted)
    parser.feed(text)
    parser.close()
    return parser.found


def one_line(text: str) -> str:
    """A title as it may stand in feeds.yaml."""
    return " ".join(text.split())


def _without_doubles(links: Sequence[FeedLink]) -> list[FeedLink]:
    return list({link.url: link for link in reversed(links)}.values())[::-1]
