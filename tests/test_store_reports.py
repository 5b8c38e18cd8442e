"""Reports kept whole, found again, revised, and listed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import StoreError
from monitor.records import ReportState, Review
from monitor.store import Store, outbox, reports, reviews, situations
from monitor.store.reports import LogQuery
from tests.examples import BALAD, JASIM, NOON, assessment, report, sighting
from tests.store_support import HOUR, add_report, alert, owe, rich_assessment, rich_report, situation

ALL = LogQuery(everything=True)


def keys(store: Store, query: LogQuery) -> list[str]:
    with store.read() as tx:
        return [row.report.key for row in reports.log(tx, query, 100)]


def test_a_report_comes_back_as_it_was_kept_whatever_it_holds(store: Store) -> None:
    with store.write() as tx:
        assert reports.add(tx, rich_report(), rich_assessment())
    with store.read() as tx:
        row = reports.get(tx, "r1")
    assert row is not None
    assert row.report == rich_report()
    assert row.assessment == rich_assessment()
    assert list(row.assessment.probabilities) == list(rich_assessment().probabilities)
    assert (row.situation, row.decision, row.reason, row.sent, row.reviews) == ("", "", "", 0, ())


def test_what_postgresql_cannot_store_is_replaced_letter_by_letter(store: Store) -> None:
    text = "one\x00two \ud83d three"
    bad = report(
        "r1", text=text, title="\x00", entry_key="guid\x00\udfff", url="https://example.org/\x00", note="\ud800"
    )
    judged = assessment("siege", sightings=(sighting("siege", text, words=((text, 1.0),)),))
    with store.write() as tx:
        assert reports.add(tx, bad, judged)
        assert not reports.add(tx, bad, judged)
        assert reports.seen(tx, bad.feed, [bad.entry_key]) == {bad.entry_key: ("", 1)}
        row = reports.get(tx, "r1")
    assert row is not None
    assert row.report.text == row.assessment.sightings[0].sentence == "one\ufffdtwo \ufffd three"
    assert len(row.report.text) == len(text)


def test_an_entry_that_its_feed_showed_before_is_not_added_again(store: Store) -> None:
    with store.write() as tx:
        add_report(tx, "r1", entry_key="guid-1")
        assert not reports.add(tx, report("r2", entry_key="guid-1"), assessment("siege", key="r2"))
        add_report(tx, "r3", entry_key="guid-1", feed="another")
    assert keys(store, ALL) == ["r3", "r1"]


def test_of_several_added_at_once_those_that_are_known_are_let_be(store: Store) -> None:
    with store.write() as tx:
        add_report(tx, "r1", entry_key="guid-1")
        several = [report("r2", entry_key="guid-1"), report("r3", entry_key="guid-3"), report("r4", entry_key="guid-4")]
        added = reports.add_all(tx, [(each, assessment("siege", key=each.key)) for each in several])
        assert added == {"r3", "r4"}
        assert reports.add_all(tx, []) == frozenset()
    assert sorted(keys(store, LogQuery(types=("siege",)))) == ["r1", "r3", "r4"]


def test_entry_keys_of_any_length_are_told_apart(store: Store) -> None:
    # Varied, because PostgreSQL packs what repeats; an index of it takes 2.7 kB.
    long = "".join(chr(0x600 + number * 7919 % 2000) for number in range(20_000))
    with store.write() as tx:
        add_report(tx, "r1", entry_key=long + "1")
        add_report(tx, "r2", entry_key=long + "2")
        assert reports.seen(tx, "horan-news", [long + "1", long + "3"]) == {long + "1": ("", 1)}
        row = reports.get(tx, "r1")
    assert row is not None
    assert row.report.entry_key == long + "1"


def test_ten_thousand_entries_are_looked_up_at_once(store: Store) -> None:
    wanted = [f"https://example.org/news/{number}" for number in range(10_000)]
    with store.write() as tx:
        for number in (0, 999, 1000, 9_999):
            add_report(tx, f"r{number}", entry_key=wanted[number], fingerprint=f"f{number}")
        add_report(tx, "other", entry_key=wanted[5], feed="another")
        found = reports.seen(tx, "horan-news", wanted)
        assert found == {wanted[number]: (f"f{number}", 1) for number in (0, 999, 1000, 9_999)}
        assert reports.seen(tx, "horan-news", []) == {}


def test_a_revised_report_shows_its_new_words_and_keeps_the_old(store: Store) -> None:
    old, new = report("r1"), report("r1", revision=2, title="Siege of Jasim lifted", fingerprint="f2")
    judged, again = assessment("siege"), assessment("withdrawal", place=BALAD)
    with store.write() as tx:
        reports.add(tx, old, judged)
        reports.revise(tx, new, again)
        reports.revise(tx, new, judged)
        assert reports.revisions(tx, "r1") == [(old, judged), (new, again)]
        row = reports.get(tx, "r1")
        assert row is not None
        assert (row.report, row.assessment) == (new, again)
        assert reports.seen(tx, old.feed, [old.entry_key]) == {old.entry_key: ("f2", 2)}
    assert keys(store, ALL) == ["r1"]
    assert keys(store, LogQuery()) == []
    assert keys(store, LogQuery(everything=True, places=(JASIM.slug,))) == []
    assert keys(store, LogQuery(everything=True, places=(BALAD.slug,))) == ["r1"]


def test_a_report_that_was_never_added_cannot_be_revised(store: Store) -> None:
    with pytest.raises(StoreError, match="no report r1"), store.write() as tx:
        reports.revise(tx, report("r1", revision=2), assessment())
    with store.read() as tx:
        assert reports.revisions(tx, "r1") == []


def test_the_beginning_of_a_key_is_enough_while_only_one_begins_so(store: Store) -> None:
    with store.write() as tx:
        for key in ("abc", "abcd", "abx", "ABD"):
            add_report(tx, key)
    with store.read() as tx:
        found = [reports.get(tx, start) for start in ("abx", "A", "abc")]
        assert [row.report.key for row in found if row] == ["abx", "ABD", "abc"]
        for nothing in ("", "b", "abcde", "%", "ab_", "é"):
            assert reports.get(tx, nothing) is None
        with pytest.raises(StoreError, match=r"abc, abcd, abx"):
            reports.get(tx, "ab")


def test_the_log_shows_what_was_flagged_or_uncertain_and_all_when_asked(store: Store) -> None:
    with store.write() as tx:
        states: tuple[ReportState, ...] = ("flagged", "uncertain", "clear", "not_covered", "error")
        for hours, state in enumerate(states):
            kept = replace(assessment(key=state), state=state)
            reports.add(tx, report(state, hours=hours), kept)
    assert keys(store, LogQuery()) == ["uncertain", "flagged"]
    assert keys(store, ALL) == ["error", "not_covered", "clear", "uncertain", "flagged"]
    assert keys(store, LogQuery(states=("clear", "error"))) == ["error", "clear"]


def test_the_log_is_narrowed_by_time_type_place_feed_and_language(store: Store) -> None:
    columns = assessment("reinforcements", place=BALAD, key="columns")
    with store.write() as tx:
        add_report(tx, "siege")
        reports.add(tx, report("columns", hours=2, feed="sana", language="ar"), columns)
    wanted = {
        "siege": [LogQuery(types=("siege",)), LogQuery(places=("jasim", "nawa")), LogQuery(languages=("en",))],
        "columns": [
            LogQuery(types=("reinforcements", "failed_talks")),
            LogQuery(places=(BALAD.slug,), types=("reinforcements",)),
            LogQuery(feeds=("sana",)),
            LogQuery(since=NOON + HOUR),
            LogQuery(since=NOON + 2 * HOUR + timedelta(minutes=5)),
        ],
    }
    for key, queries in wanted.items():
        for query in queries:
            assert keys(store, query) == [key]
    assert keys(store, LogQuery(until=NOON + timedelta(minutes=5))) == []
    assert keys(store, LogQuery(places=(BALAD.slug,), types=("siege",))) == []


def test_a_flagged_report_is_found_by_what_counts_and_another_by_what_was_looked_at(store: Store) -> None:
    past = sighting("failed_talks", counts=False, state="past", place=BALAD)
    with store.write() as tx:
        reports.add(tx, report("flagged"), assessment("siege", key="flagged", sightings=(sighting("siege"), past)))
        reports.add(tx, report("clear", hours=1), assessment(key="clear", sightings=(past,)))
    assert keys(store, replace(ALL, places=(BALAD.slug,), types=("failed_talks",))) == ["clear"]
    assert keys(store, replace(ALL, types=("siege",))) == ["flagged"]


def test_the_log_tells_what_somebody_has_reviewed_from_what_nobody_has(store: Store) -> None:
    with store.write() as tx:
        add_report(tx, "r1")
        add_report(tx, "r2")
        given = Review("r1", "false_alarm", "قديم", "amal", NOON)
        reviews.add(tx, given)
        row = reports.get(tx, "r1")
    assert row is not None
    assert row.reviews == (given,)
    assert keys(store, LogQuery(reviewed=True)) == ["r1"]
    assert keys(store, LogQuery(reviewed=False)) == ["r2"]


def test_a_row_of_the_log_names_situation_decision_and_deliveries_sent(store: Store) -> None:
    with store.write() as tx:
        add_report(tx, "r1")
        situations.save(tx, situation())
        situations.link(tx, "r1", "jasim-1", "new", "first report of a siege at Jasim", ("r1",))
        for channel in ("log", "mail"):
            owe(tx, alert(f"jasim-1:new:siege:{channel}"), channel=channel)
        taken = outbox.claim(tx, NOON, HOUR)
        assert taken is not None
        outbox.settle_sent(tx, taken.number, taken.attempt, NOON, "")
        (row,) = reports.log(tx, LogQuery(), 10)
    assert (row.situation, row.decision, row.reason, row.sent) == (
        "jasim-1",
        "new",
        "first report of a siege at Jasim",
        1,
    )


def test_pages_hold_still_while_reports_arrive(store: Store) -> None:
    with store.write() as tx:
        for number in range(25):
            add_report(tx, f"r{number:02}", hours=number // 5)  # five at each moment
    with store.read() as tx:
        wanted = [row.report.key for row in reports.log(tx, LogQuery(), 100)]
    assert len(wanted) == 25
    read: list[str] = []
    before = None
    while True:
        with store.read() as tx:
            page = reports.log(tx, LogQuery(), 4, before)
        if not page:
            break
        read += [row.report.key for row in page]
        before = reports.cursor(page[-1])
        with store.write() as tx:
            add_report(tx, f"new{len(read)}", hours=100)
    assert read == wanted


def test_the_whole_log_is_read_in_pages_without_loss(store: Store) -> None:
    with store.write() as tx:
        for number in range(23):
            add_report(tx, f"r{number:02}", hours=number // 7, flagged=number % 2 == 0)
    with store.read() as tx:
        assert [row.report.key for row in reports.iterate(tx, ALL, page=5)] == keys(store, ALL)
        assert len(list(reports.iterate(tx, LogQuery(), page=5))) == 12
        assert reports.count(tx, ["horan-news", "another"]) == 23
        assert reports.count(tx, []) == 0


def test_reports_of_one_moment_are_in_the_same_order_on_every_database(store: Store) -> None:
    with store.write() as tx:
        for key in ("a-1", "B-1", "a1", "A1", "_", "ب"):
            add_report(tx, key)
    assert keys(store, LogQuery()) == ["ب", "a1", "a-1", "_", "B-1", "A1"]
