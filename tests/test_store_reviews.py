"""Reviews stand as they were given; small facts do not."""

import pytest
import sqlalchemy as sa

from monitor.records import Review
from monitor.store import Store, meta, reviews
from tests.examples import NOON
from tests.store_support import HOUR, ROUGH, add_report


def test_reviews_come_back_in_the_order_they_were_given(store: Store) -> None:
    given = [Review("r1", "false_alarm", ROUGH, "أمل", NOON + HOUR), Review("r1", "confirm", "", "sami", NOON)]
    with store.write() as tx:
        add_report(tx, "r1")
        add_report(tx, "r2")
        assert [reviews.add(tx, each) for each in given] == [1, 2]
        assert reviews.of_report(tx, "r1") == given
        assert reviews.of_report(tx, "r2") == []


@pytest.mark.parametrize("change", ["UPDATE review SET verdict = 'confirm'", "DELETE FROM review"])
def test_reviews_cannot_be_changed_or_removed(store: Store, change: str) -> None:
    given = Review("r1", "false_alarm", "", "sami", NOON)
    with store.write() as tx:
        add_report(tx, "r1")
        reviews.add(tx, given)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.write() as tx:
        tx.execute(sa.text(change))
    with store.read() as tx:
        assert reviews.of_report(tx, "r1") == [given]


def test_a_review_needs_a_report(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.write() as tx:
        reviews.add(tx, Review("nothing", "confirm", "", "sami", NOON))


def test_a_small_fact_is_the_last_one_put(store: Store) -> None:
    with store.write() as tx:
        assert meta.get(tx, "first start") is None
        meta.put(tx, "first start", "2026")
        meta.put(tx, "first start", "٢٠٢٦")
    with store.read() as tx:
        assert meta.get(tx, "first start") == "٢٠٢٦"
