"""The items of RSS that is written as nearly all of it is: what feedparser makes of them, in a tenth of its time.

Whatever else there is (another element, one twice, tags inside of one, attributes that bear on others, a DTD) makes it
feedparser's. So does anything in the head: that is left with the first item, for feedparser to read.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat  # nosec B407  # a document with a DTD is left to feedparser

from monitor.sources.entries import Raw

_CONTENT, _DC = "http://purl.org/rss/1.0/modules/content/", "http://purl.org/dc/elements/1.1/"
_MEDIA = "http://search.yahoo.com/mrss/"
_READ = {
    "guid": "guid",
    "link": "link",
    "title": "title",
    "description": "summary",
    f"{_CONTENT} encoded": "content",
    "pubDate": "published",
    f"{_DC} date": "updated",
    "http://rssnamespace.org/feedburner/ext/1.0 origLink": "origin",
}
# What feedparser reads and nobody asks it for.
_PASSED_OVER = frozenset(
    ("author", "category", "comments", "enclosure", f"{_DC} creator", f"{_MEDIA} content", f"{_MEDIA} thumbnail")
) | {
    "com-wordpress:feed-additions:1 post-id",
    "http://purl.org/rss/1.0/modules/slash/ comments",
    "http://wellformedweb.org/CommentAPI/ commentRss",
}
_INHERITED = ("base", "lang")  # attributes that say something of other elements too


class UnusualError(Exception):
    """It is for feedparser to say what this means."""


@dataclass(frozen=True, slots=True)
class Plain:
    """All items, and the document with the first one alone."""

    items: list[Raw]
    head: bytes


def plain_rss(document: bytes) -> Plain | None:
    """None if it is anything else, or not well-formed."""
    reading = _Reading()
    try:
        reading.parser.Parse(document, True)
        items = [_raw(item) for item in reading.items]
    except (expat.ExpatError, UnusualError):
        return None
    if not items:
        return None
    first, last = (document.index(b">", at) + 1 for at in (reading.ends[0], reading.ends[-1]))
    return Plain(items, document[:first] + document[last:])


@dataclass(slots=True)
class _Reading:
    """What expat has told so far."""

    items: list[dict[str, str]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # where the end tags of the items stand
    parser: Any = field(default_factory=lambda: expat.ParserCreate(namespace_separator=" "))
    _path: list[str] = field(default_factory=list)
    _item: dict[str, str] | None = None
    _text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if any(each.lower().endswith(_INHERITED) for each in attributes):
            raise UnusualError
        if self._item is not None:
            self._start_within(self._item, name, attributes)
        elif self._path == ["rss", "channel", "item"]:
            if attributes:
                raise UnusualError
            self._item = {}
        elif self.items or self._path[:2] not in (["rss"], ["rss", "channel"]):
            raise UnusualError

    def _start_within(self, item: dict[str, str], name: str, attributes: dict[str, str]) -> None:
        known = _READ.get(name, "")
        if len(self._path) > 4 or known in item or not (known or name in _PASSED_OVER):
            raise UnusualError
        if known == "guid":
            item["permalink"] = attributes.pop("isPermaLink", "true")
        if known and attributes:
            raise UnusualError
        self._text.clear()

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._item is None:
            return
        if len(self._path) == 2:
            self.items.append(self._item)
            self.ends.append(self.parser.CurrentByteIndex)
            self._item = None
        elif name in _READ:
            self._item[_READ[name]] = _mended("".join(self._text).strip())


def _refuse(*_of_a_dtd: object) -> None:
    raise UnusualError


def _mended(text: str) -> str:
    """UTF-8 that was taken for Latin-1 and written as UTF-8 again."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    if any("\x80" <= letter <= "\x9f" for letter in text):
        raise UnusualError
    return text


def _raw(item: dict[str, str]) -> Raw:
    guid, link = item.get("guid", ""), item.get("link")
    is_link = item.get("permalink") == "true"
    if link is None:
        link = guid if is_link else ""
    if ";" in link or ":///" in link or (is_link and ":///" in guid):
        raise UnusualError
    content = item.get("content", "")
    summary = item.get("summary", content)
    return Raw(
        guid=guid,
        link=item.get("origin") or link,
        title=item.get("title", ""),
        summary="" if summary == content else summary,
        content=content,
        language="",
        dates=(item.get("published", ""), item.get("updated", ""), ""),
    )
