"""What an acknowledgement keeps quiet and for how long; the verb `ack`; silences of what goes on."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import monitor
from monitor.errors import DeliveryError, StoreError
from monitor.pipeline.acknowledge import record
from monitor.pipeline.parts import owe
from monitor.records import Silence
from monitor.store import Store, acknowledgements, outbox, silences
from monitor.store import situations as ledger
from tests.ack_support import MINUTE, SIEGE, later, run, tell, watching
from tests.examples import NOON
from tests.store_support import alert, situation
from tests.test_delivery import Giving


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
