"""What a person does to situations, on both databases, while a monitor may be running."""

import pytest

from monitor.errors import StoreError
from monitor.pipeline.reshaping import Act, close, merge, split
from monitor.settings.levels import DEFAULT_LEVELS
from monitor.store import Store, changes
from tests.examples import NOON
from tests.ledger_support import Desk, gazetteer, sign

WHY = Act("nour", "the town was Jasim", NOON)


def test_a_merged_situation_brings_its_reports_its_story_and_what_comes_later(store: Store) -> None:
    desk = Desk(store)
    desk.tell(0, "siege")
    desk.tell(-2, "failed_talks", at="daraa-governorate", by="beta")
    merged = merge(store, "daraa-governorate-1", "jasim-1", WHY, DEFAULT_LEVELS)
    assert (merged.states, merged.level) == ({"talks": "failed", "siege": "standing"}, "emergency")
    assert [step.track for step in desk.steps("jasim-1")] == ["talks", "siege"]
    assert desk.situation("daraa-governorate-1").closed_at == NOON
    (alert,) = desk.tell(5, "failed_talks", at="daraa-governorate", by="gamma")
    assert (alert.kind, alert.situation, alert.level) == ("escalated", "jasim-1", "emergency")  # which nobody was told
    assert desk.keys() == {"jasim-1", "daraa-governorate-1"}
    with store.read() as tx:
        (change,) = changes.of_situation(tx, "jasim-1")
    assert (change.kind, change.situation, change.other, change.author, change.reason) == (
        "merged",
        "daraa-governorate-1",
        "jasim-1",
        "nour",
        "the town was Jasim",
    )


def test_reports_split_off_are_a_situation_of_their_own_at_their_own_place(store: Store) -> None:
    desk = Desk(store)
    desk.tell(0, "siege")
    desk.tell(5, "siege", at="daraa-governorate", by="beta")
    assert desk.keys() == {"jasim-1"}
    own = split(store, gazetteer(), "jasim-1", ["r2"], WHY, DEFAULT_LEVELS)
    assert (own.key, own.level, own.states) == ("daraa-governorate-1", "critical", {"siege": "standing"})
    assert desk.situation("jasim-1").last_report_at == NOON
    assert [step.report_key for step in desk.steps("daraa-governorate-1")] == ["r2"]


def test_what_was_said_short_of_an_event_outlasts_merging_and_splitting(store: Store) -> None:
    desk = Desk(store)
    desk.tell(0, "reinforcements")
    desk.tell(1, by="beta", **sign("threatened"))
    desk.tell(2, by="gamma", **sign("talks"))
    states = {"reinforcements": "reported", "siege": "threatened", "talks": "under_way"}
    assert desk.situation("jasim-1").states == states
    desk.tell(3, "reinforcements", at="nawa", by="gamma")
    merged = merge(store, "nawa-1", "jasim-1", WHY, DEFAULT_LEVELS)
    assert merged.states == states
    assert [step.track for step in desk.steps("jasim-1")] == ["reinforcements", "siege", "talks"]
    own = split(store, gazetteer(), "jasim-1", ["r4", "r3"], WHY, DEFAULT_LEVELS)
    assert own.states == {"talks": "under_way", "reinforcements": "reported"}
    left = desk.situation("jasim-1")
    assert left.states == {"reinforcements": "reported", "siege": "threatened"}
    assert left.last_report_at == NOON  # what is no event keeps no situation open


def test_a_closed_situation_stays_closed_and_the_next_report_opens_and_alerts_anew(store: Store) -> None:
    desk = Desk(store)
    desk.tell(0, "siege")
    close(store, "jasim-1", WHY)
    assert [alert.occasion for alert in desk.tell(1, "siege")] == ["jasim-2:new:siege:1"]


def test_what_cannot_be_done_is_a_sentence(store: Store) -> None:
    desk = Desk(store)
    desk.tell(0, "siege")
    desk.tell(0, "siege", at="nawa")
    with pytest.raises(StoreError, match="no situation has the key tafas-1"):
        merge(store, "tafas-1", "jasim-1", WHY, DEFAULT_LEVELS)
    with pytest.raises(StoreError, match="into itself"):
        merge(store, "jasim-1", "jasim-1", WHY, DEFAULT_LEVELS)
    with pytest.raises(StoreError, match="r2 is not in jasim-1"):
        split(store, gazetteer(), "jasim-1", ["r2"], WHY, DEFAULT_LEVELS)
    with pytest.raises(StoreError, match="nothing left"):
        split(store, gazetteer(), "jasim-1", ["r1"], WHY, DEFAULT_LEVELS)
    close(store, "nawa-1", WHY)
    with pytest.raises(StoreError, match="closed already"):
        close(store, "nawa-1", WHY)
    with pytest.raises(StoreError, match="is closed: merge into an open one"):
        merge(store, "jasim-1", "nawa-1", WHY, DEFAULT_LEVELS)
