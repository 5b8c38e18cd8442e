"""The ledger's rules told as stories: what is an alarm, what is a repeat, and that no first alarm is swallowed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.records import Alert
from monitor.settings import Recipient, Rule
from monitor.store import outbox
from tests.databases import opened
from tests.examples import NOON, assessment, report
from tests.ledger_support import Desk, own_words, place, sign, unsure

BY = {"every": Recipient(channels=("log",)), "talks": Recipient(channels=("log",))}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = opened(tmp_path / "ledger.db")
    yield Desk(store)
    store.close()


def kinds(alerts: list[Alert]) -> list[str]:
    return [alert.kind for alert in alerts]


def decided(desk: Desk) -> str:
    last = desk.last()
    return last.kind if last else ""


# ---- a coarser report


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


# ---- levels, kinds


def test_a_level_that_rises_is_an_escalation_and_a_type_that_does_not_raise_it_is_for_the_untold(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path / "ledger.db")
    rules = (Rule(to="every"), Rule(to="talks", types=("failed_talks",)))
    desk = Desk(store, recipients=BY, rules=rules)
    (first,) = desk.tell(0, "reinforcements")
    assert (first.kind, first.level, first.level_before) == ("new", "elevated", None)
    (second,) = desk.tell(1, "failed_talks")
    assert (second.kind, second.only_untold, second.level) == ("new", True, "elevated")
    with store.read() as tx:
        told = [(each.recipient, each.occasion) for each in outbox.listing(tx)]
    assert told == [("talks", "jasim-1:new:failed_talks:1"), ("every", "jasim-1:new:reinforcements:1")]
    (third,) = desk.tell(2, "siege")
    assert (third.kind, third.level_before, third.level) == ("escalated", "elevated", "emergency")
    assert [step.state for step in third.so_far] == ["reported", "failed"]
    store.close()


def test_reinforcements_that_keep_coming_grow_and_with_failed_talks_that_is_critical(desk: Desk) -> None:
    desk.tell(0, "reinforcements", "failed_talks")
    assert desk.tell(5, "reinforcements") == []
    assert desk.situation("jasim-1").states["reinforcements"] == "reported"
    (alert,) = desk.tell(20, "reinforcements")
    assert (alert.kind, alert.level, alert.occasion) == ("escalated", "critical", "jasim-1:escalated:reinforcements:1")


def test_the_second_source_is_told_once_in_a_situation(desk: Desk) -> None:
    desk.tell(0, "siege")
    assert kinds(desk.tell(1, "siege", by="beta")) == ["corroborated"]
    desk.tell(2, "reinforcements")
    assert desk.tell(3, "reinforcements", by="beta") == []
    assert decided(desk) == "confirmation"


def test_who_was_told_of_a_siege_by_one_source_hears_of_its_second_whatever_else_is_corroborated(desk: Desk) -> None:
    desk.tell(0, "reinforcements")
    assert kinds(desk.tell(1, "reinforcements", by="beta")) == ["corroborated"]
    (siege,) = desk.tell(2, "siege", by="beta")
    assert (siege.kind, siege.grade) == ("escalated", "unconfirmed")
    (second,) = desk.tell(3, "siege", by="gamma")
    assert (second.kind, second.types, second.occasion) == (
        "corroborated",
        ("siege",),
        "jasim-1:corroborated:siege:1",
    )
    assert desk.tell(4, "siege", "reinforcements", by="delta") == []


def test_a_second_source_is_told_though_its_report_also_tells_of_what_does_not_raise_the_level(tmp_path: Path) -> None:
    store = opened(tmp_path / "ledger.db")
    rules = (Rule(to="every"), Rule(to="talks", types=("reinforcements",)))
    desk = Desk(store, recipients=BY, rules=rules)
    desk.tell(0, "siege")
    told = {each.occasion for each in desk.tell(1, "siege", "reinforcements", by="beta")}
    assert told == {"jasim-1:corroborated:siege:1", "jasim-1:new:reinforcements:1"}
    # who heard of the reinforcements alone hears of their second source, and who knows the siege alone does not
    (second,) = desk.tell(2, "reinforcements", by="gamma")
    with store.read() as tx:
        owed = [(each.recipient, each.occasion) for each in outbox.listing(tx)]
    assert owed[0] == ("talks", second.occasion)
    assert sorted(name for name, _ in owed) == ["every", "every", "talks", "talks"]
    store.close()


def test_a_second_source_of_two_events_is_one_message(desk: Desk) -> None:
    desk.tell(0, "siege", "failed_talks")
    (both,) = desk.tell(1, "siege", "failed_talks", by="beta")
    assert (both.types, len(both.occasions)) == (("siege", "failed_talks"), 2)


def test_who_told_of_the_siege_before_is_no_source_for_the_one_after_it(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(1, "siege", by="beta")
    desk.tell(20, "withdrawal")
    (again,) = desk.tell(50, "siege", by="gamma")
    assert (again.kind, again.grade, again.sources) == ("new", "unconfirmed", 1)
    assert [each.occasion for each in desk.tell(51, "siege", by="beta")] == ["jasim-1:corroborated:siege:2"]


def test_a_siege_that_stands_again_after_its_end_rings_anew(desk: Desk) -> None:
    desk.tell(0, "siege")
    assert [alert.occasion for alert in desk.tell(20, "withdrawal")] == ["jasim-1:all_clear:withdrawal:1"]
    assert [alert.occasion for alert in desk.tell(50, "siege")] == ["jasim-1:new:siege:2"]
    assert [alert.occasion for alert in desk.tell(90, "withdrawal")] == ["jasim-1:all_clear:withdrawal:2"]


def test_an_agreement_eases_and_its_collapse_rings_a_day_later_but_not_while_reports_come_mixed(desk: Desk) -> None:
    desk.tell(0, "siege", "failed_talks")
    (eased,) = desk.tell(10, "agreement")
    assert (eased.kind, eased.level_before, eased.level) == ("eased", "emergency", "elevated")
    assert desk.tell(15, "siege", "failed_talks") == []
    assert desk.tell(16, "agreement") == []
    assert kinds(desk.tell(40, "siege", "failed_talks")) == ["escalated"]
    assert kinds(desk.tell(41, "agreement")) == ["eased"]
    assert kinds(desk.tell(60, "withdrawal")) == ["all_clear"]


def test_a_siege_that_is_back_after_its_easing_rings_though_something_lesser_rang_between(desk: Desk) -> None:
    desk.tell(0, "siege", "reinforcements", "failed_talks")
    assert kinds(desk.tell(10, "agreement")) == ["eased"]
    (lesser,) = desk.tell(40, "reinforcements", "failed_talks")
    assert (lesser.kind, lesser.level) == ("escalated", "critical")
    (back,) = desk.tell(50, "siege")
    assert (back.kind, back.level) == ("escalated", "emergency")
    assert desk.tell(51, "siege", "failed_talks") == []


def test_a_siege_imposed_again_within_a_day_of_its_easing_rings_with_the_second_witness(desk: Desk) -> None:
    desk.tell(0, "siege")
    assert kinds(desk.tell(10, "agreement")) == ["eased"]
    assert desk.tell(14, "siege") == []
    assert desk.tell(15, "siege") == []  # the same witness
    (again,) = desk.tell(16, "siege", by="beta")
    assert (again.kind, again.occasion, again.level) == ("escalated", "jasim-1:escalated:siege:1", "critical")
    assert desk.tell(17, "siege", by="gamma") == []
    assert kinds(desk.tell(20, "agreement", by="beta")) == ["eased"]
    desk.tell(22, "siege", by="beta")
    assert [each.occasion for each in desk.tell(23, "siege", by="gamma")] == ["jasim-1:escalated:siege:2"]


def test_witnesses_of_before_the_easing_that_are_read_after_it_do_not_take_it_back(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(10, "agreement")
    assert desk.tell(8, "siege", by="beta", seen_after=4) == []
    assert desk.tell(9, "siege", by="gamma", seen_after=4) == []
    assert desk.tell(14, "siege", by="beta") == []  # the first one of after it
    desk.tell(15, "agreement", by="gamma")
    assert desk.tell(16, "siege") == []  # again the first one


@pytest.mark.parametrize(
    "says",
    [
        "Hours after the deal the army reimposed its siege of Jasim.",
        "Jasim remains besieged despite the agreement.",
        "أعادت القوات فرض الحصار على جاسم بعد ساعات من الاتفاق.",
        "أغلقت القوات طرق جاسم مجدداً.",
        "لا تزال جاسم محاصرة رغم الاتفاق.",
    ],
)
def test_one_later_report_that_says_so_takes_an_easing_back_at_once(desk: Desk, says: str) -> None:
    desk.tell(0, "siege")
    desk.tell(10, "agreement")
    assert kinds(desk.tell(13, "siege", says=says)) == ["escalated"]
    assert kinds(desk.tell(14, "siege", by="beta", says=says)) == ["corroborated"]


def test_of_a_report_without_a_date_nobody_knows_that_it_is_later_than_the_easing(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(10, "agreement")
    undated = replace(report("late", hours=13, feed="beta", url="https://beta.example/late"), published_at=None)
    assessed = assessment("siege", place=place("jasim"), key="late")
    said = tuple(replace(each, sentence="Jasim remains besieged.") for each in assessed.sightings)
    assert desk.read(replace(undated, text=own_words(77)), replace(assessed, sightings=said)) == []


def test_one_report_wakes_nobody_twice(desk: Desk) -> None:
    desk.tell(0, "reinforcements")
    assert kinds(desk.tell(1, "siege", "reinforcements", "agreement", by="beta")) == ["escalated"]


def test_a_copy_that_goes_on_and_tells_of_more_is_no_copy(desk: Desk) -> None:
    text = own_words(60)
    desk.tell(0, "reinforcements", text=text)
    assert desk.tell(2, "reinforcements", "siege", by="beta", text=text) == []
    assert kinds(desk.tell(3, "reinforcements", "siege", by="beta", text=f"{text} {own_words(61)}")) == ["escalated"]


def test_a_report_written_by_the_same_pattern_about_another_town_is_no_copy(desk: Desk) -> None:
    text = own_words(70)
    desk.tell(0, "siege", text=f"In Jasim: {text}", title="Roads of Jasim closed by army")
    told = desk.tell(1, "siege", at="nawa", text=f"In Nawa: {text}", title="Roads of Nawa closed by army")
    assert kinds(told) == ["new"]


def test_an_alert_names_open_situations_that_may_be_the_same_story(desk: Desk) -> None:
    desk.tell(0, "siege", at="daraa-al-balad")
    (alert,) = desk.tell(1, "siege", at="tariq-al-sad")
    assert alert.related == ("daraa-al-balad-1",)
    assert desk.situation("tariq-al-sad-1").within == ("daraa", "district-daraa", "daraa-governorate")
