"""HTML as a tree, and CSS selectors on it. Only in workers: what comes from outside can be made to take for ever."""

from typing import Any

from cssselect import HTMLTranslator
from lxml import etree, html


def html_tree(text: str) -> Any:
    """The page as a tree; None if there is nothing in it that could be a page."""
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return None


def css(selector: str) -> Any:
    """A search for what the selector fits, in an element and below it."""
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))
