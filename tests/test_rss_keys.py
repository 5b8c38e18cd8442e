"""By what an entry is known again, and how addresses are spelt."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.links import normalised, web_link
from tests.rss_support import reader, served
from tests.sources_support import Reader, item

__all__ = ["reader"]  # fixtures


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
