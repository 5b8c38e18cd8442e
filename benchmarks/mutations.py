"""Feeds of every kind, broken in every way that came to mind: no crash, no hang, none over 2 s, memory bounded.

    python benchmarks/mutations.py                      # 5,000 of them: about ten minutes on one core
    python benchmarks/mutations.py --count 500 --seed 3

Each goes the way of every answer: judged, parsed in a worker process that the kernel limits, made into records. Only
the socket is left out. Writes benchmarks/results/mutations.md; exit code 1 when one of them broke anything.
"""

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from multidict import CIMultiDict

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine
from benchmarks.mutants import NOW, WAYS, Mutant, feeds, mutant
from benchmarks.spending import family
from monitor.errors import SourceError
from monitor.http import HttpClient, HttpResponse
from monitor.settings import Feed
from monitor.settings.kinds import Select
from monitor.sources import KINDS, Source, Workers

ROOT = Path(__file__).resolve().parent.parent
SLOWEST = 2.0  # seconds; what takes longer is tried twice more, for a busy machine is not the feed's fault
_TRIES = 3
MOST_MEMORY = 600_000_000  # bytes of one worker, as the kernel holds it to
_URLS = {"telegram": "https://t.me/s/horan", "reliefweb": "https://api.reliefweb.int/v2/reports"}
_ASKS: dict[str, dict[str, Any]] = {
    "page": {"select": Select(item="li.post", link="h2 a", title="h2", date="time", summary="p")},
    "reliefweb": {"appname": "horan-test-x1"},
}


@dataclass(slots=True)
class Tally:
    """What became of them. `wrong`: a sentence for each that did what none may do."""

    read: int = 0
    entries: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # by the kind of the failure
    broke_down: list[str] = field(default_factory=list)  # the parser itself failed on it: named in the feed's row
    seconds: list[float] = field(default_factory=list)
    memory: int = 0
    killed: int = 0
    wrong: list[str] = field(default_factory=list)


class One:
    """Answers whatever is asked with one body; what lies before it is not there."""

    def __init__(self, made: Mutant) -> None:
        self._made = made
        self._asked = 0

    async def get(self, url: str, *, headers: Mapping[str, str] = {}, limits: Any = None) -> HttpResponse:  # noqa: ARG002
        self._asked += 1
        if self._asked > 1:
            return HttpResponse(url=url, status=404, headers=CIMultiDict(), body=b"")
        kind = CIMultiDict({"Content-Type": self._made.content_type} if self._made.content_type else {})
        return HttpResponse(url=url, status=200, headers=kind, body=self._made.body)


async def tried(mutants: Iterable[tuple[int, Mutant]], slowest: float = SLOWEST) -> Tally:
    tally = Tally()
    async with Workers(count=1) as workers:
        sources = {kind: source(workers) for kind, source in KINDS.items()}
        for made in feeds():  # the nursery's own start is nobody's fault
            await _judged(sources[made.kind], made, made.seed, tally, slowest)
        if tally.refused or tally.broke_down or tally.wrong:
            raise SystemExit(f"a whole feed was not read: {tally}")
        tally = Tally()
        for number, made in mutants:
            await _judged(
                sources[made.kind], made, f"no. {number} ({made.seed}: {', '.join(made.done)})", tally, slowest
            )
            tally.memory = max(tally.memory, _memory())
        tally.killed = workers.killed
    if tally.memory > MOST_MEMORY:
        tally.wrong.append(f"a worker took {tally.memory / 1e6:.0f} MB")
    return tally


async def _judged(source: Source, made: Mutant, name: str, tally: Tally, slowest: float) -> None:
    tries = [await _once(source, made, name, tally)]
    while min(tries) > slowest and len(tries) < _TRIES:
        tries.append(await _once(source, made, name, Tally()))
    tally.seconds.append(min(tries))
    if min(tries) > slowest:
        tally.wrong.append(f"{name}: took {min(tries):.2f} s")


async def _once(source: Source, made: Mutant, name: str, tally: Tally) -> float:
    feed = Feed(
        **{"name": "m", "kind": made.kind, "outlet": "M", "url": _URLS.get(made.kind, "https://m.example/f")}
        | _ASKS.get(made.kind, {})
    )
    began = time.monotonic()
    try:
        read = await source.read(feed, {}, cast(HttpClient, One(made)), NOW)
        tally.read += 1
        tally.entries += len(read.entries)
    except SourceError as error:
        tally.refused[error.kind] += 1
        if "broke down" in str(error):
            tally.broke_down.append(name)
        if not 10 < len(str(error)) < 500 or "\n" in str(error):
            tally.wrong.append(f"{name}: refused without one clear sentence: {error!r}")
    except Exception as error:  # noqa: BLE001 - what this looks for
        tally.wrong.append(f"{name}: {type(error).__name__}: {error}")
    return time.monotonic() - began


def _memory() -> int:
    """The most that a process below this one ever took, in bytes; 0 where the system does not say."""
    return max(map(_peak, family(os.getpid()) - {os.getpid()}), default=0)


def _peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def page(tally: Tally, count: int, seed: int) -> str:
    seconds = sorted(tally.seconds)
    refused = ", ".join(f"{kind} {number:,}" for kind, number in tally.refused.most_common())
    rows = {
        "mutants, seed": f"{count:,}, {seed}",
        "read (of it: entries)": f"{tally.read:,} ({tally.entries:,})",
        "refused in one sentence": f"{sum(tally.refused.values()):,}: {refused}",
        "of those, the parser itself broke down": f"{len(tally.broke_down)}",
        "stopped by the limit of time or memory, or died": f"{tally.killed}",
        "median, 99th percentile, slowest": f"{seconds[len(seconds) // 2] * 1e3:.0f} ms, "
        f"{seconds[len(seconds) * 99 // 100] * 1e3:.0f} ms, {seconds[-1]:.2f} s",
        "most memory of a worker": f"{tally.memory / 1e6:.0f} MB",
        "crashes, hangs, anything over 2 s": f"{len(tally.wrong)}",
    }
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    said = "\n".join(
        f"- {each}" for each in [*tally.wrong[:50], *(f"broke down: {each}" for each in tally.broke_down[:20])]
    )
    return (
        "# Broken feeds\n\n`python benchmarks/mutations.py`: "
        f"{len(feeds())} feeds of all kinds ({', '.join(made.seed for made in feeds())}), each {', '.join(WAYS)}, "
        f"up to three times over; parsed one at a time.\n\nMeasured on {machine()}.\n\n| | |\n|---|---|\n{table}\n"
        + (f"\n{said}\n" if said else "")
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--no-page", action="store_true", help="write no results page")
    wanted = parser.parse_args()
    tally = asyncio.run(tried((number, mutant(number, wanted.seed)) for number in range(wanted.count)))
    text = page(tally, wanted.count, wanted.seed)
    print(text)
    if not wanted.no_page:
        (ROOT / "benchmarks" / "results" / "mutations.md").write_text(text, encoding="utf-8")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
