"""Which situation a report belongs to, and what it changes there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.records import Assessment, Decision, Report, Situation, Telling
from monitor.settings.levels import DEFAULT_LEVELS
from monitor.situations import Heard, at_the_place, judge, moment_of, retold, standing
from tests.examples import BALAD, NOON, assessment, report


def decide(made: Report, assessed: Assessment, known: Sequence[Situation], home: str = "") -> Decision | None:
    """What the report changes at its own place, given all situations there; None when it neither flags nor eases."""
    if not assessed.places or not (assessed.types or assessed.easing):
        return None
    belonging = at_the_place(assessed.places[0], known, moment_of(made), home)
    return judge(made, assessed, belonging, Heard(), DEFAULT_LEVELS)


def decided(hours: float, *labels: str, known: tuple[Situation, ...] = ()) -> Decision:
    made = decide(report(hours=hours), assessment(*labels), known)  # type: ignore[arg-type]
    assert made is not None
    return made


def test_the_first_report_of_a_place_opens_its_first_situation() -> None:
    decision = decided(0, "siege")
    assert (decision.kind, decision.situation.key, decision.new_types) == ("new", "jasim-1", ("siege",))
    assert decision.situation.tracks == {"siege": NOON}
    assert decision.rests_on == ("r1",)


def test_a_report_that_neither_flags_nor_eases_decides_nothing() -> None:
    assert decide(report(), assessment(), ()) is None


def test_the_same_type_within_72_hours_is_a_repeat() -> None:
    first = decided(0, "siege").situation
    again = decided(71, "siege", known=(first,))
    assert (again.kind, again.situation.number, again.new_types) == ("repeat", 1, ())
    assert again.situation.last_report_at == NOON + timedelta(hours=71)


def test_a_situation_lives_on_as_long_as_reports_keep_coming() -> None:
    known = decided(0, "siege").situation
    for hours in (60, 120, 180):
        known = decided(hours, "siege", known=(known,)).situation
    assert known.number == 1


def test_a_report_after_72_silent_hours_opens_the_next_number() -> None:
    first = decided(0, "siege").situation
    later = decided(73, "siege", known=(first,))
    assert (later.kind, later.situation.key) == ("new", "jasim-2")


def test_a_new_type_in_an_open_situation_is_an_escalation() -> None:
    first = decided(0, "reinforcements").situation
    second = decided(10, "siege", "reinforcements", known=(first,))
    assert (second.kind, second.new_types) == ("escalation", ("siege",))


def test_easing_joins_and_rings_for_nothing() -> None:
    first = decided(0, "siege").situation
    eased = decided(20, "withdrawal", known=(first,))
    assert (eased.kind, eased.new_types) == ("easing", ())
    assert set(eased.situation.tracks) == {"siege", "withdrawal"}


def test_a_report_that_is_read_late_joins_the_situation_of_its_day() -> None:
    newer = decided(0, "siege").situation
    late = decided(-48, "reinforcements", known=(newer,))
    assert late.situation.number == newer.number
    assert late.situation.opened_at == NOON - timedelta(hours=48)
    assert late.situation.last_report_at == newer.last_report_at


def test_a_closed_situation_is_never_joined() -> None:
    closed = replace(decided(0, "siege").situation, closed_at=NOON)
    assert decided(1, "siege", known=(closed,)).situation.number == 2


def test_without_a_date_the_time_of_first_sight_counts() -> None:
    first = decided(0, "siege").situation
    undated = decide(report(published_at=None, seen_at=NOON + timedelta(hours=100)), assessment("siege"), (first,))
    assert undated is not None
    assert undated.situation.number == 2


def test_what_stands_is_over_once_a_withdrawal_is_reported_later() -> None:
    siege = decided(0, "siege").situation
    assert standing(siege, "siege", NOON - timedelta(hours=72))
    assert not standing(siege, "siege", NOON + timedelta(hours=1))
    lifted = decided(5, "withdrawal", known=(siege,)).situation
    assert not standing(lifted, "siege", NOON - timedelta(hours=72))


@given(st.permutations([0, 30, 60, 90, 120]))
def test_reports_that_belong_together_end_in_one_situation_in_any_order_that_leaves_no_gap(order: list[int]) -> None:
    """Read in another order spans may start apart, but no report is ever outside the span of its situation."""
    known: list[Situation] = []
    for hours in order:
        decision = decided(hours, "siege", known=tuple(known))
        known = [each for each in known if each.number != decision.situation.number] + [decision.situation]
        moment = NOON + timedelta(hours=hours)
        assert decision.situation.opened_at <= moment <= decision.situation.last_report_at
    assert len({each.number for each in known}) == len(known)


def test_an_edited_report_stays_in_its_situation_though_another_is_nearer() -> None:
    first = decided(0, "siege").situation
    second = decided(100, "siege", known=(first,)).situation
    made = decide(report(hours=60), assessment("siege"), (first, second), home="jasim-1")
    assert made is not None
    assert (made.kind, made.situation.key) == ("repeat", "jasim-1")


def test_an_edited_report_that_moved_in_time_joins_what_is_there_and_overwrites_nothing() -> None:
    """Given only its own situation, it once opened number 2, which was there, and everything known of that was gone."""
    first = decided(0, "siege").situation
    second = decided(100, "reinforcements", known=(first,)).situation
    made = decide(report(hours=110), assessment("siege"), (first, second), home="jasim-1")
    assert made is not None
    assert (made.situation.key, made.new_types) == ("jasim-2", ("siege",))
    assert set(made.situation.tracks) == {"siege", "reinforcements"}


def test_an_edited_report_of_another_place_leaves_its_situation() -> None:
    made = decide(report(), assessment("siege", place=BALAD), (), home="jasim-1")
    assert made is not None
    assert (made.kind, made.situation.key, made.new_types) == ("new", "daraa-al-balad-1", ("siege",))


def test_a_situation_told_anew_does_not_begin_with_a_copy_that_is_dated_years_before_what_it_copies() -> None:
    first = Telling("r1", "Horan News", "Horan News", "", "speaks for itself", ("siege",), NOON)
    for back, begins in ((timedelta(days=800), NOON), (timedelta(hours=5), NOON - timedelta(hours=5))):
        copy = replace(first, report_key="r2", outlet="Beta", copy_of="r1", at=NOON - back)
        made = retold(decided(0, "siege").situation, [first, copy], DEFAULT_LEVELS)
        assert (made.situation.opened_at, [step.at for step in made.steps]) == (begins, [begins])
