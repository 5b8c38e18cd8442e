"""A verdict on a report: noted for good, and where it finds an alert wrong, told to everybody who received it."""

from collections.abc import Sequence
from datetime import datetime

from monitor import rules
from monitor.pipeline.taking_back import take_back
from monitor.records import Review
from monitor.settings.levels import DEFAULT_LEVELS, LevelRow
from monitor.store import Store, Transaction, escalations, outbox, receivers, reviews


def record(store: Store, review: Review, now: datetime, levels: Sequence[LevelRow] = DEFAULT_LEVELS) -> int:
    """Number of corrections that this makes owed; a running monitor sends them, on the channels that had the alert.

    What was found wrong counts no more in its situation, and goes on to nobody.
    """
    with store.write() as tx:
        number = reviews.add(tx, review)
        if review.verdict not in rules.CORRECTING:
            return 0
        take_back(tx, review, levels, now)
        escalations.stop(tx, review.report_key)
        return _correct(tx, review, number, now)


def _correct(tx: Transaction, review: Review, number: int, now: datetime) -> int:
    told = receivers.told_of(tx, review.report_key)
    if not told:
        return 0
    correction = rules.correction([alert for alert, _ in told], review.verdict, number, now)
    announced = outbox.announce(tx, correction)
    to = {(each.recipient, each.channel): each for _, some in told for each in some}
    if announced is None:
        return 0
    for each in to.values():
        outbox.owe(
            tx,
            announced,
            each.recipient,
            each.channel,
            languages=each.languages,
            zone=each.zone,
            due_at=max(now, each.not_before or now),
            now=now,
            form=each.form,
            quote=each.quote,
        )
    return len(to)
