"""What waits for a reviewer and in which order; the random sample, and what its answers come to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor import verdicts
from monitor.pipeline.audit import audit
from monitor.pipeline.queueing import after, queue
from monitor.pipeline.review import submit
from monitor.pipeline.sampling import draw_samples
from monitor.records import Review, Verdict
from monitor.store import Store, audits, dossier, outbox, reports
from tests.examples import NOON, assessment, report
from tests.ledger_support import Desk

DAY = timedelta(days=1)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def kinds(desk: Desk) -> dict[str, tuple[str, ...]]:
    with desk.store.read() as tx:
        return {part.kind: part.keys for part in queue(tx, desk.now) if part.keys}


def says(desk: Desk, key: str, verdict: Verdict, who: str = "Rana", **changes: str) -> None:
    desk.now += timedelta(minutes=1)
    submit(desk.store, replace(Review(key, verdict, "", who, desk.now), **changes), desk.now)  # type: ignore[arg-type]


def silent(store: Store, number: int, probability: float = 0.001, days: float = 0) -> str:
    """A report in which nothing was found."""
    key = f"s{number}"
    made = report(key, hours=24 * days, entry_key=key)
    with store.write() as tx:
        reports.add(tx, made, replace(assessment(key=key), probability=probability))
    return key


def test_what_costs_most_to_leave_comes_first(desk: Desk) -> None:
    desk.tell(0, "siege", at="jasim")
    desk.tell(1, "failed_talks", at="nawa")
    desk.tell(2, state="uncertain", places=())
    assert desk.situation("jasim-1").level == "critical"
    assert kinds(desk) == {"critical": ("r1",), "flagged": ("r2",), "uncertain": ("r3",)}
    with desk.store.read() as tx:
        parts = queue(tx, desk.now)
    assert [after(parts, key) for key in ("r1", "r2", "r3", "other")] == ["r2", "r3", "", "r1"]
    says(desk, "r1", "confirm")
    assert kinds(desk) == {"flagged": ("r2",), "uncertain": ("r3",)}


def test_who_is_unsure_or_differs_leaves_it_to_another(desk: Desk) -> None:
    desk.tell(0, "siege")
    says(desk, "r1", "unsure")
    assert kinds(desk) == {"disputed": ("r1",)}
    says(desk, "r1", "confirm", "Sami")
    assert kinds(desk) == {}
    says(desk, "r1", "false_alarm", "Amal")
    assert kinds(desk) == {"disputed": ("r1",)}


def test_a_copy_is_asked_about_only_where_its_original_was_found_wrong(desk: Desk) -> None:
    text = " ".join(f"word{number}" for number in range(60))
    desk.tell(0, "siege", text=text)
    desk.tell(1, "siege", by="beta", text=text)
    assert kinds(desk) == {"critical": ("r1",)}
    says(desk, "r1", "false_alarm")
    assert kinds(desk) == {"disputed": ("r2",)}
    says(desk, "r2", "false_alarm")
    assert kinds(desk) == {}


def test_a_day_is_drawn_once_and_the_reader_is_not_told_what_the_model_thought(store: Store) -> None:
    keys = [silent(store, number, 0.5 if number < 8 else 0.001) for number in range(40)]
    assert draw_samples(store, NOON + DAY) == 7
    assert draw_samples(store, NOON + DAY + timedelta(hours=3)) == 0
    with store.read() as tx:
        drawn = audits.items(tx, "2026-03-01")
        assert {(each.stratum, each.weight) for each in drawn} == {("near", 2.0), ("rest", 32 / 5)}
        assert len(drawn) == 9
        assert audits.populations(tx, "2026-03-01") == {"near": 8, "rest": 32}
        asked = audits.unasked(tx, "2026-03-01", 100)
        assert set(asked) == {each.report_key for each in drawn} <= set(keys)
        assert [part.keys for part in queue(tx, NOON + DAY) if part.keys] == [tuple(asked)]
        blind = {key: found.is_blind for key in keys if (found := dossier.read(tx, key))}
    assert {key for key, hidden in blind.items() if hidden} == set(asked)
    submit(store, Review(asked[0], "false_alarm", "", "Rana", NOON), NOON)
    with store.read() as tx:
        assert audits.unasked(tx, "2026-03-01", 100) == asked[1:]
        answered = dossier.read(tx, asked[0])
        assert answered is not None
        assert not answered.is_blind


def test_what_moved_a_situation_and_what_the_canary_wrote_is_not_drawn(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(1, "agreement", by="beta")
    made = report("canary", entry_key="c", canary=True)
    with desk.store.write() as tx:
        reports.add(tx, made, assessment(key="canary"))
    with desk.store.read() as tx:
        assert audits.silent(tx, NOON - DAY, NOON + DAY) == []


def test_the_audit_counts_what_was_sent_what_was_missed_and_what_nobody_answered(desk: Desk) -> None:
    for number in range(3):
        desk.tell(number, "siege", at=("jasim", "nawa", "tafas")[number])
    while True:
        with desk.store.write() as tx:
            taken = outbox.claim(tx, NOON + DAY, timedelta(seconds=60))
            if taken is None:
                break
            outbox.settle_sent(tx, taken.number, taken.attempt, NOON, "taken")
    for number in range(10):
        silent(desk.store, number, 0.5)
    with desk.store.read() as tx:
        before = audit(tx, NOON + DAY)
    assert (before.since, before.recall.estimate) == (None, None)
    draw_samples(desk.store, NOON + DAY)
    with desk.store.read() as tx:
        asked = audits.unasked(tx, "2026-03-01", 100)
    assert len(asked) == 4
    says(desk, "r1", "confirm")
    says(desk, "r2", "wrong_type")
    says(desk, "r3", "false_alarm")
    says(desk, asked[0], "confirm")
    says(desk, asked[1], "false_alarm")
    says(desk, asked[2], "unsure")
    with desk.store.read() as tx:
        found = audit(tx, NOON + DAY)
    assert (found.sent.hits, found.sent.n, found.sent.of) == (1, 3, 3)
    assert (found.recall.flagged.hits, found.recall.flagged.n) == (2, 3)
    assert (found.recall.answers, found.recall.missed, found.waiting) == (2, 1, 2)
    assert found.recall.estimate == pytest.approx(2 / (2 + 10 * 1 / 2))
    assert found.recall.low < 2 / 7 < found.recall.high
    assert not found.recall.is_enough


def test_two_reviewers_who_differ_need_a_third_one() -> None:
    def said(*given: tuple[str, Verdict]) -> list[Review]:
        return [Review("r", verdict, "", who, NOON, number=at) for at, (who, verdict) in enumerate(given, 1)]

    assert not verdicts.is_disputed([])
    assert verdicts.is_disputed(said(("a", "confirm"), ("b", "false_alarm")))
    assert not verdicts.is_disputed(said(("a", "confirm"), ("b", "false_alarm"), ("c", "not_current")))
    assert not verdicts.is_disputed(said(("a", "confirm"), ("a", "false_alarm")))
    assert verdicts.is_disputed(said(("a", "confirm"), ("b", "unsure")))
    given = said(("a", "confirm"), ("b", "false_alarm"))
    assert not verdicts.is_disputed([*given, Review("r", "false_alarm", "", "b", NOON, revokes=2, number=3)])
