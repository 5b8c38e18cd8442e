"""A process to be killed: does one thing to a store, says so, and waits for its end."""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable

from monitor.store import Store, outbox
from tests.examples import NOON
from tests.store_support import LEASE, add_report, alert, owe


def done() -> None:
    sys.stdout.write("done\n")
    sys.stdout.flush()
    sys.stdin.read()


def claim(store: Store) -> None:
    """Takes a delivery and dies before it is settled."""
    with store.write() as tx:
        assert outbox.claim(tx, NOON, LEASE) is not None
    done()


def half(store: Store) -> None:
    """Is killed in the middle of a write transaction."""
    with store.write() as tx:
        add_report(tx, "half")
        owe(tx, alert("half-1:new:siege:1", "half"))
        done()


def write(store: Store) -> None:
    """Commits one report after the other until it is killed; says the number of each that was committed."""
    for number in range(100_000):
        with store.write() as tx:
            add_report(tx, f"w{number}")
            owe(tx, alert(f"w{number}-1:new:siege:1", f"w{number}"))
        sys.stdout.write("done\n" if number == 0 else f"{number}\n")
        sys.stdout.flush()


def hold(store: Store) -> None:
    with store.only_writer():
        done()


def hold_with_fork(store: Store) -> None:
    """Holds the lock, and has a child of its own by fork that outlives it for a while."""
    with store.only_writer():
        multiprocessing.get_context("fork").Process(target=outlive, daemon=False).start()
        done()


def outlive() -> None:
    os.close(0)
    os.close(1)
    time.sleep(10)


def migrate(store: Store) -> None:
    """Waits for a line, so that several can begin at the same moment."""
    sys.stdout.write("done\n")
    sys.stdout.flush()
    sys.stdin.readline()
    store.migrate()
    with store.read() as tx:
        sys.stdout.write(f"{outbox.waiting(tx)}\n")


def open_new(store: Store) -> None:
    """Waits for a line, then opens files that others create at the same moment."""
    sys.stdout.write("done\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for number in range(100):
        beside = Store(f"{sys.argv[2]}.{number}")
        with beside.write():
            pass
        beside.close()
    sys.stdout.write("all\n")


ACTIONS: dict[str, Callable[[Store], None]] = {
    "claim": claim,
    "half": half,
    "write": write,
    "hold": hold,
    "hold_with_fork": hold_with_fork,
    "migrate": migrate,
    "open_new": open_new,
}

if __name__ == "__main__":
    ACTIONS[sys.argv[1]](Store(sys.argv[2]))
