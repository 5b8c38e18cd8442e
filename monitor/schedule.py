"""The driver for one process: APScheduler as a dumb timer over due_at rows. Losing the timers loses nothing."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.errors import StoreError
from monitor.pipeline import (
    Canary,
    Parts,
    PollResult,
    deliver_one,
    escalate,
    next_turns,
    poll_feed,
    poll_taken,
    publish,
    take_due,
    tell_what_stands,
    tend,
)
from monitor.pipeline.tending import EVERY
from monitor.records import FeedState
from monitor.settings import Feed

log = logging.getLogger(__name__)

FEEDS_AT_ONCE = 48  # those that hang count too, a minute at most: many dead servers must not hold up the rest
FAILING_AT_ONCE = 16  # beside them, of those that failed at their last try: where they hang they take nobody's place
SENDERS_PER_CHANNEL = 2
TICK_SECONDS = 1
PUBLISH_SECONDS = 30.0
LOOK_AT_TIMER_SECONDS = 10.0
REST_SECONDS = 10.0  # after the database failed us: one sentence in the log, not one a second
FINISH_WITHIN = 10.0  # seconds that work in flight has after a stop; in the second half no message is begun

Told = Callable[[PollResult], None]
Work = Callable[[], Awaitable[None]]


class Watch:
    """Polls what is due and sends what is owed until `stop`; every tick is harmless when it comes late or twice."""

    def __init__(self, parts: Parts, told: Told = lambda _: None, canary: Canary | None = None, *ticks: Work) -> None:
        """`ticks`: who else wants to be called by the timer."""
        self._parts = parts
        self._canary = canary
        self._ticks = ticks
        self._began_at: datetime | None = None
        self._told = told
        self._feeds = {feed.name: feed for feed in parts.settings.feeds}
        self._taking = asyncio.Lock()
        self._more_are_due = False
        self._number = count()
        self._reading: set[str] = set()
        self._in_hand: dict[tuple[str, str, int], asyncio.Task[Any]] = {}
        self._stopping = False
        self._sends_until = math.inf  # by the loop's clock, as _rests_until
        self._rests_until = self._publish_at = self._tend_at = self._canary_at = -math.inf

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then lets what is in flight finish within 10 s."""
        timer = _timer(self.poll_due, self.send_due, self.publish_due, self.tend_due, self.canary_due, *self._ticks)
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_AT_TIMER_SECONDS)
            set_right(timer, datetime.now(UTC))
        timer.shutdown(wait=False)
        await self.finish()

    async def poll_due(self) -> None:
        """Start a task for each feed that is due and not in hand."""
        await self._guarded(self._start_polls)

    async def send_due(self) -> None:
        """Keep a few senders per channel at work while something is owed there: a slow channel holds up no other."""
        await self._guarded(self._start_senders)

    async def publish_due(self) -> None:
        """Once in a while write the open formats, where the configuration names a folder for them."""
        if self._parts.settings.publish and asyncio.get_running_loop().time() >= self._publish_at:
            self._start(("publish", "", 0), self._publish)

    async def tend_due(self) -> None:
        """Once a minute what is neither polling nor sending: digests, samples, the archive, whether one sees."""
        if asyncio.get_running_loop().time() >= self._tend_at:
            self._start(("tend", "", 0), self._tend)

    async def canary_due(self) -> None:
        """Every so often send the canary. Whether the database rests or not: that is what it is there to find out."""
        loop, key = asyncio.get_running_loop(), ("canary", "", 0)
        if self._canary is None or key in self._in_hand or self._stopping or loop.time() < self._canary_at:
            return
        self._canary_at = loop.time() + self._parts.settings.canary.every
        beating = asyncio.create_task(self._canary.beat())
        self._in_hand[key] = beating
        beating.add_done_callback(lambda _: self._in_hand.pop(key, None))

    async def finish(self) -> None:
        """Let polls and deliveries in flight end within FINISH_WITHIN; what is cut off is still owed in the rows."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + FINISH_WITHIN
        self._stopping, self._sends_until = True, ends - FINISH_WITHIN / 2
        while self._in_hand and (left := ends - loop.time()) > 0:  # a poll that ends may still start senders
            await asyncio.wait(self._in_hand.values(), timeout=left, return_when=asyncio.FIRST_COMPLETED)
        late = list(self._in_hand.values())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _start_polls(self) -> None:
        async with self._taking:
            free = FEEDS_AT_ONCE - self._polled(), FAILING_AT_ONCE - self._polled("failing")
            taken = [] if self._stopping else await asyncio.to_thread(take_due, self._parts, *free)
            self._more_are_due = sum(not state.failures for state in taken) == free[0]
            for state in taken:
                if not self._stopping and state.name in self._feeds and state.name not in self._reading:
                    self._reading.add(state.name)  # the claim may run out before the poll ends: not twice at once
                    key = ("failing" if state.failures else "poll", state.name, next(self._number))
                    self._start(key, partial(self._poll, state), rests=False)  # it is ours: nobody else reads it now

    def _polled(self, kind: str = "poll") -> int:
        return sum(each == kind and not task.done() for (each, _, _), task in self._in_hand.items())

    async def _start_senders(self) -> None:
        turns = await asyncio.to_thread(_turns, self._parts)
        now = self._parts.clock()
        for channel in (channel for channel, turn in turns.items() if turn <= now):
            for sender in range(SENDERS_PER_CHANNEL):
                self._start(("send", channel, sender), partial(self._send, channel))

    def _start(self, key: tuple[str, str, int], work: Work, *, rests: bool = True) -> None:
        if key not in self._in_hand:
            task = asyncio.create_task(self._guarded(work, rests=rests))
            self._in_hand[key] = task
            task.add_done_callback(lambda _: self._in_hand.pop(key, None))

    async def _guarded(self, work: Work, *, rests: bool = True) -> None:
        """No failure ends in silence, and none ends the watch: the rows say what is still to be done."""
        loop = asyncio.get_running_loop()
        if rests and loop.time() < self._rests_until:
            return
        try:
            await work()
        except Exception as error:
            said = loop.time() < self._rests_until  # by another that met the same trouble
            self._rests_until = loop.time() + REST_SECONDS
            if not isinstance(error, StoreError):
                log.exception("polling or sending broke off; tried again in %d s", REST_SECONDS)
            elif not said:
                log.warning("%s Nothing is lost; tried again in %d s.", error, REST_SECONDS)

    async def _poll(self, state: FeedState) -> None:
        try:
            result = await poll_taken(self._parts, self._feeds[state.name], state)
        finally:
            self._reading.discard(state.name)
        self._told(result)
        owed = result.alerts or bool(result.error)
        if result.first:
            owed += await asyncio.to_thread(tell_what_stands, self._parts)
        if owed:  # else it made nothing owed that cannot wait for the tick
            await self._start_senders()
        beside = self._polled() - 1  # this one has ended
        if self._more_are_due and beside <= FEEDS_AT_ONCE // 2 and not self._taking.locked():
            await self._start_polls()

    async def _publish(self) -> None:
        self._publish_at = asyncio.get_running_loop().time() + PUBLISH_SECONDS
        await asyncio.to_thread(publish, self._parts)

    async def _tend(self) -> None:
        self._tend_at = asyncio.get_running_loop().time() + EVERY
        self._began_at = self._began_at or self._parts.clock()
        await asyncio.to_thread(tend, self._parts, self._began_at)

    async def _send(self, channel: str) -> None:
        loop = asyncio.get_running_loop()
        while loop.time() < self._sends_until and await deliver_one(self._parts, [channel]):
            pass


def _timer(*ticks: Callable[[], Awaitable[None]]) -> AsyncIOScheduler:
    """Started, with its first ticks at once."""
    # misfire_grace_time: by default a tick that is over 1 s late is dropped with only a log line.
    # UTC: between two times of a zone it would count an hour too many in the night that summer time ends.
    defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    timer = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
    # Of a tick that finds the one before it still at work it warns once a second, though nothing is lost by it.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    for tick in ticks:
        timer.add_job(tick, "interval", seconds=TICK_SECONDS, next_run_time=datetime.now(UTC))
    timer.start()
    return timer


def set_right(timer: AsyncIOScheduler, now: datetime) -> None:
    """The timer goes by the machine's clock: set back by an hour, it would wait that hour for its next tick."""
    for job in timer.get_jobs():
        if job.next_run_time - now > timedelta(seconds=3 * TICK_SECONDS):
            log.warning("the clock of this machine was set back by %s", job.next_run_time - now)
            job.modify(next_run_time=now)


async def once(parts: Parts, names: Iterable[str], told: Told = lambda _: None) -> None:
    """Read each of these feeds once, due or not, then send all that is owed now or within a minute."""
    gate = asyncio.Semaphore(FEEDS_AT_ONCE)
    known = {feed.name: feed for feed in parts.settings.feeds}

    async def read(feed: Feed) -> None:
        async with gate:
            result = await poll_feed(parts, feed, force=True)
        if result is not None:
            told(result)

    reading = asyncio.gather(*(read(known[name]) for name in names if name in known))
    senders = Watch(parts)
    while not reading.done():  # an alert does not wait for the last feed
        await senders.send_due()
        await asyncio.wait([reading], timeout=TICK_SECONDS)
    await reading
    await asyncio.to_thread(tell_what_stands, parts)
    await drain(parts, parts.patience.lease + timedelta(seconds=5))
    await senders.finish()


async def drain(parts: Parts, patience: timedelta) -> None:
    """Send what is due now or comes due within `patience`, each channel by itself; what fails for longer stays owed."""
    until = parts.clock() + patience
    sending: dict[str, asyncio.Task[None]] = {}
    while True:
        turns = await asyncio.to_thread(_turns, parts)  # each time anew: a refusal on one may be told on another
        for channel in (channel for channel, turn in turns.items() if turn <= until and channel not in sending):
            sending[channel] = asyncio.create_task(_drain(parts, channel, until))
        if not sending:
            return
        done, _ = await asyncio.wait(sending.values(), timeout=TICK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        sending = {channel: task for channel, task in sending.items() if task not in done}
        for task in done:
            task.result()


async def _drain(parts: Parts, channel: str, until: datetime) -> None:
    while True:
        turn = (await asyncio.to_thread(next_turns, parts)).get(channel)
        if turn is None or turn > until:
            return
        now = parts.clock()
        if turn > now or not await deliver_one(parts, [channel]):
            await asyncio.sleep(max((turn - now).total_seconds(), 0.05))


def _turns(parts: Parts) -> dict[str, datetime]:
    """What may be sent when, after what nobody took or has seen was owed on the next channel."""
    escalate(parts)
    return next_turns(parts)
