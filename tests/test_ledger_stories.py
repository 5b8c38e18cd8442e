"""The ledger's rules told as stories: what is an alarm, what is a repeat, and that no first alarm is swallowed."""

import pytest

from tests.examples import NOON
from tests.ledger_desk import decided, desk, kinds
from tests.ledger_support import Desk, own_words, sign, unsure

__all__ = ["desk"]  # fixtures


def test_a_report_that_names_only_the_governorate_joins_the_one_finer_situation_of_its_type(desk: Desk) -> None:
    desk.tell(0, "siege")
    assert kinds(desk.tell(5, "siege", at="daraa-governorate", by="beta")) == ["corroborated"]
    assert desk.keys() == {"jasim-1"}
    last = desk.last()
    assert last is not None
    assert "jasim-1 is the only such situation there" in last.reason
    assert last.rests_on == ("r2", "r1")


def test_a_quarter_is_finer_than_its_town(desk: Desk) -> None:
    desk.tell(0, "siege", at="daraa-al-balad")
    desk.tell(5, "siege", at="daraa", by="beta")
    assert desk.keys() == {"daraa-al-balad-1"}


def test_a_finer_report_never_joins_a_coarser_situation(desk: Desk) -> None:
    desk.tell(0, "siege", at="daraa-governorate")
    assert kinds(desk.tell(1, "siege", by="beta")) == ["new"]
    assert desk.keys() == {"daraa-governorate-1", "jasim-1"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Forty vehicles reached Jasim.", "A hundred vehicles reached a town in Daraa province."),
        ("وصلت أربعون آلية إلى جاسم.", "وصلت مئة آلية إلى بلدة في ريف درعا."),
        ("On Thursday they closed the roads of Jasim.", "On Sunday they closed the roads of a town."),
        ("أغلقوا طرق جاسم يوم الخميس.", "أغلقوا طرق البلدة يوم الأحد."),
        ("They closed the roads.", "They closed the roads of a town near Nawa."),
        ("They closed the roads.", "Troops ringed the town of Umm Qasabah."),
        ("أغلقوا الطرق.", "طوقت القوات بلدة قصيبان في محافظة درعا."),
        ("Units of the Fourth Division stand there.", "Units of the Ninth Division stand there."),
        ("تقف هناك الفرقة الرابعة.", "تقف هناك الفرقة التاسعة."),
    ],
)
def test_another_number_day_or_name_speaks_against_joining(desk: Desk, first: str, second: str) -> None:
    desk.tell(0, "siege", text=f"{first} {own_words(90)}")
    assert kinds(desk.tell(5, "siege", at="daraa-governorate", by="beta", says=second)) == ["new"]
    assert desk.keys() == {"jasim-1", "daraa-governorate-1"}
    last = desk.last()
    assert last is not None
    assert "not jasim-1" in last.reason


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Forty vehicles reached Jasim.", "A column of 40 vehicles reached a town in Daraa province."),
        ("وصلت أربعون آلية إلى جاسم.", "دخلت 40 آلية بلدة في ريف درعا."),
        ("On Thursday they closed the roads of Jasim.", "The roads of a town have been closed since Thursday."),
        ("أغلقوا طرق جاسم يوم الخميس.", "الطرق مغلقة منذ الخميس."),
    ],
)
def test_the_same_number_or_day_speaks_for_it(desk: Desk, first: str, second: str) -> None:
    desk.tell(0, "siege", text=f"{first} {own_words(90)}")
    desk.tell(5, "siege", at="daraa-governorate", by="beta", says=second)
    assert desk.keys() == {"jasim-1"}


def test_of_two_finer_situations_none_is_guessed(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(1, "siege", at="nawa")
    assert kinds(desk.tell(5, "siege", at="daraa-governorate", by="beta")) == ["new"]
    assert "may mean jasim-1, nawa-1" in (desk.last() or pytest.fail("undecided")).reason


def test_a_town_whose_own_situation_has_no_siege_means_the_one_siege_of_its_quarter(desk: Desk) -> None:
    desk.tell(0, "siege", at="daraa-al-balad")
    assert kinds(desk.tell(1, "failed_talks", at="daraa")) == ["new"]
    (second,) = desk.tell(5, "siege", at="daraa", by="beta")
    assert (second.kind, second.situation) == ("corroborated", "daraa-al-balad-1")
    desk.tell(6, "siege", at="tariq-al-sad")
    assert [each.situation for each in desk.tell(7, "siege", at="daraa", by="gamma")] == ["daraa-1"]  # which, is open


def test_a_town_with_a_situation_of_its_own_means_no_siege_elsewhere_in_the_province(desk: Desk) -> None:
    desk.tell(0, "siege", at="jasim")
    desk.tell(1, "failed_talks", at="daraa", says="Talks in Daraa city failed.")
    assert [each.situation for each in desk.tell(5, "siege", at="daraa", by="beta")] == ["daraa-1"]


def test_a_finer_situation_of_another_type_or_without_news_for_72_hours_is_not_meant(desk: Desk) -> None:
    desk.tell(0, "siege")
    assert kinds(desk.tell(5, "reinforcements", at="daraa-governorate", by="beta")) == ["new"]
    assert kinds(desk.tell(73, "siege", at="daraa-governorate", by="beta")) == ["escalated"]
    assert desk.keys() == {"jasim-1", "daraa-governorate-1"}


# ---- too old


def test_the_first_report_of_an_event_is_alerted_however_late_it_is_read(desk: Desk) -> None:
    (alert,) = desk.tell(0, "siege", seen_after=24 * 9)
    assert (alert.kind, (alert.seen_at - NOON).days) == ("new", 9)


def test_a_late_copy_of_the_siege_after_its_end_is_no_news_and_the_siege_stays_over(desk: Desk) -> None:
    text = own_words(50)
    desk.tell(0, "siege", text=text)
    assert kinds(desk.tell(30, "withdrawal")) == ["all_clear"]
    assert desk.tell(40, "siege", text=text, by="beta") == []
    assert (decided(desk), desk.situation("jasim-1").states) == ("repeat", {"siege": "over"})
    assert desk.tell(130, "siege", text=text, by="gamma") == []
    assert desk.keys() == {"jasim-1"}


def test_an_independent_report_of_before_the_end_is_too_old(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(30, "withdrawal")
    assert desk.tell(10, "siege", by="beta", seen_after=22) == []
    assert (decided(desk), desk.situation("jasim-1").states) == ("too_old", {"siege": "over"})


def test_what_was_known_and_is_read_after_72_hours_is_too_old_unless_it_is_a_further_source(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(20, "siege", seen_after=80)
    assert decided(desk) == "too_old"
    assert kinds(desk.tell(19, "siege", by="beta", seen_after=80)) == ["corroborated"]
    assert decided(desk) == "confirmation"


# ---- unsure


def test_one_uncertain_report_makes_nothing_and_two_independent_ones_an_unconfirmed_alert(desk: Desk) -> None:
    assert desk.tell(0, **unsure("siege", state="now") | {"state": "uncertain"}) == []
    assert desk.keys() == set()
    (alert,) = desk.tell(20, by="beta", **unsure("siege") | {"state": "uncertain"})
    assert (alert.kind, alert.grade, alert.sources, len(alert.quotes)) == ("new", "unconfirmed", 2, 2)
    last = desk.last()
    assert last is not None
    assert set(last.rests_on) == {"r1", "r2"}
    assert kinds(desk.tell(22, "siege", by="gamma")) == ["corroborated"]


@pytest.mark.parametrize(
    ("hours", "by", "at", "label"),
    [
        (25, "beta", "jasim", "siege"),
        (5, "alpha", "jasim", "siege"),
        (5, "beta", "nawa", "siege"),
        (5, "beta", "jasim", "failed_talks"),
    ],
)
def test_uncertain_reports_a_day_apart_of_one_source_or_of_different_things_are_no_pair(
    desk: Desk, hours: float, by: str, at: str, label: str
) -> None:
    desk.tell(0, **unsure("siege") | {"state": "uncertain"})
    assert desk.tell(hours, by=by, **unsure(label, at) | {"state": "uncertain"}) == []  # type: ignore[arg-type]
    assert desk.keys() == set()


# ---- short of an event


def test_talks_and_threats_show_in_an_open_situation_and_wake_nobody(desk: Desk) -> None:
    assert desk.tell(-1, **sign("talks")) == []
    assert desk.keys() == set()
    desk.tell(0, "failed_talks")
    assert desk.tell(5, **sign("talks")) == []
    assert (decided(desk), desk.situation("jasim-1").states) == ("repeat", {"talks": "resumed"})
    assert desk.tell(6, **sign("threatened")) == []
    assert desk.situation("jasim-1").states == {"talks": "resumed", "siege": "threatened"}
    assert kinds(desk.tell(7, "siege")) == ["escalated"]
    assert [(step.track, step.state) for step in desk.steps("jasim-1")] == [
        ("talks", "failed"),
        ("talks", "resumed"),
        ("siege", "threatened"),
        ("siege", "standing"),
    ]


def test_a_denial_is_a_contradiction_that_lowers_nothing(desk: Desk) -> None:
    desk.tell(0, "siege")
    assert desk.tell(5, by="beta", **unsure("siege", state="denied")) == []
    assert (decided(desk), desk.situation("jasim-1").level) == ("contradiction", "critical")
    assert desk.situation("jasim-1").last_report_at == NOON
