"""What is owed: rings once, is claimed by one, is never forgotten."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.records import Delivery
from monitor.store import Store, outbox
from monitor.store import channels as accounts
from tests.examples import NOON
from tests.store_support import HOUR, LEASE, alert, owe


def take(store: Store, now: datetime = NOON, channels: list[str] | None = None) -> Delivery | None:
    with store.write() as tx:
        return outbox.claim(tx, now, LEASE, channels)


def test_an_occasion_raced_by_two_threads_rings_once(store: Store) -> None:
    gate = threading.Barrier(2)

    def race(turn: int) -> int | None:
        gate.wait(timeout=30)
        with store.write() as tx:
            number = outbox.announce(tx, alert(f"jasim-{turn}:new:siege:1"))
            if number is not None:
                outbox.owe(tx, number, "desk", "log", languages=("en",), zone="UTC", due_at=NOON, now=NOON)
            return number

    with ThreadPoolExecutor(2) as pool:
        for turn in range(25):
            rung = [number for number in pool.map(race, (turn, turn)) if number is not None]
            assert len(rung) == 1
    with store.read() as tx:
        assert outbox.waiting(tx) == 25


def test_a_known_occasion_is_not_announced_again(store: Store) -> None:
    with store.write() as tx:
        assert outbox.announce(tx, alert()) is not None
        assert outbox.announce(tx, alert(grade="corroborated")) is None


def test_a_recipient_is_owed_an_alert_once_per_channel(store: Store) -> None:
    terms = {"languages": ("en",), "zone": "UTC", "due_at": NOON, "now": NOON}
    with store.write() as tx:
        number = outbox.announce(tx, alert())
        assert number is not None
        assert outbox.owe(tx, number, "desk", "log", **terms) is not None  # type: ignore[arg-type]
        assert outbox.owe(tx, number, "desk", "log", **terms) is None  # type: ignore[arg-type]
        assert outbox.owe(tx, number, "desk", "mail", **terms) is not None  # type: ignore[arg-type]
        assert len(outbox.of_alerts(tx, [number])) == 2


def test_a_claimed_delivery_carries_all_that_a_message_needs(store: Store) -> None:
    told = alert(lines=(alert("tafas-1:new:siege:1", "r2"),), read_note="12 feeds")
    with store.write() as tx:
        number = owe(tx, told)
    assert take(store) == Delivery(number, told, "night-desk", "log", ("en", "ar"), "Asia/Damascus", 1, NOON)


def test_nothing_is_claimed_before_it_is_due(store: Store) -> None:
    with store.write() as tx:
        owe(tx, alert())
        assert accounts.due(tx) == {"log": NOON}
    assert take(store, NOON - timedelta(microseconds=1)) is None
    assert take(store, NOON) is not None


def test_the_longest_due_is_claimed_first_and_only_on_the_channels_asked_for(store: Store) -> None:
    with store.write() as tx:
        late = owe(tx, alert("a:new:siege:1"), due_at=NOON)
        early = owe(tx, alert("b:new:siege:1"), due_at=NOON - HOUR)
        mail = owe(tx, alert("c:new:siege:1"), channel="mail")
        assert accounts.due(tx) == {"log": NOON - HOUR, "mail": NOON}
    assert [one.number for one in (take(store, NOON, ["mail"]), take(store), take(store)) if one] == [mail, early, late]
    assert take(store) is None


def test_two_workers_never_claim_the_same_delivery(store: Store) -> None:
    with store.write() as tx:
        for number in range(40):
            owe(tx, alert(f"p-{number}:new:siege:1"))
    with ThreadPoolExecutor(4) as pool:
        taken = [one.number for one in pool.map(lambda _: take(store), range(44)) if one]
    assert len(taken) == len(set(taken)) == 40


def test_one_whose_lease_ran_out_is_overtaken_and_settles_nothing(store: Store) -> None:
    with store.write() as tx:
        owe(tx, alert())
    first = take(store, NOON)
    assert first is not None
    assert take(store, NOON + LEASE - timedelta(microseconds=1)) is None
    second = take(store, NOON + LEASE)
    assert second is not None
    assert (second.number, second.attempt) == (first.number, 2)
    with store.write() as tx:
        assert not outbox.settle_sent(tx, first.number, first.attempt, NOON, "ok")
        assert not outbox.settle_again(tx, first.number, first.attempt, NOON, "busy")
        assert not outbox.give_up(tx, first.number, first.attempt, "gone", NOON)
        assert outbox.waiting(tx) == 1
        assert outbox.settle_sent(tx, second.number, second.attempt, NOON + LEASE, "ok")
        assert outbox.waiting(tx) == 0


def test_a_start_takes_back_what_was_in_hand_and_leaves_what_waits_for_its_next_try(store: Store) -> None:
    with store.write() as tx:
        left, refused, waits = (owe(tx, alert(f"{letter}:new:siege:1")) for letter in "abc")
    for number in (left, refused):
        taken = take(store)
        assert taken is not None
        assert taken.number == number
    with store.write() as tx:
        outbox.settle_again(tx, refused, 1, NOON + HOUR, "busy")
        assert outbox.resume(tx, NOON) == 1
        assert outbox.resume(tx, NOON) == 0
    again = [take(store), take(store)]
    assert [(one.number, one.attempt) for one in again if one] == [(left, 2), (waits, 1)]
    with store.write() as tx:
        assert not outbox.settle_sent(tx, left, 1, NOON, "ok")  # whoever had it is overtaken


def test_a_late_settle_counts_as_long_as_nobody_else_took_over(store: Store) -> None:
    with store.write() as tx:
        owe(tx, alert())
    taken = take(store)
    assert taken is not None
    with store.write() as tx:
        assert outbox.settle_sent(tx, taken.number, taken.attempt, NOON + 5 * LEASE, "ok")
    assert take(store, NOON + 10 * LEASE) is None


def test_a_sent_delivery_is_settled_once(store: Store) -> None:
    with store.write() as tx:
        owe(tx, alert())
    taken = take(store)
    assert taken is not None
    with store.write() as tx:
        assert outbox.settle_sent(tx, taken.number, 1, NOON, "250 accepted")
        assert not outbox.settle_sent(tx, taken.number, 1, NOON, "again")
        assert not outbox.give_up(tx, taken.number, 1, "again", NOON)
        (state,) = outbox.listing(tx)
    assert (state.state, state.sent_at, state.error, state.attempts) == ("sent", NOON, "", 1)


def test_a_refused_delivery_stays_due_and_says_why(store: Store) -> None:
    with store.write() as tx:
        owe(tx, alert())
    for attempt in (1, 2):
        taken = take(store, NOON + attempt * HOUR)
        assert taken is not None
        assert taken.attempt == attempt
        with store.write() as tx:
            assert outbox.settle_again(tx, taken.number, attempt, NOON + (attempt + 1) * HOUR, f"429, try {attempt}")
    with store.read() as tx:
        (state,) = outbox.listing(tx, "due")
        assert (state.due_at, state.error, state.attempts) == (NOON + 3 * HOUR, "429, try 2", 2)
        assert accounts.due(tx) == {"log": NOON + 3 * HOUR}


def test_a_delivery_that_is_given_up_is_not_tried_again_and_is_told_in_the_log(store: Store) -> None:
    with store.write() as tx:
        owe(tx, alert())
    taken = take(store)
    assert taken is not None
    with store.write() as tx:
        assert outbox.give_up(tx, taken.number, 1, "chat not found", NOON + HOUR)
    assert take(store, NOON + 100 * HOUR) is None
    with store.read() as tx:
        (state,) = outbox.of_report(tx, "r1")
        assert (state.state, state.error) == ("given_up", "chat not found")
        assert outbox.listing(tx, "sent") == []


def test_an_alert_held_for_the_summary_owes_nothing_until_it_is_released(store: Store) -> None:
    first, second = alert("a:new:siege:1"), alert("b:new:siege:1", "r2")
    with store.write() as tx:
        assert outbox.announce(tx, alert("c:new:siege:1"), "ignored")
        one, two = outbox.announce(tx, first, "summary"), outbox.announce(tx, second, "summary")
        assert outbox.held(tx, "summary") == [(one, first), (two, second)]
        assert one is not None
        outbox.release(tx, [one], "summarised")
        assert [number for number, _ in outbox.held(tx, "summary")] == [two]
        assert outbox.waiting(tx) == 0
        assert outbox.announce(tx, first) is None


def test_a_summary_counts_as_told_of_every_report_in_it(store: Store) -> None:
    lines = (alert("a:new:siege:1", "r1"), alert("b:new:siege:1", "r2"))
    with store.write() as tx:
        number = owe(tx, alert("summary:1", "", kind="summary", situation="", lines=lines))
        assert [state.number for key in ("r1", "r2") for state in outbox.of_report(tx, key)] == [number, number]
        assert outbox.sent(tx, ["r1", "r2"]) == {}
    taken = take(store)
    assert taken is not None
    with store.write() as tx:
        outbox.settle_sent(tx, number, 1, NOON, "")
        assert outbox.sent(tx, ["r1", "r2", "r3"]) == {"r1": 1, "r2": 1}


def test_the_alerts_of_a_situation_come_in_the_order_they_were_given(store: Store) -> None:
    told = [alert("jasim-1:new:siege:1"), alert("jasim-1:new:reinforcements:1")]
    with store.write() as tx:
        for one in [*told, alert("tafas-1:new:siege:1")]:
            outbox.announce(tx, one)
        assert outbox.of_situation(tx, "jasim-1") == told


def test_every_attempt_is_kept_with_its_outcome(store: Store) -> None:
    with store.write() as tx:
        owe(tx, alert())
    assert take(store, NOON) is not None
    taken = take(store, NOON + LEASE)
    assert taken is not None
    with store.write() as tx:
        outbox.settle_sent(tx, taken.number, taken.attempt, NOON, "250 queued")
        rows = tx.execute(sa.text("SELECT attempt, outcome, answer FROM delivery_attempt ORDER BY attempt")).all()
    assert [tuple(row) for row in rows] == [(1, "", ""), (2, "sent", "250 queued")]


def test_a_delivery_that_cannot_be_read_does_not_stand_in_the_way_of_the_others(store: Store) -> None:
    with store.write() as tx:
        broken = owe(tx, alert("a:new:siege:1"), due_at=NOON - HOUR)
        fine = owe(tx, alert("b:new:siege:1"))
        tx.execute(
            sa.text("""UPDATE alert SET record = '{"kind": "new", "colour": "red"}' WHERE occasion LIKE 'a:%'""")
        )
    taken = take(store)
    assert taken is not None
    assert taken.number == fine
    with store.read() as tx:
        (state,) = [each for each in outbox.listing(tx) if each.number == broken]
    assert (state.state, state.due_at) == ("due", NOON + LEASE)
    assert "Alert has no colour" in state.error


def test_numbers_are_never_given_twice(store: Store) -> None:
    with store.write() as tx:
        first = owe(tx, alert("a:new:siege:1"))
        tx.execute(sa.text("DELETE FROM delivery"))
        assert owe(tx, alert("b:new:siege:1")) > first


@pytest.mark.parametrize("limit", [1, 3])
def test_the_newest_deliveries_are_listed_first(store: Store, limit: int) -> None:
    with store.write() as tx:
        numbers = [owe(tx, alert(f"{letter}:new:siege:1")) for letter in "abc"]
        assert [state.number for state in outbox.listing(tx, limit=limit)] == numbers[::-1][:limit]
