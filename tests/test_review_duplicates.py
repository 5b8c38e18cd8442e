"""Reviews of duplicates, reasons, and what log and command line show of a review."""

import json

import pytest

from monitor.cli.lookback import print_log
from monitor.cli.one_report import print_report
from monitor.cli.reviewing import Given, add_review
from monitor.errors import StoreError
from monitor.packaged import packaged
from monitor.pipeline import escalate
from monitor.pipeline.review import submit
from monitor.pipeline.taking_back import taken_back
from monitor.records import Review
from monitor.settings import Recipient, Rule
from monitor.store import Store, escalations, log_rows, log_search, outbox, reports, reviews
from monitor.store.log_search import Filters
from monitor.store.reports import LogQuery
from tests.examples import NOON
from tests.ledger_support import Desk
from tests.people_support import small
from tests.review_support import desk, judged, sent, undone
from tests.store_support import HOUR, add_report

__all__ = ["desk", "small"]  # fixtures


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


def test_a_correction_that_was_sent_before_a_report_was_called_a_duplicate_does_not_correct_what_that_told(
    desk: Desk,
) -> None:
    desk.tell(0, "siege")
    desk.tell(1, "siege", by="beta")
    sent(desk)
    assert judged(desk, "r1").owed == 1
    sent(desk)
    came = judged(desk, "r2", "duplicate", duplicate_of="r1")
    assert (came.owed, came.retold.closed) == (1, True)  # the second source that people were told of was none


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
