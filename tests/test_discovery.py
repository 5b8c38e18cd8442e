"""Where a site keeps its feeds: what it names, else where such sites keep one; believed only once it was read."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.cli.feed_adding import find, slug
from monitor.cli.feed_asking import Reading
from monitor.cli.feed_links import links_of_opml
from monitor.errors import ConfigError, SourceError
from monitor.http import HttpResponse
from monitor.settings import Feed, Settings
from monitor.sources.discovery import FeedLink, channel_link, discovered
from tests.sources_support import NOW, Reader, feed, item, reply, rss

ARABIC = rss(item("تعزيزات عسكرية تصل إلى محيط مدينة طفس غربي درعا", "https://n.example/1"))
ENGLISH = rss(item("Talks between the army and the elders of the town have failed", "https://n.example/2"))


def link(href: str, kind: str = "application/rss+xml", title: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def page(head: str = "", body: str = "<h1>News</h1>") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def answer(text: str = page(), url: str = "https://site.example/", **headers: str) -> HttpResponse:
    return HttpResponse(url, 200, headers, text.encode())


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _empty_site(reader: Reader) -> None:
    reader.site.answers = {}
    reader.site.requests.clear()


def found(reader: Reader, *feeds: Feed, path: str = "/", language: str = "") -> str:
    """The path that is picked for the site's address."""
    settings = Settings(config_dir=Path("config"), database="", data_dir=Path("data"), feeds=feeds)
    trial = feed(reader.site.url(path), language=language)
    picked, _ = reader.run(find(settings, trial, Reading(reader.http, reader.workers, NOW)))
    return picked.url.partition(f":{reader.site.port}")[2]


def serve(reader: Reader, **pages: str) -> None:
    """By path; of names, _ is /."""
    for name, text in pages.items():
        kind = "text/html; charset=utf-8" if text.startswith("<!doctype") else "application/rss+xml; charset=utf-8"
        reader.site.answers[name.replace("_", "/")] = reply(text.encode(), kind)


# what is named


def test_the_page_and_its_headers_name_feeds_and_comments_come_last() -> None:
    text = page(
        link("/comments/feed/", title="Comments")
        + link("feed.json", "application/feed+json")
        + link("rss", title=" Horan\nNews ")
    )
    header = (
        '<https://site.example/atom>; rel="alternate"; type="application/atom+xml"; title="All", </s.css>; rel=preload'
    )
    named = discovered(answer(text, Link=header)).named
    assert [each.url.removeprefix("https://site.example/") for each in named] == [
        "rss",
        "atom",
        "feed.json",
        "comments/feed/",
    ]
    assert [(each.title, each.kind) for each in named[:3]] == [("Horan News", "rss"), ("All", "rss"), ("", "jsonfeed")]


@pytest.mark.parametrize(
    "text",
    [
        page(link("javascript:alert(1)") + link("http://[bad") + link("")),
        page('<link rel="stylesheet" type="text/css" href="/a.css"><link rel="alternate" hreflang="en" href="/en/">'),
        page(body=f"<pre>{'&lt;link rel=alternate type=application/rss+xml href=/x&gt;'}</pre>"),
    ],
)
def test_what_is_no_feed_is_not_named(text: str) -> None:
    assert discovered(answer(text, Link="<>; rel=alternate, ;;, <x")).named == ()


@pytest.mark.parametrize(
    "hostile", ["<!" * 900_000, "<link " * 300_000, "<link a='" + "x" * 1_500_000, "<!--" * 400_000]
)
def test_a_page_made_to_take_long_does_not(hostile: str) -> None:
    began = time.process_time()
    discovered(answer(hostile, Link="<" * 50_000))
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("made_with", "headers"),
    [
        ('<link rel="stylesheet" href="https://site.example/wp-content/themes/x/style.css">', {}),
        ('<meta name="generator" content="WordPress 6.6">', {}),
        ("", {"Link": '<https://site.example/wp-json/>; rel="https://api.w.org/"'}),
    ],
)
def test_a_site_of_wordpress_is_known_and_its_usual_addresses_are_tried_first(
    made_with: str, headers: dict[str, str]
) -> None:
    there = discovered(answer(page(made_with), "https://site.example/ar/", **headers))
    assert there.wordpress
    assert [each.url for each in there.guesses[:3]] == [
        "https://site.example/ar/feed/",
        "https://site.example/feed/",
        "https://site.example/?feed=rss2",
    ]
    assert not discovered(answer()).wordpress


@pytest.mark.parametrize(
    ("url", "channel"),
    [
        ("https://t.me/Horan_News", "https://t.me/s/Horan_News"),
        ("https://t.me/s/Horan_News", "https://t.me/s/Horan_News"),
        ("http://telegram.me/Horan_News/812", "https://t.me/s/Horan_News"),
        ("https://t.me/+AbCdEf", ""),
        ("https://t.me/", ""),
        ("https://site.example/s/Horan_News", ""),
    ],
)
def test_the_address_of_a_channel_or_of_its_message_leads_to_the_page_that_can_be_read(url: str, channel: str) -> None:
    known = channel_link(url)
    assert (known.url if known else "") == channel


def test_a_channel_is_called_by_its_name_where_its_title_has_no_latin_letters() -> None:
    assert slug("أخبار حوران", "https://t.me/s/Horan_News", "ar") == "horan-news-ar"


def test_an_opml_file_names_each_feed_once() -> None:
    text = '<opml><body><outline xmlUrl="https://a.example/f" text="A"/><outline xmlurl="https://a.example/f"/></body></opml>'
    assert links_of_opml(text) == [FeedLink("https://a.example/f", "A")]


# what is picked


def test_the_first_feed_that_can_be_read_is_picked_and_the_others_are_listed(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(
        reader,
        _=page(link("/gone") + link("/news") + link("/english", title="English")),
        _news=ARABIC,
        _english=ENGLISH,
    )
    assert found(reader) == "/news"
    told = capsys.readouterr().err
    assert f"{reader.site.url('/gone')}, which cannot be read: the address answers 404" in told
    assert f"The page also names {reader.site.url('/english')} English" in told
    assert f"Picked {reader.site.url('/news')}: the best of 3 that the page names." in told


def test_of_several_the_one_in_the_language_wished_for_is_picked(reader: Reader) -> None:
    serve(
        reader, _=page(link("/news") + link("/empty") + link("/english")), _news=ARABIC, _empty=rss(), _english=ENGLISH
    )
    assert found(reader, language="en") == "/english"
    assert found(reader, language="fr") == "/news"


def test_a_feed_that_nobody_names_is_found_where_such_sites_keep_it(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(reader, _=page('<link href="/wp-content/a.css">'), _feed_=ARABIC)
    assert found(reader) == "/feed/"
    assert "it is made with WordPress, which keeps one there" in capsys.readouterr().err
    reader.site.answers = {}
    serve(reader, _=page(link("/gone")), _feed_=rss(), **{"_rss.xml": ENGLISH})
    assert found(reader) == "/rss.xml"


def test_a_site_without_a_feed_says_what_was_tried_and_what_else_there_is(reader: Reader) -> None:
    serve(reader, _=page())
    with pytest.raises(SourceError) as caught:
        found(reader)
    assert "names no feed, and there is none at /feed/, /rss.xml" in str(caught.value)
    assert "kind: page" in str(caught.value)
    assert len(reader.site.requests) < 10


def test_a_server_that_asks_to_be_left_alone_is_left_alone(reader: Reader) -> None:
    serve(reader, _=page())
    reader.site.answers["/feed/"] = reply(b"", status="429 Too Many Requests", Retry_After="60")
    with pytest.raises(SourceError):
        found(reader)
    assert [request.target for request in reader.site.requests][-1] == "/feed/"


def test_what_is_in_the_file_already_is_not_found_again(reader: Reader) -> None:
    serve(reader, _=page(), _feed_=ARABIC)
    with pytest.raises(ConfigError, match="already, as southern"):
        found(reader, feed(reader.site.url("/feed/")))
    known = feed("https://t.me/s/Horan_News", kind="telegram")
    settings = Settings(config_dir=Path("config"), database="", data_dir=Path("data"), feeds=(known,))
    reading = Reading(reader.http, reader.workers, NOW)
    with pytest.raises(ConfigError, match="already, as southern"):  # before anything is asked
        reader.run(find(settings, feed("https://t.me/Horan_News/7"), reading))
