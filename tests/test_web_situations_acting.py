"""What is done on the pages of situations: closing, merging, splitting, silencing; and long lists of them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import StoreError
from monitor.pipeline import silencing
from monitor.records import Silence, Situation
from monitor.store import Store, changes, silences, situation_pages, situations, tellings
from monitor.store import told as alerts
from monitor.store.situation_pages import Wish
from monitor.web import cursors
from monitor.web.situation_view import around, asked_for
from tests.examples import NOON
from tests.ledger_support import gazetteer
from tests.situations_support import HOUR, month
from tests.web_situations_support import front, headings, seen, situation, told
from tests.web_support import Browser, Front

__all__ = ["front", "seen", "told"]  # fixtures


@pytest.fixture
def reviewer(front: Front) -> Browser:
    return front.browser("reviewer")


def done(front: Front, key: str) -> list[tuple[str, str, str, str]]:
    with front.parts.store.read() as tx:
        return [(each.kind, each.other, each.author, each.reason) for each in changes.of_situation(tx, key)]


def test_a_form_of_another_site_changes_nothing(front: Front, reviewer: Browser) -> None:
    assert reviewer.post("/situations/jasim-1/close", data={"reason": "x"}).status_code == 403
    assert situation(front, "jasim-1").closed_at is None


def test_closing_is_signed_with_the_name_of_who_is_logged_in_and_asks_for_a_reason(
    front: Front, reviewer: Browser
) -> None:
    refused = reviewer.do("/situations/nawa-1/close", {"reason": "  "})
    assert refused.status_code == 400
    assert "The reason is empty" in refused.text
    assert situation(front, "nawa-1").closed_at is None
    answer = reviewer.do("/situations/nawa-1/close", {"reason": "over <i>for good</i>"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/situations/nawa-1")
    assert situation(front, "nawa-1").closed_at == front.clock()
    assert done(front, "nawa-1") == [("closed", "", "reviewer", "over <i>for good</i>")]
    shown = reviewer.get("/situations/nawa-1").text
    assert "nawa-1 was closed" in shown
    assert "over &lt;i&gt;for good" in shown


def test_two_who_close_at_once_are_told_who_came_second(front: Front, reviewer: Browser) -> None:
    reviewer.do("/situations/nawa-1/close", {"reason": "over"})
    second = front.browser("admin").do("/situations/nawa-1/close", {"reason": "over"})
    assert second.status_code == 409
    assert "is closed already" in second.text
    assert len(done(front, "nawa-1")) == 1


def test_merging_leads_to_the_situation_that_remains(front: Front, reviewer: Browser) -> None:
    assert '<option value="jasim-1">' in reviewer.get("/situations/nawa-1").text
    answer = reviewer.do("/situations/nawa-1/merge", {"into": "jasim-1", "reason": "one story"})
    assert answer.headers["location"] == "/situations/jasim-1"
    assert done(front, "jasim-1") == [("merged", "jasim-1", "reviewer", "one story")]
    assert reviewer.do("/situations/jasim-1/merge", {"into": "tafas-99", "reason": "x"}).status_code == 409


def test_splitting_takes_the_reports_that_were_marked(front: Front, reviewer: Browser) -> None:
    page = reviewer.get("/situations/jasim-1").text
    keys = re.findall(r'name="report" value="([^"]+)" form="split-form"', page)
    assert len(keys) >= 3
    assert reviewer.do("/situations/jasim-1/split", {"reason": "x"}).status_code == 400
    answer = reviewer.do("/situations/jasim-1/split", {"report": keys[1:2], "reason": "another story"})
    assert answer.headers["location"] == "/situations/jasim-2"
    assert done(front, "jasim-1")[0][:3] == ("split", "jasim-2", "reviewer")
    stolen = reviewer.do("/situations/nawa-1/split", {"report": keys[2:3], "reason": "x"})
    assert stolen.status_code == 409


def test_a_situation_or_its_place_is_silenced_for_a_time_and_by_name(front: Front, reviewer: Browser) -> None:
    said = {"span": "12h", "to": "family", "reason": "they are with us"}
    assert reviewer.do("/situations/jasim-1/silence", said | {"what": "situation"}).status_code == 303
    assert reviewer.do("/situations/jasim-1/silence", said | {"what": "place", "to": ""}).status_code == 303
    with front.parts.store.read() as tx:
        second, first = silences.listing(tx, 9)
    assert (first.situation, first.places, first.recipient, first.author) == ("jasim-1", (), "family", "reviewer")
    assert (second.situation, second.places, second.recipient) == ("", ("jasim",), "")
    assert first.ends_at == front.clock() + 12 * HOUR
    for wrong in ({"span": "99y"}, {"to": "nobody"}, {"reason": ""}):
        assert reviewer.do("/situations/jasim-1/silence", said | wrong).status_code in {400, 409}


def test_silences_say_what_they_kept_back_and_are_ended_early(front: Front, reviewer: Browser) -> None:
    made = reviewer.do("/silences", {"place": "Nawa", "event": ["siege"], "span": "1d", "reason": "a drill"})
    assert made.headers["location"] == "/silences#silence-1"
    page = reviewer.get("/silences").text
    assert "a drill" in page
    assert "It has kept nothing back so far." in page
    assert "/silences/1/end" not in front.browser("reader").get("/silences").text
    assert reviewer.do("/silences/1/end").status_code == 303
    with front.parts.store.read() as tx:
        ended = silences.get(tx, 1)
    assert ended is not None
    assert (ended.ends_at, ended.ended_by) == (front.clock(), "reviewer")
    assert "ended before its time by reviewer" in reviewer.get("/silences").text
    assert "/silences/1/end" not in reviewer.get("/silences").text
    assert reviewer.do("/silences/99/end").status_code == 404
    for wrong, says in (
        ({"place": "Atlantis"}, "knows no such place"),
        ({"span": "9y"}, "no time that can be chosen"),
        ({"reason": " "}, "The reason is empty"),
    ):
        refused = reviewer.do("/silences", {"place": "Nawa", "span": "1d", "reason": "x"} | wrong)
        assert refused.status_code == 400
        assert says in refused.text


def test_a_silence_that_lasts_is_listed_however_many_came_and_went_since(front: Front, reviewer: Browser) -> None:
    began = front.clock() - 2 * HOUR
    with front.parts.store.write() as tx:
        for number, hours in enumerate([99, *[1] * 101]):
            drill = Silence(0, "rana", f"drill {number}", "", ("nawa",), (), "", began, began + hours * HOUR)
            silences.add(tx, drill)
    page = reviewer.get("/silences").text
    assert "Lasting (1)" in page
    assert ">drill 0<" in page


def test_in_arabic_everything_is_said_in_arabic(seen: Front) -> None:
    reader = seen.browser("reviewer", language="ar")
    for path in ("/situations", "/situations/jasim-1", "/silences"):
        page = reader.get(path).text
        assert '<html lang="ar" dir="rtl">' in page
    page = reader.get("/situations").text
    assert "الحصار قائم" in page
    assert "جاسم" in page
    assert "%(" not in page


def test_pages_have_no_inline_style_or_script_and_are_small(seen: Front) -> None:
    reviewer = seen.browser("reviewer")
    for path in ("/situations", "/situations/jasim-1", "/silences"):
        answer = reviewer.get(path)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", answer.text), path
        assert not re.search(r"<script(?! src=)", answer.text), path
    assert int(reviewer.get("/situations").headers.get("content-length", 0)) < 60_000


def test_lists_are_turned_over_by_keyset_and_no_situation_is_lost_or_told_twice(store: Store) -> None:
    made = [Situation("jasim", number, NOON, NOON - (number // 3) * HOUR) for number in range(1, 12)]
    with store.write() as tx:
        for each in (*made, Situation("nawa", 1, NOON, NOON - HOUR, closed_at=NOON)):
            situations.save(tx, each)
    wish = Wish(NOON + HOUR)
    seen: list[str] = []
    before = None
    with store.read() as tx:
        while page := situation_pages.earlier(tx, wish, 4, before):
            seen += [each.key for each in page]
            before = (page[-1].last_report_at, page[-1].key)
        assert len(seen) == len(set(seen)) == 12
        assert situation_pages.open_ones(tx, wish) == []
        nearby = replace(wish, heard_since=NOON - HOUR, places=("jasim", "nawa"))
        assert {each.key for each in situation_pages.open_ones(tx, nearby)} == {f"jasim-{n}" for n in (1, 2, 3, 4, 5)}
        assert [each.key for each in situation_pages.earlier(tx, replace(nearby, level="critical"), 4)] == []


def test_of_many_open_situations_the_gravest_are_shown_and_all_are_counted(
    store: Store, seen: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as tx:
        for number, level in enumerate(("critical", "watch", "emergency", "elevated"), 1):
            situations.save(tx, Situation("nawa", number, NOON, NOON - number * HOUR, level=level))  # type: ignore[arg-type]
    wish = Wish(NOON - 9 * HOUR)
    with store.read() as tx:
        assert [each.number for each in situation_pages.open_ones(tx, wish, 3)] == [3, 1, 4]
        assert situation_pages.count_open(tx, wish) == 4
        assert situation_pages.count_open(tx, replace(wish, level="watch", places=("nawa",))) == 1
    page = seen.browser("reader").get("/situations").text
    assert "Shown are the gravest" not in page
    shown = len(headings(page.partition('id="past-heading"')[0]))
    assert f"Open now ({shown})" in page
    monkeypatch.setattr("monitor.web.situations.MOST_OPEN", 1)
    for language, says in (
        ("en", f"Open now ({shown})</h2>\n<p>Shown are the gravest: 1."),
        ("ar", "أخطرها، وعددها 1"),
    ):
        assert says in seen.browser("reader", language=language).get("/situations").text


def test_what_one_situation_rests_on_reads_alike_on_both_databases(store: Store) -> None:
    month(store)
    with store.read() as tx:
        heard = situation_pages.voices(tx, ["jasim-1", "nawa-1", "nowhere-1"])
        members = situation_pages.members(tx, "jasim-1", 2)
        rest = situation_pages.members(tx, "jasim-1", 9, members[-1].cursor)
        told = alerts.of_situation(tx, "jasim-1", 9)
    assert heard["nawa-1"].reports == 1
    assert heard["jasim-1"].reports == len(members) + len(rest)
    assert heard["jasim-1"].sources < heard["jasim-1"].reports  # one is a copy
    assert [each.seen_at for each in (*members, *rest)] == sorted(
        (each.seen_at for each in (*members, *rest)), reverse=True
    )
    assert [each.copy_of for each in rest if each.copy_of]
    assert {message.recipient for each in told for message in each.sent} == {"desk", "family"}


def test_who_was_found_wrong_speaks_for_nobody_on_the_page_either(front: Front, reviewer: Browser) -> None:
    with front.parts.store.read() as tx:
        before = situation_pages.voices(tx, ["jasim-1"])["jasim-1"]
        wrong = next(each for each in tellings.all_of(tx, "jasim-1") if not each.copy_of)
    reviewer.do(f"/reports/{wrong.report_key}/reviews", {"verdict": "false_alarm", "seen": "0"})
    with front.parts.store.read() as tx:
        after = situation_pages.voices(tx, ["jasim-1"])["jasim-1"]
    assert (after.reports, after.sources) == (before.reports, before.sources - 1)


def test_the_cursor_and_the_filters_of_an_address_are_read_back() -> None:
    asked = asked_for(
        {"place": "jasim", "level": "critical", "days": "90", "before": cursors.of_row(NOON, "jasim-1")}, gazetteer()
    )
    assert asked.before == (NOON, "jasim-1")
    assert asked.link(days=30) == "/situations?place=jasim&level=critical"
    assert [cursors.row(odd) for odd in ("", "MTIz", "2026-03-14T12:00:00 x", "é" * 99, "A" * 999)] == [None] * 5
    assert "daraa-al-balad" in around("daraa", gazetteer())
    assert around("atlantis", gazetteer()) == ()


def test_a_silence_must_mean_something_whoever_asks_for_it(front: Front) -> None:
    day = Silence(0, "rana", "a drill", "", ("jasim",), (), "", NOON, NOON + 24 * HOUR)
    store, settings = front.parts.store, front.parts.settings
    assert silencing.add(store, settings, day).id == 1
    for wrong in (
        replace(day, places=()),
        replace(day, reason=" "),
        replace(day, recipient="nobody"),
        replace(day, ends_at=NOON),
        replace(day, ends_at=NOON + timedelta(days=31)),
        replace(day, situation="nowhere-9"),
    ):
        with pytest.raises(StoreError):
            silencing.add(store, settings, wrong)
