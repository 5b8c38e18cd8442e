"""A list page without a feed, by CSS selectors of feeds.yaml: the source kind, and the reading (in a worker).

A page whose selectors fit nothing has been rebuilt: that is a failure that names the selector, never "no news".
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from lxml import etree

from monitor.errors import SourceError
from monitor.http import HttpClient, Limits
from monitor.records import FeedRead
from monitor.settings import Feed
from monitor.sources.answers import (
    asked,
    is_unchanged,
    max_age,
    moved,
    parsed,
    refuse_status,
    refuse_wall,
    remembered,
    seconds,
    unchanged,
)
from monitor.sources.entries import Raw, Surroundings, collected, from_fields, to_fields
from monitor.sources.links import normalised, web_link
from monitor.sources.trees import css, html_tree
from monitor.sources.walls import wall_in_prose
from monitor.sources.workers import Workers
from monitor.text.charset import decoded
from monitor.text.dates import feed_date
from monitor.text.markup import clean, plain_line

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
_LIMITS = Limits(connect=10, read=15, total=40, size=6_000_000)
_FEED = re.compile(
    r"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|rdf:rdf)\b|\{", re.IGNORECASE | re.DOTALL
)
_MOST_ENTRIES = 300
_MOST_FACTS = 20_000
_TEXTS = etree.XPath(".//text()[not(parent::script or parent::style)]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class PageReader:
    workers: Workers
    limits: Limits = _LIMITS

    async def read(self, feed: Feed, memory: Mapping[str, str], http: HttpClient, now: datetime) -> FeedRead:
        """What the page lists now. Raises SourceError with one sentence for its row."""
        selectors = feed.select.model_dump() if feed.select else {}
        asks = json.dumps([feed.url, selectors])  # other selectors: an unchanged page has to be read anew
        known = memory if memory.get("asks") == asks else {}
        answer = await asked(feed, http, _ACCEPT, self.limits, known=known)
        if is_unchanged(answer, known):
            return unchanged(answer, known)
        refuse_wall(answer, now, "page")
        refuse_status(answer, now, "page")
        kept = {**remembered(feed, answer), "asks": asks}
        if "body_hash" in kept and kept["body_hash"] == known.get("body_hash"):
            return unchanged(answer, {**known, **kept})
        fields = {
            "url": answer.url,
            "content_type": answer.headers.get("Content-Type", ""),
            "zone": feed.zone,
            "now": now.isoformat(),
            "select": selectors,
        }
        read = await parsed(self.workers, "list", fields, answer.body, seconds(answer.body), what="page")
        return FeedRead(
            entries=tuple(from_fields(each) for each in read["entries"]),
            memory=kept,
            changed=True,
            note="; ".join(filter(None, (read["note"], answer.broken_off, moved(answer)))),
            title=read["title"],
            poll_after=max_age(answer),
            moved=answer.moved,
            older=read["older"],
        )


def list_page(workers: Workers) -> PageReader:
    return PageReader(workers)


def read_list(body: bytes, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The task `list`: the entries that the selectors find on a page, or which selector finds nothing."""
    text = clean(decoded(body, fields["content_type"]).text)
    try:
        return _read(text, fields)
    except SourceError as error:
        return {"wrong": str(error), "kind": error.kind}


def _read(text: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    if _FEED.match(text.lstrip("\ufeff \t\r\n")):
        raise SourceError("the address answers with a feed, not with a page: write kind: rss", "not_a_page")
    tree = html_tree(text)
    if tree is None:
        raise SourceError("the address answers with a page that holds nothing", "empty")
    find = {part: css(selector) for part, selector in fields["select"].items() if selector and part != "date_attribute"}
    items = find["item"](tree)
    if not items:
        raise _nothing_found(tree, fields["select"]["item"])
    base = urljoin(fields["url"], next(iter(tree.xpath("//base/@href")), ""))
    found = [_Found(item, find, base, fields["select"]["date_attribute"]) for item in items[:_MOST_ENTRIES]]
    _refuse_if_bare(found, len(items), fields["select"])
    dates = _told_dates(tree, base)
    raws = [_raw(each, dates) for each in _once(found)]
    around = Surroundings(base, ZoneInfo(fields["zone"]), datetime.fromisoformat(fields["now"]), "", frozenset())
    return {
        "entries": [to_fields(entry) for entry in collected(raws, around).entries],
        "note": "; ".join(_remarks(found, fields["select"], len(items))),
        "older": _older(tree, base),
        "title": plain_line(escape(_words(tree.xpath("//head/title")[:1])))[:200],
    }


def _older(tree: Any, base: str) -> str:
    """The list's next page, which holds older entries, if the page says which that is."""
    targets = tree.xpath("(//link | //a)[contains(concat(' ', @rel, ' '), ' next ')]/@href")
    return next(filter(None, (web_link(target, base) for target in targets[:3])), "")


class _Found:
    """One item of the page, and what the selectors find in it."""

    def __init__(self, item: Any, find: Mapping[str, Any], base: str, date_attribute: str) -> None:
        links = [each for each in find["link"](item) if each.get("href")] or ([item] if item.get("href") else [])
        self.url = next(filter(None, (web_link(each.get("href"), base) for each in links)), "")
        named = find["title"](item) if "title" in find else []
        spoken = (_words([each]) or each.get("title") or each.get("aria-label") or "" for each in (*named, *links))
        self.title = next(filter(None, spoken), "")
        self.has_named_title = bool(named)
        self.dates = tuple(_written(find["date"](item)[:3], date_attribute)) if "date" in find else ()
        self.summary = _words(find["summary"](item)[:1]) if "summary" in find else ""


def _words(elements: Sequence[Any]) -> str:
    return _SPACES.sub(" ", " ".join(text for each in elements for text in _TEXTS(each))).strip()[:5_000]


def _written(elements: Sequence[Any], attribute: str) -> Iterator[str]:
    for each in elements:
        yield from filter(None, (each.get(attribute or "datetime"), _words([each])))


def _nothing_found(tree: Any, selector: str) -> SourceError:
    words = _words(tree.xpath("//body"))
    blocked = wall_in_prose(words) if words else ""
    if blocked:
        return SourceError(f"the address answers with {blocked}, not with the page", "wall")
    if tree.xpath("//input[@type='password']"):
        return SourceError("the address answers with a login page, not with the page", "wall")
    mend = "the page was rebuilt, or select is wrong: look at its source and correct it in feeds.yaml"
    return SourceError(f"select.item finds nothing on the page ({selector}): {mend}", "selectors")


def _refuse_if_bare(found: Sequence[_Found], count: int, select: Mapping[str, str]) -> None:
    """Items that are none: the selector fits something else by now."""
    mend = "look at the page's source and correct it in feeds.yaml"
    if not any(each.url for each in found):
        raise SourceError(f"select.link finds nothing in any of {count} items ({select['link']}): {mend}", "selectors")
    if not any(each.title for each in found):
        part = "title" if select["title"] else "link"
        raise SourceError(f"select.{part} finds no words in any of {count} items ({select[part]}): {mend}", "selectors")


def _remarks(found: Sequence[_Found], select: Mapping[str, str], count: int) -> Iterator[str]:
    if select["title"] and not any(each.has_named_title for each in found):
        yield f"select.title finds nothing ({select['title']}): the words of the links are taken"
    if select["date"] and not any(each.dates for each in found):
        yield f"select.date finds nothing ({select['date']})"
    bare = sum(not (each.url and each.title) for each in found)
    if bare * 2 > len(found):
        yield f"{bare} of {len(found)} items have no link or no words and were left out"
    if count > len(found):
        yield f"only the first {len(found)} of {count} items were read"


def _once(found: Sequence[_Found]) -> list[_Found]:
    """Each article once: pages show the newest above the list and in it."""
    first: dict[str, _Found] = {}
    for each in found:
        if each.url and each.title:
            first.setdefault(normalised(each.url), each)
    return list(first.values())


def _raw(found: _Found, dates: Mapping[str, str]) -> Raw:
    told = dates.get(normalised(found.url), "")
    # A day without an hour says less than what the page tells machines.
    ordered = sorted((*found.dates, *filter(None, (told,))), key=lambda date: ":" not in date)
    return Raw("", found.url, escape(found.title), escape(found.summary), "", "", tuple(ordered))


def _told_dates(tree: Any, base: str) -> dict[str, str]:
    """Address -> date, as the page tells machines of its articles (JSON-LD)."""
    told: dict[str, str] = {}
    for script in tree.xpath("//script[@type='application/ld+json' or contains(@id, 'schema-json')]/text()"):
        try:
            facts = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        for each in _objects(facts):
            date, where = each.get("datePublished"), each.get("url") or each.get("mainEntityOfPage") or each.get("@id")
            where = where.get("@id") if isinstance(where, dict) else where
            if isinstance(date, str) and isinstance(where, str) and feed_date(date, UTC):
                told.setdefault(normalised(web_link(where, base)), date)
    return told


def _objects(facts: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in it, however deep; not more than a page can mean seriously."""
    waiting, seen = [facts], 0
    while waiting and seen < _MOST_FACTS:
        fact = waiting.pop()
        seen += 1
        if isinstance(fact, dict):
            yield fact
            waiting.extend(fact.values())
        elif isinstance(fact, list):
            waiting.extend(fact)
