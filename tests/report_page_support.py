"""A page of a report and who reviews it, for the tests of both."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.records import Review
from monitor.store import Store, reviews
from tests.canary_support import blank, opened
from tests.examples import NOON
from tests.ledger_support import Desk
from tests.web_support import Browser, Front, front_of

__all__ = ["blank"]


@pytest.fixture
def front(blank: Path, tmp_path: Path) -> Iterator[Front]:
    """r1 and its copy r2 alarm at Jasim; r3 is uncertain."""
    store = opened(blank, tmp_path)
    made = front_of(store)
    desk = Desk(store)
    desk.tell(0, "siege", text="Army units closed all roads into Jasim. " + "bread " * 40)
    desk.tell(1, "siege", by="beta", text="Army units closed all roads into Jasim. " + "bread " * 40)
    desk.tell(2, state="uncertain", places=())
    made.clock.now = NOON + timedelta(hours=3)
    yield made
    store.close()


@pytest.fixture
def reviewer(front: Front) -> Browser:
    return front.browser("reviewer")


def fields(page: str, key: str = "r1") -> dict[str, str]:
    """The hidden fields of the form of a review."""
    form = page.partition(f'action="/reports/{key}/reviews"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def said(store: Store, key: str = "r1") -> list[Review]:
    with store.read() as tx:
        return reviews.of_report(tx, key)
