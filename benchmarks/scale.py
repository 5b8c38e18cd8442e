"""Thousands of feeds on virtual time: how late they are asked with so many workers, by the real due, claim and rhythm.

    python benchmarks/scale.py

What is real: the rows, store.feeds.due, claim and advance, polling.after_reading, and how many jobs a worker has at
once. What is modelled: time, the network, and the processor of a worker, by the costs that benchmarks/memory.py and
benchmarks/workers.py measured. Each world is lived through with the workers that are needed, with half and with a
quarter of them. Writes benchmarks/results/scale.md; exit code 1 when feeds are late though the workers are there, or in
time though they are not.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine
from benchmarks.scale_world import COSTS, DAY, TAKEN_AT_MOST, Lag, Plan, cores, needed, places, simulate

ROOT = Path(__file__).resolve().parent.parent
FEEDS = 20_000
SIZES = (1_000, 20_000, 100_000, 1_000_000)
PERIOD = 300.0
REPORTS_A_DAY = 10.0  # of one feed
MINUTES = 10
OF_A_MONTH = 2.7 * DAY  # what the rhythms of the month come to
IN_TIME = 0.25  # of a period, for 99 polls of 100: asked for is one period


def month(feeds: int) -> Plan:
    """Fewer feeds stand for FEEDS: a worker's second is so much longer that as many workers are needed."""
    unit = OF_A_MONTH / PERIOD * FEEDS / feeds
    return Plan("month", feeds, 4 * DAY, 30 * DAY, apart=8 * DAY, unit=unit)


def minutes() -> Plan:
    return Plan(f"{MINUTES} minutes", FEEDS, PERIOD, 60.0 * MINUTES, apart=DAY / REPORTS_A_DAY)


@dataclass(frozen=True, slots=True)
class Run:
    plan: Plan
    workers: int
    share: float  # of the workers that are needed
    lag: Lag
    seconds: float  # of the processor, that the simulation took

    @property
    def is_as_expected(self) -> bool:
        """In time with all workers, late with half of them, and more than a period late with a quarter."""
        late = self.lag.p99_periods
        return (late < IN_TIME) == (self.share == 1) and (late > 1 or self.share > 0.25)


def run(plan: Plan, share: float) -> Run:
    began = time.process_time()
    workers = max(1, round(share * needed(FEEDS / PERIOD, FEEDS * REPORTS_A_DAY / DAY)))
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        lag = simulate(plan, workers, Path(folder))
    return Run(plan, workers, share, lag, time.process_time() - began)


def table(runs: Sequence[Run]) -> str:
    rows = "".join(_row(each) for each in runs)
    return (
        f"# {FEEDS:,} feeds on virtual time\n\n{machine()}, {datetime.now(UTC):%Y-%m-%d}\n\n{_said(runs[0].plan)}\n\n"
        "| world | workers | polls | period | places taken | processor taken | lag median | lag p99 | p99 in periods "
        "| longest in periods | due and not asked at the end |\n|---|---|---|---|---|---|---|---|---|---|---|\n"
        f"{rows}\nThe runs took {', '.join(f'{each.seconds:.0f}' for each in runs)} s of a processor.\n\n"
        f"## The arithmetic\n\nEach feed every {PERIOD:.0f} s, {REPORTS_A_DAY:.0f} reports a day.\n\n"
        "| feeds | polls a second | reports a second | jobs under way | cores busy | workers needed |\n"
        f"|---|---|---|---|---|---|\n{''.join(_arithmetic(each) for each in SIZES)}"
    )


def _said(plan: Plan) -> str:
    return (
        f"`{MINUTES} minutes`: {FEEDS:,} feeds, each every {PERIOD:.0f} s, at the speed of the world. `month`: thirty "
        f"days in which each of {plan.feeds:,} feeds is asked by its own rhythm, every {plan.every / DAY:.0f} days at "
        f"the latest. So that it has not 170 million polls, a second of a worker and of the network is stretched there "
        f"to {plan.unit:,.0f} s, and {plan.feeds:,} feeds stand for {FEEDS:,}: "
        "relative to the time between two polls the workers are as slow as in the world.\n\n"
        f"A worker has {places(1)} polls at once on one core; a poll takes {1000 * COSTS.unchanged:.0f} ms of it and "
        f"{1000 * COSTS.report:.0f} ms more for each report, and waits {COSTS.answers:.1f} s for the network (median); "
        f"one in {1 / COSTS.hanging:.0f} hangs for {COSTS.hangs:.0f} s. Needed are so many workers that "
        f"{TAKEN_AT_MOST:.0%} of their places and processors are taken. Lag: from the moment a feed is due to the "
        "moment it is claimed; a period is the time to the next poll that the feed's rhythm asks for. A feed that "
        "waits is not due a second time: where workers are missing, lag stops growing once the feeds wait so long that "
        "the polls fit."
    )


def _row(each: Run) -> str:
    lag = each.lag
    words = {1.0: "", 0.5: " (half)", 0.25: " (a quarter)"}[each.share]
    return (
        f"| {each.plan.name} | {each.workers}{words} | {lag.polls:,} | {_time(lag.period)} | {lag.taken:.0%} "
        f"| {lag.busy:.0%} | {_time(lag.median)} | {_time(lag.p99)} | {lag.p99_periods:.3f} | {lag.most_periods:.2f} "
        f"| {lag.waiting:,} |\n"
    )


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 600 else f"{seconds / 3600:.1f} h"


def _arithmetic(feeds: int) -> str:
    polls, reports = feeds / PERIOD, feeds * REPORTS_A_DAY / DAY
    return (
        f"| {feeds:,} | {polls:,.0f} | {reports:,.1f} | {COSTS.under_way(polls):,.0f} | {cores(polls, reports):.1f} "
        f"| {needed(polls, reports):,} |\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=FEEDS, help="that the month is lived through with")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    plans = [(plan, share) for plan in (month(options.feeds), minutes()) for share in (1.0, 0.5, 0.25)]
    with ProcessPoolExecutor(min(len(plans), len(os.sched_getaffinity(0)))) as pool:
        runs = list(pool.map(run, *zip(*plans, strict=True)))
    shown = table(runs)
    (options.results / "scale.md").write_text(shown, encoding="utf-8")
    sys.stdout.write(shown + "\n")
    return int(not all(each.is_as_expected for each in runs))


if __name__ == "__main__":
    sys.exit(main())
