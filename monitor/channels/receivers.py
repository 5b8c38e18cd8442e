"""One message to each receiver of a channel: a receiver that refuses keeps nobody else from it.

Who took a message is remembered until all did, so that the next attempt does not ring them again. A restart forgets it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from monitor.channels.blocking import TIME_LIMIT
from monitor.errors import DeliveryError
from monitor.records import Message

T = TypeVar("T")
_MOST_REMEMBERED = 500


class Receivers(Generic[T]):
    def __init__(self, service: str, receivers: Sequence[T], time_limit: float = TIME_LIMIT) -> None:
        self._service = service
        self._receivers = tuple(receivers)
        self._time_limit = time_limit
        self._took: dict[tuple[int, str], set[int]] = {}

    async def each(self, message: Message, send: Callable[[T, Message], Awaitable[None]]) -> str:
        """Raises DeliveryError unless every receiver took it; `partly` when those who did not never will."""
        key = (message.number, str(message.facts.get("occasion")))
        took = self._took.pop(key, set())
        errors: list[DeliveryError] = []
        try:
            async with asyncio.timeout(self._time_limit):
                for number, receiver in enumerate(self._receivers):
                    if number not in took:
                        try:
                            await send(receiver, message)
                            took.add(number)
                        except DeliveryError as error:
                            errors.append(error)
        except TimeoutError:
            errors.append(DeliveryError(f"{self._service}: no answer within {self._time_limit:.0f} s"))
        if errors:
            raise self._together(key, took, errors)
        return f"{self._service} took it"

    def _together(self, key: tuple[int, str], took: set[int], errors: Sequence[DeliveryError]) -> DeliveryError:
        for_now = [error for error in errors if not error.permanent]
        if for_now:
            self._remember(key, took)
            waits = [error.retry_after for error in for_now if error.retry_after is not None]
            return DeliveryError(str(for_now[0]), retry_after=max(waits, default=None))
        if took:
            said = f"{len(took)} of {len(self._receivers)} receivers took it; the others never will: {errors[0]}"
            return DeliveryError(said, permanent=True, partly=True)
        return errors[0]

    def _remember(self, key: tuple[int, str], took: set[int]) -> None:
        if took:
            self._took[key] = took
        while len(self._took) > _MOST_REMEMBERED:
            self._took.pop(next(iter(self._took)))
