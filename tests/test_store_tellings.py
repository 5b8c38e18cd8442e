"""Who speaks in a situation's reports, and who was told of one."""

from dataclasses import replace
from datetime import timedelta

from monitor.records import Alert, Situation, Telling
from monitor.store import Store, outbox, receivers, reports, situations, tellings
from tests.examples import JASIM, NOON, assessment, report

ALERT = Alert(
    occasion="jasim-1:new:siege:1",
    situation="jasim-1",
    kind="new",
    types=("siege",),
    grade="unconfirmed",
    place=JASIM,
    probability=0.9,
    report_key="r1",
    quotes=(),
    published_at=NOON,
    seen_at=NOON,
    occasions=("jasim-1:new:siege:1",),
)


def added(store: Store, key: str, hours: float = 0) -> Telling:
    """A report of jasim-1 with its telling."""
    made = report(key, hours=hours, entry_key=key)
    telling = Telling(key, "Horan News", "SOHR", "", "quotes SOHR", ("siege", "withdrawal"), made.published_at or NOON)
    with store.write() as tx:
        situations.save(tx, Situation("jasim", 1, NOON, NOON))
        reports.add(tx, made, assessment("siege", key=key))
        situations.link(tx, key, "jasim-1", "new", "first", (key,))
        tellings.keep(tx, telling)
    return telling


def owed(store: Store, alert: Alert, *to: tuple[str, str]) -> None:
    with store.write() as tx:
        number = outbox.announce(tx, alert)
        assert number is not None
        for recipient, channel in to:
            outbox.owe(tx, number, recipient, channel, languages=("ar",), zone="UTC", due_at=NOON, now=NOON)


def told(store: Store, key: str) -> list[tuple[str, list[tuple[str, str]]]]:
    with store.read() as tx:
        found = receivers.told_of(tx, key)
    return [(alert.occasion, [(each.recipient, each.channel) for each in some]) for alert, some in found]


def test_tellings_come_back_whole_oldest_first_and_of_their_situation_only(store: Store) -> None:
    later, earlier = added(store, "r1", hours=5), added(store, "r2", hours=1)
    with store.read() as tx:
        found = tellings.of_situation(tx, "jasim-1")
        assert tellings.of_situation(tx, "jasim-2") == []
    assert [telling for _, telling in found] == [earlier, later]
    assert found[0][0] == report("r2", hours=1, entry_key="r2")


def test_the_telling_of_a_newer_revision_replaces_the_older_one(store: Store) -> None:
    first = added(store, "r1")
    with store.write() as tx:
        tellings.keep(tx, replace(first, source="Horan News", reason="speaks for itself"))
    with store.read() as tx:
        assert [telling.source for _, telling in tellings.of_situation(tx, "jasim-1")] == ["Horan News"]


def test_those_who_were_told_are_found_by_alert_also_through_a_summary(store: Store) -> None:
    added(store, "r1")
    added(store, "r2", hours=1)
    other = replace(ALERT, occasion="jasim-1:new:reinforcements:1", report_key="r2")
    owed(store, ALERT, ("desk", "chat"), ("desk", "mail"))
    owed(
        store,
        replace(ALERT, occasion="summary:family", kind="summary", report_key="", lines=(ALERT, other)),
        ("family", "sms"),
    )
    assert told(store, "r1") == [
        (ALERT.occasion, [("desk", "chat"), ("desk", "mail")]),
        (ALERT.occasion, [("family", "sms")]),
    ]
    assert told(store, "r2") == [(other.occasion, [("family", "sms")])]


def test_a_message_that_was_given_up_needs_no_correction_and_corrections_are_not_corrected(store: Store) -> None:
    added(store, "r1")
    owed(store, ALERT, ("desk", "chat"))
    with store.write() as tx:
        delivery = outbox.claim(tx, NOON, timedelta(minutes=1))
        assert delivery is not None
        outbox.give_up(tx, delivery.number, delivery.attempt, "no such chat", NOON)
    owed(store, replace(ALERT, occasion="jasim-1:corrected:siege:1", kind="corrected"), ("desk", "chat"))
    assert told(store, "r1") == [(ALERT.occasion, [])]
