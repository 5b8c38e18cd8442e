"""What a page or an OPML file names as feeds. Read tolerantly, without entities: these files come from anywhere."""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal
from urllib.parse import urljoin

_JSON = "application/feed+json"
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", _JSON)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An address that a file names as a feed."""

    url: str
    title: str
    kind: Literal["rss", "jsonfeed"] = "rss"
    language: str = ""


class _Tags(HTMLParser):
    def __init__(self, wanted: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted = wanted
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self.wanted:
            self.found.append({name: value or "" for name, value in attrs})


def links_of_page(text: str, address: str) -> list[FeedLink]:
    """The feeds that a page at this address announces in its head, those of comments last."""
    links = []
    for tag in _tags(text, "link"):
        kind, target = tag.get("type", "").partition(";")[0].strip().lower(), tag.get("href", "").strip()
        if "alternate" in tag.get("rel", "").lower().split() and kind in _FEED_TYPES and target:
            title = one_line(tag.get("title", ""))
            links.append(FeedLink(urljoin(address, target), title, "jsonfeed" if kind == _JSON else "rss"))
    return sorted(_without_doubles(links), key=lambda link: "comment" in link.url.lower())


def links_of_opml(text: str) -> list[FeedLink]:
    """The feeds of an OPML file, whatever folders they lie in."""
    links = [
        FeedLink(
            url,
            one_line(tag.get("text") or tag.get("title", "")),
            "jsonfeed" if tag.get("type", "").strip().lower() == "json" else "rss",
            tag.get("language", "").strip()[:2].lower(),
        )
        for tag in _tags(text, "outline")
        if (url := tag.get("xmlurl", "").strip())
    ]
    return _without_doubles(links)


def _tags(text: str, wanted: str) -> list[dict[str, str]]:
    parser = _Tags(wanted)
    parser.feed(text)
    parser.close()
    return parser.found


def one_line(text: str) -> str:
    """A title as it may stand in feeds.yaml."""
    return " ".join(text.split())


def _without_doubles(links: list[FeedLink]) -> list[FeedLink]:
    return list({link.url: link for link in reversed(links)}.values())[::-1]
