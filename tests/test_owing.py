"""Who is owed an alert: what rules exclude, what quiet hours hold, what limits and silences keep back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.records import EVENT_TYPES, LEVELS, Alert, Place, Silence
from monitor.rules import GRADES, PUSHES, Heard, KeptBack, Owed, at_least, owing, quiet_until, reaches, wants
from monitor.settings import Recipient, Rule
from tests.examples import BALAD, JASIM, NOON
from tests.store_support import alert

NAWA = Place("nawa", "Nawa", "نوى", 32.8897, 36.0414, "city", "Izra", True)
DAEL = Place("dael", "Dael", "داعل", 32.7556, 36.1303, "city", "Daraa", True)
PROVINCE = Place("daraa-governorate", "Daraa governorate", "محافظة درعا", 32.85, 36.15, "governorate", "Daraa", True)
PLACES = (JASIM, BALAD, NAWA, DAEL, PROVINCE, None)
NAMES = ("desk", "family", "abroad")
DAY = timedelta(days=1)


def person(**keys: Any) -> Recipient:
    return Recipient.model_validate({"channels": ("chat", "mail"), **keys})


def rule(**keys: Any) -> Rule:
    return Rule.model_validate({"to": "desk", **keys})


def silence(**changes: Any) -> Silence:
    made = Silence(7, "Rana", "a drill", "", ("jasim",), (), "", NOON - DAY, NOON + DAY)
    return replace(made, **changes)


def decided(told: Alert, heard: Heard | None = None, now: datetime = NOON, **keys: Any) -> Owed | KeptBack | None:
    return next(iter(owing(told, (rule(),), {"desk": person(**keys)}, heard or Heard(), now)), None)


clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 1, 30, 59)))
quiet_hours = st.tuples(clocks, clocks, st.sampled_from(LEVELS[:3])).filter(lambda each: each[0] != each[1])
people = st.fixed_dictionaries(
    {"zone": st.sampled_from(("Asia/Damascus", "Europe/Berlin", "America/St_Johns", "UTC"))},
    optional={
        "quiet": quiet_hours.map(lambda each: {"from": each[0], "to": each[1], "break_through": each[2]}),
        "max_per_day": st.integers(0, 3),
        "escalate_after": st.just("10m"),
    },
).map(lambda keys: person(**keys))
places = st.sampled_from(("all", ("jasim",), ("daraa", "nawa"), ("al-Sanamayn",)))
rules = st.builds(
    rule,
    to=st.sampled_from(NAMES),
    types=st.lists(st.sampled_from(EVENT_TYPES), min_size=1, unique=True),
    places=places,
    least_level=st.sampled_from(LEVELS),
    least_grade=st.sampled_from(GRADES),
)
alerts = st.builds(
    lambda kind, **keys: alert(f"jasim-1:{kind}:siege:1", kind=kind, **keys),
    st.sampled_from(PUSHES),
    types=st.lists(st.sampled_from(EVENT_TYPES), min_size=1, unique=True).map(tuple),
    place=st.sampled_from(PLACES),
    level=st.sampled_from(LEVELS),
    grade=st.sampled_from(GRADES),
    only_untold=st.booleans(),
)
moments = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2022, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
hearings = st.builds(
    Heard,
    told=st.dictionaries(st.sampled_from(NAMES), st.lists(alerts, max_size=2)),
    acknowledged=st.sets(st.sampled_from(NAMES)),
    pushes=st.just({name: [NOON] * 3 for name in NAMES}),
    silences=st.lists(
        st.builds(
            silence,
            recipient=st.sampled_from(("", "desk")),
            places=st.sampled_from(((), ("jasim",))),
            types=st.sampled_from(((), ("siege",))),
            situation=st.sampled_from(("", "nawa-1")),
        ),
        max_size=2,
    ),
)
anything = settings(max_examples=60, deadline=None)


@anything
@given(
    told=alerts, some=st.lists(rules, max_size=4), who=st.tuples(people, people, people), heard=hearings, now=moments
)
def test_nobody_gets_what_their_rules_exclude_and_nothing_granted_vanishes(
    told: Alert, some: list[Rule], who: tuple[Recipient, ...], heard: Heard, now: datetime
) -> None:
    recipients = dict(zip(NAMES, who, strict=True))
    answers = owing(told, some, recipients, heard, now)
    for name in NAMES:
        theirs = [each for each in some if each.to == name]
        asked_for = [each for each in theirs if set(each.types) & set(told.types) and reaches(each, told.place)]
        known = name in heard.told
        if told.kind not in {"eased", "all_clear"} or not known:
            level, grade = LEVELS.index(told.level), GRADES.index(told.grade)
            asked_for = [
                each
                for each in asked_for
                if level >= LEVELS.index(each.least_level) and grade >= GRADES.index(each.least_grade)
            ]
        answered = [each for each in answers if each.recipient == name]
        assert len(answered) == bool(asked_for and not (told.only_untold and known))
        for each in answered:
            if isinstance(each, Owed):
                assert each.channels
                assert set(each.channels) <= set(recipients[name].channels)
                assert each.due_at >= now
            else:
                assert each.reason in {"silence", "acknowledged", "limit"}
                assert (each.reason == "silence") == (each.silence_id is not None)


@anything
@given(told=alerts, who=people, heard=hearings, now=moments)
def test_a_critical_alert_is_kept_back_by_no_limit_and_by_no_quiet_hours(
    told: Alert, who: Recipient, heard: Heard, now: datetime
) -> None:
    for level in ("critical", "emergency"):
        for each in owing(replace(told, level=level), (rule(),), {"desk": who}, replace(heard, silences=()), now):
            if isinstance(each, Owed):
                assert each.due_at == now
            else:
                assert each.reason == "acknowledged"


@anything
@given(who=people, now=moments)
def test_a_message_waits_exactly_until_the_clock_on_the_wall_leaves_the_quiet_hours(
    who: Recipient, now: datetime
) -> None:
    until = quiet_until(who, "watch", now)
    if who.quiet is None or who.quiet.break_through == "watch":
        assert until == now
        return
    zone = ZoneInfo(who.zone)
    assert not who.quiet.holds(until.astimezone(zone).time())
    if until > now:
        assert who.quiet.holds((until - timedelta(minutes=1)).astimezone(zone).time())
        assert until - now < timedelta(hours=26)


NIGHT = {"from": "22:00", "to": "06:00"}


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
