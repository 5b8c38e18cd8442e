"""How the log is turned over, what a line of it shows, and what leaves it."""

import pytest

from monitor.store import Store, log_rows, log_search, outbox, reports
from monitor.store.log_search import Filters
from monitor.text.searching import asked, indexed
from tests.examples import NOON, assessment, report, sighting
from tests.log_search_support import add, found
from tests.store_support import HOUR, ROUGH, alert, owe


def test_pages_meet_without_gap_or_repetition_in_both_directions(store: Store) -> None:
    with store.write() as tx:
        for number in range(23):  # several are seen at the same moment
            add(tx, f"r{number}", hours=number // 4)
    with store.read() as tx:
        whole = [line.key for line in log_search.page(tx, Filters(), 100).lines]
        down, before = [], None
        while True:
            some = log_search.page(tx, Filters(), 5, before=before)
            down.append([line.key for line in some.lines])
            before = some.older
            if before is None:
                break
        up, after = [down[-1]], some.newer
        while after is not None:
            some = log_search.page(tx, Filters(), 5, after=after)
            up.append([line.key for line in some.lines])
            after = some.newer
    assert len(whole) == 23
    assert [key for page in down for key in page] == whole
    assert up[::-1] == down


def test_what_came_since_is_counted_and_not_beyond_a_hundred(store: Store) -> None:
    with store.write() as tx:
        for number in range(3):
            add(tx, f"r{number}", hours=number)
    with store.read() as tx:
        first = log_search.page(tx, Filters(), 5).lines[-1].number
        assert log_search.newer(tx, Filters(), first) == 2
        assert log_search.newer(tx, Filters(languages=("ar",)), first) == 0
        assert log_search.newer(tx, Filters(), log_search.newest(tx)) == 0
    with store.write() as tx:
        for number in range(3, 120):
            add(tx, f"r{number}", hours=5)
    with store.read() as tx:
        assert log_search.newer(tx, Filters(), first) == 100


def test_more_reports_than_fit_one_microsecond_are_all_listed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_rows, "_SLOTS", 4)
    with store.write() as tx:
        for number in range(11):
            add(tx, f"r{number}")
    assert len(found(store)) == 11


def test_a_line_shows_who_was_told_and_the_sentence_as_it_was_written(store: Store) -> None:
    with store.write() as tx:
        judged = assessment("siege", key="r1", sightings=(sighting("siege", ROUGH),))
        reports.add(tx, report("r1", title=ROUGH), judged)
        number = owe(tx, alert())
        (line,) = log_search.page(tx, Filters(), 2).lines
        assert (line.sent, line.evidence, line.title, line.types) == (0, ROUGH, ROUGH, ("siege",))
        taken = outbox.claim(tx, NOON, HOUR)
        assert taken is not None
        outbox.settle_sent(tx, number, taken.attempt, NOON, "taken")
        (line,) = log_search.page(tx, Filters(), 2).lines
    assert (line.sent, line.places) == (1, ("jasim",))


def test_a_report_that_is_not_listed_any_more_is_gone_from_the_log_and_the_search(store: Store) -> None:
    with store.write() as tx:
        add(tx, "r1", text="a convoy")
        reports.revise(tx, report("r1", entry_key="r1", revision=2, text="a convoy"), assessment(key="r1"))
    assert found(store) == found(store, text="convoy") == found(store, places=("jasim",)) == []


def test_a_text_without_end_is_indexed_as_far_as_it_is_compared() -> None:
    made = indexed(["word " * 10_000])
    assert len(made.words) == len(made.stems) == 4000
    assert [term.kind for term in asked('a "b c" d* e-f')] == ["word", "phrase", "prefix", "phrase"]
