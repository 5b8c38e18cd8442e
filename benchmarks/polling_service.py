"""The running monitor over the farm of polling_farm.py, for polling.py: what its polls cost and what holds them up."""

import asyncio
import statistics
import time
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from benchmarks.polling_farm import FIRST
from benchmarks.spending import Meter, Spent
from monitor.classifier import Classifier
from monitor.health import judge
from monitor.pipeline import Parts, PollResult, poll
from monitor.pipeline.condition import facts
from monitor.pipeline.poll import _unread
from monitor.schedule import FEEDS_AT_ONCE, TICK_SECONDS, Watch
from monitor.service import open_service
from monitor.settings import load
from monitor.store import feeds

STEADY_FEEDS, STEADY_EVERY = 5_000, 300
_POLLED = 1_000  # of them once a minute: as many polls a second as all of them every five minutes
_CHANGED = 10  # every tenth
_WARM, _MEASURED = 20.0, 60.0  # seconds
_TURNS = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one round over all feeds: seconds that passed, and what was spent in all processes."""

    seconds: float
    spent: Spent


class Nobody:
    """Stands where the classifier stands and reads nothing."""

    def __init__(self, real: Classifier) -> None:
        self.gazetteer, self.name, self.version = real.gazetteer, real.name, real.version

    def assess(self, reports: Sequence[Any]) -> list[Any]:
        return [replace(_unread(cast(Parts, _Named(self)), each), state="clear") for each in reports]


@dataclass(frozen=True)
class _Named:
    classifier: Nobody


def configured(folder: Path, urls: Iterable[str], every: int = STEADY_EVERY) -> Path:
    folder.mkdir()
    lines = [
        f'  - {{name: f{number}, url: "{url}", outlet: "F{number}", every: {every}}}' for number, url in enumerate(urls)
    ]
    (folder / "monitor.yaml").write_text(f"data_dir: {folder}\nallow_loopback: true\n", encoding="utf-8")
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    alerts = "channels: {log: {kind: log}}\nrecipients: {desk: {channels: [log]}}\nrules: [{to: desk}]\n"
    (folder / "alerts.yaml").write_text(alerts, encoding="utf-8")
    return folder


async def lived(
    folder: Path, rounds: int, meter: Meter, *, reading: bool = False, forced: bool = False
) -> tuple[list[Cost], int]:
    """The costs of each round, and how many feeds health names in the end.

    `forced`: whatever the last try came to, as `monitor run --once` polls; else what came due, as the watch does.
    """
    async with open_service(load(folder), backlog="ignore") as built:
        parts = built if reading else _unreading(built)
        await built.workers.run("page", {"content_type": "", "url": ""}, b"<p>A service that runs has parsers.</p>", 10)
        costs = [await _round(parts, meter, forced=forced) for _ in range(rounds)]
        found = judge(facts(parts.store, parts.settings, parts.clock()), parts.settings)
    return costs, sum("cannot be read" in each.says for each in found)


def _unreading(parts: Parts) -> Parts:
    return replace(parts, classifier=cast(Classifier, Nobody(parts.classifier)))


async def _round(parts: Parts, meter: Meter, *, forced: bool) -> Cost:
    """From the first row that is due to the last commit."""
    names = [feed.name for feed in parts.settings.feeds]
    with parts.store.write() as tx:
        feeds.wake(tx, names, parts.clock())
    meter.spent()
    began = time.monotonic()
    await (asyncio.gather(*_polls(parts, names)) if forced else _watched(parts, len(names)))
    return Cost(time.monotonic() - began, meter.spent())


async def _watched(parts: Parts, count: int) -> None:
    told: list[PollResult] = []
    watch = Watch(parts, told.append)
    began = time.monotonic()
    while len(told) < count:
        if began <= time.monotonic():
            began += TICK_SECONDS
            await watch.poll_due()
        await asyncio.sleep(0.005)
    await watch.finish()


def _polls(parts: Parts, names: Iterable[str]) -> list[Coroutine[Any, Any, PollResult | None]]:
    gate = asyncio.Semaphore(FEEDS_AT_ONCE)

    async def one(name: str) -> PollResult | None:
        async with gate:
            return await poll(parts, name, force=True)

    return [one(name) for name in names]


@dataclass(frozen=True, slots=True)
class Steady:
    share: float  # of one core
    memory: int
    processes: int
    polls: int
    reports: int
    alerts: int


async def steady(folder: Path, base: str, meter: Meter) -> Steady:
    """The watch itself, with its ticks, its reading and its alerts, after everything was read once."""
    ways = ["grow" if n < _POLLED and n % _CHANGED == 0 else "tag" for n in range(STEADY_FEEDS)]
    urls = {f"f{n}": f"{base}/{way}/{n}" for n, way in enumerate(ways)}
    told: list[PollResult] = []
    async with open_service(load(configured(folder, urls.values(), every=60)), backlog="ignore") as parts:
        growing = [f"f{n}" for n, way in enumerate(ways) if way == "grow"]
        await asyncio.gather(*_polls(_unreading(parts), growing))
        _spread(parts, urls, set(growing))
        stop = asyncio.Event()
        watching = asyncio.create_task(Watch(parts, told.append).run(stop))
        await asyncio.sleep(_WARM)
        meter.spent()
        told.clear()
        await asyncio.sleep(_MEASURED)
        spent, counted = meter.spent(), list(told)
        stop.set()
        await watching
    reports, alerts = sum(each.new for each in counted), sum(each.alerts for each in counted)
    return Steady(spent.cpu / _MEASURED, spent.memory, spent.processes, len(counted), reports, alerts)


def _spread(parts: Parts, urls: Mapping[str, str], growing: set[str]) -> None:
    """The others as they stand once read; those that are polled come due one after another, the rest tomorrow."""
    now = parts.clock()
    with parts.store.write() as tx:
        for n, (name, url) in enumerate(urls.items()):
            due_at = now + (timedelta(seconds=n * 60 / _POLLED) if n < _POLLED else timedelta(days=1))
            if name in growing:
                feeds.wake(tx, [name], due_at)
            else:
                memory = {"url": url, "etag": f'"{FIRST}"', "body_hash": "0" * 64}
                feeds.advance_all(tx, [feeds.Reading(name, due_at, memory=memory)], now)


async def delayed(folder: Path, base: str, count: int, bad: Sequence[str]) -> list[tuple[float, float]]:
    """Seconds until all honest feeds were read, which all have something new: without the bad ones, and with them."""
    urls = [*(f"{base}/grow/{n}" for n in range(count)), *(f"{base}/bad/{way}/{n}" for n, way in enumerate(bad))]
    honest, hostile = [f"f{n}" for n in range(count)], [f"f{n}" for n in range(count, len(urls))]
    async with open_service(load(configured(folder, urls)), backlog="ignore") as built:
        parts = _unreading(built)
        await _until_read(parts, honest, [])
        return [
            (await _until_read(parts, honest, []), await _until_read(parts, honest, hostile)) for _ in range(_TURNS)
        ]


async def _until_read(parts: Parts, honest: Sequence[str], hostile: Sequence[str]) -> float:
    began = time.monotonic()
    tasks = [asyncio.create_task(each) for each in _polls(parts, [*hostile, *honest])]
    await asyncio.gather(*tasks[len(hostile) :])
    seconds = time.monotonic() - began
    for each in tasks[: len(hostile)]:
        each.cancel()
        with suppress(asyncio.CancelledError):
            await each
    return seconds


def delay(pairs: Sequence[tuple[float, float]]) -> float:
    """Of neighbours in time, so that what else the machine does tells on both; the middle one."""
    return statistics.median(after / before for before, after in pairs) - 1
