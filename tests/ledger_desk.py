"""A desk with an empty ledger: what the tests of its stories share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.records import Alert
from tests.databases import opened
from tests.ledger_support import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = opened(tmp_path / "ledger.db")
    yield Desk(store)
    store.close()


def kinds(alerts: list[Alert]) -> list[str]:
    return [alert.kind for alert in alerts]


def decided(desk: Desk) -> str:
    last = desk.last()
    return last.kind if last else ""
