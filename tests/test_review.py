"""A review stands as it was given; what it does to situations and messages can be undone; nobody overwrites unseen."""

import json
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor import verdicts
from monitor.channels.wording import render
from monitor.cli.lookback import print_log
from monitor.cli.one_report import print_report
from monitor.cli.reviewing import Given, add_review
from monitor.errors import StoreError
from monitor.packaged import packaged
from monitor.pipeline import escalate
from monitor.pipeline.review import Reviewed, submit, undo
from monitor.pipeline.taking_back import STANDS_AGAIN, taken_back
from monitor.records import Alert, DeliveryState, Review, Verdict
from monitor.settings import Recipient, Rule
from monitor.store import Store, changes, escalations, log_rows, log_search, outbox, reports, reviews
from monitor.store import situations as ledger
from monitor.store.log_search import Filters
from monitor.store.reports import LogQuery
from tests.channels_support import alert, delivery
from tests.examples import NOON
from tests.ledger_support import Desk
from tests.people_support import small
from tests.store_support import HOUR, add_report

__all__ = ["small"]


def judged(
    desk: Desk, key: str, verdict: Verdict = "false_alarm", seen: int | None = None, **changes: object
) -> Reviewed:
    desk.now += timedelta(minutes=1)
    made = replace(Review(key, verdict, "", "Rana", desk.now), **changes)  # type: ignore[arg-type]
    return submit(desk.store, made, desk.now, seen=seen)


def undone(desk: Desk, key: str, seen: int | None = None) -> Reviewed:
    desk.now += timedelta(minutes=1)
    return undo(desk.store, key, "Sami", desk.now, seen=seen)


def corrections(desk: Desk) -> list[tuple[Alert, DeliveryState]]:
    with desk.store.read() as tx:
        told = {each.occasion: each for each in outbox.of_situation(tx, "jasim-1")}
        states = outbox.listing(tx, limit=100)[::-1]
    return [(told[each.occasion], each) for each in states if told[each.occasion].kind == "corrected"]


def sent(desk: Desk) -> None:
    """All that is owed goes out."""
    while True:
        with desk.store.write() as tx:
            taken = outbox.claim(tx, desk.now + HOUR, timedelta(seconds=60))
            if taken is None:
                return
            assert outbox.settle_sent(tx, taken.number, taken.attempt, desk.now, "taken")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


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


def test_a_duplicate_is_no_second_source(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(1, "siege", by="beta")
    level = desk.situation("jasim-1").level
    judged(desk, "r2", "duplicate", duplicate_of="r1")
    judged(desk, "r1")
    assert desk.situation("jasim-1").closed_at is not None
    undone(desk, "r1")
    undone(desk, "r2")
    assert desk.situation("jasim-1").level == level


def _corrected(desk: Desk) -> list[tuple[str, str, bool]]:
    """(situation, recipient, whether it stands) of each correction, in the order in which they were owed."""
    with desk.store.read() as tx:
        told = {each.occasion: each for key in sorted(desk.keys()) for each in outbox.of_situation(tx, key)}
        states = outbox.listing(tx, limit=100)[::-1]
    made = [(told[each.occasion], each) for each in states if told[each.occasion].kind == "corrected"]
    return [(about.situation, each.recipient, about.stands) for about, each in made]


def test_a_duplicate_in_another_situation_follows_what_becomes_of_the_first(store: Store) -> None:
    people = {name: Recipient(channels=("log",)) for name in ("jasim-desk", "nawa-desk")}
    only = tuple(Rule(to=f"{slug}-desk", places=(slug,)) for slug in ("jasim", "nawa"))
    desk = Desk(store, recipients=people, rules=only)
    desk.tell(0, "siege")
    desk.tell(1, "siege", at="nawa", by="beta")
    desk.tell(1, "siege", at="nawa", by="gamma")
    sent(desk)
    assert judged(desk, "r3", "duplicate", duplicate_of="r2").owed == 0
    assert judged(desk, "r2", "duplicate", duplicate_of="r1").owed == 0
    came = judged(desk, "r1")
    sent(desk)
    assert came.retold.situation == "jasim-1"
    assert [(each.situation, each.closed) for each in came.elsewhere] == [("nawa-1", True)]
    assert _corrected(desk) == [("jasim-1", "jasim-desk", False), ("nawa-1", "nawa-desk", False)]
    with store.read() as tx:
        assert {line.grade for line in log_search.page(tx, Filters(), 10).lines} == {"refuted"}
        assert taken_back(tx, ["r1", "r2", "r3"]) == {"r1", "r2", "r3"}
    assert desk.tell(2, "siege", at="nawa", by="delta")  # the next report from there still rings
    back = undone(desk, "r1")
    assert [(each.situation, each.beside) for each in back.elsewhere] == [("nawa-1", "nawa-2")]
    assert _corrected(desk)[2:] == [("jasim-1", "jasim-desk", True), ("nawa-1", "nawa-desk", True)]


def test_a_duplicate_of_what_was_found_wrong_before_is_found_wrong_with_it(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(1, "siege", at="nawa", by="beta")
    sent(desk)
    judged(desk, "r1", "wrong_place", place="nawa")
    came = judged(desk, "r2", "duplicate", duplicate_of="r1")
    assert (came.owed, came.retold.situation, came.retold.closed, came.elsewhere) == (1, "nawa-1", True, ())
    assert (undone(desk, "r2").withdrawn, desk.situation("nawa-1").closed_at) == (1, None)


def test_who_had_the_first_and_its_duplicate_in_one_situation_is_told_once(store: Store) -> None:
    people = {name: Recipient(channels=("log",)) for name in ("early", "careful")}
    desk = Desk(store, recipients=people, rules=(Rule(to="early"), Rule(to="careful", least_grade="corroborated")))
    desk.tell(0, "siege")
    desk.tell(1, "siege", by="beta")
    sent(desk)
    judged(desk, "r2", "duplicate", duplicate_of="r1")
    assert judged(desk, "r1").owed == 2
    assert _corrected(desk) == [("jasim-1", "early", False), ("jasim-1", "careful", False)]
    sent(desk)
    assert undone(desk, "r2").owed == 2  # an independent source after all: what it told stands, whoever was told
    assert judged(desk, "r2", "duplicate", duplicate_of="r1").withdrawn == 2


def test_an_alarm_that_was_found_wrong_by_mistake_goes_on_to_the_next_channel(small: Store) -> None:
    desk = Desk(small, recipients={"desk": Recipient(channels=("log", "phone"), escalate_after=600)})
    desk.tell(0, "siege")
    with small.read() as tx:
        assert not escalations.waiting(tx, desk.now)
        assert escalations.waiting(tx, desk.now + HOUR)
    judged(desk, "r1")
    with small.read() as tx:
        assert not escalations.waiting(tx, desk.now + HOUR)
    undone(desk, "r1")
    desk.now += HOUR
    with small.read() as tx:
        assert escalations.waiting(tx, desk.now)
    assert escalate(desk.parts) == 1
    with small.read() as tx:
        assert {each.channel for each in outbox.listing(tx)} >= {"phone"}


def test_a_reason_belongs_to_its_verdict(store: Store) -> None:
    with store.write() as tx:
        add_report(tx, "r1")
    with pytest.raises(StoreError, match="past is no reason for confirm"):
        submit(store, Review("r1", "confirm", "", "Rana", NOON, reason="past"), NOON)
    with pytest.raises(StoreError, match="duplicate of itself"):
        submit(store, Review("r1", "duplicate", "", "Rana", NOON, duplicate_of="r1"), NOON)
    given = Review(
        "r1", "wrong_type", "n", "Rana", NOON, reason="easing", types=("siege", "failed_talks"), place="nawa"
    )
    submit(store, given, NOON)
    with store.read() as tx:
        assert reviews.of_report(tx, "r1") == [given]
        row = reports.get(tx, "r1")
        assert row is not None
        assert row.reviews == (given,)


def test_the_log_shows_the_type_and_the_place_that_a_reviewer_named(desk: Desk) -> None:
    def line(*places: str) -> tuple[tuple[str, ...], tuple[str, ...], str, str] | None:
        with desk.store.read() as tx:
            found = log_search.page(tx, Filters(places=places), 10).lines
        return next(((each.types, each.places, each.verdict, each.grade) for each in found), None)

    desk.tell(0, "siege", "agreement")
    assert line("jasim") == (("siege", "agreement"), ("jasim",), "", "unconfirmed")
    judged(desk, "r1", "wrong_type", types=("failed_talks",))
    assert line("jasim") == (("failed_talks", "agreement"), ("jasim",), "wrong_type", "unconfirmed")
    judged(desk, "r1", "wrong_place", place="nawa")
    assert line("jasim") is None
    assert line("nawa") == (("siege", "agreement"), ("nawa",), "wrong_place", "unconfirmed")
    with desk.store.write() as tx:
        log_rows.build(tx, anew=True)
    assert line("nawa") is not None
    undone(desk, "r1")
    undone(desk, "r1")
    assert line("jasim") == (("siege", "agreement"), ("jasim",), "", "unconfirmed")
    judged(desk, "r1", "not_current")
    assert line("jasim") == (("siege", "agreement"), ("jasim",), "not_current", "refuted")


def test_the_command_line_says_what_came_of_a_review_and_shows_its_history(
    small: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(small)
    settings = desk.parts.settings.model_copy(update={"gazetteer": packaged("config/gazetteer.yaml")})
    desk.tell(0, "siege")
    given = Given("wrong_place", "not there", "other_town", (), "نوى")
    said = add_review(small, settings, "r1", given, "Rana")
    assert "r1 reviewed: wrong-place." in said
    assert "Corrections owed to those who had the alert: 1." in said
    assert "jasim-1 is closed" in said
    said = add_review(small, settings, "r1", Given("undo"), "Sami")
    assert "the last review taken back" in said
    assert "withdrawn before they were sent: 1." in said
    assert "jasim-1 is open again." in said
    with pytest.raises(StoreError, match="It may be one of: same_name"):
        add_review(small, settings, "r1", Given("wrong_place", reason="past"), "Rana")
    print_report(small, settings, "r1", as_json=False)
    printed = capsys.readouterr().out
    assert "by Rana: wrong-place (other town), right: nawa - not there [taken back]" in printed
    assert "by Sami: took back: wrong-place" in printed
    print_report(small, settings, "r1", as_json=True)
    facts = json.loads(capsys.readouterr().out)
    assert [(each["verdict"], each["place"], each["revokes"]) for each in facts["reviews"]] == [
        ("wrong_place", "nawa", None),
        ("wrong_place", None, 1),
    ]
    print_log(small, settings, LogQuery(), None, "table")
    assert "reviewed" not in capsys.readouterr().out  # what was taken back is nobody's verdict
    print_log(small, settings, LogQuery(), None, "json")
    assert json.loads(capsys.readouterr().out)["reviews"] == []
