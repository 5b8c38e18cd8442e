"""One worker that polls without a rest: is its memory flat, and what does a poll cost that finds nothing new.

    python benchmarks/memory.py --polls 10000

A real `monitor worker` on PostgreSQL; the feeds answer 304. What was read is made due again by SQL, so that polls
follow each other. Writes benchmarks/results/memory.md; exit code 1 when memory grows by more than MOST_GROWTH.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psycopg

from benchmarks.desk import ROOT, Desk, desk, processor_seconds_of
from benchmarks.machine import machine
from benchmarks.spending import family

MOST_GROWTH = 100.0  # kB per 1,000 polls: a worker of a poll a second would take 18 months for another 4 GB
WARM = 2_000  # polls before which caches fill
AGAIN = (
    "UPDATE feed SET due_at = now() WHERE NOT paused AND last_read_at >= last_try_at AND due_at > now() "
    "AND last_read_at < now() - interval '1 second'"
)


@dataclass(frozen=True, slots=True)
class Sample:
    """`resident`: kB of the worker and of the processes that parse for it. Seconds are of processors."""

    polls: int
    resident: int
    worker: float
    database: float
    commits: int
    seconds: float  # of the clock


def watch(feeds: int, polls: int, every: int) -> list[Sample]:
    """Memory each `every` polls, from the moment that all feeds were read once."""
    with desk(feeds, 1, 0.0, 900.0) as at:
        at.start()
        while at.counts()[0] < feeds and at.workers[0].poll() is None:
            time.sleep(0.2)
        samples, begun = [_sample(at, 0)], _polls(at)
        while samples[-1].polls < polls:
            with psycopg.connect(at.database.url, autocommit=True) as connection:
                connection.execute(AGAIN)
            time.sleep(0.5)
            if (done := _polls(at) - begun) >= samples[-1].polls + every:
                samples.append(_sample(at, done))
        at.stop()
        return samples


def _polls(at: Desk) -> int:
    return sum(len(times) for times in at.told_by_farm("polls"))


def _sample(at: Desk, polls: int) -> Sample:
    worker = at.workers[0].pid
    resident = sum(_resident(pid) for pid in family(worker))
    seconds = (processor_seconds_of(worker), at.database.processor_seconds())
    commits = at.database.ask("SELECT sum(xact_commit)::bigint FROM pg_stat_database")[0][0]
    return Sample(polls, resident, *seconds, int(commits), time.monotonic())


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def growth(samples: Sequence[Sample]) -> float:
    """kB per 1,000 polls, by least squares over what came after the warm-up."""
    warm = [each for each in samples if each.polls >= WARM]
    return 1000 * statistics.linear_regression([e.polls for e in warm], [e.resident for e in warm]).slope


def table(samples: Sequence[Sample], feeds: int) -> str:
    first, last = samples[0], samples[-1]
    number = last.polls - first.polls
    rows = "".join(f"| {each.polls} | {each.resident / 1024:.1f} |\n" for each in samples)
    worker, database = (1000 * (last.worker - first.worker) / number, 1000 * (last.database - first.database) / number)
    commits, apart = (last.commits - first.commits) / number, 1000 * (last.seconds - first.seconds) / number
    return (
        f"# Memory of one worker: {number} polls that find nothing new\n\n{machine()}, {datetime.now(UTC):%Y-%m-%d}; "
        f"load of the machine when this ended {os.getloadavg()[1]:.1f}: others were at work on it. {feeds} feeds that "
        "answer 304, made due again without a rest; the worker and the processes that parse for it.\n\n"
        f"Growth after the first {WARM} polls: **{growth(samples):.1f} kB per 1,000 polls** (at most "
        f"{MOST_GROWTH:.0f}). A poll takes {worker:.1f} ms of a processor in the worker and {database:.1f} ms in "
        f"PostgreSQL, and {commits:.1f} transactions; from one to the next {apart:.0f} ms.\n\n"
        f"| polls | MB |\n|---|---|\n{rows}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polls", type=int, default=10_000)
    parser.add_argument("--feeds", type=int, default=400)
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    samples = watch(options.feeds, options.polls, 500)
    shown = table(samples, options.feeds)
    (options.results / "memory.md").write_text(shown, encoding="utf-8")
    sys.stdout.write(shown + "\n")
    return int(growth(samples) > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
