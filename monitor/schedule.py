"""The driver for one process: APScheduler as a dumb timer over due_at rows. Losing the timers loses nothing."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.pipeline import Parts, PollResult, deliver_one, next_turns, poll, tell_what_stands
from monitor.store import feeds

log = logging.getLogger(__name__)

FEEDS_AT_ONCE = 8
SENDERS_PER_CHANNEL = 2
TICK_SECONDS = 1
FINISH_WITHIN = 10.0  # seconds that work in flight has after a stop

Told = Callable[[PollResult], None]


class Watch:
    """Polls what is due and sends what is owed until `stop`; every tick is harmless when it comes late or twice."""

    def __init__(self, parts: Parts, told: Told = lambda _: None) -> None:
        self._parts = parts
        self._told = told
        self._polls = asyncio.Semaphore(FEEDS_AT_ONCE)
        self._polling: dict[str, asyncio.Task[None]] = {}
        self._sending: dict[tuple[str, int], asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then lets what is in flight finish within 10 s."""
        # misfire_grace_time: by default a tick that is over 1 s late is dropped with only a log line
        timer = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
        timer.add_job(self.poll_due, "interval", seconds=TICK_SECONDS)
        timer.add_job(self.send_due, "interval", seconds=TICK_SECONDS)
        timer.start()
        await self.poll_due()
        await self.send_due()
        await stop.wait()
        timer.shutdown(wait=False)
        await self.finish()

    async def poll_due(self) -> None:
        """Start a task for each feed that is due and not in hand."""
        for name in await asyncio.to_thread(self._due_feeds):
            if name not in self._polling:
                task = asyncio.create_task(self._poll(name))
                self._polling[name] = task
                task.add_done_callback(lambda _, name=name: self._polling.pop(name, None))  # type: ignore[misc]

    async def send_due(self) -> None:
        """Keep a few senders per channel at work while something is owed there: a slow channel holds up no other."""
        now = self._parts.clock()
        turns = await asyncio.to_thread(next_turns, self._parts)
        for channel in (channel for channel, at in turns.items() if at <= now):
            for sender in range(SENDERS_PER_CHANNEL):
                if (channel, sender) not in self._sending:
                    task = asyncio.create_task(self._send(channel))
                    self._sending[channel, sender] = task
                    task.add_done_callback(lambda _, who=(channel, sender): self._sending.pop(who, None))  # type: ignore[misc]

    async def finish(self) -> None:
        """Let polls and deliveries in flight end within FINISH_WITHIN; what is cut off is still owed in the rows."""
        tasks = [*self._polling.values(), *self._sending.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=FINISH_WITHIN)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _poll(self, name: str) -> None:
        async with self._polls:
            result = await poll(self._parts, name)
        if result is not None:
            self._told(result)
            await asyncio.to_thread(tell_what_stands, self._parts)
            await self.send_due()

    async def _send(self, channel: str) -> None:
        while await deliver_one(self._parts, [channel]):
            pass

    def _due_feeds(self) -> list[str]:
        with self._parts.store.read() as tx:
            return feeds.due(tx, self._parts.clock())


async def once(parts: Parts, names: Iterable[str], told: Told = lambda _: None) -> None:
    """Read each of these feeds once, due or not, then send all that is owed now or within a minute."""
    gate = asyncio.Semaphore(FEEDS_AT_ONCE)

    async def read(name: str) -> None:
        async with gate:
            result = await poll(parts, name, force=True)
        if result is not None:
            told(result)

    reading = asyncio.gather(*(read(name) for name in names))
    while not reading.done():  # an alert does not wait for the last feed
        await drain(parts, timedelta(0))
        await asyncio.wait([reading], timeout=TICK_SECONDS)
    await reading
    await asyncio.to_thread(tell_what_stands, parts)
    await drain(parts, parts.patience.lease + timedelta(seconds=5))


async def drain(parts: Parts, patience: timedelta) -> None:
    """Send what is due now or comes due within `patience`, each channel by itself."""
    until = parts.clock() + patience
    while turns := await asyncio.to_thread(next_turns, parts):
        now = parts.clock()
        ready = [channel for channel, at in turns.items() if at <= now]
        if any(await asyncio.gather(*(deliver_one(parts, [channel]) for channel in ready))):
            continue
        first = min(turns.values())
        if first > until:
            return
        await asyncio.sleep(max((first - now).total_seconds(), 0.05))
