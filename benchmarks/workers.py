"""Workers on PostgreSQL: how much faster many are, and what is lost when they are killed and the database restarts.

    python benchmarks/workers.py                    # both
    python benchmarks/workers.py --only throughput
    python benchmarks/workers.py --only kills --seconds 180

Writes tables into benchmarks/results/. Exit code 1 when anything was lost, or a feed was asked twice or never.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from os import getloadavg
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.desk import PERIOD, Desk, desk, of_children
from benchmarks.machine import machine

ROOT = Path(__file__).resolve().parent.parent
LONG = 900.0  # the same where only first readings are measured: nothing is polled again meanwhile
READ_WITHIN = 900.0  # seconds; a run that takes longer is broken


@dataclass(frozen=True, slots=True)
class Speed:
    """From the first poll of any feed to the last feed's first reading."""

    workers: int
    seconds: float
    reports: int
    twice: int  # feeds that were asked twice
    never: int
    working: float  # processor seconds of all workers, from their start to their end
    storing: float  # those of PostgreSQL

    @property
    def reports_a_second(self) -> float:
        return self.reports / self.seconds


def throughput(workers: int, feeds: int) -> Speed:
    with desk(feeds, 2, 0.002, LONG) as at:
        before = of_children(), at.database.processor_seconds()
        for _ in range(workers):
            at.start()
        ends = time.monotonic() + READ_WITHIN
        while at.counts()[0] < feeds and time.monotonic() < ends:
            time.sleep(0.5)
        until = time.time()
        polls = at.told_by_farm("polls")
        began = min(times[0] for times in polls if times)
        at.stop()
        reports, used = at.counts()[1], (of_children() - before[0], at.database.processor_seconds() - before[1])
        return Speed(workers, until - began, reports, _twice(polls, LONG), sum(not times for times in polls), *used)


def _twice(polls: Sequence[Sequence[float]], period: float) -> int:
    return sum(any(later - earlier < 0.8 * period for earlier, later in pairwise(times)) for times in polls)


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
        twice=_twice(polls, PERIOD),
        never=sum(not times for times in polls),
        longest=max((later - earlier for times in polls for earlier, later in pairwise(times)), default=0.0),
        slowest=max((waited for *_, waited in sent), default=0.0),
        seconds=seconds,
    )


def speed_table(speeds: Sequence[Speed], feeds: int) -> str:
    first = speeds[0]
    rows = "".join(
        f"| {each.workers} | {each.seconds:.0f} | {each.reports_a_second:.0f} | {first.seconds / each.seconds:.2f} "
        f"| {1000 * each.working / each.reports:.0f} | {1000 * each.storing / each.reports:.0f} "
        f"| {each.twice} | {each.never} |\n"
        for each in speeds
    )
    return (
        f"# Workers on PostgreSQL: {feeds} feeds with pages, read for the first time\n\n{_head()}\n\n"
        "Feeds, pages, database, receiver and workers share the cores of this one machine. Processor time is that of "
        "the workers, from their start to their end, and of PostgreSQL.\n\n"
        "| workers | seconds | reports a second | times as fast | ms of processor a report: workers | PostgreSQL "
        "| feeds asked twice | never asked |\n"
        f"|---|---|---|---|---|---|---|---|\n{rows}"
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
    return f"{machine()}, {datetime.now(UTC):%Y-%m-%d}; load at the end, this run's own included: {getloadavg()[1]:.1f}"


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
