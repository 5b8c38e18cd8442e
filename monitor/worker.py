"""The driver for many machines: Procrastinate on PostgreSQL (the only module that knows it).

What is to be done stands in the rows, as ever; a job is the call to look at one of them, and losing all jobs loses
nothing. A message's call is made in the transaction that owes it, a feed's by a sweep over due_at. A poll is one job
and not three (feed, pages, reading): what passes between its parts stands in no row, and would have to be written down
only to be taken up again at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job, JobDeferrer, Status

from monitor.channels.limits import MEMORY
from monitor.errors import StoreError
from monitor.pipeline import (
    Canary,
    Parts,
    PollResult,
    deliver_one,
    escalate,
    next_turns,
    poll_feed,
    publish,
    take_back,
    tell_what_stands,
    tend,
)
from monitor.store import Transaction, beats, feeds
from monitor.store import channels as accounts

log = logging.getLogger(__name__)

Told = Callable[[PollResult], None]
Work = Callable[..., Awaitable[None]]

EVERY = {"sweep": 2, "rescue": 10, "canary": 15, "publish": 30, "tend": 60}  # seconds, divisors of a minute
AT_ONCE = {"poll": 32, "deliver": 16, "tend": 4}  # jobs of each queue in one process
CALLED_AHEAD = 1000  # feeds called for before their turn comes; what is beyond waits in the rows
CALLED_AT_ONCE = 100  # in one transaction
HEARTBEAT = 5.0  # seconds
DEAD_AFTER = 20.0  # seconds without one
FINISH_WITHIN = 10.0  # seconds that jobs in flight have after a stop
REST = 2.0  # seconds, after the database left us
_GONE = (ConnectorException, psycopg.Error, OSError)  # how that shows


@dataclass
class Worker:
    """One process of many. `told` hears of each poll."""

    parts: Parts
    canary: Canary | None = None
    told: Told = lambda _: None
    _stopping: bool = field(default=False, init=False)
    _sweeping: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def __post_init__(self) -> None:
        self._began_at = self.parts.clock()
        self._feeds = {feed.name: feed for feed in self.parts.settings.feeds}
        self._app = App(connector=PsycopgConnector(conninfo=self.parts.store.libpq, min_size=2, max_size=8))
        self._poll = self._app.task(name="poll", queue="poll")(_guarded(self._polled))
        self._deliver = self._app.task(name="deliver", queue="deliver")(_guarded(self._delivered))
        self._tend("sweep", self._sweep)
        self._tend("rescue", self._rescue)
        self._tend("tend", self._look_after)
        self._tend("publish", self._publish)
        self._tend("canary", self._beat)
        # never opened: it words the calls that go out on the connection of a transaction
        self._in_transactions = App(connector=SyncPsycopgConnector())

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what is in flight has FINISH_WITHIN. That the database goes away is waited out.

        Raises StoreError when the jobs have no tables and none can be made.
        """
        await self._prepare()
        self.parts.store.wake = self._call_senders
        try:
            while not stop.is_set():
                await self._work(stop)
                if not stop.is_set():
                    log.warning("this worker begins anew in %d s; nothing is lost", REST)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(stop.wait(), REST)
        finally:
            self.parts.store.wake = None

    async def _prepare(self) -> None:
        """The tables of Procrastinate, once; of two that start together one makes them."""
        try:
            async with await psycopg.AsyncConnection.connect(self.parts.store.libpq) as held:
                await held.execute("SELECT pg_advisory_xact_lock(hashtextextended('jobs', 0))")
                found = await (await held.execute("SELECT to_regclass('procrastinate_jobs')")).fetchone()
                if found == (None,):
                    async with self._app.open_async():
                        await self._app.schema_manager.apply_schema_async()
        except (ConnectorException, psycopg.Error) as error:
            raise StoreError(
                f"The tables of the jobs could not be made ({_first_line(error)}): check that PostgreSQL runs, and "
                "that the user of `database` in monitor.yaml may create tables."
            ) from None

    async def _work(self, stop: asyncio.Event) -> None:
        """Until asked to stop, or until the database is gone."""
        stopped = asyncio.create_task(stop.wait())
        try:
            async with self._app.open_async():
                serving = [asyncio.create_task(self._serve(queue, number)) for queue, number in AT_ONCE.items()]
                await asyncio.wait([stopped, *serving], return_when=asyncio.FIRST_COMPLETED)
                self._stopping = stop.is_set()
                for each in serving:
                    each.cancel()  # to Procrastinate: fetch no more, and let what is in flight end
                for why in await asyncio.gather(*serving, return_exceptions=True):
                    if isinstance(why, Exception) and not isinstance(why, _GONE):
                        log.error("a queue of jobs broke off", exc_info=why)
                    elif isinstance(why, Exception):
                        log.warning("the database left this worker: %s", _first_line(why))
        except _GONE as error:
            log.warning("the jobs cannot be reached: %s", _first_line(error))
        finally:
            stopped.cancel()

    async def _serve(self, queue: str, at_once: int) -> None:
        await self._app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=at_once,
            fetch_job_polling_interval=1.0,
            shutdown_graceful_timeout=FINISH_WITHIN,
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=DEAD_AFTER,
        )

    def _tend(self, name: str, work: Work) -> None:
        """Whoever comes first does it. No lock: one that dies with it in hand must not keep the others from it."""
        task = self._app.task(name=name, queue="tend", queueing_lock=name)(_guarded(work))
        # Procrastinate reads the seconds last, as croniter does: first, "*/15" would be each second of four minutes
        seconds = ",".join(str(at) for at in range(0, 60, EVERY[name]))
        self._app.periodic(cron=f"* * * * * {seconds}")(task)

    async def _polled(self, feed: str) -> None:
        known = self._feeds.get(feed)  # the row may be of another machine, whose feeds.yaml is newer
        try:
            result = await poll_feed(self.parts, known) if known else None
        except asyncio.CancelledError:  # cut off by a stop: others take it up now, not when its claim runs out
            await self._give_back(feed)
            raise
        if result is not None:
            self.told(result)
            if result.first:
                await asyncio.to_thread(tell_what_stands, self.parts)

    async def _delivered(self, channel: str) -> None:
        """While something is due there. Nobody else sends on the channel meanwhile, nor before a wait it asked for."""
        await asyncio.to_thread(self._take_over, channel)
        while not self._stopping and await deliver_one(self.parts, [channel]):
            pass
        if (wait := self.parts.pace.paused(channel)) > 0:
            later = _in_order(self._app, "deliver", channel, self._hold(channel))
            later.job = later.job.evolve(scheduled_at=self.parts.clock() + timedelta(seconds=wait))
            with suppress(AlreadyEnqueued):
                await later.defer_async(channel=channel)

    def _take_over(self, channel: str) -> None:
        """The limits hold for all machines together: what others sent just now counts here too."""
        pace, now = self.parts.pace, self.parts.clock()
        with self.parts.store.read() as tx:
            tried = accounts.tried(tx, sorted(pace.beside(channel)), now - timedelta(seconds=MEMORY))
        pace.recall({name: [(now - at).total_seconds() for at in times] for name, times in tried.items()})

    def _hold(self, channel: str) -> str:
        """What a sender holds: channels that share a limit are sent on by one machine at a time."""
        return f"deliver {min(self.parts.pace.beside(channel))}"

    def _call_senders(self, tx: Transaction, channels: frozenset[str]) -> None:
        """In the transaction that owes the messages. One that is called already needs no second call."""
        for channel in sorted(channels):
            with suppress(AlreadyEnqueued), tx.begin_nested():
                call = _in_order(self._in_transactions, "deliver", channel, self._hold(channel))
                call.connection = tx.connection.driver_connection
                call.defer(channel=channel)

    async def _sweep(self) -> None:
        """Call for what came due by itself. One at a time here: a second one would only make the same calls."""
        if self._sweeping.locked():
            return
        async with self._sweeping:
            todo = await self._app.job_manager.list_jobs_async(status=Status.TODO.value)
            channels, names = await asyncio.to_thread(self._due)
            calls = [
                *(self._calling("deliver", each, self._hold(each), channel=each) for each in channels),
                *(self._calling("poll", each, f"poll {each}", feed=each) for each in names),
            ]
            waiting = {job.queueing_lock for job in todo}
            new = [job for job in calls if job.queueing_lock not in waiting]
            for start in range(0, len(new), CALLED_AT_ONCE):
                await self._call(new[start : start + CALLED_AT_ONCE])

    def _calling(self, task: str, each: str, held: str, **names: str) -> Job:
        return _in_order(self._app, task, each, held).make_new_job(**names)

    async def _call(self, calls: Sequence[Job]) -> None:
        """All in one go; one by one if another machine called for some of them meanwhile.

        In the order of their names: two machines that make the same calls must not wait for each other.
        """
        manager = self._app.job_manager
        try:
            await manager.batch_defer_jobs_async(sorted(calls, key=lambda job: job.queueing_lock or ""))
        except AlreadyEnqueued:
            for each in calls:
                with suppress(AlreadyEnqueued):
                    await manager.defer_job_async(each)

    def _due(self) -> tuple[list[str], list[str]]:
        escalate(self.parts)
        take_back(self.parts)
        now = self.parts.clock()
        channels = [channel for channel, at in next_turns(self.parts).items() if at <= now]
        with self.parts.store.read() as tx:
            return channels, feeds.due(tx, now, CALLED_AHEAD)

    async def _rescue(self) -> None:
        """What a dead worker had in hand: its call is dropped and its feed due again, so that the sweep calls anew."""
        for job in await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER):
            log.warning("a worker died with %s %s in hand; it is taken up again", job.task_name, job.task_kwargs)
            if job.task_name == "poll":
                await self._give_back(str(job.task_kwargs["feed"]))
            await self._app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)

    async def _give_back(self, feed: str) -> None:
        """Others may poll it now; if the database is away, the next sweep says so."""
        self.parts.unsettled.add(feed)
        await asyncio.to_thread(take_back, self.parts)

    async def _look_after(self) -> None:
        await asyncio.to_thread(tend, self.parts, self._began_at)

    async def _publish(self) -> None:
        if self.parts.settings.publish:
            await asyncio.to_thread(publish, self.parts)

    async def _beat(self) -> None:
        if self.canary is not None and await asyncio.to_thread(self._canary_is_due):
            await self.canary.beat()

    def _canary_is_due(self) -> bool:
        with self.parts.store.read() as tx:
            last = beats.last_begun(tx)
        return last is None or self.parts.clock() - last.begun_at >= timedelta(seconds=self.parts.settings.canary.every)


def _in_order(app: App, task: str, named: str, held: str) -> JobDeferrer:
    """A call: one waits for each name at most, and one at a time is done of those that hold the same."""
    return app.configure_task(task, queue=task, lock=held, queueing_lock=f"{task} {named}", allow_unknown=True)


def _guarded(work: Work) -> Work:
    """A job that fails is over: the rows still say what is to be done, and the next sweep calls for it."""

    async def guarded(timestamp: int = 0, **names: Any) -> None:  # noqa: ARG001  as Procrastinate hands it over
        try:
            await work(**names)
        except StoreError as error:
            log.warning("%s Nothing is lost; it is taken up again.", error)

    return guarded


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
