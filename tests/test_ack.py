"""Alarms that nobody took or saw go on to the next channel; an acknowledged one does not, and quiets its situation."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.errors import DeliveryError
from monitor.pipeline import escalate
from monitor.pipeline.acknowledge import record
from monitor.pipeline.parts import owe
from monitor.records import Alert
from monitor.schedule import drain
from monitor.settings import ChannelSettings
from monitor.store import Store, escalations, outbox
from tests.ack_support import ORDER, SIEGE, later, owed, run, tell, watching
from tests.examples import NOON
from tests.store_support import alert
from tests.test_delivery import REFUSED, Giving


def test_a_critical_alarm_that_nobody_acknowledges_goes_on_through_all_channels_and_then_rests(store: Store) -> None:
    parts = watching(store)
    tell(parts)
    assert run(parts) == [("chat", "sent")]
    later(parts, 9.9)
    assert run(parts) == [("chat", "sent")]
    later(parts, 0.1)
    assert run(parts) == [("chat", "sent"), ("mail", "sent")]
    later(parts, 10)
    assert [channel for channel, _ in run(parts)] == list(ORDER)
    later(parts, 600)
    assert len(run(parts)) == 3
    with store.read() as tx:
        assert not escalations.waiting(tx, parts.clock() + timedelta(days=365))


def test_acknowledged_it_goes_no_further(store: Store) -> None:
    parts = watching(store)
    tell(parts)
    run(parts)
    later(parts, 10)
    assert len(run(parts)) == 2
    record(store, 2, "on it", parts.clock())  # the number of the second message stands for the alarm
    later(parts, 60)
    assert len(run(parts)) == 2


@pytest.mark.parametrize(
    "told",
    [alert(level="elevated"), alert(level="critical", kind="eased"), alert(level="emergency", kind="corrected")],
    ids=["low", "eased", "corrected"],
)
def test_what_need_not_be_seen_stays_on_the_channel_that_took_it(store: Store, told: Alert) -> None:
    parts = watching(store)
    with store.write() as tx:
        number = outbox.announce(tx, told)
        assert number is not None
        owe(parts, tx, number, "desk", "chat", due_at=NOON)
    run(parts)
    later(parts, 60)
    assert run(parts) == [("chat", "sent")]


def test_what_is_not_delivered_in_time_goes_on_whatever_its_level_and_is_caught_up_later(store: Store) -> None:
    busy = DeliveryError("busy")
    parts = watching(store, {"chat": Giving(*[busy] * 6, "taken")})
    tell(parts, alert(level="watch"))
    assert run(parts) == [("chat", "due")]
    later(parts, 9)
    assert run(parts) == [("chat", "due")]
    later(parts, 1)
    assert run(parts) == [("chat", "due"), ("mail", "sent")]
    for _ in range(6):
        later(parts, 30)
        run(parts)
    assert owed(parts) == [("chat", "sent"), ("mail", "sent")]


def test_a_channel_without_its_secret_is_passed_over_at_once(store: Store) -> None:
    parts = watching(store, {"chat": Giving(DeliveryError("channel chat is down"))})
    shut = ChannelSettings(kind="log", broken="OPS_CHAT is not set")
    channels = {**parts.settings.channels, "chat": shut}
    parts = replace(parts, settings=parts.settings.model_copy(update={"channels": channels}))
    tell(parts, alert(level="watch"))
    assert run(parts) == [("chat", "due"), ("mail", "sent")]


def test_a_channel_that_refuses_for_good_is_passed_over_at_once_and_so_is_the_next(store: Store) -> None:
    parts = watching(store, {"chat": Giving(REFUSED), "mail": Giving(REFUSED)})
    tell(parts, alert(level="watch"))
    assert [(channel, state) for channel, state in run(parts) if state == "sent"].count(("phone", "sent")) >= 1
    with store.read() as tx:
        about = [each for each in outbox.listing(tx) if each.occasion == SIEGE.occasion]
    assert sorted((each.channel, each.state) for each in about) == [("chat", "due"), ("mail", "due"), ("phone", "sent")]


def test_what_is_given_up_goes_on_at_once(store: Store) -> None:
    parts = watching(store, {"chat": Giving(DeliveryError("too large", permanent=True, only_this=True))})
    tell(parts, alert(level="watch"))
    assert run(parts) == [("chat", "given_up"), ("mail", "sent")]


def test_in_quiet_hours_nothing_goes_on_before_they_end(store: Store) -> None:
    night = {"from": "11:00", "to": "13:00", "break_through": "emergency"}
    parts = watching(store, quiet=night, zone="UTC")
    tell(parts)
    for _ in range(5):
        later(parts, 11)
        assert run(parts) == [("chat", "due")]
    later(parts, 5)
    assert run(parts) == [("chat", "sent")]
    later(parts, 10)
    assert run(parts) == [("chat", "sent"), ("mail", "sent")]


def test_without_an_order_all_channels_are_told_at_once_and_none_later(store: Store) -> None:
    parts = watching(store, order=False)
    tell(parts)
    assert sorted(channel for channel, _ in run(parts)) == sorted(ORDER)
    later(parts, 600)
    assert len(run(parts)) == 3


def test_two_workers_ask_at_the_same_moment_and_the_next_channel_is_owed_once(store: Store) -> None:
    parts = watching(store)
    for number in range(15):
        tell(parts, alert(f"place-{number}:new:siege:1", level="critical"))
    asyncio.run(drain(parts, timedelta(0)))
    later(parts, 10)
    gate = threading.Barrier(2)

    def race(_: int) -> int:
        gate.wait(timeout=30)
        return escalate(parts)

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(race, range(2)))
    assert sum(made) == 15
    assert [channel for channel, _ in owed(parts)].count("mail") == 15


class Killed(BaseException):
    """The machine stops."""


def test_stopped_before_any_statement_it_carries_on_at_the_next_start_and_loses_nothing(store: Store) -> None:
    parts = watching(store)
    tell(parts)
    run(parts)
    later(parts, 10)
    left = 0

    def stop(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    stopped = 0
    for allowed in range(100):
        left = allowed
        sa.event.listen(sa.Engine, "before_cursor_execute", stop)
        try:
            escalate(parts)
            break
        except Killed:
            stopped += 1
            sa.event.remove(sa.Engine, "before_cursor_execute", stop)
            with store.read() as tx:  # nothing by halves
                assert (len(owed(parts)) == 1) == escalations.waiting(tx, parts.clock())
    sa.event.remove(sa.Engine, "before_cursor_execute", stop)
    assert stopped >= 5
    assert owed(parts) == [("chat", "sent"), ("mail", "due")]
