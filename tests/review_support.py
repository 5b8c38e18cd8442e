"""A desk whose reports are reviewed: what the tests of reviews share."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.pipeline.review import Reviewed, submit, undo
from monitor.records import Review, Verdict
from monitor.store import Store, outbox
from tests.ledger_support import Desk
from tests.store_support import HOUR


def judged(
    desk: Desk, key: str, verdict: Verdict = "false_alarm", seen: int | None = None, **changes: object
) -> Reviewed:
    desk.now += timedelta(minutes=1)
    made = replace(Review(key, verdict, "", "Rana", desk.now), **changes)  # type: ignore[arg-type]
    return submit(desk.store, made, desk.now, seen=seen)


def undone(desk: Desk, key: str, seen: int | None = None) -> Reviewed:
    desk.now += timedelta(minutes=1)
    return undo(desk.store, key, "Sami", desk.now, seen=seen)


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
