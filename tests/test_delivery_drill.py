"""The delivery drill in short: a killed sender, troubled receivers, nothing lost. `make drill` runs the long one."""

from pathlib import Path

from benchmarks.delivery import drill


def test_a_sender_killed_among_troubled_receivers_loses_nothing_and_keeps_every_limit(tmp_path: Path) -> None:
    outcome = drill(tmp_path, 12, forget=False, kill_every=(0.2, 0.6), most_kills=1)
    assert outcome.owed == 240
    assert outcome.lost == 0
    assert outcome.too_fast == {}
    assert outcome.most_doubles <= 1
    assert outcome.blocked_waits == 12
