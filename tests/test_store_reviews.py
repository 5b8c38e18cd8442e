"""Reviews stand as they were given; small facts do not."""

import pytest
import sqlalchemy as sa

from monitor import verdicts
from monitor.records import Review, Telling
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


def test_who_sets_the_type_of_a_report_right_does_not_take_its_easing_away() -> None:
    said = Review("r1", "wrong_type", "", "sami", NOON, types=("failed_talks",))
    told = [
        Telling("r1", "Alpha", "Alpha", "", "speaks for itself", ("siege", "agreement"), NOON),
        Telling("r2", "Beta", "Alpha", "r1", "the same headline", ("siege", "agreement"), NOON),
        Telling("r3", "Gamma", "Gamma", "", "speaks for itself", ("siege",), NOON),
    ]
    left = verdicts.as_reviewed(told, {"r1": said, "r3": Review("r3", "false_alarm", "", "sami", NOON)}, {})
    assert [(each.report_key, each.types) for each in left] == [
        ("r1", ("failed_talks", "agreement")),
        ("r2", ("failed_talks", "agreement")),
    ]
