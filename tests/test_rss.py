"""Feeds in RSS and Atom, read from a real server: entries with keys that last, honest questions, memory that helps."""
# ruff: noqa: E501 - documents are long lines

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.errors import SourceError
from monitor.sources import KINDS
from tests.rss_support import reader, served
from tests.sources_support import NOW, Reader, feed, item, redirect, reply, rss

__all__ = ["reader"]  # fixtures


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
