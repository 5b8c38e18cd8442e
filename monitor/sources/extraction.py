"""Article page -> its text, by trafilatura. Runs in a worker."""

import json
import re
from collections.abc import Mapping
from typing import Any

import trafilatura
from trafilatura.settings import use_config

from monitor.sources.trees import html_tree
from monitor.text.charset import decoded
from monitor.text.markup import clean, plain_text

LONGEST_TEXT = 200_000
_BESIDE = (
    *("related", "sidebar", "newsletter", "subscribe", "cookie", "consent", "breadcrumb", "share", "sharing", "social"),
    *("most-read", "mostread", "most-viewed", "popular", "trending", "read-more", "comment"),
)
# What stands beside an article. Left in, it wins over a text of two sentences, because it is longer.
_FURNITURE = (
    "//nav | //footer | //aside | //body/header"
    " | //*[@role='navigation' or @role='contentinfo' or @role='complementary' or @role='banner']"
)
# What probably does, by its name. But whole pages stand in one form, or in a "sidebar-layout".
_SUSPECTS = (
    "//form[not(.//h1)] | //*[self::div or self::section or self::ul]["
    + " or ".join(f"contains(concat(@class, ' ', @id), '{word}')" for word in _BESIDE)
    + "][not(.//h1)]"
)
_WORDS = ".//text()[not(parent::script or parent::style)]"
# trafilatura distrusts what is shorter than 250 characters and takes half the page instead. News flashes are shorter.
_CONFIG = use_config()
_CONFIG.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
_CONFIG.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")
_SPACES = re.compile(r"\s+")


def extract(body: bytes, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The task `page`: the article's text without its headline, and all words of the page when they are few."""
    page = clean(decoded(body, fields["content_type"]).text)  # the parser stops at a control character
    tree = html_tree(page)
    if tree is None:
        return {"text": "", "words": ""}
    headline = _headline(tree)
    words = _words(tree)
    told = _told(tree)
    _clear(tree, len(words))
    found = trafilatura.extract(
        tree, url=fields["url"] or None, favor_recall=True, include_comments=False, config=_CONFIG
    )
    text = _tidy(clean(found or ""), headline)
    # A page that scripts fill says "Loading" where others have the article, but tells it to search engines.
    text = told if len(told) > 2 * len(text) else text
    return {"text": text[:LONGEST_TEXT], "words": words[:2_000]}


def _headline(tree: Any) -> str:
    found = tree.xpath("string(//h1[normalize-space(.)])") or tree.xpath("string(//title)")
    return clean(_SPACES.sub(" ", str(found))).strip()[:1_000]


def _words(element: Any) -> str:
    return clean(_SPACES.sub(" ", " ".join(element.xpath(_WORDS)))).strip()


def _clear(tree: Any, total: int) -> None:
    """Take the furniture out: what is named so and consists of links, or is the smaller part of the page's words."""
    for element in tree.xpath(_FURNITURE):
        _drop(element)
    for element in tree.xpath(_SUSPECTS):
        size = len(_words(element))
        linked = sum(len(_words(link)) for link in element.iter("a"))
        if linked * 2 >= size or size * 2 < total:
            _drop(element)


def _drop(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()  # what follows it stays


def _told(tree: Any) -> str:
    """The article as the page tells it to machines (JSON-LD), "" if it does not."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            told = _body_in(json.loads(script, strict=False))
        except (ValueError, RecursionError):
            continue
        if told:
            return plain_text(told)
    return ""


def _body_in(data: Any) -> str:
    """The articleBody of an object, or of one in its list or graph."""
    candidates = data if isinstance(data, list) else [data, *_listed(data)]
    bodies = (each.get("articleBody") for each in candidates if isinstance(each, dict))
    return next((body for body in bodies if isinstance(body, str)), "")


def _listed(data: Any) -> list[Any]:
    graph = data.get("@graph") if isinstance(data, dict) else None
    return graph if isinstance(graph, list) else []


def _tidy(text: str, headline: str) -> str:
    """Without the rules of tables and the headline: that stands in the title, and said twice it would count twice."""
    lines = [line for line in (line.strip(" |\t") for line in text.split("\n")) if line]
    if lines and headline and _same(lines[0], headline):
        lines = lines[1:]
    return "\n".join(lines)


def _same(line: str, headline: str) -> bool:
    return _SPACES.sub(" ", line).strip(" #*") == headline.strip(" #*")
