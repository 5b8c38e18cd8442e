"""A verdict on a report: noted for good, and where it changes what people were told, told to all who received it.

What is undone stays on record: undoing is one more review, which revokes the last one that stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from monitor import rules, verdicts
from monitor.errors import StoreError
from monitor.pipeline.taking_back import Retold, hold_home, tell_anew
from monitor.records import Alert, Grade, Review
from monitor.settings.levels import DEFAULT_LEVELS, LevelRow
from monitor.store import Store, Transaction, corrections, escalations, receivers, reviews

_Told = Literal["stands", "amended", "refuted"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of a review. With `newer`, which somebody else gave in the meantime, nothing was written."""

    number: int = 0
    owed: int = 0  # messages to those who had the alert
    withdrawn: int = 0  # messages of an earlier verdict that had not gone out, and will not
    retold: Retold = field(default_factory=Retold)
    newer: Review | None = None


def record(store: Store, review: Review, now: datetime, levels: Sequence[LevelRow] = DEFAULT_LEVELS) -> int:
    """Number of corrections that this makes owed, whatever others said in the meantime."""
    return submit(store, review, now, levels).owed


def submit(
    store: Store, review: Review, now: datetime, levels: Sequence[LevelRow] = DEFAULT_LEVELS, seen: int | None = None
) -> Reviewed:
    """Note the review and do what follows; a running monitor sends what that makes owed, on the alert's channels.

    `seen`: number of the report's last review that the reviewer has seen, 0 for none; None: they do not mind.
    """
    _check(review)
    with store.write() as tx:
        before = _locked(tx, review.report_key)
        newest = before[-1] if before else None
        if seen is not None and newest is not None and newest.number != seen:
            same = replace(newest, at=review.at) == review
            return Reviewed(newest.number) if same else Reviewed(newer=newest)
        return _noted(tx, review, before, levels, now)


def undo(
    store: Store,
    report_key: str,
    reviewer: str,
    now: datetime,
    levels: Sequence[LevelRow] = DEFAULT_LEVELS,
    seen: int | None = None,
) -> Reviewed:
    """Take back the last review of the report that stands, whoever gave it. StoreError when there is none."""
    with store.write() as tx:
        before = _locked(tx, report_key)
        if seen is not None and before and before[-1].number != seen:
            return Reviewed(newer=before[-1])
        left = verdicts.standing(before)
        if not left:
            raise StoreError(f"No review of report {report_key} stands: there is nothing to undo.")
        revoking = Review(report_key, left[-1].verdict, "", reviewer, now, revokes=left[-1].number)
        return _noted(tx, revoking, before, levels, now)


def _check(review: Review) -> None:
    if review.reason and review.reason not in verdicts.REASONS[review.verdict]:
        known = ", ".join(verdicts.REASONS[review.verdict])
        raise StoreError(f"{review.reason} is no reason for {review.verdict}. It may be one of: {known}.")
    if review.duplicate_of == review.report_key:
        raise StoreError(f"Report {review.report_key} cannot be a duplicate of itself: name the other one.")


def _locked(tx: Transaction, report_key: str) -> list[Review]:
    reviews.lock(tx, report_key)
    hold_home(tx, report_key)
    return reviews.of_report(tx, report_key)


def _noted(
    tx: Transaction, review: Review, before: Sequence[Review], levels: Sequence[LevelRow], now: datetime
) -> Reviewed:
    kept = replace(review, number=reviews.add(tx, review))
    was, counts = verdicts.counting(before), verdicts.counting([*before, kept])
    if _effect(was) == _effect(counts):
        return Reviewed(kept.number)
    retold = tell_anew(tx, kept, levels, now)
    if verdicts.is_wrong(counts):
        escalations.stop(tx, review.report_key)
    else:
        escalations.resume(tx, review.report_key, now)
    withdrawn = corrections.withdraw(tx, review.report_key, now)
    return Reviewed(kept.number, _correct(tx, kept, counts, now), withdrawn, retold)


def _effect(counts: Review | None) -> tuple[object, ...]:
    """What of the review by which a report is taken bears on situations and on what people are told."""
    if counts is None or counts.verdict == "confirm":
        return ()
    return counts.verdict, counts.types, counts.place, counts.duplicate_of


def _correct(tx: Transaction, review: Review, counts: Review | None, now: datetime) -> int:
    """Everybody who had the alert and was not told last how it stands now is told it; how many messages that is."""
    told = receivers.told_of(tx, review.report_key)
    if not told:
        return 0
    to = {(each.recipient, each.channel): each for _, some in told for each in some}
    how, known = _stands(counts), corrections.last_told(tx, review.report_key)
    to = {who: each for who, each in to.items() if _told_by(known.get(who)) != how}
    if not to:
        return 0
    return corrections.owe(tx, _correction([alert for alert, _ in told], review, counts, now), to.values(), now)


def _stands(counts: Review | None) -> _Told:
    if counts is None or not verdicts.is_wrong(counts):
        return "stands"
    return "refuted" if counts.verdict in verdicts.REFUTING else "amended"


def _told_by(last: Alert | None) -> _Told:
    """What somebody takes the alert for whose last message about it was this correction."""
    if last is None or last.stands:
        return "stands"
    return "refuted" if last.grade == "refuted" else "amended"


def _correction(told: Sequence[Alert], review: Review, counts: Review | None, now: datetime) -> Alert:
    verdict = counts.verdict if counts else "unsure"
    made = rules.correction(told, verdict, review.number, now)
    if verdicts.is_wrong(counts):
        return made
    grade: Grade = "confirmed" if verdict == "confirm" else made.grade
    return replace(made, stands=True, grade=grade)
