"""Feed bytes -> entries, by feedparser for all XML but the plainest. Runs in a worker, because feedparser can be made
to take minutes, and on bytes it is handed as a stream: given bytes that look like a path, it would open that file."""

import io
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from monitor.errors import SourceError
from monitor.sources.entries import Collected, Raw, Surroundings, collected, to_fields
from monitor.sources.jsonfeed import read_json
from monitor.sources.plain_rss import plain_rss
from monitor.text.charset import decoded
from monitor.text.markup import plain_line

feedparser.api.PREFERRED_XML_PARSERS.clear()  # one that hardly anybody has, looked for anew on the disk at each feed

_START = re.compile(r"<\?xml\b|<rss\b|<feed\b|<rdf:rdf\b|<channel\b|<!doctype\s+rss\b", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,500}\?>", re.IGNORECASE)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));", re.IGNORECASE)
# A search box. feedparser fails on one inside an entry, and nobody needs it.
_TEXT_INPUT = re.compile(r"<textinput\b.{0,2000}?</textinput\s*>|</?textinput\b[^<>]*>", re.IGNORECASE | re.DOTALL)
# feedparser fails on one that ends without having begun, and nobody needs them either.
_CATEGORY = re.compile(r"</?(?:\w+:)?(?:category|subject|keywords)\b[^<>]*>", re.IGNORECASE)
_WHOLE = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.{0,2000}?-->\s*)*\Z", re.IGNORECASE | re.DOTALL)
_ENTRY_START = re.compile(r"<(?:item|entry)[\s>]", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:item|entry)\s*>", re.IGNORECASE)
_FEED_ROOT = re.compile(r"<(rss|feed|(?:\w+:)?rdf)\b", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z][\w:.-]{0,40})")
_MOST_ENTRIES = 12_000  # the newest stand first; tens of thousands take seconds, and nobody publishes so much
_SECONDS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}


def read_feed(body: bytes, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The task `feed`: entries, title, notes and wishes of a feed, or why it is none."""
    around = Surroundings(
        base=fields["url"],
        zone=ZoneInfo(fields["zone"]),
        now=datetime.fromisoformat(fields["now"]),
        language="",
        shared=frozenset(fields["shared"]),
        new=fields.get("new", False),
    )
    text = decoded(body, fields["content_type"])
    notes = [text.note] if text.note else []
    try:
        read = _read(text.text, around, notes)
    except SourceError as error:
        return {"wrong": str(error), "kind": error.kind}
    return {**read, "note": "; ".join(dict.fromkeys(notes))[:500]}


def _read(text: str, around: Surroundings, notes: list[str]) -> dict[str, Any]:
    text = text.lstrip("\ufeff \t\r\n\0")
    if text.startswith(("{", "[")):
        feed, raws = read_json(text)
        found = collected(raws, _in(around, str(feed.get("language") or "")))
        older = feed.get("next_url")
        return {
            **_answer(found, str(feed.get("title") or ""), notes),
            "older": older if isinstance(older, str) else "",
        }
    xml = _xml(text, notes)
    parsed, raws = _quickly(xml) or _by_feedparser(xml)
    if not parsed.version and not parsed.entries:
        raise SourceError(_what_it_is(text), "not_a_feed")
    if parsed.bozo:
        notes.append(f"not well-formed XML ({_fault(parsed.get('bozo_exception'))}), read all the same")
    feed = parsed.feed
    answer = _answer(collected(raws, _in(around, _word(feed, "language"))), _word(feed, "title"), notes)
    blog = "wordpress" in f"{_word(feed, 'generator')} {_word(feed.get('generator_detail', {}), 'href')}".lower()
    return {**answer, "poll_after": _poll_after(feed), "older": _older(feed), "blog": blog}


def _quickly(xml: str) -> tuple[Any, list[Raw]] | None:
    """The same as by feedparser; None unless it agrees on the first item, of which the head may say something."""
    plain = plain_rss(xml.encode("utf-8", "replace"))
    if plain is None:
        return None
    parsed, first = _by_feedparser(plain.head.decode())
    return (parsed, plain.items) if first == plain.items[:1] else None


def _by_feedparser(xml: str) -> tuple[Any, list[Raw]]:
    try:
        parsed = _parsed(xml)
    except LookupError:
        parsed = _parsed(_CATEGORY.sub("", xml))
    return parsed, [_raw(entry) for entry in parsed.entries]


def _parsed(xml: str) -> Any:
    return feedparser.parse(
        io.BytesIO(xml.encode("utf-8", "replace")),
        # No content-location: ids would be resolved against it, and an id must not change when the feed moves.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        # Both only work on markup that becomes plain text here anyway, and both can be made to take minutes.
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _in(around: Surroundings, language: str) -> Surroundings:
    return replace(around, language=language)


def _answer(found: Collected, title: str, notes: list[str]) -> dict[str, Any]:
    notes.extend(found.notes)
    if not found.entries:
        notes.append("the feed holds no entries")
    return {
        "entries": [to_fields(entry) for entry in found.entries],
        "shared": list(found.shared),
        "title": plain_line(title[:10_000])[:200],
        "poll_after": 0,
        "older": "",
        "blog": False,
    }


def _xml(text: str, notes: list[str]) -> str:
    """The document as a parser wants it: nothing before it, no declaration (it is text now), nothing illegal, no half
    entry at the end."""
    start = _START.search(text, 0, 10_000)
    if start and start.start() and "<html" not in text[: start.start()].lower():
        notes.append("there is something before the feed, skipped")
        text = text[start.start() :]
    text = _DECLARATION.sub("", text, count=1) if _DECLARATION.match(text) else text
    text = _TEXT_INPUT.sub("", _REFERENCE.sub(_legal, _ILLEGAL.sub("", text)))
    beyond = next(islice(_ENTRY_START.finditer(text), _MOST_ENTRIES, None), None)
    if beyond:
        notes.append(f"the feed holds more than {_MOST_ENTRIES} entries; the first ones are read")
        return _up_to_the_last_entry(text[: beyond.start()])
    if _WHOLE.search(text, max(0, len(text) - 5_000)):
        return text
    whole = _up_to_the_last_entry(text)
    if whole != text:
        notes.append("the feed breaks off; read up to its last whole entry")
    return whole


def _legal(reference: re.Match[str]) -> str:
    """The reference to a character, unless there is no such character: feedparser would fail on it."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    number = int(digits, base) if len(digits) <= 10 else 0
    return reference[0] if number <= sys.maxunicode and not _ILLEGAL.match(chr(number)) else ""


def _up_to_the_last_entry(text: str) -> str:
    """What a document that breaks off holds whole, closed again so that it is well-formed."""
    starts = [found.start() for found in _ENTRY_START.finditer(text)]
    root = _FEED_ROOT.search(text, 0, 20_000)
    if not starts or not root:
        return text
    ends = [found.end() for found in _ENTRY_END.finditer(text)]
    whole = text[: ends[-1] if ends else starts[0]]
    in_channel = "<channel" in whole and "</channel" not in whole
    return f"{whole}{'</channel>' if in_channel else ''}</{root[1]}>"


def _what_it_is(text: str) -> str:
    if not text:
        return "the answer is empty"
    root = _ROOT.search(text, 0, 5_000)
    if text.startswith("<") and root:
        return f"the answer is no feed: its first element is <{root[1]}>"
    return "the answer is no feed: neither XML nor JSON"


def _fault(error: object) -> str:
    message = getattr(error, "getMessage", None)
    line = getattr(error, "getLineNumber", None)
    words = str(message()) if callable(message) else type(error).__name__
    return f"{words[:80]}, line {line()}" if callable(line) else words[:80]


def _raw(entry: Mapping[str, Any]) -> Raw:
    contents = entry.get("content")
    content = (
        max((_word(each, "value") for each in contents), key=len, default="") if isinstance(contents, list) else ""
    )
    summary = _word(entry, "summary")
    return Raw(
        guid=_word(entry, "id"),
        link=_word(entry, "feedburner_origlink") or _word(entry, "link") or _other_link(entry),
        title=_word(entry, "title"),
        summary="" if summary == content else summary,  # feedparser copies the content where no summary is given
        content=content,
        language=_language(entry),
        dates=(_word(entry, "published"), _word(entry, "updated"), _word(entry, "created")),
    )


def _word(fields: Mapping[str, Any], name: str) -> str:
    """The field as text. dict.get, because feedparser's own get answers with other fields where one is missing."""
    value = dict.get(fields, name) if isinstance(fields, dict) else None
    return value if isinstance(value, str) else ""


def _other_link(entry: Mapping[str, Any]) -> str:
    links = entry.get("links")
    hrefs = (
        [_word(link, "href") for link in links if _word(link, "rel") in {"", "alternate"}]
        if isinstance(links, list)
        else []
    )
    return next(filter(None, hrefs), "")


def _language(entry: Mapping[str, Any]) -> str:
    named = (_word(entry.get(detail, {}), "language") for detail in ("title_detail", "summary_detail"))
    return next(filter(None, named), "")


def _older(feed: Mapping[str, Any]) -> str:
    """The address of the archive before this document, or of the next page of it (RFC 5005)."""
    links = feed.get("links")
    by_rel = {_word(link, "rel"): _word(link, "href") for link in links or () if isinstance(link, dict)}
    return by_rel.get("prev-archive") or by_rel.get("next") or ""


def _poll_after(feed: Mapping[str, Any]) -> float:
    """Seconds that the feed asks to be left alone. "Hourly, once" is in every WordPress feed by default: not a wish."""
    ttl = _word(feed, "ttl").strip()
    minutes = int(ttl) if ttl.isascii() and ttl.isdigit() and len(ttl) <= 6 else 0
    period, often = _word(feed, "sy_updateperiod").strip().lower(), _word(feed, "sy_updatefrequency").strip() or "1"
    seconds = (
        _SECONDS.get(period, 0) / max(1, int(often)) if often.isascii() and often.isdigit() and len(often) <= 6 else 0
    )
    return max(minutes * 60, 0 if (period, often) == ("hourly", "1") else seconds)
