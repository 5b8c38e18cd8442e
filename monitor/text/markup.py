"""Markup to plain text, without the characters that only deceive: controls, bidi overrides, zero-width fillers."""

import re
import threading
from html import unescape
from typing import Any

from lxml import etree

_BLOCKS = frozenset(
    [f"h{level}" for level in range(1, 7)]
    + ["address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details", "div", "dl", "dt"]
    + [
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "option",
    ]
    + ["p", "pre", "section", "summary", "table", "td", "th", "title", "tr", "ul"]
)
_SILENT = frozenset(
    ("head", "iframe", "math", "noscript", "object", "script", "select", "style", "svg", "template", "textarea")
)
# Bidi embeddings, overrides and isolates turn the reading order of what stands beside them; zero-width fillers, soft
# hyphens and tag characters hide words from a search. The joiners U+200C and U+200D stay: Persian and emoji need them.
_DECEPTIVE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc\ufffe\uffff"
    r"\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-z!/?]|&", re.IGNORECASE)
_here = threading.local()  # holds a parser: to make one takes six times as long as to read an entry with it


class _Words:
    """Collects the text between tags. A parser target, so no tree is built and depth costs nothing."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._silent = 0

    def start(self, tag: str, _attributes: object) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def end(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def data(self, text: str) -> None:
        if not self._silent:
            self.pieces.append(text.replace("\n", " "))

    def comment(self, _text: str) -> None:
        pass

    def pi(self, _target: str, _data: object = None) -> None:
        pass

    def close(self) -> str:
        """All of it; then it is as new."""
        text = "".join(self.pieces)
        self.pieces, self._silent = [], 0
        return text


def plain_text(html: str) -> str:
    """The words of an HTML fragment; paragraphs, list items and line breaks become newlines."""
    text = clean(html).replace("<![CDATA[", "").replace("]]>", "")  # wrapped twice by some publishers
    if _MARKUP.search(text):
        text = _without_tags(text)
    return _tidy(clean(text))


def plain_line(html: str) -> str:
    """The same on one line, for titles. Entities escaped twice (&amp;quot;) are a common slip: they are undone too."""
    text = plain_text(html)
    if _ENTITY.search(text):
        text = clean(unescape(unescape(text)))
    return " ".join(text.split())


def clean(text: str) -> str:
    """`text` without control, override and filler characters and without halves of characters; line ends as newline."""
    if text.replace("\n", "").replace("\xa0", "").isprintable():
        return text  # nearly always; much faster than looking for each offender
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _DECEPTIVE.sub("", _LINE_ENDS.sub("\n", text))


def _without_tags(html: str) -> str:
    parser: Any = _here.__dict__.pop("parser", None) or _parser()
    try:
        # One opening block keeps libxml2 from guessing at a document without tags.
        parser.feed("<div>" + html)
        text = str(parser.close())
    except etree.XMLSyntaxError:
        return str(parser.target.close())
    _here.parser = parser  # only one that came to its end is used again
    return text


def _parser() -> Any:
    return etree.HTMLParser(target=_Words(), remove_comments=True, remove_pis=True, huge_tree=True)


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
