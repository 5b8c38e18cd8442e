"""The first page: what it lists, how it is narrowed, turned over and searched, and what it says when it is empty."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from monitor.records import Review
from monitor.store import feeds, log_search, outbox, reports, reviews
from monitor.web import log
from monitor.web.filtering import Terms
from monitor.web.language import Voice
from monitor.web.rows import Wording
from tests.canary_support import opened
from tests.examples import JASIM, NOON, assessment, report, sighting
from tests.store_support import HOUR
from tests.web_support import Front, blank, front, front_of

__all__ = ["blank", "front"]  # fixtures

HOSTILE = "<script>alert(1)</script>\" onmouseover='x' {{ 7 * 7 }}"


def page(front: Front, path: str = "/", language: str = "en") -> html.HtmlElement:
    answer = front.browser("reader", language=language).get(path)
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def keys(found: html.HtmlElement) -> list[str]:
    return [link.get("href").rpartition("/")[2] for link in found.cssselect("ol.log a.open")]


def add(front: Front, key: str, *, hours: float = 1, **changes: object) -> None:
    with front.parts.store.write() as tx:
        new = report(key, entry_key=key, hours=hours, **changes)
        assert reports.add(tx, new, assessment("siege", key=key))


def test_a_line_says_what_where_how_surely_by_whom_and_to_whom(front: Front) -> None:
    with front.parts.store.write() as tx:
        taken = outbox.claim(tx, NOON + HOUR, HOUR)
        assert taken is not None
        outbox.settle_sent(tx, taken.number, taken.attempt, NOON + HOUR, "taken")
        reviews.add(tx, Review("r1", "confirm", "", "ann", NOON))
    found = page(front)
    assert keys(found) == ["r3", "r2", "r1"]
    said = words(found.cssselect("ol.log > li")[2])
    for part in ("siege", "Jasim", "Army closes roads", "Horan News", "clear match 0.93", "sent to 1", "confirmed"):
        assert part in said
    assert "15:00 Damascus (12:00 UTC)" in said
    assert found.cssselect("ol.log blockquote")[0].get("dir") == "auto"


def test_a_report_of_a_situation_that_another_one_told_has_no_message_of_its_own(front: Front) -> None:
    with front.parts.store.read() as tx:
        alone = next(line for line in log_search.page(tx, log_search.Filters(), 10).lines if line.key == "r2")
    gazetteer = front.parts.classifier.gazetteer
    wording = Wording(Voice(str, "en"), Terms(gazetteer, front.parts.settings), gazetteer.place, "UTC")
    assert [each.sent for each in wording.rows([alone, alone._replace(situation="jasim-1")])] == [
        "sent to nobody",
        "no message of its own",
    ]


def test_how_surely_and_when_is_said_as_it_is(front: Front) -> None:
    add(front, "late", published_at=NOON - 700 * HOUR)
    add(front, "slow", published_at=NOON - 7 * HOUR, hours=2)
    found = page(front)
    slow, late, uncertain = (words(each) for each in found.cssselect("ol.log > li")[:3])
    assert "published 13 Feb 2026, read 14 Mar 2026" in late
    assert "published Sat 14 Mar 2026, 08:00 Damascus (05:00 UTC), read Sat 14 Mar 2026, 17:05 Damascus" in slow
    assert "uncertain" in uncertain
    assert "possible match 0.93" in uncertain
    arabic = words(page(front, language="ar").cssselect("ol.log > li")[2])
    assert "غير محسوم" in arabic
    assert "تطابق محتمل 0.93" in arabic


def test_in_arabic_the_page_runs_from_the_right_and_foreign_text_keeps_its_language(front: Front) -> None:
    found = page(front, language="ar")
    assert (found.get("lang"), found.get("dir")) == ("ar", "rtl")
    said = words(found.cssselect("ol.log > li")[2])
    for part in ("حصار", "جاسم", "تطابق واضح 0.93", "لم يُراجَع", "بتوقيت دمشق", "Army closes roads"):
        assert part in said
    assert found.cssselect("ol.log h2")[0].get("lang") == "en"


def test_filters_live_in_the_address_and_each_can_be_taken_away(front: Front) -> None:
    add(front, "other", feed="sana", language="ar")
    found = page(front, "/?type=siege&place=Jasim&review=none&q=roads&language=en&q=")
    assert keys(found) == ["r1"]
    chips = {words(chip): chip.get("href") for chip in found.cssselect(".chips a")}
    assert [said.replace(" ✕remove this filter", "") for said in chips] == [
        *("Type siege", "Place Jasim", "Review not reviewed", "Search roads", "Language English"),
    ]
    assert next(iter(chips.values())) == "/?place=jasim&review=none&q=roads&language=en"
    assert found.cssselect("input[name=type][checked]")[0].get("value") == "siege"
    assert found.cssselect("#place")[0].get("value") == "Jasim"
    exports = [link.get("href") for link in found.cssselect(".exports a")]
    assert len(exports) == 5
    assert all(link.endswith("?type=siege&place=jasim&review=none&q=roads&language=en") for link in exports)


NARROWED = [
    ("place=جاسم", ["other", "r1"]),
    ("place=al-Sanamayn+district", ["other", "r1"]),
    ("place=daraa-governorate", ["other", "r1"]),
    ("place=Nawa", []),
    ("since=2026-03-14&until=2026-03-14", ["other", "r3", "r2", "r1"]),
    ("until=2026-03-13", []),
    ("since=2026-03-14T12:30:00Z", ["other"]),
    ("outlet=Horan News", ["other", "r3", "r2", "r1"]),
    ("state=flagged", ["other", "r1"]),
    ("q=الطرق", []),
    ("q=bread encircled", ["other"]),
]


def test_the_log_is_narrowed_by_what_readers_write(front: Front) -> None:
    add(front, "other", text="Jasim is encircled, and there is no bread.")
    for query, expected in NARROWED:
        assert keys(page(front, f"/?{query}")) == expected, query


MISTAKEN = ["type=riot", "place=Atlantis", "since=yesterday", "until=9999-12-31", "q=%00", "level=x"]


def test_a_filter_that_is_not_understood_shows_nothing_rather_than_all(front: Front) -> None:
    browser = front.browser("reader")
    for query in MISTAKEN:
        answer = browser.get(f"/?{query}&state=flagged")
        found = html.document_fromstring(answer.text)
        assert answer.status_code == 400, query
        assert keys(found) == []
        assert "could not be understood" in words(found.cssselect(".mistake")[0])
        assert found.cssselect(".mistake a")[0].get("href") == "/?state=flagged"


def test_pages_are_turned_over_in_both_directions_with_their_filters(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "LINES", 5)
    for number in range(12):
        add(front, f"n{number:03}", hours=2 + number)
    first = page(front, "/?state=flagged")
    assert first.cssselect("a[rel=prev]") == []
    second = page(front, first.cssselect("a[rel=next]")[0].get("href"))
    third = page(front, second.cssselect("a[rel=next]")[0].get("href"))
    assert keys(first) + keys(second) + keys(third) == [*(f"n{at:03}" for at in range(11, -1, -1)), "r1"]
    assert third.cssselect("a[rel=next]") == []
    assert keys(page(front, third.cssselect("a[rel=prev]")[0].get("href"))) == keys(second)


def test_an_empty_log_says_what_is_being_watched_and_since_when(blank: Path, tmp_path: Path) -> None:
    front = front_of(opened(blank, tmp_path))
    with front.parts.store.write() as tx:
        feeds.sync(tx, ["one", "two"], NOON)
        feeds.advance_all(tx, [feeds.Reading("one", NOON)], NOON - 24 * HOUR)
    said = words(page(front))
    assert "Nothing was flagged so far" in said
    assert "Being watched: 2 feeds. First read: Fri 13 Mar 2026, 15:00 Damascus" in said
    front.parts.store.close()


def test_an_empty_result_says_how_to_widen_it(front: Front) -> None:
    found = page(front, "/?type=failed_talks&level=emergency")
    links = [(words(link), link.get("href")) for link in found.cssselect(".card a")]
    assert links == [
        ("without Type: failed talks", "/?level=emergency"),
        ("without Level: emergency", "/?type=failed_talks"),
    ]
    assert "Show the whole log" in words(page(front, "/?type=failed_talks"))


def test_the_page_asks_for_what_came_since_with_its_own_filters(front: Front) -> None:
    address = page(front, "/?state=flagged").cssselect("[data-newer]")[0].get("data-newer")
    browser = front.browser("reader")
    assert browser.get(address).json() == {"count": 0, "says": ""}
    add(front, "later")
    add(front, "beyond", hours=2)
    assert browser.get(address).json() == {"count": 2, "says": "New in the log: 2 reports"}
    arabic = front.browser("reader", language="ar").get(address).json()
    assert arabic["says"] == "زاد السجل بمقدار تقريرين"


def test_what_a_source_wrote_is_shown_and_does_nothing(front: Front) -> None:
    judged = assessment("siege", key="bad", sightings=(sighting("siege", HOSTILE),))
    with front.parts.store.write() as tx:
        new = report("bad", entry_key="bad", hours=2, title=HOSTILE, language='"><b>', url="javascript:alert(1)")
        reports.add(tx, new, replace(judged, places=(JASIM,)))
    text = front.browser("reader").get("/", params={"q": HOSTILE}).text
    assert "<script>alert" not in text
    assert "onmouseover='x'" not in html.document_fromstring(text).attrib.values()
    assert "49" not in words(html.document_fromstring(text).cssselect("#q")[0].getparent())
    found = page(front)
    assert words(found.cssselect("ol.log h2")[0]) == HOSTILE
    assert "javascript:" not in text


def test_a_whole_first_page_is_small_enough_for_a_slow_line(front: Front) -> None:
    for number in range(60):
        add(front, f"n{number}", hours=number, title=f"{number} words that differ {number**7}")
    browser = front.browser("reader")
    first = browser.get("/", headers={"accept-encoding": "gzip"})
    assets = list(html.document_fromstring(first.text).xpath("//link[@rel='stylesheet']/@href | //script/@src"))
    sizes = [int(browser.get(each, headers={"accept-encoding": "gzip"}).headers["content-length"]) for each in assets]
    assert int(first.headers["content-length"]) + sum(sizes) < 60_000
    assert len(assets) >= 2
