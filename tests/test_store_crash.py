"""kill -9 at the worst moments: what was committed is there, what was not is not, and what is owed stays owed."""

import time

from monitor.store import Store, outbox, reports
from monitor.store.reports import LogQuery
from tests.examples import NOON
from tests.store_support import LEASE, alert, child, owe


def test_a_worker_that_dies_while_sending_does_not_lose_the_alert(store: Store, store_url: str) -> None:
    with store.write() as tx:
        number = owe(tx, alert())
    with child("claim", store_url) as worker:
        worker.kill()
        worker.wait(timeout=30)
    with store.write() as tx:
        assert outbox.waiting(tx) == 1
        assert outbox.claim(tx, NOON, LEASE) is None
        taken = outbox.claim(tx, NOON + LEASE, LEASE)
        assert taken is not None
        assert (taken.number, taken.attempt) == (number, 2)
        assert outbox.settle_sent(tx, number, 2, NOON, "")


def test_a_worker_that_dies_in_the_middle_of_writing_leaves_nothing_half(store: Store, store_url: str) -> None:
    with child("half", store_url) as worker:
        worker.kill()
        worker.wait(timeout=30)
        with store.write() as tx:
            assert reports.get(tx, "half") is None
            assert outbox.waiting(tx) == 0
            owe(tx, alert())


def test_all_that_was_committed_before_a_kill_is_there_whole(store: Store, store_url: str) -> None:
    with child("write", store_url) as worker:
        assert worker.stdout is not None
        said = [worker.stdout.readline() for _ in range(20)]
        worker.kill()
        said += worker.stdout.read().splitlines(keepends=True)
        worker.wait(timeout=30)
    committed = 1 + sum(line.endswith("\n") for line in said)  # the first one said "done"
    with store.read() as tx:
        kept = {row.report.key for row in reports.iterate(tx, LogQuery())}
        assert kept == {f"w{number}" for number in range(len(kept))}
        assert committed <= len(kept) <= committed + 1
        assert outbox.waiting(tx) == len(kept)
        assert all(len(outbox.of_report(tx, key)) == 1 for key in kept)


def test_a_killed_writer_holds_nobody_up(store: Store, store_url: str) -> None:
    with child("half", store_url) as worker:
        worker.kill()
        worker.wait(timeout=30)
        began = time.monotonic()
        with store.write() as tx:
            owe(tx, alert("half-1:new:siege:1", "half"))
        assert time.monotonic() - began < 10
