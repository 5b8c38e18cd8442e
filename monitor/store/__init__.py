"""The only SQL of the project: what was read, decided, owed and reviewed. It decides nothing and asks no clock.

Each module keeps one kind of row; its functions take the transaction first. A write transaction is short: nothing is
fetched, read or sent inside one.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from monitor.errors import StoreError
from monitor.store import calls, lock, opening, schema
from monitor.store.columns import Transaction

__all__ = ["Store", "Transaction"]


class Store:
    """One database, for all threads of this process."""

    def __init__(self, url: str) -> None:
        self._url = opening.parsed(url)
        self._engine = opening.engine(self._url)
        self._readers = self._engine.execution_options(reads=True, **self._only_reads())
        self._hasty = self._engine.execution_options(lasts=False)
        # SQLite has one writer; inside one process a lock is fairer, and faster, than its polling.
        self._writing = threading.Lock() if self._is_file else None
        self.wake: calls.Wake | None = None  # called before the end of a transaction that owes messages, within it

    @property
    def _is_file(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @property
    def has_one_writer(self) -> bool:
        """Whether whoever holds `only_writer` is the only one."""
        return self._is_file

    def _only_reads(self) -> dict[str, bool]:
        return {} if self._is_file else {"postgresql_readonly": True}

    def migrate(self) -> None:
        """Bring the tables up to date. Safe when two start at once; refuses a database newer than this program."""
        name = opening.shown(self._url)
        with self.read() as tx:
            if schema.is_current(tx, name):
                return
        migrator = opening.engine(self._url, migrating=True)
        try:
            with self._in_words(), self._turn(), migrator.begin() as tx:
                schema.upgrade(tx, name)
        finally:
            migrator.dispose()

    @contextmanager
    def write(self, *, lasts: bool = True) -> Iterator[Transaction]:
        """A transaction that may write: committed at the end, rolled back on any exception.

        Unless it `lasts`, a power cut within seconds may undo it, and nothing else: for what is then found out anew. On
        SQLite it waits for no disk.
        """
        with self._in_words(), self._turn(), (self._engine if lasts else self._hasty).begin() as tx:
            calls.begin(tx)
            yield tx
            if self.wake and (owed := calls.noted(tx)):
                self.wake(tx, owed)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that cannot write. On SQLite it sees one moment throughout."""
        with self._in_words(), self._readers.begin() as tx:
            yield tx

    def only_writer(self) -> AbstractContextManager[None]:
        """Held by the running service. PostgreSQL takes many: rows are claimed there."""
        return lock.alone(Path(str(self._url.database))) if self._is_file else nullcontext()

    def copy_file(self, to: Path) -> None:
        """The whole database of a file in another one, as of one moment, while others go on reading and writing."""
        opening.copy_file(self._url, to)

    @property
    def libpq(self) -> str:
        """The database as PostgreSQL's own library takes it, password included. Raises StoreError for SQLite."""
        return opening.libpq(self._url)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._writing is None:
            yield
        elif self._writing.acquire(timeout=opening.WAIT_FOR_TURN):
            try:
                yield
            finally:
                self._writing.release()
        else:
            raise StoreError(
                f"Other work has kept the database {opening.shown(self._url)} busy for {opening.WAIT_FOR_TURN} s. "
                "The work stays due and is tried again; if this is said often, the disk is too slow: move the file."
            )

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            if said := opening.explained(error, self._url):
                raise said from opening.without_password(error, self._url)
            raise
