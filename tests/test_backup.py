"""Backups: written while the monitor runs, brought back into an empty database, refused where they would do harm."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from monitor.cli import moving
from monitor.errors import StoreError
from monitor.settings import Settings, load
from monitor.store import Store, copying
from tests.copying_support import live_in
from tests.databases import Postgres


def configured(folder: Path, database: str = "") -> Settings:
    folder.mkdir()
    (folder / "monitor.yaml").write_text(f'database: "{database}"\ndata_dir: {folder / "data"}\n', encoding="utf-8")
    (folder / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    shutil.copy(Path(__file__).parent.parent / "config" / "alerts.yaml", folder)
    return load(folder)


def lived_in(settings: Settings) -> list[copying.Sum]:
    store = Store(settings.database)
    live_in(store)
    found = copying.sums(store)
    store.close()
    return found


def sums_of(settings: Settings) -> list[copying.Sum]:
    store = Store(settings.database)
    found = copying.sums(store)
    store.close()
    return found


@pytest.fixture
def server(postgres: Postgres) -> Iterator[str]:
    """A whole database, since a dump is of one. Yields its URL with {} for the name."""
    address = postgres.url("public").partition("&options")[0]
    with psycopg.connect(address, autocommit=True) as connection:
        for name in ("lived", "empty"):
            connection.execute(f"CREATE DATABASE {name}".encode())
    yield address.replace("/postgres?", "/{}?")
    with psycopg.connect(address, autocommit=True) as connection:
        for name in ("lived", "empty"):
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_backup_made_while_others_write_brings_everything_back(tmp_path: Path) -> None:
    old, new = configured(tmp_path / "old"), configured(tmp_path / "new")
    before = lived_in(old)
    backup = tmp_path / "backup.db"
    store = Store(old.database)
    with store.only_writer(), store.read():
        assert "A copy of the database file stands in" in moving.back_up(old, backup)
    store.close()
    assert oct(backup.stat().st_mode)[-3:] == "600"
    assert "rows of" in moving.bring_back(new, backup)
    assert sums_of(new) == before


def test_the_backup_itself_is_left_as_it_was(tmp_path: Path) -> None:
    old, new = configured(tmp_path / "old"), configured(tmp_path / "new")
    lived_in(old)
    backup = tmp_path / "backup.db"
    moving.back_up(old, backup)
    before = backup.read_bytes()
    moving.bring_back(new, backup)
    assert backup.read_bytes() == before


def test_nothing_is_written_over(tmp_path: Path) -> None:
    old = configured(tmp_path / "old")
    before = lived_in(old)
    backup = tmp_path / "backup.db"
    moving.back_up(old, backup)
    with pytest.raises(StoreError, match="never written over"):
        moving.back_up(old, backup)
    with pytest.raises(StoreError, match="already holds the data"):
        moving.bring_back(old, backup)
    assert sums_of(old) == before


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + b"x" * 5000])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    new = configured(tmp_path / "new")
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(StoreError):
        moving.bring_back(new, file)


def test_a_backup_of_another_programs_file_is_refused(tmp_path: Path) -> None:
    new = configured(tmp_path / "new")
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE report (number INTEGER)")
    with pytest.raises(StoreError, match="another program"):
        moving.bring_back(new, file)


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database yet"):
        moving.back_up(configured(tmp_path / "new"), tmp_path / "backup.db")


@pytest.mark.parametrize("by", ["pg_dump", "own"])
def test_postgresql_comes_back_from_its_own_dump_and_from_ours(
    tmp_path: Path, server: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    old = configured(tmp_path / "old", server.format("lived"))
    new = configured(tmp_path / "new", server.format("empty"))
    before = lived_in(old)
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", f"{postgres.programs}:{path}" if by == "pg_dump" else "/nowhere")
    backup = tmp_path / "backup"
    said = moving.back_up(old, backup)
    assert ("A dump of PostgreSQL" in said) == (by == "pg_dump")
    moving.bring_back(new, backup)
    assert sums_of(new) == before


def test_moving_by_the_verb_says_what_was_copied(tmp_path: Path, server: str) -> None:
    old = configured(tmp_path / "old")
    lived_in(old)
    target = server.format("empty")
    assert "Every table is the same on both sides" in moving.move(old.database, target)
    with pytest.raises(StoreError, match="already holds"):
        moving.move(old.database, target)
