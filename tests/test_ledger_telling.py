"""Which reports are told, of what kind: levels that rise, second sources, easings and what takes them back."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.settings import Recipient, Rule
from monitor.store import outbox
from tests.databases import opened
from tests.examples import assessment, report
from tests.ledger_desk import decided, desk, kinds
from tests.ledger_support import Desk, own_words, place

__all__ = ["desk"]  # fixtures


BY = {"every": Recipient(channels=("log",)), "talks": Recipient(channels=("log",))}


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


def test_who_asked_for_two_sources_hears_of_a_siege_from_the_second_whatever_else_was_corroborated(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path / "ledger.db")
    rules = (Rule(to="every"), Rule(to="talks", least_grade="corroborated"))
    desk = Desk(store, recipients=BY, rules=rules)
    desk.tell(0, "siege", "reinforcements", by="alpha")
    desk.tell(1, "reinforcements", by="beta")
    (second,) = desk.tell(2, "siege", by="gamma")
    assert (second.kind, second.types) == ("corroborated", ("siege",))
    with store.read() as tx:
        owed = {(row.occasion, row.recipient) for row in outbox.listing(tx, limit=100)}
    assert {(second.occasion, name) for name in BY} <= owed
    store.close()


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
