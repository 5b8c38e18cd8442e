"""Alarms that nobody took or saw go on to the next channel; an acknowledged one does not, and quiets its situation."""

import asyncio
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from monitor.channels.limits import Pace
from monitor.cli import monitor
from monitor.errors import DeliveryError, StoreError
from monitor.pipeline import Parts, escalate
from monitor.pipeline.acknowledge import record
from monitor.pipeline.parts import announce, owe
from monitor.records import Alert, Silence
from monitor.schedule import drain
from monitor.settings import ChannelSettings, Recipient, Rule, Settings
from monitor.store import Store, acknowledgements, escalations, outbox, silences
from monitor.store import situations as ledger
from tests.examples import NOON
from tests.store_support import alert, situation
from tests.test_delivery import REFUSED, Clock, Giving

MINUTE = timedelta(minutes=1)
ORDER = ("chat", "mail", "phone")
SIEGE = alert(level="critical")


def watching(store: Store, channels: Mapping[str, Giving] | None = None, *, order: bool = True, **person: Any) -> Parts:
    """A monitor that reads nothing; `desk` has three channels, in order with ten minutes for each, or all at once."""
    clock = Clock()
    clock.now = NOON
    settings = Settings(
        config_dir=Path(),
        database="",
        data_dir=Path(),
        channels={name: ChannelSettings(kind="log") for name in ORDER},
        recipients={"desk": Recipient(**{"channels": ORDER, **({"escalate_after": "10m"} if order else {}), **person})},
        rules=(Rule(to="desk"),),
    )
    nothing = cast(Any, None)
    ways = {name: Giving() for name in ORDER} | dict(channels or {})
    pace = Pace(clock=clock.seconds)
    return Parts(settings, store, nothing, nothing, nothing, {}, cast(Any, ways), cast(Any, clock), pace=pace)


def tell(parts: Parts, told: Alert = SIEGE) -> None:
    with parts.store.write() as tx:
        assert announce(parts, tx, told)


def later(parts: Parts, minutes: float) -> None:
    cast(Clock, parts.clock).now += minutes * MINUTE


def owed(parts: Parts) -> list[tuple[str, str]]:
    """(channel, state) of every message, in the order in which they came to be owed."""
    with parts.store.read() as tx:
        return [(each.channel, each.state) for each in reversed(outbox.listing(tx))]


def run(parts: Parts) -> list[tuple[str, str]]:
    """What the driver does at each tick, until there is nothing to do."""
    asyncio.run(drain(parts, timedelta(0)))
    return owed(parts)


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


def test_who_has_acknowledged_hears_no_second_source_until_something_is_new(store: Store) -> None:
    parts = watching(store, languages=("ar",))
    second = alert("jasim-1:corroborated:siege:1", kind="corroborated", grade="corroborated", level="critical")
    tell(parts)
    run(parts)
    record(store, 1, "", parts.clock())
    tell(parts, second)
    assert len(run(parts)) == 1
    with store.read() as tx:
        assert acknowledgements.quiet(tx, "jasim-1", ["desk", "other"]) == {"desk"}
    tell(parts, alert("jasim-1:escalated:failed_talks:1", kind="escalated", level="emergency"))
    tell(parts, replace(second, occasion="jasim-1:corroborated:failed_talks:1", occasions=()))
    assert len(run(parts)) == 3
    record(store, 1, "", parts.clock())  # the old number does not quiet what came after it
    with store.read() as tx:
        assert acknowledgements.quiet(tx, "jasim-1", ["desk"]) == frozenset()


def test_an_old_number_does_not_stop_a_newer_alarm_from_going_on(store: Store) -> None:
    parts = watching(store)
    tell(parts)
    run(parts)
    later(parts, 5)
    tell(parts, alert("jasim-1:escalated:failed_talks:1", kind="escalated", level="emergency"))
    run(parts)
    record(store, 1, "", parts.clock())
    later(parts, 10)
    assert [channel for channel, _ in run(parts)] == ["chat", "chat", "mail"]
    with store.read() as tx:
        assert outbox.listing(tx)[0].occasion == "jasim-1:escalated:failed_talks:1"


def test_acknowledging_twice_changes_nothing_and_an_unknown_number_is_an_error(store: Store) -> None:
    parts = watching(store)
    tell(parts)
    first, new = record(store, 1, "seen", NOON)
    again, new_again = record(store, 1, "later", NOON + MINUTE)
    assert (new, new_again) == (True, False)
    assert first == again
    with pytest.raises(StoreError, match="no message has the number 99"):
        record(store, 99, "", NOON)
    with store.write() as tx:
        number = outbox.announce(tx, alert("test:chat", "", kind="test", situation=""))
        assert number is not None
        owe(parts, tx, number, "desk", "chat", due_at=NOON)
    with pytest.raises(StoreError, match=r"No\. 2 is a test: only an alert can be acknowledged"):
        record(store, 2, "", NOON)


def test_the_verb_says_what_it_did_and_the_situation_shows_it_without_a_name(tmp_path: Path) -> None:
    config = tmp_path / "config"
    said = CliRunner().invoke(monitor, ["init", str(config)])
    assert said.exit_code == 0, said.output
    store = Store(f"sqlite:///{tmp_path / 'data' / 'monitor.db'}")
    (tmp_path / "data").mkdir(exist_ok=True)
    store.migrate()
    tell(watching(store))
    with store.write() as tx:
        ledger.save(tx, situation())
    store.close()
    verb = ["--config", str(config), "ack", "1"]
    done = CliRunner().invoke(monitor, [*verb, "--note", "called [b]them[/b]"])
    assert done.exit_code == 0, done.output
    assert "No. 1 acknowledged. Of jasim-1 its reader hears again when something changes" in done.output
    shown = CliRunner().invoke(monitor, [*verb[:-2], "situations", "show", "jasim-1"])
    assert re.search(r"acknowledged \(No\. 1\): .*called \[b\]them", shown.output), shown.output
    assert "desk" not in shown.output
    assert "acknowledged already" in CliRunner().invoke(monitor, verb).output
    unknown = CliRunner().invoke(monitor, [*verb[:-1], "7"])
    assert isinstance(unknown.exception, StoreError)


@pytest.mark.parametrize("delivered", [True, False])
def test_what_is_silenced_after_the_first_message_goes_no_further_and_what_never_came_is_written_down(
    store: Store, *, delivered: bool
) -> None:
    broken = Giving(*[DeliveryError("down") for _ in range(99)])
    parts = watching(store, {} if delivered else {"chat": broken})
    tell(parts)
    run(parts)
    with store.write() as tx:
        quiet = Silence(
            0, "Rana", "known by now", "desk", (), (), "jasim-1", parts.clock(), parts.clock() + 300 * MINUTE
        )
        number = silences.add(tx, quiet)
    later(parts, 11)
    assert [channel for channel, _ in run(parts)] == ["chat"]
    later(parts, 400)
    assert [channel for channel, _ in run(parts)] == ["chat"]
    with store.read() as tx:
        assert [told.occasion for _, _, told in silences.swallowed(tx, number)] == [SIEGE.occasion] * (not delivered)


def test_a_silence_of_another_situation_stops_nothing(store: Store) -> None:
    parts = watching(store)
    tell(parts)
    run(parts)
    with store.write() as tx:
        silences.add(tx, Silence(0, "Rana", "a drill", "", (), (), "nawa-1", NOON, NOON + 300 * MINUTE))
    later(parts, 11)
    assert [channel for channel, _ in run(parts)] == ["chat", "mail"]
