"""A verdict on a report: noted for good, and where it finds an alert wrong, told to everybody who received it."""

from datetime import datetime

from monitor import rules
from monitor.records import Review
from monitor.store import Store, Transaction, outbox, receivers, reviews


def record(store: Store, review: Review, now: datetime) -> int:
    """Number of corrections that this makes owed; a running monitor sends them, on the channels that had the alert."""
    with store.write() as tx:
        number = reviews.add(tx, review)
        return _correct(tx, review, number, now) if review.verdict in rules.CORRECTING else 0


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
