"""Runs a send that blocks in a thread of its own, within a time limit; of those that hang only a few are left behind.

Daemon threads, not the event loop's executor: that one is waited for when the program ends, and a send that hangs would
hold up a stop for as long as it hangs.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from monitor.errors import DeliveryError

T = TypeVar("T")

TIME_LIMIT = 40.0  # seconds for a whole delivery; less than the lease of one
AT_MOST = 4  # sends of one channel at a time, those that hang included
_LOOK_AGAIN = 0.02


class Blocking:
    """The threads of one channel."""

    def __init__(self, time_limit: float = TIME_LIMIT, at_most: int = AT_MOST) -> None:
        self._time_limit = time_limit
        self._at_most = at_most
        self._free = threading.Semaphore(at_most)

    async def run(self, send: Callable[[], T]) -> T:
        """What `send` returns or raises; DeliveryError, to be tried again, when it takes too long."""
        ends = time.monotonic() + self._time_limit
        while not self._free.acquire(blocking=False):
            if time.monotonic() > ends:
                raise DeliveryError(
                    f"{self._at_most} earlier messages on this channel still hang: check that its server answers"
                )
            await asyncio.sleep(_LOOK_AGAIN)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        threading.Thread(target=self._work, args=(send, loop, done), daemon=True, name="delivery").start()
        try:
            return await asyncio.wait_for(done, max(0.01, ends - time.monotonic()))
        except TimeoutError:
            raise DeliveryError(
                f"no answer within {self._time_limit:.0f} s: the message may or may not have arrived"
            ) from None

    def _work(self, send: Callable[[], T], loop: asyncio.AbstractEventLoop, done: "asyncio.Future[T]") -> None:
        try:
            _tell(loop, done, send())
        except DeliveryError as error:
            _tell(loop, done, error)
        except BaseException as error:
            _tell(loop, done, error)  # raised again where it is waited for; here the thread ends with it
            raise
        finally:
            self._free.release()


def _tell(loop: asyncio.AbstractEventLoop, done: "asyncio.Future[T]", answer: T | BaseException) -> None:
    with suppress(RuntimeError):  # the program has stopped waiting and closed the loop
        loop.call_soon_threadsafe(_settle, done, answer)


def _settle(done: "asyncio.Future[T]", answer: T | BaseException) -> None:
    if done.done():
        return
    if isinstance(answer, BaseException):
        done.set_exception(answer)
    else:
        done.set_result(answer)
