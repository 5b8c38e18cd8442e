"""A review stands as it was given; what it does to situations and messages can be undone; nobody overwrites unseen."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest

from monitor import verdicts
from monitor.channels.wording import render
from monitor.errors import StoreError
from monitor.pipeline.review import submit, undo
from monitor.pipeline.taking_back import STANDS_AGAIN, taken_back
from monitor.records import Alert, DeliveryState, Review, Verdict
from monitor.store import Store, changes, log_rows, outbox, reviews
from monitor.store import situations as ledger
from tests.channels_support import alert, delivery
from tests.examples import NOON
from tests.ledger_support import Desk
from tests.review_support import desk, judged, sent, undone
from tests.store_support import HOUR, add_report

__all__ = ["desk"]  # fixtures


def corrections(desk: Desk) -> list[tuple[Alert, DeliveryState]]:
    with desk.store.read() as tx:
        told = {each.occasion: each for each in outbox.of_situation(tx, "jasim-1")}
        states = outbox.listing(tx, limit=100)[::-1]
    return [(told[each.occasion], each) for each in states if told[each.occasion].kind == "corrected"]


def test_who_reviews_and_who_reads_of_the_same_situation_wait_for_each_other_in_one_order(desk: Desk) -> None:
    desk.tell(0, "siege")
    with ThreadPoolExecutor(1) as other:
        with desk.store.write() as tx:
            ledger.lock(tx, ["jasim"])
            reviewing = other.submit(judged, desk, "r1")
            wait([reviewing], 0.3)  # until it holds all that it gets before it has to wait for the place
            log_rows.stands(tx, "jasim-1", "emergency")
        assert reviewing.result(10).retold.closed


def test_of_two_who_review_at_once_one_sees_what_the_other_said(store: Store) -> None:
    with store.write() as tx:
        add_report(tx, "r1")
    given = [Review("r1", "confirm", "", "Rana", NOON), Review("r1", "false_alarm", "", "Sami", NOON)]
    with ThreadPoolExecutor(2) as pool:
        came = list(pool.map(lambda each: submit(store, each, NOON, seen=0), given))
    with store.read() as tx:
        kept = reviews.of_report(tx, "r1")
    assert len(kept) == 1
    assert sorted(bool(each.number) for each in came) == [False, True]
    loser = next(each for each in came if not each.number)
    assert loser.newer == kept[0]
    other = next(each for each in given if each != kept[0])
    assert submit(store, other, NOON, seen=kept[0].number).number == 2


def test_a_form_that_is_sent_twice_counts_once(store: Store) -> None:
    with store.write() as tx:
        add_report(tx, "r1")
    given = Review("r1", "confirm", "seen", "Rana", NOON)
    first = submit(store, given, NOON, seen=0)
    again = submit(store, replace(given, at=NOON + HOUR), NOON + HOUR, seen=0)
    assert (again.number, again.newer) == (first.number, None)
    with store.read() as tx:
        assert len(reviews.of_report(tx, "r1")) == 1


def test_undoing_takes_back_one_review_after_the_other(store: Store) -> None:
    with store.write() as tx:
        add_report(tx, "r1")
    said: list[Verdict] = ["confirm", "wrong_type", "false_alarm"]
    for verdict in said:
        submit(store, Review("r1", verdict, "", "Rana", NOON, types=("siege",)), NOON)
    for left in (["confirm", "wrong_type"], ["confirm"], []):
        undo(store, "r1", "Sami", NOON)
        with store.read() as tx:
            assert [each.verdict for each in verdicts.standing(reviews.of_report(tx, "r1"))] == left
    with store.read() as tx:
        kept = reviews.of_report(tx, "r1")
    assert [each.revokes for each in kept] == [0, 0, 0, 3, 2, 1]
    assert {each.reviewer for each in kept[3:]} == {"Sami"}
    with pytest.raises(StoreError, match="nothing to undo"):
        undo(store, "r1", "Sami", NOON)


def test_who_undoes_what_they_have_not_seen_is_shown_it(store: Store) -> None:
    with store.write() as tx:
        add_report(tx, "r1")
    first = submit(store, Review("r1", "confirm", "", "Rana", NOON), NOON)
    second = submit(store, Review("r1", "duplicate", "", "Sami", NOON), NOON)
    came = undo(store, "r1", "Rana", NOON, seen=first.number)
    assert came.newer is not None
    assert came.newer.number == second.number
    assert undo(store, "r1", "Rana", NOON, seen=second.number).number == 3


def test_a_false_alarm_that_is_undone_leaves_the_situation_as_it_was(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    before, steps = desk.situation("jasim-1"), desk.steps("jasim-1")
    assert judged(desk, "r1").retold.closed
    assert desk.situation("jasim-1").closed_at is not None
    assert undone(desk, "r1").retold.reopened
    assert desk.situation("jasim-1") == before
    assert desk.steps("jasim-1") == steps
    with desk.store.read() as tx:
        assert [(each.kind, each.reason) for each in changes.of_situation(tx, "jasim-1")][1:] == [
            ("reopened", STANDS_AGAIN)
        ]
        assert not taken_back(tx, ["r1"])


def test_who_confirms_after_a_false_alarm_reopens_the_situation_and_it_is_told_once(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    sent(desk)
    assert judged(desk, "r1").owed == 1
    sent(desk)
    confirmed = judged(desk, "r1", "confirm")
    assert (confirmed.owed, confirmed.retold.reopened) == (1, True)
    assert judged(desk, "r1", "confirm").owed == 0
    told = [(each.stands, each.grade) for each, _ in corrections(desk)]
    assert told == [(False, "refuted"), (True, "confirmed")]
    message = render(delivery(alert(kind="corrected", stands=True, grade="confirmed"), languages=("en", "ar")))
    assert message.title == "The alert of siege in Jasim (Daraa) stands: the correction was a mistake"
    assert "التنبيه عن حصار في جاسم (درعا) ما زال قائمًا" in message.text.replace("\u2068", "").replace("\u2069", "")


def test_a_correction_that_nobody_began_to_send_is_withdrawn_and_nothing_else_is_told(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    sent(desk)
    assert judged(desk, "r1").owed == 1
    came = undone(desk, "r1")
    assert (came.withdrawn, came.owed) == (1, 0)
    assert [state.state for _, state in corrections(desk)] == ["given_up"]
    assert judged(desk, "r1").owed == 1  # found wrong after all: now it is told


def test_corrections_are_told_once_for_what_changes_and_not_for_what_does_not(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    sent(desk)
    owed = []
    said: tuple[Verdict, ...] = ("false_alarm", "false_alarm", "not_current", "unsure", "wrong_place", "confirm")
    for verdict in said:
        owed.append(judged(desk, "r1", verdict).owed)
        sent(desk)
    assert owed == [1, 0, 0, 0, 1, 1]
    assert [(each.grade, each.stands) for each, _ in corrections(desk)] == [
        ("refuted", False),
        ("unconfirmed", False),
        ("confirmed", True),
    ]


def test_a_closed_situation_stays_closed_beside_one_that_is_open_there_by_now(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    judged(desk, "r1")
    assert desk.tell(10, "siege", by="beta")
    came = undone(desk, "r1")
    assert (came.retold.reopened, came.retold.beside) == (False, "jasim-2")
    assert desk.situation("jasim-1").closed_at is not None


def test_the_right_type_stands_in_the_situation_in_place_of_the_wrong_one(desk: Desk) -> None:
    assert desk.tell(0, "siege")
    judged(desk, "r1", "wrong_type", types=("reinforcements",))
    found = desk.situation("jasim-1")
    assert (dict(found.states), found.closed_at) == ({"reinforcements": "reported"}, None)
    undone(desk, "r1")
    assert desk.situation("jasim-1").states == {"siege": "standing"}
