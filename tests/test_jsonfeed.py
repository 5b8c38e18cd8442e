"""JSON Feed, versions 1.0 and 1.1, under either name of the kind."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.errors import SourceError
from monitor.records import FeedRead
from monitor.sources import KINDS
from tests.sources_support import NOW, Reader, feed, item, reply, rss

FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "الجنوب &amp; حوران",
    "language": "ar",
    "items": [
        {
            "id": 7,
            "url": "/news/7",
            "title": "تعزيزات إلى إزرع",
            "content_html": "<p>أولى</p><p>ثانية &amp; ثالثة</p>",
            "summary": "5 < 6 & <b>so</b>",
            "date_published": "2026-11-21T10:00:00+03:00",
            "date_modified": "2026-11-21T11:00:00+03:00",
        },
        {
            "id": "8",
            "external_url": "https://other.example/8",
            "content_text": "line one\nline <two>",
            "language": "en",
        },
    ],
}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def read(reader: Reader, body: Any, kind: str = "jsonfeed") -> FeedRead:
    text = body if isinstance(body, str) else json.dumps(body)
    reader.site.answers["/feed.json"] = reply(text.encode("utf-8", "surrogatepass"), "application/feed+json")
    source = KINDS[kind](reader.workers)
    return reader.run(source.read(feed(reader.site.url("/feed.json"), kind=kind), {}, reader.http, NOW))


@pytest.mark.parametrize("kind", ["jsonfeed", "rss"])
def test_entries_are_read_under_either_kind(reader: Reader, kind: str) -> None:
    found = read(reader, FEED, kind)
    first, second = found.entries
    assert (first.key, first.url) == ("7", reader.site.url("/news/7"))
    assert (first.title, first.content, first.summary) == (
        "تعزيزات إلى إزرع",
        "أولى\nثانية & ثالثة",
        "5 < 6 & <b>so</b>",
    )
    assert first.published_at == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert (first.language, second.language) == ("ar", "en")
    assert (second.url, second.content) == ("https://other.example/8", "line one\nline <two>")
    assert (second.published_at, second.date_note) == (None, "no date")
    assert found.title == "الجنوب & حوران"


def test_a_feed_of_version_one_and_one_without_items_are_read(reader: Reader) -> None:
    assert len(read(reader, FEED | {"version": "https://jsonfeed.org/version/1"}).entries) == 2
    assert read(reader, FEED | {"items": []}).note == "the feed holds no entries"


def test_xml_is_read_under_the_kind_jsonfeed_too(reader: Reader) -> None:
    assert [entry.title for entry in read(reader, rss(item("A"))).entries] == ["A"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"items": []}, "the answer is JSON but no feed: it names no version of JSON Feed"),
        ({"version": "2.0", "items": []}, "the answer is JSON but no feed: it names no version of JSON Feed"),
        ({"version": "https://jsonfeed.org/version/1"}, "the answer is JSON but no feed: it has no items"),
        ([1, 2], "the answer is JSON but no feed: it has no items"),
        ('{"version": ', "the answer begins like JSON but is none"),
        ("{" * 100_000, "the answer begins like JSON but is none"),
    ],
)
def test_json_that_is_no_feed_is_named(reader: Reader, body: Any, sentence: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(reader, body)
    assert str(caught.value) == sentence


def test_items_of_the_wrong_shape_harm_no_others(reader: Reader) -> None:
    odd: list[Any] = [
        None,
        1,
        "x",
        [],
        {},
        {"id": {}},
        {"id": "a", "title": ["x"], "url": 5, "date_published": {}},
        {"id": True, "title": "T"},
    ]
    entries = read(reader, FEED | {"items": [*odd, *FEED["items"]]}).entries
    assert [entry.key for entry in entries if not entry.key.startswith("words:")] == ["a", "7", "8"]


def test_halves_of_characters_can_be_stored(reader: Reader) -> None:
    found = read(reader, FEED | {"items": [{"id": "a\\ud83d", "title": "x"}]} | {"title": "t"})
    body = json.dumps(FEED | {"items": [{"id": "a", "title": "HALF"}]}).replace("HALF", "\\ud83d half")
    assert read(reader, body).entries[0].title == "\ufffd half"
    found.entries[0].key.encode()
