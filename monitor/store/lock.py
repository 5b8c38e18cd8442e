"""The lock that keeps a second monitor off the same SQLite file. The system drops it however its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import StoreError

_held: set[int] = set()


def _let_go() -> None:
    # A forked child shares its parent's lock and would keep it after the parent was killed.
    for handle in _held:
        os.close(handle)
    _held.clear()


os.register_at_fork(after_in_child=_let_go)


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Hold the lock beside the database, or raise StoreError naming who does."""
    path = Path(f"{database}.lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"Could not open {path}: {error.strerror}. Check who may write to that folder.") from error
    _held.add(handle)
    try:
        _take(handle, database)
        # The file stays: to remove it would let two processes lock two files of one name.
        yield
    finally:
        _held.discard(handle)
        os.close(handle)


def _take(handle: int, database: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
        stop = f"Process {holder} does; stop it first (kill {holder})" if holder else "Stop it first"
        raise StoreError(
            f"Another monitor already works on {database}. {stop}, or give this one a `database` of its own. "
            "`monitor log`, `show` and `review` work beside it."
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
