"""Feeds of every kind that the monitor reads, written here, and ways to break them: the same ones for the same seed."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LARGEST = 3_000_000  # bytes of one mutant
_ENGLISH = ("The road to the town is open again", "Residents repaired the well of the village before the rain.")
_ARABIC = (
    "عودة المياه إلى بلدة صيدا",
    "أعاد الأهالي ضخ المياه إلى البلدة بعد إصلاح المضخة، وقالوا إنها تكفي ثلاثة أحياء.",
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One answer of a server, and the kind of source that is to read it. `done`: the names of what was done to it."""

    kind: str
    seed: str
    body: bytes
    content_type: str
    done: tuple[str, ...] = ()


# The feeds


def _words(number: int) -> tuple[str, str, str, str]:
    """Title, text, link, date; every second one in Arabic."""
    title, text = _ARABIC if number % 2 else _ENGLISH
    date = format_datetime(NOW - timedelta(hours=number))
    return f"{title} {number}", f"{text} {number}", f"https://news.example/a/{number}?x=1&y=2", date


def _rss(more: str = "", root: str = 'version="2.0"', count: int = 12) -> str:
    items = ""
    for number in range(count):
        title, text, link, date = _words(number)
        markup = f"<p>{text} <a href='/x'>more</a></p><!-- {number} -->"
        items += (
            f"<item><title>{escape(title)}</title><link>{escape(link)}</link><guid isPermaLink='false'>n{number}</guid>"
            f"<pubDate>{date}</pubDate><dc:creator>Desk</dc:creator><category>Local</category>"
            f"<description>{escape(markup)}</description>"
            f"<content:encoded><![CDATA[<div><p>{text}</p><img src='a.jpg'/></div>]]></content:encoded></item>"
        )
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    channel = f"<title>Horan</title><link>https://news.example/</link><language>ar</language><ttl>30</ttl>{more}"
    return f'<?xml version="1.0" encoding="utf-8"?><rss {root} {spaces}><channel>{channel}{items}</channel></rss>'


def _rdf() -> str:
    items = ""
    for number in range(8):
        title, text, link, _ = _words(number)
        items += (
            f'<item rdf:about="{escape(link)}"><title>{escape(title)}</title><link>{escape(link)}</link>'
            f"<description>{escape(text)}</description><dc:date>2026-11-20T0{number}:00:00Z</dc:date></item>"
        )
    spaces = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    return f'<?xml version="1.0"?><rdf:RDF {spaces}><channel rdf:about="x"><title>H</title></channel>{items}</rdf:RDF>'


def _atom() -> str:
    entries = ""
    for number in range(10):
        title, text, link, _ = _words(number)
        inner = f"<div xmlns='http://www.w3.org/1999/xhtml'><p>{escape(text)}</p></div>"
        entries += (
            f"<entry xml:lang='ar'><id>tag:news.example,2026:{number}</id><title type='html'>{escape(title)}</title>"
            f"<link rel='alternate' href='{escape(link)}'/><updated>2026-11-20T0{number}:00:00+03:00</updated>"
            f"<summary>{escape(text)}</summary><content type='xhtml'>{inner}</content></entry>"
        )
    links = "<link rel='self' href='/atom'/><link rel='next' href='/atom?page=2'/>"
    head = f"<id>x</id><title>Horan</title><updated>2026-11-20T08:00:00Z</updated>{links}"
    return f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>'


def _json_feed() -> str:
    items = []
    for number in range(10):
        title, text, link, _ = _words(number)
        one = {"id": f"n{number}", "url": link, "title": title, "content_html": f"<p>{text}</p>", "tags": ["a"]}
        items.append(one | {"date_published": f"2026-11-20T0{number}:00:00+03:00", "authors": [{"name": "Desk"}]})
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Horan", "language": "ar", "items": items}
    return json.dumps(feed | {"next_url": "https://news.example/2.json"}, ensure_ascii=False)


def _telegram() -> str:
    posts = ""
    for number in range(10):
        title, text, _, _ = _words(number)
        posts += (
            f'<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message" '
            f'data-post="horan/{100 + number}"><div class="tgme_widget_message_bubble">'
            '<div class="tgme_widget_message_forwarded_from">from <a class="tgme_widget_message_forwarded_from_name" '
            f'href="https://t.me/other/{number}">Other</a></div>'
            f'<div class="tgme_widget_message_text js-message_text" dir="auto">{escape(title)}<br/>{escape(text)} '
            '<a href="?q=%23x">#عاجل</a></div><div class="tgme_widget_message_meta">'
            f'<a class="tgme_widget_message_date" href="https://t.me/horan/{100 + number}">'
            f'<time datetime="2026-11-20T0{number}:00:00+00:00">0{number}:00</time></a></div></div></div></div>'
        )
    title = '<div class="tgme_channel_info_header_title"><span>Horan</span></div>'
    history = f'<section class="tgme_channel_history js-message_history">{posts}</section>'
    head = '<link rel="prev" href="/s/horan?before=100">'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{title}{history}</body></html>"


def _list_page() -> str:
    items = ""
    for number in range(12):
        title, text, link, _ = _words(number)
        items += (
            f'<li class="post"><h2><a href="{escape(link)}">{escape(title)}</a></h2>'
            f'<time datetime="2026-11-20T10:0{number % 10}:00Z">20 تشرين الثاني 2026</time><p>{escape(text)}</p></li>'
        )
    return f"<!doctype html><html lang='ar' dir='rtl'><head><title>H</title></head><body><ul>{items}</ul></body></html>"


def _reliefweb() -> str:
    data = []
    for number in range(8):
        title, text, link, _ = _words(number)
        fields = {
            "title": title,
            "body": text,
            "url_alias": link,
            "date": {"created": f"2026-11-20T0{number}:00:00+00:00"},
        }
        data.append({"id": str(number), "fields": fields | {"source": [{"name": "UN"}], "language": [{"code": "ar"}]}})
    return json.dumps({"totalCount": 8, "count": 8, "data": data}, ensure_ascii=False)


_BLOG = "<generator>https://wordpress.org/?v=6.6</generator><sy:updatePeriod>hourly</sy:updatePeriod>"
_TYPE = {"rss": "application/rss+xml; charset=utf-8", "telegram": "text/html; charset=utf-8", "page": "text/html"}


def feeds() -> list[Mutant]:
    """Whole ones, one of each make."""
    made = {
        ("rss", "RSS 2.0"): _rss(),
        ("rss", "a blog's RSS"): _rss(_BLOG, 'version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'),
        ("rss", "RSS of 200 entries"): _rss(count=200),
        ("rss", "RSS 1.0"): _rdf(),
        ("rss", "Atom"): _atom(),
        ("jsonfeed", "JSON Feed"): _json_feed(),
        ("telegram", "Telegram page"): _telegram(),
        ("page", "list page"): _list_page(),
        ("reliefweb", "ReliefWeb"): _reliefweb(),
    }
    return [
        Mutant(kind, seed, text.encode(), _TYPE.get(kind, "application/json")) for (kind, seed), text in made.items()
    ]


# The ways to break them. Each takes the chance and the body.

_TOKENS = (
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&lt;!--", b"&#x0;", b"&#xd800;", b"&#99999999;", b"&nbsp;", b"&", b"<"),
    *b"<item>|</item>|<entry>|</channel>|</rss>|<textinput>|<script>|<b>|<?php |?>".split(b"|"),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[2J", "\u202e\u2066\u200b\ufeff".encode(), "ـ".encode(), b"\r\r\n"),
    *b"""{"a":|[[[[|"items":null|1e999|-0|NaN|"\\ud800"|true|"|'|=| xmlns=''""".split(b"|"),
    *(b"9999-99-99T99:99:99Z", b"Thu, 32 Foo 20267 25:61:61 +9999", b"javascript:alert(1)", b"http://[::1", b"data:,x"),
    *(b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>", b"&b;", b"xml:base='http://['", b"%00%ff"),
)
_ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "cp1256", "iso-8859-6", "latin-1", "utf-7", "cp1252")
_TAG = re.compile(rb"<[^<>]{1,200}>")
Way = Callable[[random.Random, bytes], bytes]


def _place(chance: random.Random, body: bytes) -> int:
    return chance.randrange(len(body) + 1)


def _slice(chance: random.Random, body: bytes, most: int = 2_000) -> tuple[int, int]:
    start = _place(chance, body)
    return start, min(len(body), start + chance.randint(1, most))


def _flip(chance: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice((1, 3, 20, 300))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, body: bytes) -> bytes:
    start, end = _slice(chance, body)
    return body[:start] + body[end:]


def _break_off(chance: random.Random, body: bytes) -> bytes:
    return body[: _place(chance, body)]


def _insert(chance: random.Random, body: bytes) -> bytes:
    for _ in range(chance.choice((1, 1, 4, 30))):
        at = _place(chance, body)
        body = body[:at] + chance.choice(_TOKENS) + body[at:]
    return body


def _flood(chance: random.Random, body: bytes) -> bytes:
    """One token again and again: what is quadratic shows."""
    at, token = _place(chance, body), chance.choice(_TOKENS)
    return body[:at] + token * chance.choice((50, 2_000, 40_000)) + body[at:]


def _repeat(chance: random.Random, body: bytes) -> bytes:
    start, end = _slice(chance, body, 600)
    return body[:end] + body[start:end] * chance.choice((2, 30, 1_000)) + body[end:]


def _swap(chance: random.Random, body: bytes) -> bytes:
    (a, b), (c, d) = sorted((_slice(chance, body), _slice(chance, body)))
    return body if b > c else body[:a] + body[c:d] + body[b:c] + body[a:b] + body[d:]


def _untag(chance: random.Random, body: bytes) -> bytes:
    """Some tags go, or change their letters, or are written twice."""
    new: tuple[Callable[[bytes], bytes], ...] = (lambda _: b"", bytes.upper, lambda tag: tag * 2, lambda tag: tag[:-1])
    odds = chance.choice((0.01, 0.1, 0.5))
    return _TAG.sub(lambda tag: chance.choice(new)(tag[0]) if chance.random() < odds else tag[0], body)


def _nest(chance: random.Random, body: bytes) -> bytes:
    opening, closing = chance.choice(((b"<div>", b"</div>"), (b"&lt;b&gt;", b""), (b"[", b"]"), (b'{"a":', b"}")))
    depth, (start, end) = chance.choice((20, 1_000, 30_000)), _slice(chance, body)
    return body[:start] + opening * depth + body[start:end] + closing * depth + body[end:]


def _encode(chance: random.Random, body: bytes) -> bytes:
    """In other letters than it says."""
    return body.decode("utf-8", "replace").encode(chance.choice(_ENCODINGS), "replace")


def _cross(chance: random.Random, body: bytes) -> bytes:
    other = chance.choice(feeds()).body
    return body[: _place(chance, body)] + other[_place(chance, other) :]


WAYS: dict[str, Way] = {
    "flipped": _flip,
    "cut": _cut,
    "broken off": _break_off,
    "inserted": _insert,
    "flooded": _flood,
    "repeated": _repeat,
    "swapped": _swap,
    "untagged": _untag,
    "nested": _nest,
    "encoded": _encode,
    "crossed": _cross,
}


def mutant(number: int, seed: int) -> Mutant:
    """The same for the same numbers."""
    chance = random.Random(f"{seed}/{number}")
    made = chance.choice(feeds())
    names = chance.choices(list(WAYS), k=chance.choice((1, 1, 2, 3)))
    body = made.body
    for name in names:
        body = WAYS[name](chance, body)[:LARGEST]
    kind = made.content_type if chance.random() < 0.9 else chance.choice(("", "text/plain", "x", "text/xml; charset=x"))
    return replace(made, body=body, content_type=kind, done=tuple(names))
