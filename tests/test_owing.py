"""Who is owed an alert: what rules exclude, what quiet hours hold, what limits and silences keep back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.errors import ConfigError
from monitor.records import LEVELS, Alert, Place
from monitor.rules import Heard, KeptBack, Owed, at_least, owing, quiet_until, reaches, wants
from tests.examples import BALAD, JASIM, NOON
from tests.owing_support import DAEL, NAWA, PROVINCE, person, rule, silence
from tests.store_support import alert

NIGHT = {"from": "22:00", "to": "06:00"}


def decided(told: Alert, heard: Heard | None = None, now: datetime = NOON, **keys: Any) -> Owed | KeptBack | None:
    return next(iter(owing(told, (rule(),), {"desk": person(**keys)}, heard or Heard(), now)), None)


@pytest.mark.parametrize(
    ("zone", "at", "until"),
    [
        ("Asia/Damascus", "2026-03-14T18:59+00:00", "2026-03-14T18:59+00:00"),  # 21:59 there
        ("Asia/Damascus", "2026-03-14T19:00+00:00", "2026-03-15T03:00+00:00"),
        ("Asia/Damascus", "2026-03-15T00:30+00:00", "2026-03-15T03:00+00:00"),  # behind midnight
        ("Asia/Damascus", "2026-03-15T03:00+00:00", "2026-03-15T03:00+00:00"),
        ("Europe/Berlin", "2026-03-28T22:00+00:00", "2026-03-29T04:00+00:00"),  # a night of seven hours
        ("Europe/Berlin", "2026-10-24T21:00+00:00", "2026-10-25T05:00+00:00"),  # and of nine
        ("Asia/Damascus", "2022-03-24T21:00+00:00", "2022-03-25T03:00+00:00"),  # summer time began at midnight there
    ],
)
def test_quiet_hours_are_those_of_the_recipients_wall_on_every_night_of_the_year(
    zone: str, at: str, until: str
) -> None:
    told = decided(alert(level="elevated"), now=datetime.fromisoformat(at), zone=zone, quiet=NIGHT)
    assert isinstance(told, Owed)
    assert told.due_at == datetime.fromisoformat(until)


def test_quiet_hours_that_end_in_the_hour_that_is_skipped_end_when_it_would_have_begun() -> None:
    who = person(zone="Europe/Berlin", quiet={"from": "22:00", "to": "02:30"})
    assert quiet_until(who, "watch", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_level_may_be_named_that_breaks_through() -> None:
    night = NOON.replace(hour=22)
    loud = {**NIGHT, "break_through": "elevated"}
    for level, waits in (("watch", True), ("elevated", False), ("critical", False)):
        told = decided(alert(level=level), now=night, quiet=loud)
        assert isinstance(told, Owed)
        assert (told.due_at > night) == waits


def test_what_exceeds_the_days_number_waits_for_the_digest_and_critical_alerts_never_do() -> None:
    heard = Heard(pushes={"desk": (NOON - timedelta(hours=2), NOON - timedelta(hours=1))})
    assert decided(alert(), heard, max_per_day=2) == KeptBack("desk", "limit")
    assert isinstance(decided(alert(), heard, max_per_day=3), Owed)
    assert isinstance(decided(alert(level="critical"), heard, max_per_day=0), Owed)
    assert isinstance(decided(alert(kind="all_clear"), heard, max_per_day=0), Owed)


def test_a_day_ends_at_the_recipients_midnight_and_a_held_message_counts_for_the_morning_it_comes() -> None:
    late = datetime(2026, 3, 14, 20, 30, tzinfo=UTC)  # 22:30 in Damascus
    heard = Heard(pushes={"desk": (late - timedelta(hours=3),)})
    assert decided(alert(), heard, late, max_per_day=1) == KeptBack("desk", "limit")
    assert isinstance(decided(alert(), heard, late + timedelta(hours=2), max_per_day=1), Owed)
    assert isinstance(decided(alert(), heard, late, max_per_day=1, quiet=NIGHT), Owed)


def test_where_channels_are_an_order_only_the_first_is_owed() -> None:
    at_once, in_order = decided(alert()), decided(alert(), escalate_after="10m")
    assert isinstance(at_once, Owed)
    assert at_once.channels == ("chat", "mail")
    assert isinstance(in_order, Owed)
    assert in_order.channels == ("chat",)


def test_what_adds_nothing_for_those_who_know_goes_to_those_alone_who_were_told_nothing() -> None:
    told = alert(only_untold=True)
    assert decided(told, Heard(told={"desk": [alert()]})) is None
    assert isinstance(decided(told, Heard(told={"family": [alert()]})), Owed)


def test_a_second_source_does_not_ring_for_who_has_acknowledged_and_anything_new_does() -> None:
    heard = Heard(told={"desk": [alert()]}, acknowledged={"desk"})
    assert decided(alert(kind="corroborated"), heard) == KeptBack("desk", "acknowledged")
    for kind in ("new", "escalated", "eased", "all_clear"):
        assert isinstance(decided(alert(kind=kind), heard), Owed)


def test_who_was_told_of_a_siege_hears_of_its_end_though_the_level_is_low_by_then() -> None:
    strict = rule(least_level="critical", least_grade="corroborated")
    for kind in ("eased", "all_clear"):
        assert wants(strict, alert(kind=kind), told=True)
        assert not wants(strict, alert(kind=kind), told=False)
    assert not wants(rule(places=("nawa",)), alert(kind="all_clear"), told=True)


@pytest.mark.parametrize(
    ("changes", "swallows"),
    [
        ({}, True),
        ({"recipient": "family"}, False),
        ({"recipient": "desk"}, True),
        ({"places": ("nawa",)}, False),
        ({"places": ()}, True),
        ({"types": ("siege",)}, True),
        ({"types": ("reinforcements",)}, False),
        ({"situation": "jasim-1"}, True),
        ({"situation": "jasim-2"}, False),
        ({"ends_at": NOON}, False),
        ({"starts_at": NOON + timedelta(minutes=1)}, False),
    ],
)
def test_a_silence_swallows_what_it_names_and_nothing_else(changes: dict[str, Any], swallows: bool) -> None:
    heard = Heard(silences=(silence(**changes),))
    assert (decided(alert(level="critical"), heard) == KeptBack("desk", "silence", 7)) == swallows


def test_a_silenced_type_does_not_take_another_one_with_it() -> None:
    heard = Heard(silences=(silence(types=("siege",)),))
    assert isinstance(decided(alert(types=("siege", "reinforcements")), heard), Owed)
    assert isinstance(decided(alert(types=()), heard), Owed)


@pytest.mark.parametrize("kind", ["corrected", "test", "notice", "summary", "digest"])
def test_a_silence_never_swallows_a_correction_a_test_or_a_notice(kind: str) -> None:
    everything = silence(places=(), situation="")
    assert isinstance(decided(alert(kind=kind), Heard(silences=(everything,))), Owed)


@pytest.mark.parametrize(
    ("place", "km", "within"), [(JASIM, 12, True), (JASIM, 11, False), (DAEL, 17.5, True), (DAEL, 16, False)]
)
def test_a_circle_grants_what_lies_in_it(place: Place, km: float, within: bool) -> None:
    near = {"lat": NAWA.lat, "lon": NAWA.lon, "km": km}
    assert reaches(rule(near=near), place) == within
    assert reaches(rule(near=near, places=("jasim", "dael")), place)


def test_the_middle_of_a_governorate_is_in_no_circle_and_a_quarter_is_in_that_of_its_town() -> None:
    assert not reaches(rule(near={"lat": PROVINCE.lat, "lon": PROVINCE.lon, "km": 5}), PROVINCE)
    asked = rule(near={"place": "daraa", "km": 0.1})
    assert asked.near is not None
    middle = asked.near.model_copy(update={"lat": 32.6189, "lon": 36.1021})
    round_daraa = asked.model_copy(update={"near": middle})
    assert reaches(round_daraa, BALAD)
    assert not reaches(round_daraa, JASIM)
    with pytest.raises(ConfigError, match="round nawa has no middle"):
        reaches(rule(near={"place": "nawa", "km": 5}), JASIM)


def test_levels_are_ordered() -> None:
    assert [at_least(level, "critical") for level in LEVELS] == [False, False, True, True]
