"""The health log and the pages that are asked for again, on both databases."""

from datetime import timedelta

from monitor.records import Gap, Outage, UnreadPage
from monitor.store import Store, gaps, reports, unread_pages
from tests.examples import NOON, assessment, report

HOUR = timedelta(hours=1)


def test_an_outage_begins_once_and_ends_once_whatever_is_said_of_it_meanwhile(store: Store) -> None:
    with store.write() as tx:
        gaps.begin(tx, "horan", NOON, "no answer")
        gaps.begin(tx, "horan", NOON + HOUR, "not here")
        assert gaps.outages(tx) == [Outage("horan", NOON, None, "not here")]
        assert gaps.end(tx, "horan", NOON + 2 * HOUR) == Outage("horan", NOON, NOON + 2 * HOUR, "not here")
        assert gaps.end(tx, "horan", NOON + 3 * HOUR) is None
        gaps.begin(tx, "horan", NOON + 4 * HOUR, "no answer")
        assert [each.until_at for each in gaps.outages(tx, "horan")] == [None, NOON + 2 * HOUR]


def test_outages_are_found_by_feed_and_time_those_that_last_included(store: Store) -> None:
    with store.write() as tx:
        gaps.begin(tx, "horan", NOON, "long ago")
        gaps.end(tx, "horan", NOON + HOUR)
        gaps.begin(tx, "sana", NOON, "lasts")
        gaps.begin(tx, "", NOON + 5 * HOUR, "our own")
        assert [each.feed for each in gaps.outages(tx, since=NOON + 2 * HOUR)] == ["", "sana"]
        assert [each.reason for each in gaps.outages(tx, "")] == ["our own"]


def test_what_was_not_a_feeds_fault_is_forgotten_but_not_what_began_before(store: Store) -> None:
    with store.write() as tx:
        gaps.begin(tx, "before", NOON - HOUR, "its own")
        gaps.begin(tx, "after", NOON + HOUR, "ours")
        gaps.begin(tx, "other", NOON + HOUR, "its own")
        gaps.forget(tx, ["before", "after"], NOON)
        assert {each.feed for each in gaps.outages(tx)} == {"before", "other"}


def test_a_gap_is_kept_once(store: Store) -> None:
    found = Gap("horan", NOON, NOON + HOUR, NOON + 2 * HOUR, "no older page")
    with store.write() as tx:
        gaps.note(tx, found)
        gaps.note(tx, found)
        assert gaps.gaps(tx, "horan") == [found]
        assert gaps.gaps(tx, "horan", since=NOON + HOUR) == []
        assert gaps.gaps(tx, "sana") == []


def test_pages_are_due_by_feed_and_time_until_they_are_settled(store: Store) -> None:
    with store.write() as tx:
        for key in ("r1", "r2", "r3"):
            reports.add(tx, report(key), assessment("siege", key=key))
        for key, hours in (("r1", 2), ("r2", 1), ("r3", 3)):
            unread_pages.owe(tx, "horan-news", UnreadPage(key, "no date", 0, NOON), NOON + hours * HOUR)
        unread_pages.owe(tx, "horan-news", UnreadPage("r3", "no date", 1, NOON), NOON + 9 * HOUR)
        due = unread_pages.due(tx, "horan-news", NOON + 3 * HOUR, 10)
        assert [(page.report_key, kept.key, page.date_note) for page, kept in due] == [
            ("r2", "r2", "no date"),
            ("r1", "r1", "no date"),
        ]
        unread_pages.settle(tx, "r2")
        assert [page.report_key for page, _ in unread_pages.due(tx, "horan-news", NOON + 9 * HOUR, 10)] == ["r1", "r3"]
        assert unread_pages.due(tx, "sana", NOON + 9 * HOUR, 10) == []
