"""One line of what `monitor doctor` finds, and how a check is kept from holding up the others."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Literal, TypeVar

from monitor.errors import MonitorError

WITHIN = 10.0  # seconds that each check has

Grade = Literal["ok", "warn", "bad"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """What was looked at, how it is, and what to do about it."""

    check: str
    grade: Grade
    says: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


async def bounded(check: str, work: Awaitable[list[Line]]) -> list[Line]:
    try:
        return await asyncio.wait_for(work, WITHIN)
    except TimeoutError:
        mend = "try again; if it stays so, look at the network, the disk and the load of this machine"
        return [Line(check, "bad", f"gave no answer within {WITHIN:.0f} s", mend)]


async def in_thread(work: Callable[[], T]) -> T:
    """In one that nobody waits for: what hangs there must not keep the program from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(made: T | None, error: Exception | None) -> None:
        if future.done():
            return
        if error:
            future.set_exception(error)
        else:
            future.set_result(made)  # type: ignore[arg-type]

    def run() -> None:
        made, failed = None, None
        try:
            made = work()
        except (MonitorError, OSError, ValueError) as error:
            failed = error
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(settle, made, failed)

    threading.Thread(target=run, daemon=True).start()
    return await future
