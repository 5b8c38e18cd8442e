"""Alarms that an earlier one, taken back or eased since, must not swallow; and taken-back ones that must not go on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.channels.wording import render
from monitor.pipeline import escalate, tell_digests, tell_what_stands
from monitor.pipeline.decide import Case, decide
from monitor.pipeline.reshaping import Act, merge
from monitor.pipeline.review import record
from monitor.pipeline.taking_back import taken_back
from monitor.records import AlertKind, Review, Telling, Verdict
from monitor.same_story import Earlier, original
from monitor.settings import Recipient, Rule
from monitor.store import Store, digests, hearing, meta, outbox, reports
from tests.channels_support import alert, delivery
from tests.examples import NOON, report
from tests.ledger_support import Desk, own_words
from tests.people_support import Clock, happens, parts_of, small, uncertain

__all__ = ["small"]

EIGHT = datetime(2026, 11, 21, 5, tzinfo=UTC)  # in Damascus


@pytest.fixture
def desk(small: Store) -> Desk:
    return Desk(small)


def judged(desk: Desk, key: str, verdict: Verdict = "false_alarm") -> int:
    return record(desk.store, Review(key, verdict, "", "reviewer", desk.now), desk.now)


def telling_of(key: str) -> Telling:
    return Telling(key, "Horan News", "Horan News", "", "speaks for itself", ("reinforcements",), NOON)


def act(desk: Desk) -> Act:
    return Act("editor", "two stories", desk.now)


def test_a_true_alarm_after_a_false_one_that_was_taken_back_rings(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    assert judged(desk, "r1") == 1
    assert [each.kind for each in desk.tell(10, "siege", by="alpha")] == ["new"]


def test_a_report_that_was_found_wrong_is_no_second_source_for_a_later_one(desk: Desk) -> None:
    desk.tell(0, "siege", by="alpha")
    desk.tell(1, "siege", by="beta")
    judged(desk, "r2")
    (alert,) = desk.tell(2, "siege", "failed_talks", by="alpha")
    assert (alert.kind, alert.grade, alert.sources) == ("escalated", "unconfirmed", 1)
    (second,) = desk.tell(3, "siege", by="gamma")
    assert (second.kind, second.grade, second.sources) == ("corroborated", "corroborated", 2)


def test_a_report_that_a_person_placed_elsewhere_swallows_no_first_alarm_there(desk: Desk) -> None:
    assert desk.tell(0, "siege", at="jasim")
    record(desk.store, Review("r1", "wrong_place", "", "reviewer", desk.now, place="nawa"), desk.now)
    assert [each.kind for each in desk.tell(2, "siege", at="nawa", by="beta")] == ["new"]
    assert desk.keys() == {"jasim-1", "nawa-1"}


def test_a_late_copy_of_what_was_taken_back_does_not_ring(desk: Desk) -> None:
    text = " ".join(f"word{number}" for number in range(60))
    assert desk.tell(0, "siege", text=text)
    judged(desk, "r1")
    assert not desk.tell(5, "siege", by="beta", text=text)


def test_a_siege_rings_where_only_what_was_said_of_a_siege_before_was_taken_back(desk: Desk) -> None:
    assert desk.tell(0, "reinforcements")
    assert desk.tell(2, "siege", by="beta")
    judged(desk, "r2")
    assert desk.situation("jasim-1").states == {"reinforcements": "reported"}
    assert [each.kind for each in desk.tell(6, "siege", by="gamma")] == ["escalated"]


def test_what_another_source_also_says_still_stands_when_one_is_taken_back(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    assert desk.tell(1, "siege", by="beta")
    judged(desk, "r1")
    assert desk.situation("jasim-1").states["siege"] == "standing"
    assert desk.situation("jasim-1").closed_at is None


def test_the_first_siege_in_the_day_after_an_easing_rings(desk: Desk) -> None:
    assert desk.tell(0, "failed_talks")
    desk.tell(1, "reinforcements", by="beta")
    assert [each.kind for each in desk.tell(20, "agreement")] == ["eased"]
    assert [each.kind for each in desk.tell(25, "siege")] == ["escalated"]


def test_the_first_summary_reaches_those_who_want_a_second_source_and_tells_nobody_of_it_twice(small: Store) -> None:
    people = {"all": Recipient(channels=("log",)), "sure": Recipient(channels=("log",))}
    desk = Desk(small, recipients=people, rules=(Rule(to="all"), Rule(to="sure", least_grade="corroborated")))
    desk.parts, desk.first = replace(desk.parts, backlog="summary"), True
    desk.tell(0, "siege")
    desk.tell(1, "siege", by="beta")
    assert tell_what_stands(desk.parts) == 2
    with small.read() as tx:
        told = {name: [each.kind for each in lines] for name, lines in hearing.told(tx, "jasim-1").items()}
    assert told == {"all": ["new", "corroborated"], "sure": ["corroborated"]}
    desk.first = False
    assert desk.tell(2, "siege", by="gamma") == []
    assert [each.kind for each in desk.tell(3, "failed_talks")] == ["escalated"]


def test_a_second_source_reaches_those_who_wait_for_one_though_another_event_had_its_own(small: Store) -> None:
    people = {"all": Recipient(channels=("log",)), "sure": Recipient(channels=("log",))}
    rules = (Rule(to="all"), Rule(to="sure", types=("failed_talks",), least_grade="corroborated"))
    desk = Desk(small, recipients=people, rules=rules)
    desk.tell(0, "siege")
    desk.tell(1, "siege", by="beta")
    desk.tell(2, "failed_talks", by="alpha")
    desk.tell(3, "failed_talks", by="beta")
    with small.read() as tx:
        assert "sure" in {each.recipient for each in outbox.listing(tx)}
        told = [each.occasion for each in outbox.listing(tx) if each.recipient == "all"]
    assert len([each for each in told if "corroborated:failed_talks" in each]) == 1  # one source told them of those
    assert not desk.tell(4, "failed_talks", by="gamma")


def test_what_a_merged_situation_had_told_is_not_told_again(desk: Desk) -> None:
    desk.tell(0, "siege", at="jasim")
    desk.tell(1, "reinforcements", at="nawa", by="beta")
    merge(desk.store, "jasim-1", "nawa-1", act(desk), desk.parts.settings.levels)
    assert not desk.tell(3, "siege", at="nawa", by="alpha")


def test_an_edit_of_what_was_found_wrong_does_not_ring(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    judged(desk, "r1")
    with desk.store.read() as tx:
        row = reports.get(tx, "r1")
    assert row
    made = replace(row.report, revision=2, text=own_words(5))
    with desk.store.write() as tx:
        reports.revise(tx, made, row.assessment)
        before = len(outbox.listing(tx, limit=1000))
        decide(desk.parts, tx, desk.parts.settings.feeds[0], Case(made, row.assessment))
        assert len(outbox.listing(tx, limit=1000)) == before


def test_an_alarm_that_was_taken_back_does_not_go_on_to_the_next_channel(small: Store) -> None:
    person = Recipient(channels=("log", "phone"), escalate_after=600)
    desk = Desk(small, recipients={"desk": person})
    desk.tell(0, "siege")
    assert judged(desk, "r1") == 1
    desk.now += timedelta(hours=1)
    assert escalate(desk.parts) == 0
    with small.read() as tx:
        assert {each.channel for each in outbox.listing(tx)} == {"log"}


def test_a_confirmed_report_stands_again(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    desk.tell(1, "reinforcements", by="beta")
    judged(desk, "r1")
    judged(desk, "r1", "confirm")
    with desk.store.read() as tx:
        assert not taken_back(tx, ["r1"])


def test_articles_that_differ_only_in_a_number_after_the_address_are_not_one_story() -> None:
    assert (
        original(
            report(
                "a", url="https://x.example/?p=1&utm_source=rss", text=own_words(1), title="Roads into Jasim closed"
            ),
            ("siege",),
            [
                Earlier(
                    report("b", url="https://x.example/?p=2&utm_source=rss", text=own_words(2), title="Other"),
                    telling_of("b"),
                )
            ],
        )
        is None
    )


def test_a_page_that_is_written_on_under_its_address_may_tell_of_another_event() -> None:
    earlier = report("b", url="https://x.example/live", text=own_words(2), title="Troops come")
    later = report("a", url="https://x.example/live", text=own_words(1), title="Roads into Jasim closed")
    other = Earlier(earlier, telling_of("b"))
    assert original(later, ("siege",), [other]) is None
    assert original(later, ("reinforcements",), [other])


def test_no_message_names_whom_it_is_for() -> None:
    """Two desks may share a webhook, and a mail its headers."""
    kinds: tuple[AlertKind, ...] = ("digest", "summary")
    for kind in kinds:
        told = replace(alert(), occasion=f"{kind}:night-desk:2026-07-30", situation="", kind=kind)
        message = render(delivery(told, recipient="night-desk"))
        assert "night-desk" not in f"{message}"
        assert message.facts["occasion"] == f"{kind}:2026-07-30"


def test_what_was_fetched_before_a_digest_and_judged_after_it_stands_in_the_next_one_and_once(small: Store) -> None:
    clock = Clock(EIGHT - timedelta(minutes=5))
    parts = parts_of(small, clock)
    with small.write() as tx:
        meta.put(tx, "first_started_at", (EIGHT - timedelta(days=3)).isoformat())
    uncertain(parts, "early")
    fetched, clock.now = clock.now + timedelta(minutes=4), EIGHT
    assert tell_digests(parts) == 1
    clock.now = fetched
    uncertain(parts, "between")
    for days, listed in ((1, ["between"]), (2, [])):
        clock.now = EIGHT + timedelta(days=days)
        assert tell_digests(parts) == 1
        with small.read() as tx:
            told = digests.last(tx, "desk")
        assert told is not None
        assert told.digest is not None
        assert [each.report_key for each in told.digest.uncertain] == listed
        assert told.digest.uncertain_count == len(listed)


def test_a_digest_does_not_list_as_news_what_was_found_wrong_before_it(small: Store) -> None:
    clock = Clock(EIGHT)
    parts = parts_of(
        small, clock, {"desk": {"channels": ("chat",), "digest": "08:00", "max_per_day": 0}}, ({"to": "desk"},)
    )
    with small.write() as tx:
        meta.put(tx, "first_started_at", (EIGHT - timedelta(days=3)).isoformat())
    happens(parts, "jasim-1:new:siege:1", "r1", level="elevated")
    happens(parts, "nawa-1:new:siege:1", "r2", level="elevated")
    record(small, Review("r1", "false_alarm", "", "reviewer", EIGHT), EIGHT)
    clock.now = EIGHT + timedelta(hours=2)
    assert tell_digests(parts) == 1
    with small.read() as tx:
        told = digests.last(tx, "desk")
    assert told is not None
    assert [each.report_key for each in told.lines] == ["r2"]
