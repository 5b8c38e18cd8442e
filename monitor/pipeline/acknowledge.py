"""Somebody has seen a message: noted once. It stops what would go on to the next channel, and quiets second sources."""

from datetime import datetime

from monitor.errors import StoreError
from monitor.store import Store, acknowledgements
from monitor.store.acknowledgements import Acknowledgement

_TELLS_OF = {"summary": "a summary", "digest": "a digest", "test": "a test", "notice": "a notice"}


def record(store: Store, number: int, note: str, now: datetime) -> tuple[Acknowledgement, bool]:
    """What is noted of that message, and whether it is new. StoreError when there is nothing to acknowledge."""
    with store.write() as tx:
        told = acknowledgements.situation_of(tx, number)
        if told is None:
            raise StoreError(f"no message has the number {number}: it stands in the message, after No. or رقم")
        situation, kind = told
        if not situation:
            raise StoreError(f"No. {number} is {_TELLS_OF.get(kind, 'no alert')}: only an alert can be acknowledged")
        mine = Acknowledgement(number, situation, note, now)
        is_new = acknowledgements.add(tx, mine)
        return (mine if is_new else acknowledgements.get(tx, number) or mine), is_new
