"""Forty-odd shapes in which feeds come broken, wrong or malicious, a line each: what is served, what becomes of it.

Each is served by a real server on loopback and read as the service reads. Limits are smaller than in service: 2 MB,
0.4 s of silence, 1.5 s in all.
"""

# ruff: noqa: E501 - a shape a line is what the table is for

import asyncio
import gzip
import json
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from monitor.errors import SourceError
from monitor.records import FeedRead
from tests.sources_support import NOW, Answer, Reader, Request, item, redirect, reply, rss

ARABIC = "تعزيزات عسكرية تصل إلى محيط مدينة طفس غربي درعا"
PLAIN = item("Roads to the town are closed", "https://news.example/1", "g1", text="Earth barriers were raised.")
WHOLE = rss(PLAIN)


def xml(text: str, encoding: str = "utf-8", declared: str = "") -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared or encoding}"?>'
    return (declaration + text).encode(encoding)


def said(text: str) -> bytes:
    """A feed of one item with this in its title, as it stands."""
    return xml(WHOLE.replace("Roads to the town are closed", text))


def described(markup: str) -> bytes:
    return xml(rss(item("A", "https://news.example/a", "a", text=markup)))


async def drip(_request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>")
    for _ in range(1000):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


async def hang(_request: Request, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def flood(_request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss><channel>")
    while True:
        writer.write(b"<item><title>again</title></item>" * 1000)
        await writer.drain()


async def endless_headers(_request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        writer.write(b"X-%d: %s\r\n" % (number, b"a" * 100))
        await writer.drain()


def raw(head: str, body: bytes = b"") -> bytes:
    return head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


def billion_laughs() -> bytes:
    names = "abcdefghij"
    tenfold = {"a": "ha" * 10} | {name: f"&{names[number]};" * 10 for number, name in enumerate(names[1:])}
    entities = "".join(f'<!ENTITY {name} "{value}">' for name, value in tenfold.items())
    return f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]>{WHOLE.replace("Earth", "&j; Earth")}'.encode()


def external(what: str) -> bytes:
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{what}">]>'
    return f'<?xml version="1.0"?>{doctype}{WHOLE.replace("Earth", "&x; Earth")}'.encode()


def many(count: int) -> bytes:
    return xml(rss(*(item(f"Report {n}", f"https://news.example/{n}", f"g{n}") for n in range(count))))


HTML = b"<!doctype html><html><head>%s<title>News</title></head><body><p>News</p></body></html>"
FEED_LINK = b'<link rel="alternate" type="application/rss+xml" href="/feed/">'
CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
)

Check = Callable[[FeedRead], object]


def one(read: FeedRead) -> bool:
    """The usual entry, whole."""
    (entry,) = read.entries
    return (entry.key, entry.title, entry.summary) == (
        "g1",
        "Roads to the town are closed",
        "Earth barriers were raised.",
    )


def titled(title: str) -> Check:
    return lambda read: [entry.title for entry in read.entries] == [title]


def noted(words: str, check: Check = one) -> Check:
    return lambda read: words in read.note and check(read)


@dataclass(frozen=True)
class Shape:
    """`comes_to`: a check of what was read, or the words of the sentence that the feed's row shows."""

    name: str
    served: Answer
    comes_to: Check | str
    kind: str = ""
    within: float = 6.0  # seconds, on a machine that does other things as well


SHAPES = (
    # cut, broken, empty
    Shape("cut off inside an entry", reply(xml(rss(PLAIN, item("Half", "https://news.example/2"))[:-60])), noted("breaks off")),
    Shape("cut off before the first entry", reply(xml(rss(channel="<link>x</link>")[:-20])), lambda read: not read.entries),
    Shape("a connection that breaks off", raw("HTTP/1.1 200 OK\nContent-Length: 9000", xml(WHOLE)), noted("broke off")),
    Shape("a connection closed without a word", raw("")[:0], "closed the connection without an answer", "protocol"),
    Shape("empty 200", reply(b""), "answers 200 with nothing in it", "empty"),
    Shape("blank 200", reply(b"\xef\xbb\xbf \r\n\n"), "answers 200 with nothing in it", "empty"),
    Shape("no entries", reply(xml(rss())), noted("holds no entries", lambda read: not read.entries)),
    Shape("a length that is no number", raw("HTTP/1.1 200 OK\nContent-Length: many", xml(WHOLE)), "valid HTTP", "protocol"),
    Shape("chunks of garbage", raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", b"zz\r\n<rss>"), "", "protocol"),
    Shape("garbage instead of HTTP", b"\x00\x01\x02 hello\r\n\r\n", "does not answer in valid HTTP", "protocol"),
    Shape("binary garbage", reply(bytes(range(256)) * 50), "is no feed", "not_a_feed"),
    # endless, slow, huge
    Shape("endless stream", flood, "larger than 2 MB", "too_large"),
    Shape("endless headers", endless_headers, "", "protocol"),
    Shape("slow drip", drip, "no complete answer within 1.5 s", "timeout"),
    Shape("silence", hang, "fell silent", "timeout"),
    Shape("announces 200 MB", raw("HTTP/1.1 200 OK\nContent-Length: 200000000", b"<rss>"), "larger than 2 MB", "too_large"),
    Shape("gzip bomb", reply(gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"), "larger than 2 MB", "too_large"),
    Shape("deflate bomb", reply(zlib.compress(b" " * 50_000_000), Content_Encoding="deflate"), "larger", "too_large"),
    Shape("damaged gzip", reply(b"\x1f\x8b" + b"junk" * 50, Content_Encoding="gzip"), "damaged", "encoding"),
    Shape("packed as nobody asked", reply(b"\x0b\x02\x80", Content_Encoding="br"), "packed as br", "encoding"),
    Shape("gzip that nobody announced", reply(gzip.compress(xml(WHOLE))), one),
    Shape("10,000 entries", reply(many(10_000)), lambda read: len(read.entries) == 10_000, within=20),
    Shape("a title of 900 kB", reply(said("long " * 180_000)), noted("cut", lambda read: len(read.entries[0].title) <= 1000)),
    Shape("a description of 900 kB", reply(described("<p>word</p>" * 80_000)), lambda read: len(read.entries[0].summary) <= 200_000),
    # made to take long, or to reach what is not theirs
    Shape("billion laughs", reply(billion_laughs()), lambda read: "haha" not in str(read)),
    Shape("external entity of a file", reply(external("file:///etc/passwd")), lambda read: "root:" not in str(read)),
    Shape("a body that is a path", reply(b"/etc/passwd"), "neither XML nor JSON", "not_a_feed"),
    Shape("comments never closed", reply(xml(WHOLE.replace("Earth", "<!--" * 200_000))), lambda read: len(read.entries) < 2),
    Shape("escaped comments never closed", reply(described("<!--" * 200_000)), titled("A")),
    Shape("deep nesting", reply(said("<b>" * 90_000)), "takes too long to parse", "too_slow"),
    Shape("deep nesting in the text", reply(described("<div>" * 150_000 + "deep")), lambda read: read.entries[0].summary == "deep"),
    Shape("deeply nested JSON", reply(b'{"items":' + b"[" * 400_000, "application/json"), "begins like JSON", "malformed"),
    # redirects and refusals
    Shape("redirects in a circle", redirect("/redirects-in-a-circle"), "redirects in a circle", "redirects"),
    Shape("redirects to a file", redirect("file:///etc/passwd"), "only http and https", "protocol"),
    Shape("redirects to FTP", redirect("ftp://news.example/feed"), "only http and https", "protocol"),
    Shape("redirects into a private network", redirect("http://10.0.0.1/feed"), "a private network", "blocked_address"),
    Shape("redirects to the cloud's keys", redirect("http://169.254.169.254/latest"), "a reserved network", "blocked_address"),
    Shape("304 that nobody asked for", reply(b"", status="304 Not Modified"), "304 Not Modified", "status"),
    Shape("404", reply(b"gone", status="404 Not Found"), "answers 404 Not Found: there is no feed", "status"),
    Shape("410", reply(b"gone", status="410 Gone"), "gone for good", "status"),
    Shape("500", reply(b"oops", status="500 Internal Server Error"), "trouble of its own", "status"),
    Shape("444 and a refusal", reply(b"Not available for scraping", status="444 No"), "refusal of automated reading", "status"),
    Shape("a web page", reply(HTML % b"", "text/html"), "answers with a web page, not a feed", "not_a_feed"),
    Shape("a web page that knows better", reply(HTML % FEED_LINK, "text/html"), "/feed/", "not_a_feed"),
    Shape("a web page that says it is a feed", reply(HTML % b""), "answers with a web page, not a feed", "not_a_feed"),
    Shape("a check for robots", reply(CHALLENGE, "text/html", "403 Forbidden"), "Cloudflare's check for robots", "status"),
    Shape("a check for robots under 200", reply(CHALLENGE, "text/html"), "Cloudflare's check for robots", "not_a_feed"),
    Shape("JSON that is no feed", reply(b'{"error": "no"}', "application/json"), "JSON but no feed", "not_a_feed"),
    Shape("XML that is no feed", reply(xml("<urlset><url/></urlset>")), "first element is <urlset>", "not_a_feed"),
    # encodings
    Shape("windows-1256", reply(xml(rss(item(ARABIC)), "windows-1256"), "text/xml"), titled(ARABIC)),
    Shape("windows-1256 declared as UTF-8", reply(xml(rss(item(ARABIC)), "windows-1256", "utf-8")), noted("windows-1256", titled(ARABIC))),
    Shape("ISO-8859-6 declared as Latin-1", reply(xml(rss(item(ARABIC)), "iso-8859-6", "iso-8859-1")), titled(ARABIC)),
    Shape("UTF-8 declared as windows-1256", reply(xml(rss(item(ARABIC)), "utf-8", "windows-1256")), titled(ARABIC)),
    Shape("Latin-1 declared as UTF-8", reply(xml(rss(item("Café déjà vu")), "latin-1", "utf-8")), titled("Café déjà vu")),
    Shape("UTF-16 with its mark", reply(xml(rss(item(ARABIC)), "utf-16"), "text/xml"), titled(ARABIC)),
    Shape("a wrong content type", reply(xml(WHOLE), "image/png"), one),
    Shape("bytes that are no UTF-8", reply(xml(rss(item(ARABIC))).replace(b" ", b" \xff", 8)), lambda read: "طفس" in read.entries[0].title),
    # XML as it is written
    Shape("blank lines before the declaration", reply(b"\r\n\n \n" + xml(WHOLE)), one),
    Shape("a warning of PHP before it", reply(b"<br />\nWarning: x on line 3<br />" + xml(WHOLE)), noted("something before", one)),
    Shape("an attribute twice", reply(xml(WHOLE.replace("<rss ", '<rss version="2.0" '))), noted("duplicate attribute")),
    Shape("entities never defined", reply(said("Roads&nbsp;&hellip; &unknown; closed")), lambda read: "closed" in read.entries[0].title),
    Shape("characters that do not exist", reply(said("Roads&#99999999;&#x110000;&#xd800; to the town are closed")), one),
    Shape("a search box in an entry", reply(xml(WHOLE.replace("<link>", "<textInput><title>x</title></textInput><textinput><link>"))), one),
    Shape("a category that ends without having begun", reply(xml(WHOLE.replace("<link>", "</category><link>"))), noted("not well-formed")),
    Shape("a bare ampersand", reply(said("Roads & bridges")), noted("not well-formed", titled("Roads & bridges"))),
    Shape("control characters", reply(said("Roads\x00 \x08to\x1b the&#x1f; town are&#0; closed")), one),
    # words that deceive
    Shape("bidi overrides", reply(said("Roads \u202eto the\u2066 town\u2069 are closed\u202c")), one),
    Shape("zero-width fillers", reply(said("Ro\u200bads to\u2060 the \ufefftown are clo\u00adsed")), one),
    Shape("a title of several lines", reply(said("Roads\r\nSubject: to the\n town are closed")), titled("Roads Subject: to the town are closed")),
    Shape("titles escaped twice", reply(said("Roads &amp;amp; &amp;quot;bridges&amp;quot;")), titled('Roads & "bridges"')),
    Shape("a script in the text", reply(described("<p>Yes</p><script>steal()</script>")), lambda read: read.entries[0].summary == "Yes"),
    Shape("javascript: links", reply(xml(rss(item("A", "javascript:alert(1)")))), lambda read: read.entries[0].url == ""),
    Shape("links to files", reply(xml(rss(item("A", "file:///etc/passwd", "a")))), lambda read: read.entries[0].url == ""),
    # entries
    Shape("one id for all", reply(xml(rss(item("A", "https://n.example/a", "x"), item("B", "https://n.example/b", "x")))), lambda read: len({entry.key for entry in read.entries}) == 2),
    Shape("the same entry twice", reply(xml(rss(PLAIN, PLAIN))), one),
    Shape("no dates", reply(xml(rss(item("A", date="")))), lambda read: (read.entries[0].published_at, read.entries[0].date_note) == (None, "no date")),
    Shape("a date of next year", reply(xml(rss(item("A", date="2027-11-21T12:00:00Z")))), lambda read: read.entries[0].published_at == NOW and "in the future" in read.entries[0].date_note),
    Shape("a date of 1970", reply(xml(rss(item("A", date="1970-01-01T00:00:00Z")))), lambda read: read.entries[0].published_at is None),
    Shape("entries with nothing in them", reply(xml(rss("<item></item>", "<item><title> </title></item>", PLAIN))), one),
    Shape("JSON Feed under the name of RSS", reply(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 7, "content_text": "<b> & so"}]}).encode()), lambda read: (read.entries[0].key, read.entries[0].content) == ("7", "<b> & so")),
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def path_of(name: str) -> str:
    return "/" + name.lower().replace(" ", "-")


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.name for shape in SHAPES])
def test_a_hostile_feed_is_read_or_named_in_one_sentence(reader: Reader, shape: Shape) -> None:
    reader.site.answers[path_of(shape.name)] = shape.served
    began = time.monotonic()
    if isinstance(shape.comes_to, str):
        with pytest.raises(SourceError) as caught:
            reader.read(path_of(shape.name))
        sentence = str(caught.value)
        assert shape.comes_to in sentence
        assert caught.value.kind == shape.kind
        assert "\n" not in sentence
        assert 20 < len(sentence) < 400
    else:
        read = reader.read(path_of(shape.name))
        assert shape.comes_to(read), read
        assert len(read.note) <= 600
    assert time.monotonic() - began < shape.within


def test_there_are_at_least_forty_shapes_with_a_name_each() -> None:
    assert len({shape.name for shape in SHAPES}) == len(SHAPES) >= 40


def test_an_external_entity_is_never_fetched(reader: Reader) -> None:
    reader.site.answers["/entity"] = reply(external(reader.site.url("/secret")))
    reader.read("/entity")
    assert "/secret" not in [request.target for request in reader.site.requests]


@pytest.mark.parametrize(
    ("asked", "seconds"), [("120", 120.0), ("Sat, 21 Nov 2026 12:05:00 GMT", 300.0), ("soon", None)]
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_server_that_asks_for_a_pause_is_understood_in_both_forms(
    reader: Reader, status: str, asked: str, seconds: float | None
) -> None:
    reader.site.answers["/busy"] = reply(b"later", status=status, Retry_After=asked)
    with pytest.raises(SourceError) as caught:
        reader.read("/busy")
    assert caught.value.retry_after == seconds
    assert caught.value.kind == "status"


def test_a_good_feed_is_read_as_usual_after_all_of_that(reader: Reader) -> None:
    reader.site.answers["/good"] = reply(xml(WHOLE))
    assert one(reader.read("/good"))
