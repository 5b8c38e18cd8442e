"""From nothing to the newest tables, once, by the migrations alone."""

import sqlite3
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from monitor.errors import StoreError
from monitor.store import Store, feeds, schema
from monitor.store.columns import metadata
from monitor.store.schema import VERSION_TABLE
from tests.examples import NOON
from tests.store_support import child

FULL_TEXT = "log_text"  # made by statements of its own, compared below as the database itself describes it
VERSION = sa.table(VERSION_TABLE, sa.column("version_num"))


def shape(tx: sa.Connection) -> set[str]:
    """Every table, column and index as the database itself describes them, conditions of partial indexes too."""
    if tx.dialect.name == "sqlite":
        rows = tx.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        columns = tx.exec_driver_sql(
            "SELECT m.name, p.name, p.type, p.'notnull', p.pk FROM sqlite_master m, pragma_table_info(m.name) p"
        )
    else:
        rows = tx.exec_driver_sql(
            "SELECT replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = current_schema()"
        )
        columns = tx.exec_driver_sql(
            "SELECT table_name, column_name, data_type, is_nullable, collation_name, column_default IS NULL"
            " FROM information_schema.columns WHERE table_schema = current_schema()"
        )
    found = [str(tuple(row)) for row in [*rows, *columns]]
    return {line for line in found if VERSION_TABLE not in line}


def is_described(name: str | None, kind: str, parents: object) -> bool:
    return kind != "table" or not (name or "").startswith(FULL_TEXT)


def created_in_memory() -> set[str]:
    with sa.create_engine("sqlite://").begin() as fresh:
        metadata.create_all(fresh)
        return shape(fresh)


def test_the_migrations_lead_to_the_tables_as_the_program_knows_them(store: Store) -> None:
    with store.read() as tx, warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        options = {"version_table": VERSION_TABLE, "compare_type": True, "include_name": is_described}
        context = MigrationContext.configure(tx, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_database_itself_sees_no_difference_either(store: Store) -> None:
    with store.write() as tx:
        migrated = shape(tx)
        if tx.dialect.name == "sqlite":
            created = created_in_memory()
        else:
            tx.exec_driver_sql("CREATE SCHEMA beside")
            tx.exec_driver_sql("SET LOCAL search_path = beside")
            metadata.create_all(tx)
            created = shape(tx)
            tx.exec_driver_sql("DROP SCHEMA beside CASCADE")
    assert len(migrated) > 80
    assert migrated == created


def test_migrating_again_changes_nothing(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)
    store.migrate()
    with store.read() as tx:
        assert len(feeds.states(tx)) == 1


def test_processes_that_start_at_once_migrate_once(store_url: str) -> None:
    with ExitStack() as stack:
        started = [stack.enter_context(child("migrate", store_url)) for _ in range(4)]
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.stdout.readline() for process in started if process.stdout] == ["0\n"] * 4


def test_threads_that_start_at_once_migrate_once(store_url: str) -> None:
    def start(_: int) -> None:
        store = Store(store_url)
        store.migrate()
        store.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))


def test_a_database_newer_than_the_program_is_refused_and_left_alone(store: Store) -> None:
    with store.write() as tx:
        tx.execute(VERSION.update().values(version_num="9999"))
    with pytest.raises(
        StoreError, match=r"written by a newer version of the monitor \(tables 9999\)\. Update the monitor"
    ):
        store.migrate()
    with store.read() as tx:
        assert tx.scalar(sa.select(VERSION.c.version_num)) == "9999"


def test_a_database_of_another_program_is_refused_and_left_alone(store_url: str) -> None:
    store = Store(store_url)
    with store.write() as tx:
        tx.execute(sa.text("CREATE TABLE report (id INTEGER)"))
    with pytest.raises(StoreError, match=r"tables of another program \(report\)"):
        store.migrate()
    with store.read() as tx:
        assert sa.inspect(tx).get_table_names() == ["report"]
    store.close()


def test_tables_that_another_worker_is_just_making_are_not_taken_for_somebody_elses(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = Store(store_url), Store(store_url)
    look = MigrationContext.get_current_heads

    def look_just_before_the_other_is_done(context: MigrationContext) -> tuple[str, ...]:
        heads = look(context)
        monkeypatch.setattr(MigrationContext, "get_current_heads", look)
        other.migrate()
        return heads

    monkeypatch.setattr(MigrationContext, "get_current_heads", look_just_before_the_other_is_done)
    store.migrate()
    with store.read() as tx:
        assert schema.is_current(tx, "here")
    store.close()
    other.close()


def test_a_migration_that_breaks_off_leaves_nothing(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(_: sa.Connection) -> None:
        raise StoreError("power cut")

    store = Store(store_url)
    with monkeypatch.context() as patched:
        patched.setattr("monitor.store.schema._refuse_broken_links", break_off)
        with pytest.raises(StoreError, match="power cut"):
            store.migrate()
    with store.read() as tx:
        assert sa.inspect(tx).get_table_names() == []
    store.migrate()
    store.close()


def test_a_migration_that_would_tear_rows_apart_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    with sqlite3.connect(path) as connection:
        connection.executescript("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a (id));")
        connection.execute("INSERT INTO b VALUES (7)")
    with pytest.raises(StoreError, match="would leave 1 rows without what they belong to"):
        Store(f"sqlite:///{path}").migrate()
