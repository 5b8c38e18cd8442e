"""The canary: a report of the monitor's own goes the whole way from a feed to the outbox, or who stops it is named.

It takes the parts that every report takes, and is told to nobody: its rows are marked where they are made, and only
targets that the configuration names for it are ever sent anything.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

from monitor import canary
from monitor.canary import CanaryStoppedError, Sheet
from monitor.channels import Channel
from monitor.channels.wording import render
from monitor.errors import DeliveryError, SourceError, StoreError
from monitor.http import HttpClient, Limits
from monitor.pipeline.canary_feed import CanaryFeed, open_feed
from monitor.pipeline.parts import Parts
from monitor.pipeline.switch import Switch
from monitor.records import Alert, Assessment, Beat, Delivery, Entry, Report, Stage
from monitor.sources.article import full_text
from monitor.sources.reports import report_of
from monitor.store import Transaction, beats, outbox, reports

log = logging.getLogger(__name__)

_NOTED_WITHIN = 10.0  # seconds to write down how a run ended: a database that is stuck must not hold up the next run
_QUICK = Limits(connect=5.0, read=10.0, total=20.0)
_FETCHING = frozenset({"dns", "refused", "timeout", "protocol", "status", "empty", "not_a_feed", "blocked_address"})

T = TypeVar("T")


@dataclass(slots=True)
class Canary:
    """Bound to one running monitor. `last`: how the latest run ended, also if the database did not take that."""

    parts: Parts
    feed: CanaryFeed
    http: HttpClient  # asks the canary's own feed, and nothing else
    switch: Switch
    last: Beat | None = None
    _stage: Stage = field(default="database", init=False)

    async def beat(self) -> Beat:
        """One run. Whatever happens, it ends within its limit, and says at which stage."""
        beat = await self._ran()
        if beat.failed:
            log.error("the canary did not come through, stopped at %s: %s", beat.failed, beat.reason)
        self.last = beat = replace(beat, switch=await self.switch.tell(beat))
        if beat.number:
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(_NOTED_WITHIN):
                    await asyncio.to_thread(self._note, beat)
        return beat

    async def _ran(self) -> Beat:
        begun = Beat(0, self.parts.clock())
        within = self.parts.settings.canary.within
        try:
            async with asyncio.timeout(within):
                begun = replace(begun, number=await self._at("database", asyncio.to_thread(self._begin)))
                await self._journey(begun.number)
                return replace(begun, ended_at=self.parts.clock())
        except TimeoutError:
            failed, reason = self._stage, f"it was not through within {within} s"
        except CanaryStoppedError as stopped:
            failed, reason = stopped.stage, stopped.reason
        except Exception as error:
            log.exception("the canary broke off")
            failed, reason = self._stage, f"the monitor itself failed ({type(error).__name__}); its log has the details"
        return replace(begun, ended_at=self.parts.clock(), failed=failed, reason=reason)

    async def _at(self, stage: Stage, work: Awaitable[T]) -> T:
        self._stage = stage
        try:
            return await work
        except StoreError as error:
            raise CanaryStoppedError(stage if stage == "outbox" else "database", str(error)) from error

    async def _journey(self, number: int) -> None:
        sheet = Sheet(
            secrets.token_hex(8), self.parts.clock(), self.feed.address, self.parts.classifier.gazetteer.canary
        )
        self.feed.show(sheet)
        entries = await self._fetched(sheet)
        made = [canary.marked(await self._report(sheet, entry)) for entry in entries]
        canary.check_read(sheet, made)
        assessments = await self._at("classifier", asyncio.to_thread(self.parts.classifier.assess, made))
        canary.check_assessed(assessments)
        self._stage = "database"
        owed = await asyncio.to_thread(self._record, number, sheet, made, assessments)
        for channel in owed:
            await self._sent(channel)

    async def _fetched(self, sheet: Sheet) -> list[Entry]:
        self._stage = "feed"
        try:
            with self._parsing("feed"):
                read = await self.parts.sources["rss"].read(canary.feed_of(sheet), {}, self.http, self.parts.clock())
        except SourceError as error:
            raise CanaryStoppedError("feed" if error.kind in _FETCHING else "parser", str(error)) from error
        return canary.read_back(sheet, read.entries)

    async def _report(self, sheet: Sheet, entry: Entry) -> Report:
        self._stage = "feed"
        name = entry.url.rpartition("/")[2]
        with self._parsing(name):
            article = await full_text(entry.url, self.http, self.parts.workers, limits=_QUICK)
        if not article.text and name not in self.feed.served:
            raise CanaryStoppedError("feed", article.note)
        return report_of(entry, canary.feed_of(sheet), article, self.parts.clock())

    @contextmanager
    def _parsing(self, name: str) -> Iterator[None]:
        """Once the answer was handed out, it is the parser that fails or hangs."""
        try:
            yield
        except BaseException:
            if name in self.feed.served:
                self._stage = "parser"
            raise

    def _begin(self) -> int:
        with self.parts.store.write() as tx:
            return beats.begin(tx, self.parts.clock())

    def _record(
        self, number: int, sheet: Sheet, made: Sequence[Report], assessments: Sequence[Assessment]
    ) -> list[str]:
        """Reports and what is owed of them in one transaction, as for every report. The channels it is owed on."""
        channels = [canary.target(name) for name in self.parts.canaries] or [canary.CHANNEL]
        try:
            with self.parts.store.write() as tx:
                for report, assessment in zip(made, assessments, strict=True):
                    reports.add(tx, report, assessment)
                self._stage = "outbox"
                self._owe(tx, canary.alert_of(number, sheet, made[0]), channels)
        except StoreError as error:
            raise CanaryStoppedError(self._stage, str(error)) from error
        with self.parts.store.read() as tx:
            if beats.kept(tx, [report.key for report in made]) != len(made):
                raise CanaryStoppedError("database", "its reports are not in the database after they were written")
        return channels

    def _owe(self, tx: Transaction, alert: Alert, channels: Sequence[str]) -> None:
        now = self.parts.clock()
        number = outbox.announce(tx, alert)
        if number is None:
            raise CanaryStoppedError("outbox", "its alert was announced before")
        for channel in channels:
            outbox.owe(tx, number, "", channel, languages=("en", "ar"), zone="UTC", due_at=now, now=now)

    async def _sent(self, channel: str) -> None:
        """Claimed, handed to its own target if it has one, and settled."""
        delivery = await self._at("outbox", asyncio.to_thread(self._claim, channel))
        if delivery is None:
            raise CanaryStoppedError("outbox", f"what was owed on {channel} could not be taken up again")
        target = self.parts.canaries.get(channel.removeprefix(f"{canary.CHANNEL}:"))
        answer = ""
        if target is not None and channel != canary.CHANNEL:
            self._stage = "channel"
            try:
                answer = await self._handed_over(target, delivery)
            except DeliveryError as error:
                await self._at("outbox", asyncio.to_thread(self._given_up, delivery, str(error)))
                raise CanaryStoppedError("channel", f"{channel.partition(':')[2]}: {error}") from error
        if not await self._at("outbox", asyncio.to_thread(self._settled, delivery, answer)):
            raise CanaryStoppedError("outbox", "what was sent could not be settled")

    async def _handed_over(self, target: Channel, delivery: Delivery) -> str:
        """Within the limits that the target shares with the channels of its service."""
        wait = self.parts.pace.begin(delivery.channel)
        while wait > 0:
            await asyncio.sleep(wait)
            wait = self.parts.pace.begin(delivery.channel)
        try:
            return (await target.send(render(delivery))).answer
        finally:
            self.parts.pace.end(delivery.channel)

    def _claim(self, channel: str) -> Delivery | None:
        with self.parts.store.write() as tx:
            return outbox.claim(tx, self.parts.clock(), self.parts.patience.lease, [channel], canary=True)

    def _settled(self, delivery: Delivery, answer: str) -> bool:
        with self.parts.store.write() as tx:
            return outbox.settle_sent(tx, delivery.number, delivery.attempt, self.parts.clock(), answer)

    def _given_up(self, delivery: Delivery, reason: str) -> None:
        with self.parts.store.write() as tx:
            outbox.give_up(tx, delivery.number, delivery.attempt, reason, self.parts.clock())

    def _note(self, beat: Beat) -> None:
        with self.parts.store.write() as tx:
            beats.end(tx, beat)


@asynccontextmanager
async def open_canary(parts: Parts) -> AsyncIterator[Canary]:
    """Its feed is served as long as this is open."""
    own = HttpClient(parts.settings.user_agent, allow_loopback=True)
    out = HttpClient(
        parts.settings.user_agent, proxy=parts.settings.proxy.channels.get_secret_value(), allow_loopback=True
    )
    async with open_feed() as feed, own as http, out as outside:
        yield Canary(parts, feed, http, Switch(parts.settings.ping, outside))
