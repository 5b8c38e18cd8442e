"""Moving, backing up and bringing back: what the verbs do once their imports are paid for."""

import os
import shutil
import subprocess  # nosec B404  # for pg_dump and its like
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from monitor.errors import StoreError
from monitor.health import LIFELESS_AFTER
from monitor.pipeline.condition import kept_pulses
from monitor.settings import Settings
from monitor.store import Store, copying
from monitor.store.copying import Sum

_SQLITE, _POSTGRESQL = b"SQLite format 3\0", b"PGDMP"


def move(source: str, target: str) -> str:
    """What was copied, in one sentence."""
    with closing(Store(source)) as old, closing(Store(target)) as new, old.only_writer(), new.only_writer():
        for store in (old, new):
            _refuse_running(store)
        made = _copied(old, new)
    return f"{_said(made)} Every table is the same on both sides. Now write the new address under `database`."


def back_up(settings: Settings, file: Path) -> str:
    """On SQLite a copy of the file as of one moment; on PostgreSQL pg_dump's, or where there is none a file of ours."""
    if file.exists():
        raise StoreError(f"{file} is there already, and a backup is never written over: name another file")
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(Store(settings.database)) as store:
            how = _copied_file(store, settings, part) if settings.database_file else _dumped(store, part)
        part.chmod(0o600)
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    return f"{how} stands in {file}, {file.stat().st_size / 1e6:.1f} MB. `monitor restore {file}` brings it back."


def _copied_file(store: Store, settings: Settings, part: Path) -> str:
    if settings.database_file and not settings.database_file.exists():
        raise StoreError(f"There is no database yet at {settings.database_file}: `monitor run` makes it.")
    store.copy_file(part)
    return "A copy of the database file"


def _dumped(store: Store, part: Path) -> str:
    """By pg_dump, if there is one that knows this server: it refuses newer ones than itself."""
    if shutil.which("pg_dump"):
        try:
            _run("pg_dump", store.libpq, "--format=custom", f"--file={part}")
        except StoreError as error:
            if "mismatch" not in str(error):
                raise
            part.unlink(missing_ok=True)
        else:
            return "A dump of PostgreSQL"
    with closing(Store(f"sqlite:///{part}")) as copy:
        _copied(store, copy)
    return "A copy in one file, since no pg_dump here fits the server,"


def bring_back(settings: Settings, file: Path) -> str:
    """From a backup of either kind, if it can be had here, into an empty database."""
    with file.open("rb") as opened:
        head = opened.read(16)
    if head.startswith(_POSTGRESQL):
        return _bring_back_dump(settings, file)
    if not head.startswith(_SQLITE):
        raise StoreError(f"{file} is no backup of a monitor: it is neither a database file nor a dump of PostgreSQL")
    with TemporaryDirectory(prefix="restore-") as folder:
        copy = (
            Path(folder) / "backup.db"
        )  # an older one is brought up to date before it is read; the backup stays as it is
        shutil.copyfile(file, copy)
        with closing(Store(f"sqlite:///{copy}")) as old, closing(Store(settings.database)) as new, new.only_writer():
            made = _copied(old, new)
    return f"{_said(made)} Start the monitor: it goes on where the backup was made."


def _bring_back_dump(settings: Settings, file: Path) -> str:
    with closing(Store(settings.database)) as store:
        address = store.libpq
        if shutil.which("pg_restore") is None:
            raise StoreError(f"{file} is a dump of PostgreSQL: install pg_restore (Debian: postgresql-client)")
        store.migrate()
        if not copying.is_empty(store):
            raise StoreError("the database already holds the data of a monitor; name an empty one under `database`")
    _run("pg_restore", address, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(file))
    return f"The dump {file} was brought back. Start the monitor: it goes on where the backup was made."


def _copied(old: Store, new: Store) -> list[Sum]:
    with Console(stderr=True).status("copying") as status:
        return copying.copy(old, new, lambda table, rows: status.update(f"copying {table}: {rows} rows"))


def _said(made: list[Sum]) -> str:
    tables = sum(bool(each.rows) for each in made)
    return f"{sum(each.rows for each in made)} rows of {tables} tables were copied and compared."


def _refuse_running(store: Store) -> None:
    store.migrate()
    with store.read() as tx:
        worked = any(datetime.now(UTC) - each.at < LIFELESS_AFTER for each in kept_pulses(tx))
    if worked and not store.has_one_writer:
        raise StoreError(
            "A monitor has worked on one of the two databases within the last two minutes. Stop every one of them, "
            "wait two minutes, and try again: what it wrote meanwhile would be missing in the copy."
        )


def _run(program: str, address: str, *words: str) -> None:
    """Without a shell, and with the password where no list of processes shows it."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # it is there: a database was opened with it

    known = conninfo_to_dict(address)
    secret = {"PGPASSWORD": str(known.pop("password"))} if known.get("password") else {}
    command = [program, f"--dbname={make_conninfo('', **known)}", *words]
    env = {**os.environ, **secret}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)  # nosec B603  # no shell
    if done.returncode:
        raise StoreError(f"{program} failed: {done.stderr.strip() or 'it said nothing'}")
