"""Text from feeds in a message: it can only be read."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.channels.quoting import FSI, LRI, PDI, RLI, clean, defuse, isolate, link
from monitor.channels.wording import render
from monitor.records import Alert, AlertKind, Message, Quote
from tests.channels_support import (
    JASIM,
    alert,
    delivery,
    quote,
)

HOSTILE = [
    "plain\x00with\x1b[2J\x07controls\x85and\u2028lines\nmore\r\nTo: x",
    "\u202eright to left override\u2066 and isolate \u2067 left open",
    "قال \u202aالمصدر\u200f <script>alert('x')</script> & \"quotes\" 'single'",
    "[click](https://evil.example) @everyone <!channel> https://evil.example/a {{ 7*7 }} {% raw %} ${HOME}",
    "\ufeff\ue000\U000e0041tag\ud800surrogate\U0010ffff",
    "z" + "\u0301" * 500 + "algo",
    "</blockquote></section><img src=x onerror=alert(1)><!-- --><style>*{display:none}</style>",
    "\u2067",
    " ",
    "x" * 100_000,
]


def hostile_alert(text: str) -> Alert:
    place = replace(JASIM, name=text, arabic=text)
    told = Quote(text, text, text, text, text)
    return alert(situation=text, report_key=text, place=place, quotes=(told, told), read_note=text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("kind", ["new", "eased", "corrected", "summary"])
def test_text_from_a_feed_can_only_be_read(text: str, kind: AlertKind) -> None:
    told = replace(hostile_alert(text), kind=kind)
    told = replace(told, lines=(told, hostile_alert(text))) if kind == "summary" else told
    harmless(render(delivery(told, "en", "ar")))
    harmless(render(delivery(told, "ar"), marked_test=True))


def harmless(message: Message) -> None:
    assert message.title == message.text.splitlines()[0]
    assert len(message.text) < 30_000
    message.text.encode()
    message.html.encode()
    for line in message.text.split("\n"):
        balanced(line)
        assert not [letter for letter in line if unicodedata.category(letter) in {"Cc", "Zl", "Zp", "Co", "Cs"}]
        assert not re.search("[\u202a-\u202e\u200e]", line)
        assert not re.search(r"@(?:everyone|here)|<!channel>|\]\(|(?<!^)https?://(?!\u2060)", line)
    for tag, attributes in tags(message.html):
        assert tag in ALLOWED
        assert set(attributes) <= {"lang", "dir", "href", "rel", "class", "charset", "name", "content"}
        assert re.fullmatch(r"|https?://[^\s<>\"']+", attributes.get("href") or "")
    json.dumps(dict(message.facts)).encode()


ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "section",
    "h1",
    "blockquote",
    "p",
    "a",
    "br",
    "ul",
    "li",
    "div",
}


def tags(html: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    found: list[tuple[str, dict[str, str | None]]] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Tags().feed(html)
    assert len([tag for tag, _ in found if tag in {"html", "body", "style"}]) == 3
    yield from found


def balanced(line: str) -> None:
    depth = 0
    for letter in line:
        depth += (letter in {LRI, RLI, FSI}) - (letter == PDI)
        assert depth in {0, 1}
    assert depth == 0


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_no_text_whatever_gets_out_of_its_place(text: str) -> None:
    harmless(render(delivery(hostile_alert(text), "en", "ar")))


def test_a_sentence_of_five_megabytes_costs_no_more_than_a_long_one() -> None:
    long = alert(quotes=(quote("كلمة " * 1_000_000),))
    message = render(delivery(long, "ar"))
    assert len(message.text) < 2000
    assert "…" in message.text


@given(st.text(max_size=300), st.integers(5, 80))
def test_cleaned_text_is_one_short_line(text: str, limit: int) -> None:
    assert len(clean(text, limit)) <= limit
    assert len(clean(text, limit).splitlines()) <= 1
    assert clean(clean(text, limit), limit) == clean(text, limit)


@given(st.text(alphabet="ab ئب1.(", max_size=30), st.booleans())
def test_isolates_come_in_pairs_and_only_where_directions_meet(text: str, rtl: bool) -> None:
    isolated = isolate(text, rtl=rtl)
    assert isolated in {text, f"{LRI}{text}{PDI}", f"{RLI}{text}{PDI}"}
    assert (isolated == text) is not bool(re.search("[ab]" if rtl else "[ئب]", text))


def test_defused_text_looks_the_same() -> None:
    text = "Ask @everyone <!here> [a](b) see https://x.example ||now||"
    assert defuse(text) != text
    assert defuse(text).replace("\u2060", "") == text
    assert defuse("3:30 at 5 <b and a] (c)") == "3:30 at 5 <\u2060b and a] (c)"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://news.example/a?b=c&d=%20e#top", "https://news.example/a?b=c&d=%20e"),
        ("HTTPS://News.Example/A_(b)", "https://news.example/A_%28b%29"),
        ("https://news.example/درعا", "https://news.example/%D8%AF%D8%B1%D8%B9%D8%A7"),
        ("https://موقع.example/", "https://xn--4gbrim.example/"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("https://news.example/@everyone/](x)", "https://news.example/%40everyone/%5D%28x%29"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//news.example/a", ""),
        ("https://news.example@evil.example/", ""),
        ("https://user:word@news.example/", ""),
        ("https://", ""),
        ("https://news.example:99999/", ""),
        ("https://news.example/\u202egpj.exe", ""),
        ("https://news.example/a\nb", ""),
        ("https://[::1]/x", "https://[::1]/x"),
        ("https://[::1/x", ""),
        ("https://" + "a" * 70 + ".example/", ""),
        ("https://news.example/" + "a" * 5000, ""),
        ("", ""),
    ],
)
def test_only_plain_web_addresses_are_linked(url: str, shown: str) -> None:
    assert link(url) == shown
