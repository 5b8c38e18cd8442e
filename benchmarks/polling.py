"""How fast and at what cost feeds are polled, beside a bare client and, where it is installed, the library `reader`.

    python benchmarks/polling.py                                   # 300 feeds
    python benchmarks/polling.py --peer /path/to/python            # of an environment that has `reader`

One run, one machine, one farm (polling_farm.py). Everything is real; "without reading" leaves out only the classifier.
Ours is timed inside the running service, whose parsers have started, the peer's after its imports.
Writes benchmarks/results/polling.md.
"""

import argparse
import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine
from benchmarks.polling_farm import BAD
from benchmarks.polling_service import (
    STEADY_EVERY,
    STEADY_FEEDS,
    Cost,
    configured,
    delay,
    delayed,
    lived,
    steady,
)
from benchmarks.spending import Meter
from monitor.schedule import FEEDS_AT_ONCE

ROOT = Path(__file__).resolve().parent.parent
PEER_SECONDS = 150  # for one of its runs; it waits a minute for what hangs, and for ever for what drips

# What the peer's own Python runs: seconds of each round, passed and of processor, then its most memory.
_PEER = """
import json, resource, sys, time
from reader import make_reader
urls, rounds, path = json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
reader = make_reader(path, feed_root=None)
for url in urls:
    reader.add_feed(url)
seconds = []
for _ in range(rounds):
    began, spent = time.monotonic(), time.process_time()
    reader.update_feeds(scheduled=False, workers=8)
    seconds.append((time.monotonic() - began, time.process_time() - spent))
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What stands in the rows. Without a peer its figures are missing."""

    folder: Path
    base: str
    count: int
    meter: Meter
    python: str

    def ours(
        self, name: str, urls: Sequence[str], rounds: int, *, reading: bool = False, forced: bool = False
    ) -> tuple[list[Cost], int]:
        folder = configured(self.folder / name, urls)
        return asyncio.run(lived(folder, rounds, self.meter, reading=reading, forced=forced))

    def theirs(self, urls: Sequence[str], rounds: int) -> tuple[list[tuple[float, float]], int]:
        """Seconds that passed and of processor for each round, and bytes at most. Cut off: PEER_SECONDS, and none."""
        if not self.python:
            return [(0.0, 0.0)] * rounds, 0
        database = self.folder / f"reader-{time.monotonic_ns()}.db"
        call = [self.python, "-c", _PEER, json.dumps(urls), str(rounds), str(database)]
        with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as peer:
            try:
                seconds, memory = json.loads(peer.communicate(timeout=PEER_SECONDS)[0])
            except subprocess.TimeoutExpired:
                memory = _most_memory(peer.pid)
                peer.kill()
                return [(float(PEER_SECONDS) if rounds == 1 else 0.0, 0.0)] * rounds, memory
        return [(passed, spent) for passed, spent in seconds], memory


def _most_memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


async def bare(urls: Sequence[str]) -> float:
    """Seconds that aiohttp alone needs to fetch them, reading nothing."""
    gate = asyncio.Semaphore(FEEDS_AT_ONCE)
    began = time.monotonic()
    async with aiohttp.ClientSession() as session:

        async def one(url: str) -> None:
            async with gate, session.get(url) as answer:
                await answer.read()

        await asyncio.gather(*map(one, urls))
    return time.monotonic() - began


def measured(run: Run) -> str:
    tag, plain = ([f"{run.base}/{way}/{number}" for number in range(run.count)] for way in ("tag", "bare"))
    lines: list[str] = []
    parts: tuple[Callable[[], list[str]], ...] = (
        lambda: _quiet(run, tag, plain),
        lambda: _steady(run),
        lambda: _delayed(run),
        lambda: _faulty(run),
        lambda: _reading(run, tag),
    )
    for rows in parts:
        lines += rows()
        print(lines[-1], file=sys.stderr, flush=True)  # should it be broken off
    return "\n".join(lines)


def _quiet(run: Run, tag: Sequence[str], plain: Sequence[str]) -> list[str]:
    floor = asyncio.run(bare(tag))
    (cold, *same), _ = run.ours("tag", tag, 4)
    (_, *unchanged), _ = run.ours("bare", plain, 4)
    (their_cold, *their_same), _ = run.theirs(tag, 4)
    (_, *their_unchanged), _ = run.theirs(plain, 3)
    return [
        _row("cold, without reading", [cold], [their_cold], "0.30x", f"bare aiohttp {floor:.2f} s"),
        _row("all unchanged, 304", same, their_same, "0.35x"),
        _row("all unchanged, no validators", unchanged, their_unchanged, "0.05x"),
    ]


def _faulty(run: Run) -> list[str]:
    faulty = run.count * 88 // 300
    urls = [
        f"{run.base}/bad/{BAD[n % len(BAD)]}/{n}" if n < faulty else f"{run.base}/tag/{n}" for n in range(run.count)
    ]
    (bad,), named = run.ours("mixed", urls, 1, forced=True)
    theirs, memory = run.theirs(urls, 1)
    compared = f"{memory / 1e6:.0f} MB: {bad.spent.memory / memory:.2f}x" if memory else _MISSING
    note = f"{bad.spent.processes} processes, what they share counted once"
    return [
        _row(f"{faulty} of {run.count} faulty: time", [bad], theirs, "0.30x", f"health names {named} feeds"),
        f"| the same: memory | {bad.spent.memory / 1e6:.0f} MB | {compared} | 0.35x | {note} |",
    ]


def _reading(run: Run, urls: Sequence[str]) -> list[str]:
    (whole,), _ = run.ours("read", urls, 1, reading=True)
    pace = len(urls) * 35 / whole.seconds
    return [f"| cold, with reading every entry | {_cost(whole)} | | | {pace:.0f} reports a second |"]


def _steady(run: Run) -> list[str]:
    found = asyncio.run(steady(run.folder / "steady", run.base, run.meter))
    said = f"{found.polls} polls, {found.reports} reports, {found.alerts} alerts in a minute"
    return [
        f"| steady state, {STEADY_FEEDS:,} feeds every {STEADY_EVERY // 60} minutes | {found.share:.1%} of a core, "
        f"{found.memory / 1e6:.0f} MB | | 8 %, 400 MB | {said}; {found.processes} processes |"
    ]


def _delayed(run: Run) -> list[str]:
    bad = [BAD[n % 3] for n in range(max(1, run.count // 100))]
    pairs = asyncio.run(delayed(run.folder / "delayed", run.base, run.count, bad))
    said = ", ".join(f"{without:.1f} -> {with_them:.1f} s" for without, with_them in pairs)
    return [f"| delay that 1 % hostile feeds add to the others | {delay(pairs):+.0%} | | under 5 % | {said} |"]


_MISSING = "not measured"


def _row(what: str, ours: Sequence[Cost], theirs: Sequence[tuple[float, float]], bar: str, note: str = "") -> str:
    mine = sorted(ours, key=lambda each: each.seconds)[len(ours) // 2]
    passed, spent = sorted(theirs)[len(theirs) // 2]
    beside = _MISSING
    if passed and not spent:
        beside = f"cut off after {passed:.0f} s: under {mine.seconds / passed:.2f}x"
    elif passed:
        beside = f"{passed:.2f} s ({spent:.2f}): {mine.seconds / passed:.2f}x ({mine.spent.cpu / spent:.2f}x)"
    return f"| {what} | {_cost(mine)} | {beside} | {bar} | {note} |"


def _cost(cost: Cost) -> str:
    return f"{cost.seconds:.2f} s ({cost.spent.cpu:.2f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--peer", default="", help="a Python that has the library reader")
    parser.add_argument("--no-page", action="store_true", help="write no results page")
    wanted = parser.parse_args()
    logging.disable(logging.CRITICAL)
    farm = subprocess.Popen(
        [sys.executable, str(ROOT / "benchmarks" / "polling_farm.py")], stdout=subprocess.PIPE, text=True
    )
    assert farm.stdout
    try:
        base = f"http://127.0.0.1:{int(farm.stdout.readline())}"
        with tempfile.TemporaryDirectory() as folder, Meter(farm.pid) as meter:
            table = measured(Run(Path(folder), base, wanted.feeds, meter, wanted.peer))
    finally:
        farm.kill()
        farm.wait()
    text = (
        f"# Polling\n\n`python benchmarks/polling.py --peer ...`: {wanted.feeds} feeds of 77 kB and 35 entries on "
        f"loopback{'; beside `reader` with eight workers' if wanted.peer else ''}; "
        f"load of the machine {os.getloadavg()[0]:.1f}. In "
        "brackets seconds of processor, ours in all processes; of the unchanged the middle one of three rounds.\n\n"
        f"Measured on {machine()}.\n\n| what | here | `reader` | bar | |\n|---|---|---|---|---|\n{table}\n"
    )
    print(text)
    if not wanted.no_page:
        (ROOT / "benchmarks" / "results" / "polling.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
