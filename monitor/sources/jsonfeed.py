"""JSON Feed 1.0 and 1.1: the source kind, and the reading of its text (in a worker, beside that of XML)."""

import json
from collections.abc import Mapping
from typing import Any

from monitor.errors import SourceError
from monitor.sources.entries import Raw
from monitor.sources.rss import FeedReader
from monitor.sources.workers import Workers

_VERSION = "https://jsonfeed.org/version/"


def json_feed(workers: Workers) -> FeedReader:
    """Reads XML feeds as well: people paste addresses, and servers change what they send."""
    return FeedReader(workers, "application/feed+json,application/json;q=0.9,application/xml;q=0.7,*/*;q=0.5")


def read_json(text: str) -> tuple[Mapping[str, Any], list[Raw]]:
    """The feed's own fields and its items. Raises SourceError when this is no JSON Feed."""
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise SourceError("the answer begins like JSON but is none", "malformed") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise SourceError("the answer is JSON but no feed: it has no items", "not_a_feed")
    if not _text(feed, "version").startswith(_VERSION):
        raise SourceError("the answer is JSON but no feed: it names no version of JSON Feed", "not_a_feed")
    return feed, [_raw(item) for item in feed["items"] if isinstance(item, dict)]


def _raw(item: Mapping[str, Any]) -> Raw:
    return Raw(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_plain(item, "summary"),
        content=_text(item, "content_html") or _plain(item, "content_text"),
        language=_text(item, "language"),
        dates=(_text(item, "date_published"), _text(item, "date_modified")),
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    """The field as text; the standard asks readers to accept numbers for ids."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _plain(fields: Mapping[str, Any], name: str) -> str:
    """A field that is plain text by the standard, as markup."""
    return _text(fields, name).replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
