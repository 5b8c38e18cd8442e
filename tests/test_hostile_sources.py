"""Shapes in which channels, list pages and ReliefWeb's answers come broken, wrong or malicious, a line each: what is
served, what becomes of it. The limits are smaller than in service: 2 MB, 0.4 s of silence, 1.5 s in all."""

# ruff: noqa: E501 - a shape a line is what the table is for

import asyncio
import gzip
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import escape

import pytest

from monitor.errors import SourceError
from monitor.records import FeedRead
from monitor.sources import Source
from monitor.sources.page import PageReader, read_list
from monitor.sources.reliefweb import ReliefWebReader, read_reports
from monitor.sources.telegram import TelegramReader
from monitor.sources.telegram_page import read_channel
from tests.sources_support import NOW, QUICK, Answer, Reader, Request, feed, redirect, reply
from tests.telegram_support import PLAIN, html, message, numbered, page, words

CHANNEL, LIST, REPORTS = "/s/Horan_News", "/news", "/v2/reports"
APPNAME = "southdesk-watch-7f3k9"
CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
)
LOGIN = (
    b"<!doctype html><html><body><form action=/login><input type=password></form>"
    + b"<p>Sign in</p>" * 100
    + b"</body></html>"
)
CONSENT = "<!doctype html><html><body><p>نحن نقدر خصوصيتك</p><button>قبول الكل</button></body></html>".encode()
FEED = b'<?xml version="1.0"?><rss><channel><item><title>A</title></item></channel></rss>'
BOMB = reply(gzip.compress(b"<p>" * 20_000_000), "text/html", Content_Encoding="gzip")
HUGE = b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n<html>"
Check = Callable[[FeedRead], object]


async def hang(_request: Request, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


def card(title: str, extra: str) -> bytes:
    filling = "<p>If you have Telegram, you can view and join right away.</p>" * 10
    return html(
        f'<!DOCTYPE html><html><head><title>{title}</title></head><body><div class="tgme_page"><div class="tgme_page_extra">{extra}</div>{filling}</div></body></html>'.encode()
    )


def landing(title: str, extra: str) -> Mapping[str, Answer]:
    return {CHANNEL: redirect("/Horan_News"), "/Horan_News": card(title, extra)}


def listed(
    inside: str = '<li><a href="/a">Roads closed</a> <time>2026-11-21 10:00</time></li>', head: str = ""
) -> bytes:
    return (
        f'<!doctype html><html><head><meta charset="utf-8">{head}</head><body><ul>{inside}</ul></body></html>'.encode()
    )


def answered(*data: object, **more: object) -> bytes:
    return reply(json.dumps({"count": len(data), "data": data} | more).encode(), "application/json")


def told(number: object = 1, **fields: object) -> dict[str, object]:
    return {
        "id": number,
        "fields": {"title": "Roads closed", "body": "Since dawn.", "date": {"created": "2026-11-21T10:00:00+00:00"}}
        | fields,
    }


def contents(*expected: str) -> Check:
    return lambda read: [entry.content for entry in read.entries] == list(expected)


def titles(*expected: str) -> Check:
    return lambda read: [entry.title for entry in read.entries] == list(expected)


def noted(words_: str, check: Check) -> Check:
    return lambda read: words_ in read.note and check(read)


@dataclass(frozen=True)
class Shape:
    """`comes_to`: a check of what was read, or the words of the sentence that the feed's row shows."""

    path: str
    name: str
    served: bytes | Mapping[str, Answer]
    comes_to: Check | str
    kind: str = ""


SHAPES = (
    # a channel: refusals
    Shape(CHANNEL, "a group", landing("Telegram: View @horan", "3 120 members, 14 online"), "Horan_News is a group", "no_preview"),
    Shape(CHANNEL, "a name that nobody bears", landing("Telegram: Contact @horan", ""), "Telegram knows no channel Horan_News", "no_preview"),
    Shape(CHANNEL, "a channel kept from the web", landing("Telegram: View @horan", "12 500 subscribers"), "shows no page of Horan_News on the web", "no_preview"),
    Shape(CHANNEL, "a login page behind a redirect", {CHANNEL: redirect("/login?to=s"), "/login?to=s": html(LOGIN)}, "a login page, not with the channel", "wall"),
    Shape(CHANNEL, "some other page", html(LOGIN), "a page that is no channel's page of Telegram", "no_preview"),
    Shape(CHANNEL, "hardly anything", html(b"<html>ok</html>"), "15 bytes that are no channel's page", "no_preview"),
    Shape(CHANNEL, "a check for robots", html(CHALLENGE), "Cloudflare's check for robots, not with the channel", "wall"),
    Shape(CHANNEL, "a check for robots with its status", html(CHALLENGE, "403 Forbidden"), "Cloudflare's check for robots", "status"),
    Shape(CHANNEL, "429", html(b"flood", "429 Too Many Requests", Retry_After="90"), "429 Too Many Requests: we ask too often", "status"),
    Shape(CHANNEL, "502", html(b"", "502 Bad Gateway"), "trouble of its own", "status"),
    Shape(CHANNEL, "empty 200", html(b""), "answers 200 with nothing in it", "empty"),
    Shape(CHANNEL, "silence", {CHANNEL: hang}, "fell silent", "timeout"),
    Shape(CHANNEL, "200 MB", HUGE, "larger than 2 MB", "too_large"),
    Shape(CHANNEL, "gzip bomb", BOMB, "larger than 2 MB", "too_large"),
    # a channel: pages
    Shape(CHANNEL, "no messages yet", html(page()), noted("the channel shows no messages", contents())),
    Shape(CHANNEL, "an empty search", html(page('<div class="tgme_widget_message_wrap"><div class="tme_no_messages_found">No posts found</div></div>')), contents()),
    Shape(CHANNEL, "messages without numbers", html(page(*numbered(1, 3)).replace(b"data-post", b"data-article")), "built in a way that this version does not know", "malformed"),
    Shape(CHANNEL, "messages without words or pictures", html(page(*numbered(1, 3)).replace(b"js-message_text", b"js-words")), "none of them can be read", "malformed"),
    Shape(CHANNEL, "numbers that are none", html(page(message(5), message(6).replace("Horan_News/6", "Horan_News/six"))), contents(f"{PLAIN} (5)")),
    Shape(CHANNEL, "a time that is none", html(page(message(5).replace("2026-11-21T", "yesterday "))), lambda read: read.entries[0].date_note == "no date"),
    Shape(CHANNEL, "a date of next year", html(page(message(5, date=NOW + timedelta(days=400)))), lambda read: read.entries[0].published_at == NOW),
    Shape(CHANNEL, "no date at all", html(page(message(5)).replace(b"tgme_widget_message_date", b"x")), lambda read: read.entries[0].url.endswith("/Horan_News/5")),
    Shape(CHANNEL, "a script for a link", html(page(message(5).replace("https://t.me/Horan_News/5", "javascript:alert(1)"))), lambda read: "javascript" not in read.entries[0].url),
    Shape(CHANNEL, "the same message twice", html(page(message(5), message(5, words("copy")))), lambda read: len(read.entries) == 1),
    Shape(CHANNEL, "a text within a text", html(page(message(5, words(words("only once"))))), contents("only once")),
    Shape(CHANNEL, "a script in the text", html(page(message(5, words("yes<script>steal()</script>")))), contents("yes")),
    Shape(CHANNEL, "bidi overrides and fillers", html(page(message(5, words("Roads \u202eto the\u2066 town\u200b closed")))), contents("Roads to the town closed")),
    Shape(CHANNEL, "words that look like markup", html(page(message(5, words(escape("<b>&amp;</b>"))))), contents("<b>&amp;</b>")),
    Shape(CHANNEL, "a text of 1.5 MB", html(page(message(5, words("word " * 300_000)))), lambda read: len(read.entries[0].content) <= 200_000 and len(read.entries[0].title) <= 170),
    Shape(CHANNEL, "tags never closed", html(page(message(5), message(6, words("<b>" * 100_000 + "deep")))), lambda read: len(read.entries) <= 2),
    Shape(CHANNEL, "comments never closed", html(page(message(5), message(6, words("<!--" * 100_000)))), lambda read: len(read.entries) <= 2),
    Shape(CHANNEL, "broken off in the middle", html(page(*numbered(1, 3))[:-900]), lambda read: len(read.entries) in {2, 3}),
    Shape(CHANNEL, "windows-1256 that says UTF-8", html(page(message(5)).decode().encode("cp1256", "ignore")), contents(f"{PLAIN} (5)")),
    Shape(CHANNEL, "bytes that are no UTF-8", html(page(*numbered(1, 4)).replace(b"</div>", b"\xff</div>", 3)), lambda read: len(read.entries) == 4),
    Shape(CHANNEL, "control characters", html(page(message(5, words("Roads\x00 \x08closed")))), contents("Roads closed")),
    Shape(CHANNEL, "1,000 messages", html(page(*(message(n, words(f"m {n}")) for n in range(1, 1_001)))), lambda read: len(read.entries) == 1_000),
    # a list page
    Shape(LIST, "a check for robots", html(CHALLENGE), "Cloudflare's check for robots, not with the page", "wall"),
    Shape(LIST, "a login page", html(LOGIN), "answers with a login page, not with the page", "wall"),
    Shape(LIST, "a plea for consent", html(CONSENT), "a page that asks for consent to cookies", "wall"),
    Shape(LIST, "a page that scripts fill", html(b"<html><body><noscript>Please enable JavaScript to continue</noscript></body></html>"), "asks for JavaScript", "wall"),
    Shape(LIST, "another page", html(listed("<p>Domain for sale</p>")), "select.item finds nothing on the page (li)", "selectors"),
    Shape(LIST, "a feed", reply(FEED), "answers with a feed, not with a page: write kind: rss", "not_a_page"),
    Shape(LIST, "JSON", reply(b'{"items": []}', "application/json"), "answers with a feed, not with a page", "not_a_page"),
    Shape(LIST, "404", html(b"gone", "404 Not Found"), "404 Not Found: there is no page at this address", "status"),
    Shape(LIST, "410", html(b"gone", "410 Gone"), "the page is gone for good", "status"),
    Shape(LIST, "empty 200", html(b" \n"), "answers 200 with nothing in it", "empty"),
    Shape(LIST, "binary garbage", html(bytes(range(1, 256)) * 50), "select.item finds nothing", "selectors"),
    Shape(LIST, "comments alone", html(b"<!-- nothing -->"), "a page that holds nothing", "empty"),
    Shape(LIST, "gzip bomb", BOMB, "larger than 2 MB", "too_large"),
    Shape(LIST, "200 MB", HUGE, "larger than 2 MB", "too_large"),
    Shape(LIST, "10,000 items", html(listed('<li><a href="/a">Roads</a></li>' * 5_000 + "".join(f'<li><a href="/{n}">R {n}</a></li>' for n in range(5_000)))), noted("only the first 300 of 10000 items were read", lambda read: read.entries)),
    Shape(LIST, "items within items", html(listed('<li><a href="/a">Deep</a>' * 5_000)), lambda read: len(read.entries) == 1),
    Shape(LIST, "a title of 1 MB", html(listed(f'<li><a href="/a">{"long " * 200_000}</a></li>')), lambda read: len(read.entries[0].title) <= 1_000),
    Shape(LIST, "scripts for links", html(listed('<li><a href="javascript:x()">A</a></li><li><a href="data:text/html,x">B</a></li>')), "select.link finds nothing in any of 2 items", "selectors"),
    Shape(LIST, "an address that is none", html(listed('<li><a href="http://[bad">A</a></li><li><a href="/b">B</a></li>')), titles("B")),
    Shape(LIST, "tags never closed", html(listed('<li><a href="/a">A</a>' + "<div><span>" * 20_000)), titles("A")),
    Shape(LIST, "facts for machines without end", html(listed(head=f'<script type="application/ld+json">{"[" * 100_000}</script>')), titles("Roads closed")),
    Shape(LIST, "facts for machines that are wrong", html(listed(head='<script type="application/ld+json">{"url": 7, "datePublished": ["x"]}</script>')), titles("Roads closed")),
    Shape(LIST, "windows-1256 that says UTF-8", html(listed(f'<li><a href="/a">{PLAIN}</a></li>').decode().encode("cp1256")), titles(PLAIN)),
    Shape(LIST, "words that look like markup", html(listed('<li><a href="/a">5 &lt; 7 &amp; more</a></li>')), titles("5 < 7 & more")),
    # ReliefWeb
    Shape(REPORTS, "a name that is not approved", reply(json.dumps({"error": {"message": f"appname {APPNAME}"}}).encode(), "application/json", "403 Forbidden"), "does not know the appname (403)", "appname"),
    Shape(REPORTS, "403 of somebody else", html(b"no", "403 Forbidden"), "403 Forbidden", "status"),
    Shape(REPORTS, "the old version", reply(b"{}", "application/json", "410 Gone"), "switched off (410)", "status"),
    Shape(REPORTS, "444", html(b"Not available for scraping", "444 No"), "refusal of automated reading", "status"),
    Shape(REPORTS, "429", reply(b"{}", "application/json", "429 Too Many Requests", Retry_After="90"), "we ask too often", "status"),
    Shape(REPORTS, "202 with nothing", reply(b"", "text/html", "202 Accepted"), "answers 202 with nothing in it", "empty"),
    Shape(REPORTS, "a check for robots", html(CHALLENGE), "Cloudflare's check for robots", "wall"),
    Shape(REPORTS, "a web page", html(LOGIN), "the answer is no JSON", "malformed"),
    Shape(REPORTS, "JSON broken off", answered(told())[:-9], "the answer is no JSON", "malformed"),
    Shape(REPORTS, "JSON without end", reply(b'{"data":' + b"[" * 300_000, "application/json"), "the answer is no JSON", "malformed"),
    Shape(REPORTS, "an error under 200", reply(json.dumps({"error": f"appname {APPNAME}"}).encode(), "application/json"), "no list of ReliefWeb's reports", "malformed"),
    Shape(REPORTS, "a list of something else", answered("a", 7, None, {"id": "x"}), "none of them can be read", "malformed"),
    Shape(REPORTS, "nothing found", answered(totalCount=0), noted("there are no reports that answer the question", contents())),
    Shape(REPORTS, "fields of other kinds", answered(told("7", source="OCHA", language=[], date=[], body=["x"]), told(8)), lambda read: len(read.entries) == 2),
    Shape(REPORTS, "an id that is a path", answered(told("../1"), told(2)), lambda read: [entry.key for entry in read.entries] == ["reliefweb/2"]),
    Shape(REPORTS, "a script in the text", answered(told(**{"body-html": "<p>Yes</p><script>steal()</script>"})), contents("Yes")),
    Shape(REPORTS, "a script for a link", answered(told(url_alias="javascript:alert(1)")), lambda read: read.entries[0].url == ""),
    Shape(REPORTS, "comments never closed", answered(told(**{"body-html": "<!--" * 100_000})), lambda read: len(read.entries) == 1),
    Shape(REPORTS, "gzip bomb", BOMB, "larger than 2 MB", "too_large"),
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def read(reader: Reader, path: str) -> FeedRead:
    kinds: dict[str, tuple[Source, dict[str, object]]] = {
        CHANNEL: (TelegramReader(reader.workers, QUICK, pause=0), {"kind": "telegram"}),
        LIST: (PageReader(reader.workers, QUICK), {"kind": "page", "select": {"item": "li", "date": "time"}}),
        REPORTS: (ReliefWebReader(reader.workers, QUICK, pause=0), {"kind": "reliefweb", "appname": APPNAME}),
    }
    source, fields = kinds[path]
    return reader.run(source.read(feed(reader.site.url(path), **fields), {}, reader.http, NOW))


@pytest.mark.parametrize("shape", SHAPES, ids=[f"{shape.path} {shape.name}" for shape in SHAPES])
def test_a_hostile_answer_is_read_or_named_in_one_sentence(reader: Reader, shape: Shape) -> None:
    reader.site.answers = {shape.path: shape.served} if isinstance(shape.served, bytes) else dict(shape.served)
    began = time.monotonic()
    if isinstance(shape.comes_to, str):
        with pytest.raises(SourceError) as caught:
            read(reader, shape.path)
        sentence = str(caught.value)
        assert shape.comes_to in sentence
        assert caught.value.kind == shape.kind
        assert "\n" not in sentence
        assert 20 < len(sentence) < 400
        assert APPNAME not in sentence
        assert (caught.value.retry_after == 90) == (shape.name == "429")
    else:
        found = read(reader, shape.path)
        assert shape.comes_to(found), found
        assert len(found.note) <= 600
        assert APPNAME not in repr(found)
    assert time.monotonic() - began < 10  # on a machine that does other things as well


def test_whatever_becomes_of_a_page_on_the_way_it_is_read_or_named() -> None:
    """The readings themselves, without a worker around them that would catch what they throw."""
    fields = {
        "url": "https://t.me/s/Horan_News",
        "content_type": "text/html; charset=utf-8",
        "now": NOW.isoformat(),
        "zone": "UTC",
    }
    select = {"item": "li", "link": "a", "title": "", "date": "time", "date_attribute": "", "summary": ""}
    linked = message(6, words('a <a href="https://x.example/?a=1&amp;amp;b">b</a>'))
    told_dates = '<script type="application/ld+json">[{"url": "/a", "datePublished": "2026-11-20T10:00:00Z"}]</script>'
    seeds: tuple[tuple[Callable[..., Mapping[str, object]], bytes], ...] = (
        (read_channel, page(*numbered(1, 3), linked, before=3)),
        (read_list, listed(head=told_dates)),
        (read_reports, answered(told(), told(2, source=[{"name": "OCHA"}])).partition(b"\r\n\r\n")[2]),
    )
    chance = random.Random(20261121)
    for number in range(450):
        reading, whole = seeds[number % 3]
        read_ = reading(mutated(whole, chance), fields | {"select": select})
        assert ("entries" in read_) != ("wrong" in read_)


DEBRIS = (
    b"<",
    b">",
    b"&",
    b"\0",
    b"<!--",
    b"</div>",
    b"\xff\xfe",
    b"&#x110000;",
    b"9" * 30,
    b"'",
    b'"',
    b"[",
    b"http://[",
    b"null",
)


def mutated(whole: bytes, chance: random.Random) -> bytes:
    body = bytearray(whole)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(body))
        how = chance.choice(("cut", "throw in", "change", "repeat"))
        if how == "cut":
            del body[at : at + chance.randint(1, 30)]
        elif how == "throw in":
            body[at:at] = chance.choice(DEBRIS)
        elif how == "change":
            body[at] = chance.randrange(256)
        else:
            body[at:at] = body[: chance.randint(1, 300)]
    return bytes(body)


def test_a_good_channel_is_read_as_usual_after_all_of_that(reader: Reader) -> None:
    reader.site.answers = {CHANNEL: html(page(message(5)))}
    assert contents(f"{PLAIN} (5)")(read(reader, CHANNEL))
