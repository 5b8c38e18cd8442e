"""Opening a database: URLs, passwords, one writer, and sentences for what the world does to it."""

import os
import signal
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.store import Store, feeds, outbox
from tests.examples import NOON
from tests.store_support import add_report, alert, child, owe

SECRET = "s3cret"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "monitor.db"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://desk:x@{SECRET}/y@localhost/monitor",
        f"postgresql://desk:{SECRET}@localhost:port/monitor",
        f"desk:{SECRET}@localhost",
        f"mysql://desk:{SECRET}@localhost/monitor",
        f"oracle://desk:{SECRET}@localhost/monitor",
        "",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_with_the_right_form_and_without_the_password(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        Store(url)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    assert "postgresql://" in str(refused.value) or "%40" in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_that_is_not_there_is_named_without_the_password(scheme: str) -> None:
    store = Store(f"{scheme}://desk:{SECRET}@127.0.0.1:9/news")
    with pytest.raises(StoreError, match=r"news on 127\.0\.0\.1:9 .* Check that PostgreSQL runs there") as refused:
        store.migrate()
    assert SECRET not in repr(refused.getrepr(chain=True))
    assert SECRET not in repr(vars(store))


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a b' / '100%' / 'داتا' / 'monitor.db'}")
    store.migrate()
    store.close()
    assert (tmp_path / "a b" / "100%" / "داتا" / "monitor.db").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"Could not create the folder .*file/data: Not a directory"):
        Store(f"sqlite:///{tmp_path / 'file' / 'data' / 'monitor.db'}")


def test_a_file_that_is_something_else_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("a letter, and not a short one " * 100)
    with pytest.raises(
        StoreError, match=r"monitor\.db could not be used: file is not a database\. The file is something"
    ):
        Store(f"sqlite:///{path}").migrate()
    assert path.read_text().startswith("a letter")


def test_a_database_that_was_not_set_up_says_how(store_url: str) -> None:
    store = Store(store_url)
    with pytest.raises(StoreError, match="start the monitor once with `monitor run`"), store.read() as tx:
        feeds.states(tx)
    store.close()


def test_sqlite_keeps_its_promises_on_every_connection(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}
    for opened in (store.write, store.read):
        with opened() as tx:
            assert {name: tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted
    store.close()


def test_only_what_need_not_last_is_written_without_waiting_for_the_disk(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    found = []
    for lasts in (True, False, True):
        with store.write(lasts=lasts) as tx:
            found.append(tx.exec_driver_sql("PRAGMA synchronous").scalar())
    assert found == [2, 1, 2]
    store.close()


def test_all_who_open_a_new_file_at_the_same_moment_get_it(path: Path) -> None:
    url = f"sqlite:///{path}"
    with ExitStack() as stack:
        started = [stack.enter_context(child("open_new", url)) for _ in range(4)]
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.stdout.readline() for process in started if process.stdout] == ["all\n"] * 4


def test_what_raises_inside_a_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tx:  # noqa: PT012
        feeds.sync(tx, ["horan"], NOON)
        raise ZeroDivisionError
    with store.read() as tx:
        assert feeds.states(tx) == []


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises((StoreError, sa.exc.DBAPIError)), store.read() as tx:
        feeds.sync(tx, ["horan"], NOON)
    with store.write() as tx:
        assert feeds.states(tx) == []


def test_readers_read_while_a_writer_writes_and_see_only_what_was_committed(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)
        with store.read() as other:
            assert feeds.states(other) == []
    with store.read() as tx:
        assert len(feeds.states(tx)) == 1


def test_a_reader_of_a_file_sees_one_moment_throughout(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    store.migrate()
    with store.read() as reader:
        assert outbox.waiting(reader) == 0
        with store.write() as tx:
            add_report(tx, "r1")
            owe(tx, alert())
        assert outbox.waiting(reader) == 0
    store.close()


def test_many_threads_write_without_being_refused(store: Store) -> None:
    def work(number: int) -> None:
        for turn in range(5):
            with store.write() as tx:
                add_report(tx, f"r{number}-{turn}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with store.read() as tx:
        assert tx.scalar(sa.text("SELECT count(*) FROM report")) == 100


def test_a_second_writer_is_refused_with_the_process_to_stop(path: Path) -> None:
    url = f"sqlite:///{path}"
    with child("hold", url) as holder:
        refused = pytest.raises(StoreError, match=rf"Process {holder.pid} does; stop it first \(kill {holder.pid}\)")
        with refused, Store(url).only_writer():
            pass
    with Store(url).only_writer():
        refused = pytest.raises(StoreError, match=f"Process {os.getpid()}")
        with refused, Store(url).only_writer():
            pass


def test_the_lock_is_free_again_after_use_and_after_a_kill(path: Path) -> None:
    url = f"sqlite:///{path}"
    for _ in range(2):
        with Store(url).only_writer():
            pass
    with child("hold", url) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait(timeout=30)
        with Store(url).only_writer():
            pass


def test_a_forked_child_that_outlives_its_parent_does_not_keep_the_lock(path: Path) -> None:
    url = f"sqlite:///{path}"
    with child("hold_with_fork", url) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait(timeout=30)
        with Store(url).only_writer():
            pass


def test_others_may_review_beside_the_running_service(path: Path) -> None:
    url = f"sqlite:///{path}"
    store = Store(url)
    store.migrate()
    with child("hold", url), store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)
    store.close()


def test_a_server_that_was_restarted_is_found_again(store: Store, store_url: str) -> None:
    if store_url.startswith("sqlite"):
        return
    with store.read() as tx:
        kept_open = tx.scalar(sa.text("SELECT pg_backend_pid()"))
    other = Store(store_url)
    with other.read() as tx:
        assert tx.scalar(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": kept_open})
    other.close()
    with store.write() as tx:
        feeds.sync(tx, ["horan"], NOON)


def test_postgresql_takes_many_writers(store: Store, store_url: str) -> None:
    if store_url.startswith("sqlite"):
        return
    with store.only_writer(), store.only_writer():
        pass
