"""Feeds in RSS and Atom, read from a real server: entries with keys that last, honest questions, memory that helps."""

# ruff: noqa: E501 - documents are long lines

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import SourceError
from monitor.sources import KINDS
from monitor.sources.links import normalised, web_link
from tests.sources_support import NOW, Reader, feed, item, redirect, reply, rss

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">
  <title>جنوب</title><link href="https://south.example/"/>
  <entry>
    <id>tag:south.example,2026:7</id><title type="html">حشود &lt;b&gt;عسكرية&lt;/b&gt; قرب نوى</title>
    <link rel="self" href="https://south.example/7.atom"/><link rel="alternate" href="/news/7"/>
    <published>2026-11-21T10:00:00+03:00</published><updated>2026-11-21T11:00:00+03:00</updated>
    <summary>ملخص</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>فقرة أولى</p><p>ثانية</p></div></content>
  </entry>
  <entry xml:lang="en"><id>tag:south.example,2026:8</id><title>Talks end</title><updated>2026-11-21T12:00:00Z</updated></entry>
</feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://old.example/"><title>Old</title></channel>
  <item rdf:about="https://old.example/1"><title>One</title><link>https://old.example/1</link><dc:date>2026-11-20</dc:date></item>
</rdf:RDF>"""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def served(reader: Reader, *items: str, channel: str = "", **headers: str) -> None:
    reader.site.answers["/feed"] = reply(rss(*items, channel=channel).encode(), **headers)


def test_an_entry_is_read_with_everything_the_feed_says_of_it(reader: Reader) -> None:
    served(
        reader,
        item(
            "قوات تصل إلى طفس",
            "https://news.example/1?utm_source=rss",
            "post-1",
            "Sat, 21 Nov 2026 12:30:00 +0300",
            "<p>ملخص</p>",
            "<content:encoded><![CDATA[<p>Full <b>text</b>.</p><p>Second.</p>]]></content:encoded>",
        ),
        channel="<language>ar-SY</language>",
    )
    read = reader.read("/feed")
    (entry,) = read.entries
    assert (entry.key, entry.url) == ("post-1", "https://news.example/1?utm_source=rss")
    assert (entry.title, entry.summary, entry.content) == ("قوات تصل إلى طفس", "ملخص", "Full text.\nSecond.")
    assert (entry.published_at, entry.date_note) == (datetime(2026, 11, 21, 9, 30, tzinfo=UTC), "")
    assert entry.language == "ar-SY"
    assert (read.title, read.note, read.changed) == ("Southern News", "", True)


def test_atom_is_read_too_with_the_language_of_each_entry(reader: Reader) -> None:
    reader.site.answers["/atom"] = reply(ATOM.encode(), "application/atom+xml")
    first, second = reader.read("/atom").entries
    assert (first.key, first.title) == ("tag:south.example,2026:7", "حشود عسكرية قرب نوى")
    assert first.url == reader.site.url("/news/7")
    assert (first.summary, first.content) == ("ملخص", "فقرة أولى\nثانية")
    assert first.published_at == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert second.published_at == datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert (first.language, second.language) == ("ar", "en")


def test_rss_of_the_first_days_is_read_too(reader: Reader) -> None:
    reader.site.answers["/rdf"] = reply(RDF.encode(), "application/rdf+xml")
    (entry,) = reader.read("/rdf", zone="Asia/Damascus").entries
    assert (entry.key, entry.url) == ("https://old.example/1", "https://old.example/1")
    assert entry.date_note == "date without zone, read as Asia/Damascus"


def test_content_without_summary_is_not_said_twice(reader: Reader) -> None:
    served(reader, item("A", guid="a", more="<content:encoded>Words</content:encoded>"))
    (entry,) = reader.read("/feed").entries
    assert (entry.summary, entry.content) == ("", "Words")


# asking again


def test_the_second_question_carries_the_validators_as_they_came_and_304_is_understood(reader: Reader) -> None:
    served(reader, item("A"), ETag='W/"odd "tag""', Last_Modified="sometime on Friday")
    memory = reader.read("/feed").memory
    reader.site.answers["/feed"] = reply(b"", status="304 Not Modified", Cache_Control="max-age=600")
    again = reader.read("/feed", memory)
    request = reader.site.requests[-1]
    assert request.header("If-None-Match") == 'W/"odd "tag""'
    assert request.header("If-Modified-Since") == "sometime on Friday"
    assert (again.changed, again.entries, again.memory, again.poll_after) == (False, (), memory, 600)


def test_the_same_bytes_are_not_parsed_again(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    served(reader, item("A"))
    memory = reader.read("/feed").memory

    async def parse(*_arguments: Any, **_named: Any) -> dict[str, Any]:
        raise AssertionError("parsed again")

    monkeypatch.setattr(type(reader.workers), "run", parse)
    again = reader.read("/feed", memory)
    assert (again.changed, again.entries) == (False, ())
    assert again.memory == memory


def test_a_new_address_under_the_old_name_is_asked_without_the_old_validators(reader: Reader) -> None:
    served(reader, item("A", guid="a"), ETag='"1"')
    memory = reader.read("/feed").memory
    reader.site.answers["/moved"] = reader.site.answers["/feed"]
    read = reader.read("/moved", memory)
    assert not reader.site.requests[-1].header("If-None-Match")
    assert [entry.key for entry in read.entries] == ["a"]


def test_an_answer_that_broke_off_is_read_and_asked_for_again_as_a_whole(reader: Reader) -> None:
    body = rss(item("A", guid="a"), item("B", guid="b")).encode()
    reader.site.answers["/cut"] = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 9999\r\n\r\n' + body[:-80]
    read = reader.read("/cut")
    assert [entry.key for entry in read.entries] == ["a"]
    assert set(read.memory) == {"url"}
    assert "broke off" in read.note


@pytest.mark.parametrize(
    ("path", "channel", "older"),
    [
        ("/blog/feed/", "<generator>https://wordpress.org/?v=6.6</generator>", "/blog/feed/?paged=2"),
        ("/blog/feed/?paged=2", "<generator>https://wordpress.org/?v=6.6</generator>", "/blog/feed/?paged=3"),
        ("/blog/?feed=rss2", "<generator>https://wordpress.org/?v=6.6</generator>", "/blog/?feed=rss2&paged=2"),
        (
            "/archived",
            '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="prev-archive" href="/2026/10"/>',
            "/2026/10",
        ),
        ("/paged", '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="?page=2"/>', "/paged?page=2"),
        ("/plain", "", ""),
    ],
)
def test_a_feed_tells_where_its_older_entries_are(reader: Reader, path: str, channel: str, older: str) -> None:
    reader.site.answers[path] = reply(rss(item("A"), channel=channel).encode())
    assert reader.read(path).older == (reader.site.url(older) if older else "")


def test_a_json_feed_names_its_next_page(reader: Reader) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "next_url": "/more.json", "items": [{"id": "1"}]}
    reader.site.answers["/feed.json"] = reply(json.dumps(feed).encode(), "application/feed+json")
    assert reader.read("/feed.json").older == reader.site.url("/more.json")


def test_where_a_feed_moved_is_known_also_when_nothing_else_is_new(reader: Reader) -> None:
    served(reader, item("A"), ETag='"1"')
    reader.site.answers["/from"] = redirect("/feed", "308 Permanent Redirect")
    memory = reader.read("/from").memory
    reader.site.answers["/feed"] = reply(b"", status="304 Not Modified")
    again = reader.read("/from", memory)
    assert (again.changed, again.moved) == (False, reader.site.url("/feed"))


@pytest.mark.parametrize("status", [404, 410, 429, 503])
def test_a_refusal_carries_its_status(reader: Reader, status: int) -> None:
    reader.site.answers["/refused"] = reply(b"no", status=f"{status} No")
    with pytest.raises(SourceError) as caught:
        reader.read("/refused")
    assert caught.value.status == status


def test_the_user_agent_of_a_feed_is_its_own(reader: Reader) -> None:
    served(reader, item("A"))
    reader.read("/feed", user_agent="plain reader 1")
    assert reader.site.requests[-1].header("User-Agent") == "plain reader 1"


def test_a_feed_that_moved_for_good_is_read_and_says_so(reader: Reader) -> None:
    served(reader, item("A"))
    reader.site.answers["/old"] = redirect("/feed", "301 Moved Permanently")
    read = reader.read("/old")
    assert len(read.entries) == 1
    assert read.note == f"moved for good to {reader.site.url('/feed')}: change the url in feeds.yaml"
    assert reader.read("/old", read.memory).note == read.note


@pytest.mark.parametrize(
    ("channel", "headers", "seconds"),
    [
        ("<ttl>30</ttl>", {}, 1800),
        ("", {"Cache_Control": "public, max-age=900"}, 900),
        ("<ttl>10</ttl>", {"Cache_Control": "max-age=900"}, 900),
        ("", {"Cache_Control": "max-age=0, no-cache"}, None),
        ("<ttl>often</ttl>", {}, None),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", {}, 21_600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", {}, None),
        ("", {}, None),
    ],
)
def test_the_wish_of_the_publisher_is_passed_on(
    reader: Reader, channel: str, headers: dict[str, str], seconds: float | None
) -> None:
    served(reader, item("A"), channel=channel, **headers)
    assert reader.read("/feed").poll_after == seconds


def test_an_http_failure_keeps_its_kind(reader: Reader) -> None:
    with pytest.raises(SourceError) as caught:
        reader.run(KINDS["rss"](reader.workers).read(feed("http://127.0.0.1:9/"), {}, reader.http, NOW))
    assert caught.value.kind == "refused"


# keys


def keys(reader: Reader, *items: str, memory: dict[str, str] | None = None) -> list[str]:
    served(reader, *items)
    return [entry.key for entry in reader.read("/feed", memory).entries]


def test_the_key_is_the_id_else_the_address_else_the_words(reader: Reader) -> None:
    by_id, by_address, by_words = keys(
        reader,
        item("A", "https://n.example/a", "id-a"),
        item("B", "https://N.example:443/b?utm_medium=x&id=2#top"),
        item("C", text="words"),
    )
    assert (by_id, by_address) == ("id-a", "https://n.example/b?id=2")
    assert by_words.startswith("words:")


def test_an_edited_entry_keeps_its_key_and_changes_its_fingerprint(reader: Reader) -> None:
    served(reader, item("Army near Nawa", "https://n.example/1", "1"))
    (before,) = reader.read("/feed").entries
    served(reader, item("Army enters Nawa", "https://n.example/1", "1"))
    (after,) = reader.read("/feed").entries
    assert before.key == after.key
    assert before.fingerprint != after.fingerprint


def test_the_key_does_not_depend_on_where_the_feed_lies(reader: Reader) -> None:
    served(reader, item("A", "https://n.example/a", "4711"))
    reader.site.answers["/elsewhere/feed"] = reader.site.answers["/feed"]
    assert [entry.key for entry in reader.read("/elsewhere/feed").entries] == ["4711"]


def test_entries_that_share_an_id_stay_apart_whatever_the_window_shows(reader: Reader) -> None:
    first, second = (item(name, f"https://n.example/{name}", "same") for name in ("a", "b"))
    served(reader, second, first)
    both = reader.read("/feed")
    later = keys(reader, second, memory=dict(both.memory))
    turned = keys(reader, first, second, memory=dict(both.memory))
    assert len({entry.key for entry in both.entries}) == 2
    assert later == [both.entries[0].key]
    assert turned == [entry.key for entry in reversed(both.entries)]


def test_entries_that_all_link_to_the_front_page_are_told_apart_by_their_words(reader: Reader) -> None:
    one, two = keys(reader, item("A", "https://n.example/"), item("B", "https://n.example/"))
    assert one != two


def test_an_entry_that_stands_twice_in_the_feed_is_one(reader: Reader) -> None:
    assert keys(reader, item("A", "https://n.example/a", "a"), item("A", "https://n.example/a", "a")) == ["a"]


def test_an_id_of_any_length_makes_a_short_key(reader: Reader) -> None:
    (key,) = keys(reader, item("A", guid="x" * 5_000))
    assert len(key) < 100


# addresses


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://News.Example:80/a#b", "https://news.example/a"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example/%d8%af%D8%B1%7E", "https://news.example/%D8%AF%D8%B1~"),
        ("https://news.example/درعا", "https://news.example/%D8%AF%D8%B1%D8%B9%D8%A7"),
        ("https://news.example/?b=2&utm_source=x&fbclid=y&a=1&at_medium=RSS", "https://news.example/?b=2&a=1"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://موقع.example/", "https://xn--4gbrim.example/"),
        ("https://[x/", "https://[x/"),
    ],
)
def test_addresses_that_mean_one_page_have_one_spelling(url: str, expected: str) -> None:
    assert normalised(url) == expected


@given(st.from_regex(r"https?://[a-z]{1,9}\.example(:\d{1,4})?/[ -~ء-ي]{0,30}", fullmatch=True))
def test_normalising_twice_changes_nothing_more(url: str) -> None:
    assert normalised(normalised(url)) == normalised(url)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///x",
        "mailto:a@b.c",
        "http://",
        "http://[x",
        "https://a.example:99999/",
        "x" * 3_000,
    ],
)
def test_what_is_no_web_address_is_no_link(link: str) -> None:
    base = "https://news.example/feed"
    assert web_link(link, base) == "" or link.startswith("x")
    assert web_link("https://n.example/" + "x" * 3_000, base) == ""


def test_links_are_resolved_and_mended() -> None:
    assert web_link("../a?b=1", "https://news.example/x/feed/") == "https://news.example/x/a?b=1"
    assert web_link(" //cdn.example/a ", "https://news.example/") == "https://cdn.example/a"
    assert web_link("https://n.example/a\n  b", "https://news.example/") == "https://n.example/ab"


def test_what_is_remembered_is_small_and_plain(reader: Reader) -> None:
    served(reader, *(item(str(n), f"https://n.example/{n}", "same") for n in range(3_000)))
    memory = reader.read("/feed").memory
    assert len(json.dumps(memory)) < 60_000
    assert all(isinstance(value, str) for value in memory.values())
