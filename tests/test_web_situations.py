"""The pages of situations and silences: what they show, who may change what, and that each change is signed."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from monitor.channels import when
from monitor.records import Gap
from monitor.store import Store, feeds, gaps, meta
from tests.examples import NOON
from tests.ledger_support import OUTLETS
from tests.situations_support import HOUR, Month
from tests.web_situations_support import front, headings, seen, situation, told
from tests.web_support import Front

__all__ = ["front", "seen", "told"]  # fixtures


def test_open_situations_stand_first_the_gravest_on_top_and_those_without_news_below(seen: Front) -> None:
    page = seen.browser("reader").get("/situations").text
    open_part, _, past = page.partition('id="past-heading"')
    found = headings(open_part)
    assert found[0] == "jasim-1"  # critical
    assert set(found) == {"jasim-1", "nawa-1", "daraa-al-balad-1"}
    assert headings(past) == ["tafas-1", "izra-1"]
    assert "3 independent sources, 3 outlets" in past


def test_filters_live_in_the_address_and_a_place_is_known_in_any_spelling(seen: Front) -> None:
    reader = seen.browser("reader")
    assert headings(reader.get("/situations?place=نوى").text) == ["nawa-1"]
    assert headings(reader.get("/situations?place=Deraa").text) == ["daraa-al-balad-1"]  # a quarter lies in its town
    assert headings(reader.get("/situations?level=critical&state=open").text) == ["jasim-1"]
    assert headings(reader.get("/situations?state=past").text) == ["tafas-1", "izra-1"]
    unknown = reader.get("/situations?place=Atlantis").text
    assert headings(unknown) == []
    assert "knows no such place" in unknown


def test_what_makes_no_sense_in_the_address_is_not_asked_for(seen: Front) -> None:
    reader = seen.browser("reader")
    for query in ("level=' OR 1=1--", "state=x", "days=9999999", "before=nonsense", "before=2026-03-01 x", "place=%00"):
        assert reader.get(f"/situations?{query}").status_code == 200
    assert reader.get("/situations/nowhere-1").status_code == 404
    assert reader.get("/situations/jasim-1?before=%27").status_code == 200


def test_the_map_links_each_place_and_says_what_lies_nowhere_on_it(seen: Front) -> None:
    page = seen.browser("reader").get("/situations").text
    drawn = ElementTree.fromstring(re.search(r'<svg class="map".*?</svg>', page, re.DOTALL)[0])  # type: ignore[index]
    links = [link.attrib["href"] for link in drawn.iter("a")]
    assert set(links) == {"/situations/jasim-1", "/situations/nawa-1", "/situations/daraa-al-balad-1"}
    assert "The map as a table" in page


def test_the_chart_tells_hours_that_nobody_saw_from_days_without_news(seen: Front) -> None:
    page = seen.browser("reader").get("/situations").text
    drawn = re.search(r'<svg class="chart".*?</svg>', page, re.DOTALL)[0]  # type: ignore[index]
    assert "url(#hatch-blind)" in drawn
    assert 'class="silent"' in drawn
    assert "Nothing at all was read for 5 h." in page
    assert "12 Mar: nothing was reported, nothing could be read for 5 h" in page
    rows = re.findall(r'<time datetime="2026-03-(\d\d)">.*?</tr>', page)
    assert len(rows) >= 14  # the table says the same


def test_before_its_first_start_the_monitor_saw_nothing(front: Front) -> None:
    with front.parts.store.write() as tx:
        meta.put(tx, "first_started_at", (NOON - timedelta(days=4)).isoformat())
    page = front.browser("reader").get("/situations").text
    began = when.day_and_year(NOON - timedelta(days=4), "en")
    assert (
        f"The monitor began on {began} and knows nothing of the days before. Nothing at all was read for 5 h." in page
    )
    assert page.count('fill="url(#hatch-blind)"') > 26


def test_where_a_single_feed_was_not_read_it_is_not_said_that_all_were(store: Store) -> None:
    browser = Month(store).front().browser("reader")
    assert "Feeds were read throughout." in browser.get("/situations").text
    with store.write() as tx:
        feeds.sync(tx, OUTLETS, NOON)
        for name in OUTLETS:
            feeds.advance_all(tx, [feeds.Reading(name, NOON + HOUR)], NOON)
        gaps.note(tx, Gap("beta", NOON - 75 * HOUR, NOON - 70 * HOUR, NOON - 70 * HOUR, "it shows ten entries"))
    assert "At every hour something was read, but not always every feed." in browser.get("/situations").text


def test_a_situation_shows_its_story_its_sources_copies_and_who_was_told(seen: Front) -> None:
    page = seen.browser("reader").get("/situations/jasim-1").text
    assert "siege standing" in page
    assert "3 independent sources, 3 outlets" in page  # alpha, beta, and gamma for its own words of the governorate
    assert "a copy" in page
    assert "&lt;b&gt;Column&lt;/b&gt; reaches Jasim" in page
    assert "<b>Column" not in page
    assert re.search(r"<bdi>family</bdi>", page)
    assert '<bdi lang="en" dir="auto">الجيش يغلق مداخل جاسم</bdi>' in page  # foreign text keeps its own direction


def test_of_more_alerts_than_are_shown_it_is_said_that_these_are_the_latest(
    seen: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = seen.browser("reader")
    assert "The latest" not in reader.get("/situations/jasim-1").text
    monkeypatch.setattr("monitor.web.situations._ALERTS", 2)
    page = reader.get("/situations/jasim-1").text
    assert "Alerts (2)" in page
    assert "The latest 2 of them." in page


def test_a_reader_sees_no_forms_and_is_refused_when_sending_one_anyway(seen: Front) -> None:
    reader = seen.browser("reader")
    assert 'action="/situations/jasim-1/' not in reader.get("/situations/jasim-1").text
    for path in ("/situations/jasim-1/close", "/situations/jasim-1/split", "/silences/1/end"):
        assert reader.do(path, {"reason": "why"}).status_code == 403
    assert situation(seen, "jasim-1").closed_at is None


def test_nobody_is_led_to_the_door(seen: Front) -> None:
    for path in ("/situations", "/situations/jasim-1", "/silences"):
        answer = seen.browser().get(path)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login")
