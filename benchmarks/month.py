"""A month of polling in minutes: outages, moves, feeds that go, silences, a day without network, a restart.

    python benchmarks/month.py                          # 300 feeds, 30 days: about half an hour
    python benchmarks/month.py --feeds 40 --days 7

Time is given, not waited for. Everything is real but the web and the clock: store, parsers, classifier, polling.
Writes benchmarks/results/month.md; exit code 1 when anything was lost, wrong or told twice.
"""

import argparse
import asyncio
import logging
import random
import resource
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine
from benchmarks.month_checks import START, Outcome, Plan, Seen, found
from benchmarks.month_world import Down, Outlet, Web, made
from monitor.pipeline import Parts, poll
from monitor.service import open_service
from monitor.settings import load
from monitor.store import Store, feeds, gaps, outbox, reports
from monitor.store.reports import LogQuery

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


def simulate(folder: Path, plan: Plan) -> Outcome:
    began, cpu = time.monotonic(), _cpu()
    clock = Clock()
    random.seed(plan.seed)  # by which polls are spread
    outlets, offline = made(plan.feeds, START, plan.end, plan.every, plan.offline, plan.seed)
    _configure(folder, outlets, plan.every)
    polls = asyncio.run(_live(folder, clock, Web(outlets, offline, clock), plan.end))
    outcome = found(_seen(folder, plan, outlets, offline))
    return replace(outcome, polls=polls, seconds=time.monotonic() - began, cpu=_cpu() - cpu)


def _configure(folder: Path, outlets: dict[str, Outlet], every: timedelta) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f'  - {{name: {each.name}, url: "{each.url}", outlet: "{each.name}", every: {int(every.total_seconds())}}}'
        for each in outlets.values()
    ]
    (folder / "monitor.yaml").write_text(f"data_dir: {folder / 'data'}\n", encoding="utf-8")
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "alerts.yaml").write_text(
        "channels: {log: {kind: log}}\nrecipients: {desk: {channels: [log]}}\nrules: [{to: desk}]\nowner: desk\n",
        encoding="utf-8",
    )


async def _live(folder: Path, clock: Clock, web: Web, end: datetime) -> int:
    """Two runs of the service, with forty minutes between them in which nobody watches."""
    polls = 0
    for until in (START + (end - START) / 2, end):
        async with AsyncExitStack() as stack:
            service = open_service(load(folder), clock=clock, backlog="ignore")
            parts = replace(await stack.enter_async_context(service), http=cast(Any, web))
            while clock.now < until:
                polls += await _turn(parts, clock, until)
        if until < end:
            clock.now += timedelta(minutes=40)
    return polls


async def _turn(parts: Parts, clock: Clock, until: datetime) -> int:
    with parts.store.read() as tx:
        names = feeds.due(tx, clock.now)
        following = feeds.next_due(tx) or until
    for name in names:
        await poll(parts, name)
    if not names:
        clock.now = min(max(following, clock.now), until)
    return len(names)


def _seen(folder: Path, plan: Plan, outlets: dict[str, Outlet], offline: list[Down]) -> Seen:
    store = Store(f"sqlite:///{folder / 'data' / 'monitor.db'}")
    with store.read() as tx:
        rows = {row.report.entry_key: row for row in reports.iterate(tx, LogQuery(everything=True))}
        lost, outages = gaps.gaps(tx, limit=100_000), gaps.outages(tx, limit=100_000)
        notices = [each.occasion for each in outbox.listing(tx, limit=100_000) if each.occasion.startswith("notice:")]
    store.close()
    return Seen(plan, outlets, offline, rows, lost, outages, notices)


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def page(outcome: Outcome) -> str:
    rows = {
        "feeds, days": f"{outcome.feeds}, {outcome.days}",
        "polls": f"{outcome.polls:,}",
        "posts that appeared": f"{outcome.posts:,}",
        "read": f"{outcome.read:,}",
        "not to be had any more, and inside the hours of a gap in the log": (
            f"{outcome.in_gaps:,} in {outcome.gaps} gaps"
        ),
        "outages in the log": f"{outcome.outages}",
        "messages to the owner": f"{outcome.notices}",
        "pages that failed at first, all read later": f"{outcome.late_pages:,}",
        "wrong": f"{len(outcome.wrong)}",
        "seconds, of which processor": f"{outcome.seconds:.0f}, {outcome.cpu:.0f}",
    }
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    wrong = "\n".join(f"- {each}" for each in outcome.wrong[:50])
    return (
        "# A simulated month\n\n`python benchmarks/month.py`: time given, not waited; outages of single feeds (1 to 40 "
        "hours), moves, feeds gone (410), silences, one day without network, a restart with 40 minutes of nobody "
        f"watching.\n\nMeasured on {machine()}.\n\n| | |\n|---|---|\n{table}\n" + (f"\n{wrong}\n" if wrong else "")
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-page", action="store_true", help="write no results page")
    wanted = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        outcome = simulate(Path(folder), Plan(wanted.feeds, wanted.days, seed=wanted.seed))
    text = page(outcome)
    print(text)
    if not wanted.no_page:
        (ROOT / "benchmarks" / "results" / "month.md").write_text(text, encoding="utf-8")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
