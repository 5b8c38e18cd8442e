"""How fast and at what cost feeds are polled, beside a bare client and, where it is installed, the library `reader`.

    python benchmarks/polling.py                                   # 300 feeds
    python benchmarks/polling.py --peer /path/to/python            # of an environment that has `reader`

One run, one machine, one farm (polling_farm.py). Everything is real; "without reading" leaves out only the classifier.
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
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import aiohttp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine
from benchmarks.mutations import below
from benchmarks.polling_farm import BAD
from monitor.classifier import Classifier
from monitor.health import judge
from monitor.pipeline import Parts, poll
from monitor.pipeline.condition import facts
from monitor.pipeline.poll import _unread
from monitor.schedule import FEEDS_AT_ONCE
from monitor.service import open_service
from monitor.settings import load

ROOT = Path(__file__).resolve().parent.parent
STEADY_FEEDS, STEADY_SECONDS = 5_000, 300.0
_TICKS = os.sysconf("SC_CLK_TCK")

# What the peer's own Python runs: each round's seconds, then its most memory.
_PEER = """
import json, resource, sys, time
from reader import make_reader
urls, rounds, path = json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
reader = make_reader(path, feed_root=None)
for url in urls:
    reader.add_feed(url)
seconds = []
for _ in range(rounds):
    began = time.monotonic()
    reader.update_feeds(scheduled=False, workers=8)
    seconds.append(time.monotonic() - began)
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one round over all feeds: seconds that passed, of processor (all processes), bytes of memory at most."""

    seconds: float
    cpu: float
    memory: int


class Nobody:
    """Stands where the classifier stands and reads nothing."""

    def __init__(self, real: Classifier) -> None:
        self.gazetteer, self.name, self.version = real.gazetteer, real.name, real.version

    def assess(self, reports: Sequence[Any]) -> list[Any]:
        return [replace(_unread(cast(Parts, _Named(self)), each), state="clear") for each in reports]


@dataclass(frozen=True)
class _Named:
    classifier: Nobody


def configured(folder: Path, urls: Iterable[str]) -> Path:
    folder.mkdir()
    lines = [f'  - {{name: f{number}, url: "{url}", outlet: "F{number}"}}' for number, url in enumerate(urls)]
    (folder / "monitor.yaml").write_text(f"data_dir: {folder}\nallow_loopback: true\n", encoding="utf-8")
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    alerts = "channels: {log: {kind: log}}\nrecipients: {desk: {channels: [log]}}\nrules: [{to: desk}]\n"
    (folder / "alerts.yaml").write_text(alerts, encoding="utf-8")
    return folder


async def lived(
    folder: Path, rounds: int, tick: str = "", *, reading: bool
) -> tuple[list[Cost], dict[str, float], int]:
    """The costs of each round, when in the first one each feed was done, and how many feeds health names in the end."""
    done: dict[str, float] = {}
    async with open_service(load(folder), backlog="ignore") as built:
        read_by = built.classifier if reading else cast(Classifier, Nobody(built.classifier))
        parts = replace(built, classifier=read_by)
        costs = []
        for number in range(rounds):
            if number and tick:
                async with aiohttp.ClientSession() as session, session.get(tick):
                    pass
            costs.append(await _round(parts, done if number == 0 else {}))
        found = judge(facts(parts.store, parts.settings, parts.clock()), parts.settings)
    return costs, done, sum("cannot be read" in each.says for each in found)


async def _round(parts: Parts, done: dict[str, float]) -> Cost:
    gate = asyncio.Semaphore(FEEDS_AT_ONCE)
    _forget_peak()
    began, spent = time.monotonic(), _cpu()

    async def one(name: str) -> None:
        async with gate:
            await poll(parts, name, force=True)
        done[name] = time.monotonic() - began

    await asyncio.gather(*(one(feed.name) for feed in parts.settings.feeds))
    return Cost(time.monotonic() - began, _cpu() - spent, sum(_memory(pid) for pid in (os.getpid(), *below())))


def _forget_peak() -> None:
    """So that the most memory is that of the round which begins."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _cpu() -> float:
    return sum(_ticks(pid) for pid in (os.getpid(), *below())) / _TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


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


def peer(python: str, urls: Sequence[str], rounds: int, folder: Path) -> tuple[list[float], int]:
    if not python:
        return [0.0] * rounds, 0
    call = [python, "-c", _PEER, json.dumps(urls), str(rounds), str(folder / f"reader-{time.monotonic_ns()}.db")]
    done = subprocess.run(call, capture_output=True, text=True, timeout=900, check=True)
    seconds, memory = json.loads(done.stdout)
    return seconds, memory


def measured(folder: Path, base: str, count: int, python: str) -> str:
    def run(name: str, urls: Sequence[str], rounds: int = 2, *, reading: bool = False, tick: str = "") -> Any:
        return asyncio.run(lived(configured(folder / name, urls), rounds, tick, reading=reading))

    tag, plain = ([f"{base}/{way}/{number}" for number in range(count)] for way in ("tag", "bare"))
    faulty = count * 88 // 300
    mixed = [f"{base}/bad/{BAD[n % len(BAD)]}/{n}" if n < faulty else f"{base}/tag/{n}" for n in range(count)]
    few = [f"{base}/bad/{BAD[n % 3]}/{n}" if n < max(1, count // 100) else f"{base}/tag/{n}" for n in range(count)]
    floor = asyncio.run(bare(tag))
    (cold, same), _, _ = run("tag", tag)
    (_, unchanged), _, _ = run("bare", plain)
    (bad,), _, named = run("mixed", mixed, 1)
    (_,), with_few, _ = run("few", few, 1)
    (_,), without, _ = run("none", tag, 1)
    late = max(at for name, at in with_few.items() if int(name[1:]) >= count // 100) / max(without.values()) - 1
    tenth = [f"{base}/new/{n}" if n % 10 == 0 else f"{base}/tag/{n}" for n in range(count)]
    (whole, steady), _, _ = run("steady", tenth, reading=True, tick=f"{base}/tick")
    share = steady.cpu * STEADY_FEEDS / count / STEADY_SECONDS
    theirs = [peer(python, urls, rounds, folder) for urls, rounds in ((tag, 2), (plain, 2), (mixed, 1))]
    (their_cold, their_same), (_, their_unchanged), (their_bad,) = (seconds for seconds, _ in theirs)
    rows = [
        ("cold, without reading", cold.seconds, their_cold, "0.30x", f"bare aiohttp {floor:.2f} s"),
        ("all unchanged, 304", same.seconds, their_same, "0.35x", ""),
        ("all unchanged, no validators", unchanged.seconds, their_unchanged, "0.05x", ""),
        (f"{faulty} of {count} faulty: time", bad.seconds, their_bad, "0.30x", f"health names {named} feeds"),
    ]
    lines = [
        f"| {what} | {ours:.2f} s | {_beside(ours, other)} | {bar} | {note} |" for what, ours, other, bar, note in rows
    ]
    ours, memory, pace = bad.memory / 1e6, theirs[2][1] / 1e6, count * 35 / whole.seconds
    lines += [
        f"| the same: memory, all processes | {ours:.0f} MB | {_beside(ours, memory, 'MB')} | 0.35x | |",
        f"| cold, with reading every entry | {whole.seconds:.1f} s | | | {pace:.0f} reports a second |",
        f"| steady state, {STEADY_FEEDS:,} feeds every 5 minutes | {share:.1%} of a core | | 8 % | "
        f"from one round of {count}: {steady.cpu:.2f} s of processor; {steady.memory / 1e6:.0f} MB (400 MB) |",
        f"| delay that 1 % hostile feeds add to the others | {late:+.0%} | | under 5 % | |",
    ]
    return "\n".join(lines)


def _beside(ours: float, theirs: float, unit: str = "s") -> str:
    return f"{theirs:.2f} {unit}: {ours / theirs:.2f}x" if theirs else "not measured"


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
        with tempfile.TemporaryDirectory() as folder:
            table = measured(Path(folder), base, wanted.feeds, wanted.peer)
    finally:
        farm.kill()
        farm.wait()
    text = (
        f"# Polling\n\n`python benchmarks/polling.py --peer ...`: {wanted.feeds} feeds of 77 kB and 35 entries on "
        f"loopback{'; beside `reader` with eight workers' if wanted.peer else ''}; "
        f"load of the machine {os.getloadavg()[0]:.1f}.\n\n"
        f"Measured on {machine()}.\n\n| what | here | `reader` | bar | |\n|---|---|---|---|---|\n{table}\n"
    )
    print(text)
    if not wanted.no_page:
        (ROOT / "benchmarks" / "results" / "polling.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
