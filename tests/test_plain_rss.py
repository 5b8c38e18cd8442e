"""The fast reading of plain RSS says of each item what feedparser says of it, or leaves the feed to feedparser."""

from typing import Any

import pytest

from benchmarks.mutants import feeds, mutant
from monitor.sources.parsing import _by_feedparser, _quickly, _word, _xml
from monitor.text.charset import decoded
from tests.sources_support import item, rss

DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
BLOG = (
    f"<dc:creator {DC}>Desk</dc:creator><category domain='x'><![CDATA[Local]]></category><category>Daraa</category>"
    "<enclosure url='https://a.example/a.mp3' length='1' type='audio/mpeg'/>"
    f"<media:thumbnail {MEDIA} url='https://a.example/a.jpg'/><media:content {MEDIA} url='https://a.example/b.jpg'/>"
    "<post-id xmlns='com-wordpress:feed-additions:1'>7</post-id>stray words"
)
# Each is one more item beside a plain one; the markup of an entry stands escaped or in CDATA.
PLAIN = {
    "nothing": "<item/>",
    "a blog's": item("عاجل: قوات تصل", "https://a.example/1?a=1&b=2", "7", more=BLOG),
    "an id that is the link": "<item><guid>https://a.example/9</guid><title>T</title></item>",
    "an id that is no link": "<item><guid isPermaLink='false'>https://a.example/9</guid><title>T</title></item>",
    "an empty link": "<item><guid>https://a.example/9</guid><link></link></item>",
    "links elsewhere": "<item><link> /news/7 </link><title>T</title></item><item><link>javascript:x</link></item>",
    "text once": "<item><content:encoded><![CDATA[<p>a</p>]]></content:encoded></item>",
    "text twice": "<item><content:encoded>a</content:encoded><description>a</description></item>",
    "no summary": "<item><content:encoded>a</content:encoded><description/></item>",
    "two dates": f"<item><pubDate>nonsense</pubDate><dc:date {DC}>2026-11-21</dc:date><title>T</title></item>",
    "letters taken for others": "<item><title>Ã©tÃ© Ø¹</title><description>«é» Ã©</description></item>",
    "markup": "<item><title>&amp;lt;b&amp;gt; <!-- c -->d</title><description>&lt;p&gt;&amp;nbsp;</description></item>",
}
UNUSUAL = {
    "an element twice": "<item><title>a</title><title>b</title></item>",
    "an unknown element": "<item><title>a</title><summary>b</summary></item>",
    "tags within": "<item><title>a <b>b</b></title></item>",
    "a language": "<item><title xml:lang='fr'>a</title></item>",
    "another base": "<item><category xml:base='https://b.example/'>c</category><link>/7</link></item>",
    "a type": "<item><title type='html'>a</title></item>",
    "a name of its own": "<item about='x'><title>a</title></item>",
    "a link to be mended": "<item><link>https:///a.example/1</link></item>",
    "an entity in a link": "<item><link>https://a.example/?a=1&amp;amp;b=2</link></item>",
    "a Windows quote": "<item><title>&#147;a&#148;</title></item>",
    "something between": "<docs>x</docs><item><title>a</title></item>",
    "not well-formed": "<item><title>a & b</title></item>",
}


def of_feed(parsed: Any) -> list[object]:
    names = ("title", "language", "ttl", "sy_updateperiod", "sy_updatefrequency", "generator")
    generator = _word(parsed.feed.get("generator_detail", {}), "href")
    return [*(_word(parsed.feed, name) for name in names), generator, parsed.feed.get("links"), bool(parsed.bozo)]


def is_quick_and_the_same(xml: str) -> bool:
    quick = _quickly(xml)
    if quick is not None:
        whole = _by_feedparser(xml)
        assert quick[1] == whole[1]
        assert of_feed(quick[0]) == of_feed(whole[0])
    return quick is not None


@pytest.mark.parametrize("more", PLAIN.values(), ids=PLAIN)
def test_what_most_feeds_write_is_read_fast_and_as_feedparser_reads_it(more: str) -> None:
    channel = "<language>ar-SY</language><ttl>30</ttl><generator>https://wordpress.org/?v=6</generator>"
    assert is_quick_and_the_same(_xml(rss(item("First", guid="1"), more, item("Last", guid="9"), channel=channel), []))
    assert is_quick_and_the_same(_xml(rss(more), []))


@pytest.mark.parametrize("more", UNUSUAL.values(), ids=UNUSUAL)
def test_whatever_else_there_is_makes_it_feedparsers(more: str) -> None:
    assert _quickly(_xml(rss(item("First", guid="1"), more), [])) is None


@pytest.mark.parametrize(
    ("plain", "otherwise"),
    [
        ("<channel>", "<channel xml:lang='ar'>"),
        ('<rss version="2.0"', '<!DOCTYPE rss [<!ENTITY x "y">]><rss version="2.0"'),
        ("</channel>", "<ttl>5</ttl></channel>"),
        ("<channel>", "<channel></channel><channel><item/></channel><channel>"),
        ("<channel>", "<channel><image><title>open"),
    ],
)
def test_what_the_head_may_say_of_the_items_makes_it_feedparsers_too(plain: str, otherwise: str) -> None:
    document = rss(item("First", guid="1"))
    assert plain in document
    assert is_quick_and_the_same(document)
    assert _quickly(document.replace(plain, otherwise)) is None


def test_of_broken_feeds_those_that_are_read_fast_are_read_the_same() -> None:
    made = [each for each in feeds() if each.kind == "rss"]
    made += [each for each in (mutant(number, seed=2026) for number in range(110)) if each.kind == "rss"]
    texts = [decoded(each.body, each.content_type).text for each in made if len(each.body) < 60_000]
    quick = sum(is_quick_and_the_same(_xml(text.lstrip("\ufeff \t\r\n\0"), [])) for text in texts)
    assert 5 < quick < len(texts) - 10
