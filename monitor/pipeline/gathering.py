"""Ends of polls that are written down together: a transaction of its own cost a poll without news more than asking did.

Who is alone writes at once; else when half of those under way have come so far, and after LONGEST at the latest. Killed
while they wait nothing of them was written: these feeds are polled again.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

LONGEST = 0.2  # seconds

T = TypeVar("T")


class Gathering(Generic[T]):
    """Shared by all polls of the process."""

    def __init__(self) -> None:
        self._asking = 0
        self._waiting: list[T] = []
        self._enough: asyncio.Event
        self._writing: asyncio.Task[Collection[T]] | None = None

    @contextmanager
    def poll(self) -> Iterator[None]:
        """A poll is under way, which may end without news."""
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1
            self._look()

    async def written(self, end: T, write: Callable[[Sequence[T]], Collection[T]]) -> bool:
        """Whether `write`, which is called in a thread with several ends, says that this one is among those written.

        What it raises is raised for all of them.
        """
        self._waiting.append(end)
        self._asking -= 1
        if self._writing is None or self._writing.done():
            self._enough = asyncio.Event()
            self._writing = asyncio.create_task(self._write(write))
        self._look()
        try:
            return end in await asyncio.shield(self._writing)  # the others' too: not ended with one of them
        finally:
            self._asking += 1

    def _look(self) -> None:
        if self._waiting and len(self._waiting) >= self._asking:
            self._enough.set()

    async def _write(self, write: Callable[[Sequence[T]], Collection[T]]) -> Collection[T]:
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST):
                await self._enough.wait()
        some, self._waiting, self._writing = self._waiting, [], None
        return await asyncio.to_thread(write, some)
