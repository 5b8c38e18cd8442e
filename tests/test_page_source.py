"""List pages without a feed, read by CSS selectors: what fits is read, what fits no more is named, never passed over."""

# ruff: noqa: E501 - documents are long lines

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.errors import SourceError
from monitor.records import FeedRead
from monitor.sources import KINDS
from tests.sources_support import NOW, Reader, feed, redirect, reply

SELECT = {
    "item": "li.post-item",
    "link": "h2.post-title a",
    "title": "h2.post-title",
    "date": ".date",
    "summary": "p.excerpt",
}


def post(
    slug: str = "../2026/11/%D8%AD%D8%B5%D8%A7%D8%B1",
    title: str = "حصار بلدة <b>طفس</b>",
    date: str = "21 نوفمبر، 2026 12:30",
    more: str = "",
) -> str:
    return (
        f'<li class="post-item is-first"><a class="post-thumb" href="{slug}"><img src="x.jpg" alt=""></a><div class="post-details"><h2 class="post-title"><a href="{slug}">{title}</a></h2>'
        f'<span class="date meta-item tie-icon">{date}</span><p class="excerpt">موجز&hellip;</p>{more}</div></li>'
    )


def page(*posts: str, head: str = "") -> bytes:
    return f'<!doctype html><html dir="rtl"><head><meta charset="utf-8"><title>أخبار حوران</title>{head}</head><body><nav><ul><li><a href="/">الرئيسية</a></li></ul></nav><ul id="posts-container">{"".join(posts)}</ul></body></html>'.encode()


def machine(*articles: Mapping[str, Any]) -> str:
    return f'<script id="tie-schema-json" type="application/ld+json">{json.dumps({"@context": "http://schema.org", "@graph": list(articles)})}</script>'


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def read(
    reader: Reader, memory: Mapping[str, str] | None = None, path: str = "/news/page/1", **select: str
) -> FeedRead:
    listed = feed(reader.site.url(path), kind="page", zone="Asia/Damascus", select=SELECT | select)
    return reader.run(KINDS["page"](reader.workers).read(listed, memory or {}, reader.http, NOW))


def shown(reader: Reader, body: bytes, **select: str) -> FeedRead:
    reader.site.answers["/news/page/1"] = reply(body, "text/html; charset=utf-8")
    return read(reader, {}, **select)


def refusal(reader: Reader, body: bytes, **select: str) -> str:
    with pytest.raises(SourceError) as caught:
        shown(reader, body, **select)
    assert caught.value.kind == "selectors"
    return str(caught.value)


def test_an_entry_is_read_with_the_address_words_and_date_that_the_page_shows(reader: Reader) -> None:
    found = shown(reader, page(post()))
    (entry,) = found.entries
    assert entry.url == reader.site.url("/news/2026/11/%D8%AD%D8%B5%D8%A7%D8%B1")
    assert (entry.title, entry.summary, entry.content) == ("حصار بلدة طفس", "موجز…", "")
    assert entry.published_at == datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert entry.date_note == "date without zone, read as Asia/Damascus"
    assert not entry.whole  # the article's page is asked for, as that of a feed's entry
    assert (found.title, found.note, found.changed) == ("أخبار حوران", "", True)


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("٢١ تشرين الثاني ٢٠٢٦ ١٠:٠٠ ص", datetime(2026, 11, 21, 7, 0, tzinfo=UTC)),
        ("نوفمبر 20, 2026", datetime(2026, 11, 19, 21, 0, tzinfo=UTC)),
        ('<time datetime="2026-11-21T08:00:00Z">منذ ساعتين</time>', datetime(2026, 11, 21, 8, 0, tzinfo=UTC)),
    ],
)
def test_dates_are_read_in_arabic_and_from_attributes(reader: Reader, date: str, moment: datetime) -> None:
    selector = ".date time" if "<time" in date else ".date"
    assert shown(reader, page(post(date=date)), date=selector).entries[0].published_at == moment


def test_an_attribute_of_another_name_can_hold_the_date(reader: Reader) -> None:
    date = '<i data-when="2026-11-20T10:00:00+03:00">أمس</i>'
    found = shown(reader, page(post(date=date)), date=".date i", date_attribute="data-when")
    assert found.entries[0].published_at == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def test_what_the_page_tells_machines_stands_in_for_a_date_that_cannot_be_read(reader: Reader) -> None:
    where = reader.site.url("/news/a/")
    told = machine(
        {"@type": "NewsArticle", "mainEntityOfPage": {"@id": where}, "datePublished": "2026-11-21T10:15:00+03:00"}
    )
    moment = datetime(2026, 11, 21, 7, 15, tzinfo=UTC)
    assert shown(reader, page(post("/news/a/", date="قبل ثلاث ساعات"), head=told)).entries[0].published_at == moment
    assert shown(reader, page(post("/news/a/", date="2026-11-21"), head=told)).entries[0].published_at == moment
    nested = json.dumps({"itemListElement": [{"item": {"url": "/news/a/", "datePublished": "2026-11-21T07:15:00Z"}}]})
    head = f'<script type="application/ld+json">{nested}</script><script type="application/ld+json">{{broken</script>'
    assert shown(reader, page(post("/news/a/", date=""), head=head), date="").entries[0].published_at == moment


def test_an_article_shown_twice_is_one_entry(reader: Reader) -> None:
    found = shown(reader, page(post("/a?utm_source=top", "Featured: talks"), post("/a", "Talks"), post("/b", "Roads")))
    assert [entry.title for entry in found.entries] == ["Featured: talks", "Roads"]


def test_the_base_address_of_the_page_counts(reader: Reader) -> None:
    found = shown(reader, page(post("a.html"), head='<base href="/archive/">'))
    assert found.entries[0].url == reader.site.url("/archive/a.html")


def test_items_that_are_links_themselves_are_read(reader: Reader) -> None:
    body = page('<a class="card" href="/a"><h3>Roads closed</h3></a><a class="card" href="/b"><h3>Talks fail</h3></a>')
    found = shown(reader, body, item="a.card", link="a[href]", title="h3", date="", summary="")
    assert [(entry.title, entry.url[-2:]) for entry in found.entries] == [("Roads closed", "/a"), ("Talks fail", "/b")]


def test_a_link_without_words_is_called_by_its_title(reader: Reader) -> None:
    body = page(
        '<li class="post-item"><h2 class="post-title"><a href="/a" title="Roads closed"><img src="x"></a></h2></li>'
    )
    assert shown(reader, body, date="", summary="", title="").entries[0].title == "Roads closed"


def test_the_same_page_is_not_read_again_but_other_selectors_are(reader: Reader) -> None:
    first = shown(reader, page(post()))
    assert not read(reader, first.memory).changed
    assert read(reader, first.memory, summary="").changed
    reader.site.answers["/news/page/1"] = reply(page(post()), "text/html", ETag='"7"')
    memory = read(reader).memory
    reader.site.answers["/news/page/1"] = reply(b"", status="304 Not Modified")
    assert not read(reader, memory).changed
    assert reader.site.requests[-1].header("If-None-Match") == '"7"'


def test_the_page_of_older_entries_is_named_where_the_page_names_it(reader: Reader) -> None:
    assert shown(reader, page(post())).older == ""
    assert shown(reader, page(post(), head='<link rel="next" href="/news/page/2">')).older == reader.site.url(
        "/news/page/2"
    )
    further = '<a class="next page-numbers" rel="next nofollow" href="2">التالي</a>'
    assert shown(reader, page(post(more=further))).older == reader.site.url("/news/page/2")


# selectors that fit no more


def test_a_selector_that_finds_nothing_is_a_failure_that_names_it(reader: Reader) -> None:
    told = refusal(reader, page(post()), item="article.story")
    assert told.startswith("select.item finds nothing on the page (article.story): the page was rebuilt")
    assert "feeds.yaml" in told
    two = page(post(), post("/b", "Roads"))
    assert refusal(reader, two, link="h3 a").startswith("select.link finds nothing in any of 2 items (h3 a)")
    assert refusal(reader, page(post(title=""), post("/b", ""))).startswith("select.title finds no words in any of 2")


def test_a_selector_of_less_weight_that_finds_nothing_is_named_in_the_note(reader: Reader) -> None:
    found = shown(reader, page(post()), title="h4", date="time")
    assert found.entries[0].title == "حصار بلدة طفس"
    assert found.entries[0].date_note == "no date"
    assert (
        found.note
        == "select.title finds nothing (h4): the words of the links are taken; select.date finds nothing (time)"
    )


def test_items_without_a_link_are_left_out_and_counted(reader: Reader) -> None:
    advertisement = '<li class="post-item"><div>إعلان</div></li>'
    found = shown(reader, page(post(), advertisement, advertisement))
    assert (len(found.entries), found.note) == (1, "2 of 3 items have no link or no words and were left out")


def test_a_page_that_moved_says_so(reader: Reader) -> None:
    reader.site.answers |= {
        "/old": redirect("/news/page/1", "301 Moved Permanently"),
        "/news/page/1": reply(page(post()), "text/html"),
    }
    assert read(reader, path="/old").note.startswith("moved for good to")
