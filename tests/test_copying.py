"""A database moved from one kind to the other and back: every table equal by hash, also after a break half way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import Store, copying, feeds, log_search, outbox, situations
from monitor.store.log_search import Filters
from tests.copying_support import live_in
from tests.databases import Postgres
from tests.examples import NOON
from tests.ledger_support import Desk


@pytest.fixture
def elsewhere(postgres: Postgres) -> Iterator[Store]:
    name = postgres.create()
    store = Store(postgres.url(name))
    yield store
    store.close()
    postgres.drop(name)


def opened(path: Path) -> Store:
    return Store(f"sqlite:///{path}")


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Store]:
    """A file that a desk has worked with."""
    store = opened(tmp_path / "monitor.db")
    live_in(store)
    yield store
    store.close()


def test_there_and_back_every_table_is_equal_by_hash(lived: Store, elsewhere: Store, tmp_path: Path) -> None:
    before = copying.sums(lived)
    assert {each.table for each in before if each.rows} >= {
        "report",
        "situation",
        "alert",
        "delivery",
        "review",
        "feed",
        "access_token",
    }
    assert copying.copy(lived, elsewhere) == before
    back = opened(tmp_path / "back.db")
    assert copying.copy(elsewhere, back) == before
    with lived.read() as old, back.read() as new:
        assert log_search.page(new, Filters(), 50) == log_search.page(old, Filters(), 50)
    back.close()


def test_what_was_copied_goes_on_where_it_was(lived: Store, elsewhere: Store) -> None:
    copying.copy(lived, elsewhere)
    desk = Desk(elsewhere)
    desk._told = 10
    desk.tell(30, "siege", at="nawa")
    with elsewhere.read() as tx:
        numbers = [each.number for each in outbox.listing(tx, limit=100)]
        assert len(set(numbers)) == len(numbers)
        assert len(situations.listing(tx, 10)) == 3


def test_a_copy_that_broke_off_goes_on_and_nothing_comes_twice(
    lived: Store, elsewhere: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PORTION", 1)
    breaks = 0
    for after in range(1, 12):
        portions = 0

        def count(table: str, rows: int, last: int = after) -> None:
            nonlocal portions
            portions += 1
            if portions == last:
                raise KeyboardInterrupt

        try:
            copying.copy(lived, elsewhere, count)
            break
        except KeyboardInterrupt:
            breaks += 1
    assert breaks >= 3
    assert copying.sums(elsewhere) == copying.sums(lived)


def test_a_database_that_holds_anything_is_not_copied_into(lived: Store, tmp_path: Path) -> None:
    other = opened(tmp_path / "other.db")
    other.migrate()
    with other.write() as tx:
        feeds.sync(tx, ["gamma"], NOON)
    with pytest.raises(StoreError, match="already holds the data"):
        copying.copy(lived, other)
    other.close()


def test_a_copy_begun_from_one_source_is_not_finished_from_another(lived: Store, tmp_path: Path) -> None:
    target, other = opened(tmp_path / "target.db"), opened(tmp_path / "other.db")
    other.migrate()
    with other.write() as tx:
        feeds.sync(tx, ["gamma"], NOON)

    def stop(table: str, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copying.copy(lived, target, stop)
    with pytest.raises(StoreError, match="begun and not finished"):
        copying.copy(other, target)
    for store in (target, other):
        store.close()


def test_a_source_that_was_written_to_meanwhile_is_told(lived: Store, tmp_path: Path) -> None:
    target = opened(tmp_path / "target.db")

    def write(table: str, rows: int) -> None:
        if table in {"delivery_attempt", "telling"}:
            with lived.write() as tx:
                feeds.sync(tx, ["alpha", "beta", "zeta"], NOON)

    with pytest.raises(StoreError, match="differs from its source in feed"):
        copying.copy(lived, target, write)
    target.close()
