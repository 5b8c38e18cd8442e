"""Silences, quiet hours and limits as they are kept in the store; every test on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.cli import silencing
from monitor.cli.silencing import Wanted
from monitor.errors import StoreError
from monitor.packaged import packaged
from monitor.pipeline.review import record
from monitor.records import Review, Silence
from monitor.service import utc_now
from monitor.settings import Settings
from monitor.store import Store, hearing, outbox, silences, withheld
from tests.examples import NOON
from tests.people_support import PEOPLE, Clock, happens, parts_of, small

__all__ = ["small"]  # a fixture

HOUR = timedelta(hours=1)
DRILL = Silence(0, "Rana", "an announced drill", "", ("jasim",), ("siege",), "", NOON, NOON + 2 * HOUR)


def kept(store: Store, drill: Silence) -> int:
    with store.write() as tx:
        return silences.add(tx, drill)


def owed(store: Store) -> list[tuple[str, str, str, datetime]]:
    """(occasion, recipient, channel, due), in the order in which they were owed."""
    with store.read() as tx:
        return [(each.occasion, each.recipient, each.channel, each.due_at) for each in outbox.listing(tx)][::-1]


def kept_from(store: Store, recipient: str) -> list[tuple[str, str, int | None]]:
    with store.read() as tx:
        rows = withheld.from_recipient(tx, recipient, NOON - 99 * HOUR, NOON + 99 * HOUR)
        return [(why.occasion, why.reason, why.silence_id) for _, why in rows]


def test_a_silence_is_kept_as_it_was_made_lasts_until_its_end_and_can_be_ended_once(store: Store) -> None:
    number = kept(store, DRILL)
    later = kept(store, replace(DRILL, places=(), situation="nawa-1", recipient="desk", starts_at=NOON + HOUR))
    with store.write() as tx:
        assert silences.get(tx, number) == replace(DRILL, id=number)
        assert [each.id for each in silences.active(tx, NOON)] == [number]
        assert [each.id for each in silences.active(tx, NOON + HOUR)] == [number, later]
        assert silences.end(tx, number, "Sami", NOON + HOUR)
        assert not silences.end(tx, number, "Rana", NOON + HOUR)
        assert not silences.end(tx, 99, "Rana", NOON)
        assert (ended := silences.get(tx, number))
        assert ended.ended_by == "Sami"
        assert [each.id for each in silences.active(tx, NOON + HOUR)] == [later]
        assert [each.id for each in silences.listing(tx, 10)] == [later, number]
        assert [each.id for each in silences.listing(tx, 10, NOON + HOUR)] == [later]
        assert silences.get(tx, 99) is None


def test_what_a_silence_swallows_is_written_down_and_what_it_does_not_name_is_told(store: Store) -> None:
    parts, number = parts_of(store, Clock()), kept(store, DRILL)
    swallowed = happens(parts)
    happens(parts, "nawa-1:new:siege:1", "r2", place=None)
    assert {occasion for occasion, *_ in owed(store)} == {"nawa-1:new:siege:1"}
    assert kept_from(store, "desk") == kept_from(store, "family") == [(swallowed.occasion, "silence", number)]
    with store.read() as tx:
        assert silences.swallowed(tx, number) == [(NOON, "desk", swallowed), (NOON, "family", swallowed)]
        assert silences.kept_back(tx, [number, 99]) == {number: 2}
        assert silences.latest(tx, [number, 99], 1) == {number: [(NOON, "family", swallowed)]}


def test_after_its_end_a_silence_swallows_nothing(small: Store) -> None:
    clock = Clock(NOON + 3 * HOUR)
    kept(small, DRILL)
    happens(parts_of(small, clock))
    assert [recipient for _, recipient, *_ in owed(small)] == ["desk", "desk", "family"]


def test_a_correction_reaches_whoever_had_the_alert_though_it_is_silenced_by_then(store: Store) -> None:
    clock = Clock()
    parts = parts_of(store, clock)
    happens(parts)
    kept(store, replace(DRILL, places=(), types=()))
    assert record(store, Review("r1", "false_alarm", "", "Rana", NOON), NOON + HOUR) == 3
    assert {occasion.split(":")[1] for occasion, *_ in owed(store)} == {"new", "corrected"}


def test_who_was_kept_from_the_first_alarm_still_counts_as_told_nothing(store: Store) -> None:
    parts = parts_of(store, Clock())
    kept(store, replace(DRILL, recipient="desk"))
    happens(parts)
    with store.read() as tx:
        assert set(hearing.told(tx, "jasim-1")) == {"family"}
    happens(parts, "jasim-1:new:reinforcements:1", "r2", types=("reinforcements",), only_untold=True)
    assert {name for occasion, name, *_ in owed(store) if "reinforcements" in occasion} == {"desk"}


NIGHT = {"desk": {"channels": ("chat",), "quiet": {"from": "22:00", "to": "06:00"}, "zone": "Europe/Berlin"}}
LATE = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # 23:30 in Berlin, in the night that is an hour short
MORNING = datetime(2026, 3, 29, 4, 0, tzinfo=UTC)


def test_the_night_holds_what_is_not_critical_and_the_morning_brings_it_in_order(small: Store) -> None:
    clock = Clock(LATE)
    parts = parts_of(small, clock, NIGHT, ({"to": "desk"},))
    happens(parts, level="elevated")
    clock.now = LATE + HOUR
    happens(parts, "jasim-1:escalated:siege:1", "r2", level="critical")
    happens(parts, "jasim-1:eased:agreement:1", "r3", level="elevated")
    assert [(occasion.split(":")[1], due) for occasion, _, _, due in owed(small)] == [
        ("new", MORNING),
        ("escalated", LATE + HOUR),
        ("eased", MORNING),
    ]


def test_a_correction_does_not_overtake_the_alert_that_the_night_holds(store: Store) -> None:
    happens(parts_of(store, Clock(LATE), NIGHT, ({"to": "desk"},)), level="elevated")
    assert record(store, Review("r1", "false_alarm", "", "Rana", LATE), LATE + HOUR) == 1
    assert [due for *_, due in owed(store)] == [MORNING, MORNING]
    with store.write() as tx:
        first = outbox.claim(tx, MORNING, HOUR)
        assert first is not None
        assert first.alert.kind == "new"


def test_what_exceeds_the_days_number_is_withheld_until_the_next_day_of_the_recipient(store: Store) -> None:
    clock = Clock(datetime(2026, 3, 14, 8, 0, tzinfo=UTC))
    people = {"desk": {"channels": ("chat", "mail"), "max_per_day": 2}}
    parts = parts_of(store, clock, people, ({"to": "desk"},))
    for number in range(4):
        happens(parts, f"jasim-1:new:siege:{number}", f"r{number}")
        clock.now += HOUR
    happens(parts, "jasim-1:escalated:siege:1", "r8", level="critical")
    clock.now = datetime(2026, 3, 14, 21, 30, tzinfo=UTC)  # half past midnight in Damascus
    happens(parts, "jasim-1:new:siege:9", "r9")
    told = list(dict.fromkeys(occasion for occasion, *_ in owed(store)))
    assert told == [f"jasim-1:{each}" for each in ("new:siege:0", "new:siege:1", "escalated:siege:1", "new:siege:9")]
    with store.read() as tx:
        rows = withheld.from_recipient(tx, "desk", NOON - 99 * HOUR, clock.now)
    assert [(why.occasion, why.reason) for _, why in rows] == [
        ("jasim-1:new:siege:2", "limit"),
        ("jasim-1:new:siege:3", "limit"),
    ]


def test_form_and_quote_are_those_of_the_channel_and_the_recipient(store: Store) -> None:
    people = {**PEOPLE, "family": {"channels": ("sms", "chat"), "quote": "headline", "escalate_after": "10m"}}
    happens(parts_of(store, Clock(), people))
    with store.write() as tx:
        taken = [each for _ in range(3) if (each := outbox.claim(tx, NOON, HOUR))]
        assert outbox.claim(tx, NOON, HOUR) is None
    assert [(each.recipient, each.channel, each.form, each.quote) for each in taken] == [
        ("desk", "chat", "full", "sentence"),
        ("desk", "mail", "full", "sentence"),
        ("family", "sms", "short", "headline"),
    ]


WANTED = Wanted("all", ("جاسم",), ("siege",), "", "2h", "an announced drill", "Rana")


def settings_of(store: Store) -> Settings:
    return parts_of(store, Clock()).settings.model_copy(update={"gazetteer": packaged("config/gazetteer.yaml")})


def test_a_silence_says_what_it_does_and_how_to_end_it_and_shows_what_it_swallowed(
    small: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, now = settings_of(small), utc_now()
    said = silencing.add(small, settings, WANTED)
    assert said.startswith("Silence 1: all recipients hear nothing of siege at jasim until ")
    happens(parts_of(small, Clock(now + timedelta(minutes=1))))
    silencing.print_one(small, settings, 1)
    shown = capsys.readouterr().out
    assert "by Rana: an announced drill" in shown
    assert "kept back: 2" in shown
    assert "Jasim (Daraa)" in shown
    silencing.print_all(small, settings, everything=False)
    assert "an announced drill" in capsys.readouterr().out
    assert silencing.end(small, 1, "Sami").startswith(
        "Silence 1 has ended: all recipients hear of siege at jasim again. What it"
    )
    assert silencing.end(small, 1, "") == "Silence 1 had ended already; nothing changes."
    silencing.print_one(small, settings, 1)
    assert "ended before its time by Sami" in capsys.readouterr().out
    silencing.print_all(small, settings, everything=False)
    assert "no silence lasts" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to": "dsek"}, "no recipient dsek: say all, or one of desk, family"),
        ({"places": (), "types": ()}, "keep every alert from everybody"),
        ({"reason": " "}, "needs a reason"),
        ({"until": "soon"}, "neither a span"),
        ({"until": "2020-01-01"}, "has passed"),
        ({"until": "90d"}, "over 30 days away"),
        ({"situation": "jasim-7", "places": ()}, "no situation has the key jasim-7"),
    ],
)
def test_a_silence_that_cannot_be_meant_so_is_refused(small: Store, changes: dict[str, Any], words: str) -> None:
    asked = replace(WANTED, **{"places": (), **changes})
    with pytest.raises(StoreError, match=words):
        silencing.add(small, settings_of(small), asked)
    with small.read() as tx:
        assert silences.listing(tx, 10) == []
