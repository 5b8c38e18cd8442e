"""A database that a desk has worked with, for tests that move it."""

from datetime import timedelta
from typing import Any

from monitor.records import Review
from monitor.records.people import Token
from monitor.store import Store, feeds, people, reviews, tokens
from tests.examples import NOON
from tests.ledger_support import Desk
from tests.store_support import ROUGH

STORY: Any = ((0, "siege", "jasim", "alpha"), (1, "siege", "jasim", "beta"), (2, "reinforcements", "tafas", "gamma"))


def live_in(store: Store) -> None:
    """Three reports, two situations, messages owed, a feed in hand, a verdict."""
    store.migrate()
    desk = Desk(store)
    for hours, label, at, by in STORY:
        desk.tell(hours, label, at=at, by=by, title=ROUGH)
    with store.write() as tx:
        feeds.sync(tx, ["alpha", "beta"], NOON)
        feeds.claim(tx, "alpha", NOON, timedelta(minutes=1))
        reviews.add(tx, Review("r1", "false_alarm", ROUGH, "Rana", NOON))
        people.add(tx, "rana", "reviewer", NOON)
        tokens.touch(
            tx, tokens.add(tx, Token(0, "rana", ROUGH, "reader", NOON, NOON + timedelta(days=9)), "ab12"), NOON
        )
