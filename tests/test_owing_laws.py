"""What holds for any alert, any rules and any people: who is owed it, and when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.records import EVENT_TYPES, LEVELS, Alert
from monitor.rules import GRADES, PUSHES, Heard, Owed, owing, quiet_until, reaches
from monitor.settings import Recipient, Rule
from tests.examples import BALAD, JASIM, NOON
from tests.owing_support import DAEL, NAWA, PROVINCE, person, rule, silence
from tests.store_support import alert

PLACES = (JASIM, BALAD, NAWA, DAEL, PROVINCE, None)
NAMES = ("desk", "family", "abroad")
TELLINGS = ("new", "escalated", "corroborated")

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
    alone=st.sampled_from(((), ("siege",))),
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
anything = settings(max_examples=100, deadline=None)


def second_source_is_news(told: Alert, asked: Rule, earlier: Sequence[Alert]) -> bool:
    if told.kind != "corroborated":
        return False
    for event in set(told.types) & set(asked.types):
        tellings = [each for each in earlier if event in each.types and each.kind in TELLINGS]
        if tellings and (tellings[-1].grade == "unconfirmed" or event in tellings[-1].alone):
            return True
        if not tellings and asked.least_grade != "unconfirmed":
            return True
    return False


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
        if told.only_untold and known:
            asked_for = [each for each in asked_for if second_source_is_news(told, each, heard.told[name])]
        answered = [each for each in answers if each.recipient == name]
        assert len(answered) == bool(asked_for)
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
