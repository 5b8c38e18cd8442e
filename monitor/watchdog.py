"""Looks after the running monitor from a thread of its own: what hangs in the event loop cannot keep it from looking.

It mends nothing. It writes down that it lives, and says what it finds: in the log, to `monitor health`, to /healthz,
and the owner is told of what no other message tells.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from monitor import health
from monitor.errors import StoreError
from monitor.health import Facts
from monitor.pipeline import Canary, Parts, PollResult
from monitor.pipeline.alarms import tell_alarms
from monitor.pipeline.condition import Depth, condition, keep_pulse
from monitor.records import Finding, Pulse

log = logging.getLogger(__name__)

LOOKS_EVERY = 15.0  # seconds


@dataclass(slots=True)
class Tally:
    """What was done since the start."""

    polls: int = 0
    failures: int = 0
    reports: int = 0
    flagged: int = 0
    alerts: int = 0

    def count(self, result: PollResult) -> None:
        self.polls += 1
        self.failures += bool(result.error)
        self.reports += result.new + result.revised
        self.flagged += result.flagged
        self.alerts += result.alerts


class Watchdog:
    """`steady`: a clock that nobody sets. Its `tick` is called by the monitor's timer.

    `works` False: the watching is done by other processes, whose pulse stands in the rows.
    """

    def __init__(
        self,
        parts: Parts,
        canary: Canary | None = None,
        steady: Callable[[], float] = time.monotonic,
        *,
        works: bool = True,
    ) -> None:
        self.parts = parts
        self._works = works
        self.tally = Tally()
        self._canary = canary
        self._steady = steady
        now = parts.clock()
        self._pulse = Pulse(now, now, name=f"{socket.gethostname()}:{os.getpid()}")
        self._ticked: float | None = None
        self._looked = steady()
        self._said: frozenset[str] = frozenset()

    async def tick(self) -> None:
        self._ticked = self._steady()

    @property
    def works(self) -> bool:
        return self._works

    @property
    def has_ticked(self) -> bool:
        return self._ticked is not None or not self._works

    @property
    def pulse(self) -> Pulse:
        """As of the last look."""
        return self._pulse

    def condition(self, depth: Depth = "findings") -> tuple[Facts, tuple[Finding, ...]]:
        """As it is now. Raises StoreError."""
        pulse = self._felt() if self._works else None
        return condition(self.parts.store, self.parts.settings, self.parts.clock(), pulse, depth)

    def look(self) -> tuple[Finding, ...]:
        """Note that we live, and log what is new. Never raises for what it finds."""
        before, steady = self._pulse, self._steady()
        self._pulse = self._felt()
        passed = steady - self._looked
        self._looked = steady
        jump = (self._pulse.at - before.at).total_seconds() - passed
        if abs(jump) > health.JUMP:
            self._pulse = replace(self._pulse, jumped_at=self._pulse.at, jumped_by=jump)
        try:
            keep_pulse(self.parts.store, self._pulse)
            parts = self.parts
            _, findings = condition(parts.store, parts.settings, parts.clock(), self._pulse, "red")
            tell_alarms(parts, findings)
        except StoreError as error:
            findings = (Finding("process", str(error), None, "see above"),)
        self._tell(findings)
        return findings

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Looks every LOOKS_EVERY seconds, in a thread, until the block ends; then nobody need ask why it is gone."""
        over = threading.Event()

        def watch() -> None:
            while True:
                self._looked_safely()
                if over.wait(LOOKS_EVERY):
                    return

        thread = threading.Thread(target=watch, name="watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(LOOKS_EVERY)
            with suppress(StoreError):
                keep_pulse(self.parts.store, replace(self._felt(), ended=True))

    def _looked_safely(self) -> None:
        try:
            self.look()
        except Exception:  # it must outlive whatever it meets
            log.exception("the watchdog stumbled; it looks again in %d s", LOOKS_EVERY)

    def _felt(self) -> Pulse:
        now: datetime = self.parts.clock()
        ticked = self._ticked
        ago = None if ticked is None else self._steady() - ticked
        last = self._canary.last if self._canary else None
        return replace(
            self._pulse,
            at=now,
            ticked_at=None if ago is None else datetime.fromtimestamp(now.timestamp() - ago, now.tzinfo),
            canary=f"{last.failed}: {last.reason}" if last and last.failed else "",
            canary_at=last.begun_at if last else None,
            kills=self.parts.workers.killed,
            **asdict(self.tally),
        )

    def _tell(self, findings: tuple[Finding, ...]) -> None:
        red = {each.says: each for each in findings if each.red}
        for says in sorted(red.keys() - self._said):
            log.warning("health: %s; %s", says, red[says].mend)
        if self._said and not red:
            log.info("health: all is well again")
        self._said = frozenset(red)
