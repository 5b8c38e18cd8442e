"""Channels that are off, as rows, on each database."""

from datetime import timedelta

from monitor.store import Store, channels, outbox
from tests.examples import NOON
from tests.store_support import HOUR, LEASE, alert, owe


def test_a_channel_is_put_off_once_and_its_messages_wait_for_the_next_try(store: Store) -> None:
    with store.write() as tx:
        owe(tx, alert(), channel="chat")
        owe(tx, alert("nawa-1:new:siege:1"), channel="log")
        assert channels.put_off(tx, "chat", "blocked", NOON, NOON + HOUR)
        assert not channels.put_off(tx, "chat", "still blocked", NOON + HOUR, NOON + 2 * HOUR)
        assert channels.due(tx) == {"chat": NOON + 2 * HOUR, "log": NOON}
        assert channels.off(tx) == {"chat": "still blocked"}


def test_put_on_it_owes_at_once_what_waited_but_nothing_that_is_in_hand(store: Store) -> None:
    with store.write() as tx:
        waited = owe(tx, alert(), channel="chat")
        assert outbox.claim(tx, NOON, LEASE, ["chat"])
        assert outbox.settle_again(tx, waited, 1, NOON + HOUR, "blocked")
        in_hand = owe(tx, alert("nawa-1:new:siege:1"), channel="chat")
        assert outbox.claim(tx, NOON, LEASE, ["chat"])
        at_night = owe(tx, alert("tafas-1:new:siege:1"), channel="chat", due_at=NOON + 5 * HOUR)
        assert not channels.put_on(tx, "chat", NOON, NOON + LEASE)
        channels.put_off(tx, "chat", "blocked", NOON, NOON + HOUR)
        assert channels.put_on(tx, "chat", NOON, NOON + LEASE)
        due = {each.number: each.due_at for each in outbox.listing(tx)}
        assert due == {waited: NOON, in_hand: NOON + LEASE, at_night: NOON + 5 * HOUR}


def test_after_a_start_it_is_tried_at_once(store: Store) -> None:
    with store.write() as tx:
        owe(tx, alert(), channel="chat")
        channels.put_off(tx, "chat", "blocked", NOON, NOON + HOUR)
        channels.try_now(tx, NOON + timedelta(minutes=1))
        assert channels.due(tx) == {"chat": NOON + timedelta(minutes=1)}
