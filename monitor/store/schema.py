"""Brings a database to the newest tables by the migrations in this package. Nothing else creates or alters a table."""

import logging
import threading
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from monitor.errors import StoreError
from monitor.store import learning_tables, log_rows, people_tables, review_tables  # noqa: F401  for metadata
from monitor.store.columns import metadata

VERSION_TABLE = "monitor_schema"  # not alembic's own name: another program may share the PostgreSQL database

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x6D6F6E69746F72  # "monitor", as a number for PostgreSQL's advisory locks
logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells at every start what is nobody's concern
_one_at_a_time = threading.Lock()  # alembic keeps its context in module globals


@cache
def _script() -> ScriptDirectory:
    """Read once: it loads every migration, and each start asks twice."""
    return ScriptDirectory(str(_FOLDER))


def is_current(tx: sa.Connection, name: str) -> bool:
    """Whether nothing needs doing. Raises StoreError if the database is ahead of this program, or somebody else's."""
    found = _heads(tx)
    script = _script()
    if found - {revision.revision for revision in script.walk_revisions()}:
        raise StoreError(
            f"The database {name} was written by a newer version of the monitor (tables {', '.join(sorted(found))}). "
            "Update the monitor, or name another database; this version leaves it untouched."
        )
    taken = [] if found else sorted(metadata.tables.keys() & set(sa.inspect(tx).get_table_names()))
    if taken and not _heads(tx):  # asked again: between the two looks another worker may have made them
        raise StoreError(
            f"The database {name} already holds tables of another program ({', '.join(taken)}). Name an empty database."
        )
    return found == set(script.get_heads())


def _heads(tx: sa.Connection) -> set[str]:
    return set(MigrationContext.configure(tx, opts={"version_table": VERSION_TABLE}).get_current_heads())


def upgrade(tx: sa.Connection, name: str) -> None:
    """Runs what is missing inside the given write transaction: all of it, or nothing."""
    with _one_at_a_time:
        if tx.dialect.name == "postgresql":
            tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if is_current(tx, name):
            return
        # A percent sign is special to the parser of ini files, whose class this is.
        config = Config()
        config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
        log_rows.build(tx)  # by the newest tables: a migration of its time would not know them
        _refuse_broken_links(tx)


def _refuse_broken_links(tx: sa.Connection) -> None:
    # Foreign keys are off in SQLite while migrating, so they are looked at once, before anything is committed.
    if tx.dialect.name == "sqlite" and (broken := tx.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
        raise StoreError(
            f"The migration would leave {len(broken)} rows without what they belong to. Nothing was changed."
        )
