"""Article page -> its text, by trafilatura. Runs in a worker."""

import re
from collections.abc import Mapping
from typing import Any

import trafilatura
from lxml import etree, html
from trafilatura.settings import use_config

from monitor.text.charset import decoded
from monitor.text.markup import clean

LONGEST_TEXT = 200_000
_BESIDE = (
    *("related", "sidebar", "newsletter", "subscribe", "cookie", "consent", "breadcrumb", "share", "sharing", "social"),
    *("most-read", "mostread", "most-viewed", "popular", "trending", "read-more", "comment"),
)
# What stands beside an article. Left in, it wins over a text of two sentences, because it is longer.
_PRUNED = [
    "//nav",
    "//footer",
    "//aside",
    "//form",
    "//body/header",
    "//*[@role='navigation' or @role='contentinfo' or @role='complementary' or @role='banner']",
    "//*[self::div or self::section or self::ul]["
    + " or ".join(f"contains(concat(@class, ' ', @id), '{word}')" for word in _BESIDE)
    + "][not(.//h1)][not(.//p[string-length(normalize-space(.)) > 300])]",
]
# trafilatura distrusts what is shorter than 250 characters and takes half the page instead. News flashes are shorter.
_CONFIG = use_config()
_CONFIG.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
_CONFIG.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")
_SPACES = re.compile(r"\s+")


def extract(body: bytes, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The task `page`: the article's text without its headline, and all words of the page when they are few."""
    page = clean(decoded(body, fields["content_type"]).text)  # the parser stops at a control character
    tree = _tree(page)
    if tree is None:
        return {"text": "", "headline": "", "words": ""}
    headline = _headline(tree)
    words = _SPACES.sub(" ", " ".join(tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]"))).strip()
    text = trafilatura.extract(
        tree,
        url=fields["url"] or None,
        favor_recall=True,
        include_comments=False,
        prune_xpath=_PRUNED,
        config=_CONFIG,
    )
    return {
        "text": _without_headline(clean(text or ""), headline)[:LONGEST_TEXT],
        "headline": headline,
        "words": clean(words[:2_000]),
    }


def _tree(page: str) -> Any:
    try:
        return html.document_fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return None  # nothing in it that could be a page


def _headline(tree: Any) -> str:
    found = tree.xpath("string(//h1[normalize-space(.)])") or tree.xpath("string(//title)")
    return clean(_SPACES.sub(" ", str(found))).strip()[:1_000]


def _without_headline(text: str, headline: str) -> str:
    """The pages' headline stands in the report's title already; said twice it would be evidence twice."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if lines and headline and _same(lines[0], headline):
        lines = lines[1:]
    return "\n".join(lines)


def _same(line: str, headline: str) -> bool:
    return _SPACES.sub(" ", line).strip(" #*") == headline.strip(" #*")
