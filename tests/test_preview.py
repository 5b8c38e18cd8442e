"""`alerts preview`: what other rules would have told, beside what was told. It writes nothing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.cli.previewing import print_preview
from monitor.errors import StoreError
from monitor.packaged import packaged
from monitor.pipeline.parts import announce_to
from monitor.pipeline.preview import Line, preview
from monitor.pipeline.review import record
from monitor.records import Review, Silence
from monitor.rules import KeptBack, Owed
from monitor.store import Store, lookback, outbox, silences
from tests.examples import NOON
from tests.people_support import Clock, happens, parts_of, small
from tests.store_support import alert

__all__ = ["small"]  # a fixture

HOUR = timedelta(hours=1)
Rules = Sequence[Mapping[str, Any]]
People = Mapping[str, Mapping[str, Any]]
BY_ONE_CHANNEL: People = {"desk": {"channels": ("chat",)}, "family": {"channels": ("sms",)}}
TOLD = ["new:siege", "corroborated:siege", "all_clear:withdrawal"]
WAS: Rules = ({"to": "desk"}, {"to": "family", "types": ("failed_talks",)})


def story(store: Store) -> None:
    """A siege, its second source, reinforcements for those who knew nothing, and the end, an hour after each other."""
    clock = Clock()
    parts = parts_of(store, clock, rules=WAS)
    happened: list[tuple[str, dict[str, Any]]] = [
        ("new:siege", {"level": "critical"}),
        ("corroborated:siege", {"level": "critical", "grade": "corroborated"}),
        ("new:reinforcements", {"level": "critical", "types": ("reinforcements",), "only_untold": True}),
        ("all_clear:withdrawal", {"level": "watch"}),
    ]
    for number, (kind, changes) in enumerate(happened):
        happens(parts, f"jasim-1:{kind}:1", f"r{number}", **changes)
        clock.now += HOUR


def previewed(store: Store, rules: Rules, people: People | None = None) -> list[Line]:
    settings = parts_of(
        store, Clock(), people or {"desk": {"channels": ("chat",)}, "family": {"channels": ("sms",)}}, rules
    )
    with store.read() as tx:
        return preview(lookback.since(tx, NOON), settings.settings, silences.listing(tx, 9))


def kinds(lines: Sequence[Line], recipient: str) -> list[tuple[str, str]]:
    """(occasion without its situation, what it would have come to)."""
    words = {Owed: "owed", KeptBack: "kept back", type(None): "nothing"}
    return [(line.alert.occasion[8:-2], words[type(line.would)]) for line in lines if line.recipient == recipient]


def test_the_same_rules_would_have_told_what_they_told(store: Store) -> None:
    story(store)
    lines = previewed(store, WAS, {"desk": {"channels": ("chat", "mail")}, "family": {"channels": ("sms",)}})
    assert [line for line in lines if line.differs] == []
    assert kinds(lines, "desk") == [
        ("new:siege", "owed"),
        ("corroborated:siege", "owed"),
        ("all_clear:withdrawal", "owed"),
    ]
    assert kinds(lines, "family") == []
    assert all([got.channel for got in line.did] == ["chat", "mail"] for line in lines)


def test_other_rules_are_followed_through_the_story(small: Store) -> None:
    story(small)
    rules: Rules = (
        {"to": "desk"},
        {"to": "family", "types": ("reinforcements", "siege"), "least_grade": "corroborated"},
    )
    people: People = {"desk": {"channels": ("chat",), "max_per_day": 1}, "family": {"channels": ("sms",)}}
    lines = previewed(small, rules, people)
    assert kinds(lines, "family") == [("corroborated:siege", "owed"), ("all_clear:withdrawal", "owed")]
    assert [line.differs for line in lines if line.recipient == "family"] == [True, True]
    rules = ({"to": "family", "types": ("reinforcements",)},)
    lines = previewed(small, rules)
    assert kinds(lines, "family") == [("new:reinforcements", "owed")]
    assert kinds(lines, "desk") == [
        (name, "nothing") for name in ("new:siege", "corroborated:siege", "all_clear:withdrawal")
    ]
    assert all(line.differs for line in lines)


def test_a_limit_is_counted_by_what_would_have_come(small: Store) -> None:
    clock = Clock()
    parts = parts_of(small, clock)
    for number in range(3):
        happens(parts, f"jasim-1:new:siege:{number}", f"r{number}")
        clock.now += HOUR
    people: People = {"desk": {"channels": ("chat",), "max_per_day": 2}}
    lines = previewed(small, ({"to": "desk"},), people)
    assert [word for _, word in kinds(lines, "desk")] == ["owed", "owed", "kept back"]


def test_what_was_silenced_or_stood_in_a_summary_is_shown_as_that(store: Store) -> None:
    parts = parts_of(store, Clock(), rules=({"to": "desk"},))
    with store.write() as tx:
        silences.add(tx, Silence(0, "Rana", "drill", "", ("jasim",), (), "", NOON - HOUR, NOON + HOUR))
    happens(parts)
    with store.write() as tx:
        first = alert("nawa-1:new:siege:1", "r2", place=None, seen_at=NOON)
        waiting = outbox.announce(tx, first, "summary")
        assert waiting is not None
        summary = alert("summary:desk:1", "", situation="", kind="summary", lines=(first,), seen_at=NOON)
        assert announce_to(parts, tx, summary, [("desk", "chat")])
        outbox.release(tx, [waiting], "summarised")
    silenced, summed = previewed(store, ({"to": "desk"},), {"desk": {"channels": ("chat",)}})
    assert (silenced.would, [got.state for got in silenced.did]) == (KeptBack("desk", "silence", 1), ["silence 1"])
    assert isinstance(summed.would, Owed)
    assert (summed.in_summary, [(got.channel, got.in_summary) for got in summed.did]) == (True, [("chat", True)])
    assert not summed.differs


def test_a_correction_goes_to_whoever_would_have_been_told(small: Store) -> None:
    happens(parts_of(small, Clock(), rules=({"to": "desk"},)))
    assert record(small, Review("r1", "false_alarm", "", "Rana", NOON), NOON + HOUR) == 2
    lines = previewed(small, ({"to": "family"},))
    assert [(line.recipient, line.alert.kind, type(line.would).__name__) for line in lines] == [
        ("family", "new", "Owed"),
        ("desk", "new", "NoneType"),
        ("family", "corrected", "Owed"),
        ("desk", "corrected", "NoneType"),
    ]


def test_the_preview_is_printed_by_recipient_and_writes_nothing(
    small: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    story(small)
    people: People = {
        "desk": {"channels": ("chat",), "quiet": {"from": "14:30", "to": "23:00"}},
        "family": {"channels": ("sms",)},
    }
    parts = parts_of(small, Clock(), people, ({"to": "desk"}, {"to": "family"}))
    settings = parts.settings.model_copy(update={"gazetteer": packaged("config/gazetteer.yaml")})
    with small.read() as tx:
        before = outbox.listing(tx)
    print_preview(small, settings, NOON - HOUR, "", changed=False)
    shown = capsys.readouterr().out
    assert "desk: would get 3, and 0 in the digest; got 3" in shown
    assert "family: would get 3, and 0 in the digest; got 0" in shown
    assert "would: sms at once; did: nothing" in shown
    assert (
        "would: chat, held until 14 Mar 23:00 Damascus; did: chat still owed, due 14 Mar 18:00 Damascus; mail" in shown
    )
    print_preview(small, settings, NOON - HOUR, "desk", changed=True)
    assert capsys.readouterr().out.splitlines() == ["desk: would get 3, and 0 in the digest; got 3"]
    with small.read() as tx:
        assert outbox.listing(tx) == before
    print_preview(small, settings, NOON + 9 * HOUR, "", changed=False)
    assert "no alert was made in that time" in capsys.readouterr().err
    with pytest.raises(StoreError, match="no recipient dsek: there is desk, family"):
        print_preview(small, settings, NOON, "dsek", changed=False)


def test_a_preview_of_a_day_finds_all_of_it_and_nothing_before_among_the_alerts_of_weeks(store: Store) -> None:
    clock = Clock()
    clock.now = NOON - 300 * HOUR
    parts = parts_of(store, clock)
    for number in range(60):
        happens(parts, f"jasim-1:corroborated:siege:{number}", f"r{number}")
        clock.now += 5 * HOUR
    with store.read() as tx:
        found = [each.alert.report_key for each in lookback.since(tx, NOON - 12 * HOUR)]
        assert found == ["r58", "r59"]
        assert list(lookback.since(tx, NOON + 99 * HOUR)) == []
        assert len(list(lookback.since(tx, datetime.min.replace(tzinfo=UTC)))) == 60
