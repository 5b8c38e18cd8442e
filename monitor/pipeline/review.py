"""A verdict on a report: noted for good, and where it changes what people were told, told to all who received it.

What is undone stays on record: undoing is one more review, which revokes the last one that stands.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from monitor import rules, verdicts
from monitor.errors import StoreError
from monitor.pipeline.taking_back import Retold, hold_homes, homes, taken_back, tell_anew
from monitor.records import Alert, Grade, Review
from monitor.settings.levels import DEFAULT_LEVELS, LevelRow
from monitor.store import Store, Transaction, corrections, escalations, judgements, receivers, reviews
from monitor.store.corrections import LastTold
from monitor.store.receivers import Receiver

_Told = Literal["stands", "amended", "refuted"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of a review. With `newer`, which somebody else gave in the meantime, nothing was written."""

    number: int = 0
    owed: int = 0  # messages to those who had the alert
    withdrawn: int = 0  # messages of an earlier verdict that had not gone out, and will not
    retold: Retold = field(default_factory=Retold)
    elsewhere: tuple[Retold, ...] = ()  # the other situations in which duplicates of the report stand
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
        reviews.lock(tx)
        before = reviews.of_report(tx, review.report_key)
        newest = before[-1] if before else None
        if seen is not None and newest is not None and newest.number != seen:
            same = replace(newest, at=review.at) == review
            return Reviewed(newest.number) if same else Reviewed(newer=newest)
        return _noted(tx, review, levels, now)


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
        reviews.lock(tx)
        before = reviews.of_report(tx, report_key)
        if seen is not None and before and before[-1].number != seen:
            return Reviewed(newer=before[-1])
        left = verdicts.standing(before)
        if not left:
            raise StoreError(f"No review of report {report_key} stands: there is nothing to undo.")
        revoking = Review(report_key, left[-1].verdict, "", reviewer, now, revokes=left[-1].number)
        return _noted(tx, revoking, levels, now)


def _check(review: Review) -> None:
    if review.reason and review.reason not in verdicts.REASONS[review.verdict]:
        known = ", ".join(verdicts.REASONS[review.verdict])
        raise StoreError(f"{review.reason} is no reason for {review.verdict}. It may be one of: {known}.")
    if review.duplicate_of == review.report_key:
        raise StoreError(f"Report {review.report_key} cannot be a duplicate of itself: name the other one.")


def _noted(tx: Transaction, review: Review, levels: Sequence[LevelRow], now: datetime) -> Reviewed:
    """Written, with all that follows for the report and for those that people called its duplicates."""
    keys = (review.report_key, *judgements.repeating(tx, review.report_key))
    hold_homes(tx, keys)
    was, family = _effects(tx, keys), _family(tx, review.report_key)
    kept = replace(review, number=reviews.add(tx, review))
    how = _effects(tx, keys)
    changed = [key for key in keys if was[key] != how[key]]
    retold = {home.key: tell_anew(tx, home, kept, levels, now) for home in homes(tx, changed)}
    mine = [retold.pop(home.key, Retold()) for home in homes(tx, keys[:1])]
    withdrawn = _settle(tx, changed, now)
    owed = _correct(tx, kept, changed, family, now)
    return Reviewed(kept.number, owed, withdrawn, mine[0] if mine else Retold(), tuple(retold.values()))


def _family(tx: Transaction, report_key: str) -> set[str]:
    """The report, what it repeats, and all that is taken as these are."""
    return {key for top in judgements.counting(tx, [report_key]) for key in (top, *judgements.repeating(tx, top))}


def _effects(tx: Transaction, keys: Sequence[str]) -> dict[str, tuple[object, ...]]:
    """What of the review by which a report is taken bears on situations and on what people are told."""
    own = judgements.counting(tx, keys)
    return {key: (verdicts.repeated(own[key]), *_bearing(verdicts.taken(key, own))) for key in keys}


def _bearing(counts: Review | None) -> tuple[object, ...]:
    return (counts.verdict, counts.types, counts.place) if verdicts.is_wrong(counts) and counts else ()


def _settle(tx: Transaction, keys: Sequence[str], now: datetime) -> int:
    """What waits to be told of these reports goes on, or goes no further; how many corrections are withdrawn."""
    wrong = taken_back(tx, keys)
    for key in keys:
        if key in wrong:
            escalations.stop(tx, key)
        else:
            escalations.resume(tx, key, now)
    return sum(corrections.withdraw(tx, key, now) for key in keys)


def _correct(tx: Transaction, review: Review, keys: Sequence[str], family: Collection[str], now: datetime) -> int:
    """Everybody who had the alerts of these reports and was not told last how they stand now is told it; how many
    messages that is. Who had the alerts of several of one family in one situation is told once.

    `family`: as it was before the review; what was told of a report that was none of it says nothing of these.
    """
    taken, owed = judgements.taken(tx, keys), 0
    for at, key in enumerate(keys):
        told, how = receivers.told_of(tx, key), _stands(taken[key])
        known = corrections.last_told(tx, family)
        to = {
            (each.recipient, each.channel): each
            for alert, some in told
            for each in some
            if _told_by(known.get((alert.situation, each.recipient, each.channel)), each) != how
        }
        if to:
            step = f"{review.number}-{at}" if at else f"{review.number}"
            made = _correction([alert for alert, _ in told], taken[key], step, now)
            owed += corrections.owe(tx, made, to.values(), now)
    return owed


def _stands(counts: Review | None) -> _Told:
    if counts is None or not verdicts.is_wrong(counts):
        return "stands"
    return "refuted" if counts.verdict in verdicts.REFUTING else "amended"


def _told_by(last: LastTold | None, alarmed: Receiver) -> _Told:
    """What somebody takes an alert for to whom this correction was the last one; one that came before it says nothing
    of it.
    """
    if last is None or last.number < alarmed.number or last.correction.stands:
        return "stands"
    return "refuted" if last.correction.grade == "refuted" else "amended"


def _correction(told: Sequence[Alert], counts: Review | None, step: str, now: datetime) -> Alert:
    verdict = counts.verdict if counts else "unsure"
    made = rules.correction(told, verdict, step, now)
    if verdicts.is_wrong(counts):
        return made
    grade: Grade = "confirmed" if verdict == "confirm" else made.grade
    return replace(made, stands=True, grade=grade)
