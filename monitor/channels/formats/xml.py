"""What both XML formats need: elements in order, and text without the letters that XML 1.0 forbids."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from xml.sax.saxutils import XMLGenerator  # nosec B406  # it writes, and parses nothing
from xml.sax.xmlreader import AttributesImpl  # nosec B406  # as above

# https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Xml:
    """A document that is written from its first line to its last."""

    def __init__(self) -> None:
        self._bytes = BytesIO()
        self._writer = XMLGenerator(self._bytes, "utf-8", short_empty_elements=True)
        self._writer.startDocument()
        self._depth = 0

    @contextmanager
    def inside(self, name: str, **attributes: str) -> Iterator[None]:
        self._line()
        self._writer.startElement(name, _clean(attributes))
        self._depth += 1
        yield
        self._depth -= 1
        self._line()
        self._writer.endElement(name)

    def add(self, name: str, text: str = "", **attributes: str) -> None:
        """An element without elements inside."""
        self._line()
        self._writer.startElement(name, _clean(attributes))
        if text:
            self._writer.characters(_FORBIDDEN.sub("", text))
        self._writer.endElement(name)

    def done(self) -> bytes:
        self._writer.endDocument()
        return self._bytes.getvalue() + b"\n"

    def _line(self) -> None:
        self._writer.ignorableWhitespace("\n" + "  " * self._depth if self._depth else "")


def _clean(attributes: dict[str, str]) -> "AttributesImpl[str]":
    """Python's names as XML has them: xml_lang is xml:lang."""
    return AttributesImpl({name.replace("_", ":", 1): _FORBIDDEN.sub("", value) for name, value in attributes.items()})
