"""The alerts as an Atom feed (RFC 4287), newest first: for a feed reader, a wall screen or another program."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape

from monitor.channels.formats.published import Published, first_line
from monitor.channels.formats.xml import Xml
from monitor.channels.quoting import clean, link

NAMESPACE = "http://www.w3.org/2005/Atom"
_TITLES: Mapping[str, str] = {
    "en": "Sieges, reinforcements and failed talks in Daraa",
    "ar": "الحصار والتعزيزات وتعثر المفاوضات في درعا",
}
_CAP_TYPE = "application/cap+xml"


def feed(
    newest: Sequence[Published],
    language: str,
    sender: str,
    cap_files: Mapping[int, str],
    now: datetime,
    *,
    marked_test: bool = False,
) -> bytes:
    """`cap_files`: alert number -> where its CAP file is, relative to the feed; {} if there is none."""
    xml = Xml()
    with xml.inside("feed", xmlns=NAMESPACE, xml_lang=language):
        xml.add("id", f"tag:{sender},2026:alerts:{language}")
        xml.add("title", _TITLES[language])
        xml.add("updated", _time(newest[0].alert.seen_at if newest else now))
        with xml.inside("author"):
            xml.add("name", sender)
        for each in newest:
            _entry(xml, each, language, sender, cap_files.get(each.number, ""), marked_test=marked_test)
    return xml.done()


def _entry(xml: Xml, each: Published, language: str, sender: str, cap_file: str, *, marked_test: bool) -> None:
    alert = each.alert
    with xml.inside("entry"):
        xml.add("id", f"tag:{sender},2026:alert:{each.number}")
        xml.add("title", first_line(each, language, marked_test=marked_test))
        xml.add("updated", _time(alert.seen_at))
        if alert.published_at:
            xml.add("published", _time(alert.published_at))
        address = next((found for quote in alert.quotes if (found := link(quote.url))), "")
        if address:
            xml.add("link", rel="alternate", href=address)
        if cap_file:
            xml.add("link", rel="related", type=_CAP_TYPE, href=cap_file)
        for term in (alert.kind, *alert.types, alert.level, alert.grade):
            xml.add("category", term=term)
        xml.add("content", _content(each), type="html")


def _content(each: Published) -> str:
    """The sentences as their sources wrote them, each in its own direction."""
    return "".join(
        f'<blockquote lang="{escape(quote.language)}" dir="auto">{escape(clean(quote.text))}</blockquote>'
        f"<p>{escape(clean(quote.outlet))}</p>"
        for quote in each.alert.quotes
    )


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
