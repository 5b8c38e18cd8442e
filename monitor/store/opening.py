"""From a URL to an engine that keeps our promises, and from a driver's error to a sentence without a password."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL

from monitor.errors import StoreError

WAIT = 15  # seconds for another process's lock
WAIT_FOR_TURN = 120  # for the other threads of this one, which may be many before a slow disk
WAIT_FOR_MIGRATION = 300

_READS = "refuses to write"
_LASTS = "commits wait for the disk"
_FORMS = "sqlite:////folder/monitor.db or postgresql://user:password@host/database"

# What a driver's words mean for the person who reads them. The first that fits is taken.
_ADVICE = (
    ("unable to open database file", "Check that the folder exists and that this user may write to it."),
    ("database is locked", "Another process is writing for too long: look which one (`fuser FILE`), then try again."),
    ("is full", "Free some space on the disk; nothing that was committed is lost."),
    ("readonly database", "This user may not write to the file or its folder: change their owner or permissions."),
    ("not a database", "The file is something else: name another file, or restore a backup over it."),
    ("malformed", "The file is damaged: stop the monitor, keep a copy of the file, and restore a backup."),
    ("no such module: fts5", "This Python's SQLite cannot search text: use another build of Python, or PostgreSQL."),
    ("no such table", "It has not been set up: start the monitor once with `monitor run`, which does it."),
    ("relation", "It has not been set up: start the monitor once with `monitor run`, which does it."),
    ("password", "Check user and password; signs such as @ : / # in a password are written %40 %3A %2F %23."),
    ("does not exist", "Check the name, or create the database and the user on that server first."),
    ("too many clients", "Raise max_connections of the server, or run fewer workers."),
    ("lock timeout", "Another worker holds the same rows for too long; the work stays due and is tried again."),
    ("deadlock", "Another worker changed the same rows; the work stays due and is tried again."),
    ("connection", "Check that PostgreSQL runs there and that host and port are right."),
    ("resolve", "Check the name of the host."),
    ("Name or service", "Check the name of the host."),
)

_OF_THE_WORLD = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
_STATES_OF_THE_WORLD = ("42P01", "42501")  # undefined table, insufficient privilege


def parsed(url: str) -> URL:
    """The URL, checked. Nothing of it is repeated in an error: what cannot be parsed may hold a password anywhere."""
    try:
        parts = sa.make_url(url)
    except (exc.ArgumentError, ValueError):
        raise StoreError(
            f"The database URL cannot be read. It is written {_FORMS}; signs such as @ : / # in a password are written "
            "%40 %3A %2F %23."
        ) from None
    kind = parts.get_backend_name()
    if kind == "sqlite":
        return _sqlite_url(parts)
    if kind not in ("postgresql", "postgres"):
        raise StoreError(f"The monitor keeps its data in SQLite or PostgreSQL, not in {kind}. Write {_FORMS}.")
    if "@" in (parts.database or ""):
        raise StoreError("The database URL has more than one @: write one that belongs to the password as %40.")
    return parts.set(drivername="postgresql+psycopg")


def _sqlite_url(parts: URL) -> URL:
    if not parts.database or parts.database == ":memory:":
        raise StoreError(f"A database in memory would forget what was sent. Name a file: {_FORMS}.")
    return parts.set(drivername="sqlite+pysqlite", database=str(Path(parts.database).expanduser().absolute()))


def shown(url: URL) -> str:
    """The database as messages name it."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    return f"{url.database or 'the default database'} on {url.host or 'the local PostgreSQL'}{port}"


def libpq(url: URL) -> str:
    """As PostgreSQL's own library takes it, with the password. Raises StoreError for SQLite."""
    if url.get_backend_name() == "sqlite":
        raise StoreError(
            "Many machines need PostgreSQL: write its address under `database` in monitor.yaml. "
            f"On {shown(url)} one process does all the work: `monitor run`."
        )
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def copy_file(url: URL, to: Path) -> None:
    """VACUUM INTO, which no transaction may be around."""
    try:
        with closing(sqlite3.connect(str(url.database), timeout=WAIT, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(to),))
    except sqlite3.Error as error:
        raise StoreError(f"The database {shown(url)} could not be copied to {to}: {error}.") from error


def engine(url: URL, *, migrating: bool = False) -> sa.Engine:
    wait = WAIT_FOR_MIGRATION if migrating else WAIT
    options: dict[str, Any] = {"hide_parameters": True, "json_serializer": _json}
    if migrating:
        options["poolclass"] = sa.NullPool
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, wait, options, foreign_keys=not migrating)
    return _postgresql(url, wait, options)


# Arabic escaped letter by letter takes three times the room; json.dumps would make an encoder for each value.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _sqlite(url: URL, wait: int, options: dict[str, Any], *, foreign_keys: bool) -> sa.Engine:
    if sqlite3.sqlite_version_info < (3, 35):
        raise StoreError(f"This Python comes with SQLite {sqlite3.sqlite_version}; 3.35 or newer is needed.")
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"Could not create the folder {folder}: {error.strerror}. "
            "Name another under `data_dir` or `database` in monitor.yaml."
        ) from error
    made = sa.create_engine(url, **options)

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver would open transactions by itself, and late; ours are opened in `begin`.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {wait * 1000}")
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        # Off while migrating only: changing a table in SQLite is copying and dropping it, which must not cascade.
        connection.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")

    sa.event.listen(made, "connect", prepare)
    sa.event.listen(made, "begin", _begin)
    return made


def _use_wal(connection: sqlite3.Connection) -> None:
    # While a new file changes to it, others are refused at once, whatever busy_timeout says.
    for _ in range(100):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.05)
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")


def _begin(connection: sa.Connection) -> None:
    # A reader that turned into a writer half way would be refused without waiting, so the mode is chosen at the start.
    options, known = connection.get_execution_options(), connection.info
    reads, lasts = options.get("reads", False), options.get("lasts", True)
    if known.get(_READS) != reads:
        # By the driver itself, at every second transaction: worded by SQLAlchemy it takes ten times as long.
        connection.connection.cursor().execute(f"PRAGMA query_only = {int(reads)}")
        known[_READS] = reads
    if not reads and known.get(_LASTS) != lasts:
        connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if lasts else 'NORMAL'}")
        known[_LASTS] = lasts
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _postgresql(url: URL, wait: int, options: dict[str, Any]) -> sa.Engine:
    asked = url.query.get("options", "")
    # A worker that hangs inside a transaction gives its locks back by the second setting.
    settings = f"{asked} -c lock_timeout={wait}s -c idle_in_transaction_session_timeout=600s".strip()
    arguments = {"options": settings, "connect_timeout": 10, "application_name": "escalation-monitor"}
    arguments = {name: value for name, value in arguments.items() if name == "options" or name not in url.query}
    try:
        # The level is named because a server may default to another, under which losing a race raises.
        return sa.create_engine(
            url, connect_args=arguments, pool_pre_ping=True, isolation_level="READ COMMITTED", **options
        )
    except ModuleNotFoundError as error:
        advice = "Install it with: pip install 'escalation-monitor[postgres]'"
        raise StoreError(f"The driver for PostgreSQL is not installed. {advice}") from error


def explained(error: exc.SQLAlchemyError, url: URL) -> StoreError | None:
    """The sentence for an error that the world caused; None for one that is a mistake in the program."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, StoreError):
        return cause  # raised by a column, wrapped on the way
    state = getattr(cause, "sqlstate", "")
    # SQLite says that a file is no database, or damaged, by the root class itself.
    if (
        not isinstance(error, _OF_THE_WORLD)
        and type(error) is not exc.DatabaseError
        and state not in _STATES_OF_THE_WORLD
    ):
        return None
    words = str(cause or error).strip().splitlines()[0].rstrip(".")
    if url.password:
        words = words.replace(url.password, "***")
    advice = next((advice for sign, advice in _ADVICE if sign in words), "")
    return StoreError(f"The database {shown(url)} could not be used: {words}. {advice}".rstrip())


def without_password(error: Exception, url: URL) -> Exception | None:
    """The error, to be shown as a cause; None if a driver put the password into it."""
    return None if url.password and url.password in str(error) else error
