"""How many requests one host gets at a time, and how close together: many pages must not look like an attack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

AT_ONCE = 2
GAP = 0.5  # seconds between the beginnings of two requests
_MOST_KEPT = 2_000
_UNGATED = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(slots=True)
class _Gate:
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    wanted: int = 0  # requests under way or waiting
    free_at: float = 0.0  # by the loop's clock


class Pacing:
    """The gates of all hosts but this machine's own."""

    def __init__(self, gap: float = GAP) -> None:
        self._gap = gap
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def at(self, host: str) -> AsyncIterator[None]:
        """Waits for a turn at the host, which lasts until the end of the block."""
        if host in _UNGATED:
            yield
            return
        gate = self._gate(host)
        gate.wanted += 1
        try:
            async with gate.places:
                await self._turn(gate)
                yield
        finally:
            gate.wanted -= 1

    async def _turn(self, gate: _Gate) -> None:
        now = asyncio.get_running_loop().time()
        begins = max(now, gate.free_at)
        gate.free_at = begins + self._gap
        if begins > now:
            await asyncio.sleep(begins - now)

    def _gate(self, host: str) -> _Gate:
        gate = self._gates.get(host)
        if gate is None:
            if len(self._gates) >= _MOST_KEPT:
                now = asyncio.get_running_loop().time()
                self._gates = {name: each for name, each in self._gates.items() if each.wanted or each.free_at > now}
            gate = self._gates[host] = _Gate()
        return gate
