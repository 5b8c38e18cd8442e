"""One message to each receiver of a channel: a receiver that refuses keeps nobody else from it.

Who took a message is remembered until all did, so that the next attempt does not ring them again. A restart forgets it.
What each of them calls the message makes up its receipt, by which a later one is a reply to it.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from monitor.channels.blocking import TIME_LIMIT
from monitor.errors import DeliveryError
from monitor.records import Message, Taken

T = TypeVar("T")
_MOST_REMEMBERED = 500


class Receivers(Generic[T]):
    def __init__(self, service: str, receivers: Sequence[T], time_limit: float = TIME_LIMIT) -> None:
        self._service = service
        self._receivers = tuple(receivers)
        self._time_limit = time_limit
        self._took: dict[tuple[int, str], dict[int, str]] = {}

    async def each(self, message: Message, send: Callable[[T, Message], Awaitable[str]]) -> Taken:
        """Raises DeliveryError unless every receiver took it; `partly` when those who did not never will.

        `send` gives what the receiver calls the message, "" for nothing; the message it is given answers one of theirs.
        """
        key = (message.number, str(message.facts.get("occasion")))
        took = self._took.pop(key, {})
        answers = _names(message.answers)
        errors: list[DeliveryError] = []
        try:
            async with asyncio.timeout(self._time_limit):
                for number, receiver in enumerate(self._receivers):
                    if number not in took:
                        try:
                            reply = replace(message, answers=answers.get(_fingerprint(receiver), ""))
                            took[number] = await send(receiver, reply)
                        except DeliveryError as error:
                            errors.append(error)
        except TimeoutError:
            errors.append(DeliveryError(f"{self._service}: no answer within {self._time_limit:.0f} s"))
        if errors:
            raise self._together(key, took, errors)
        return Taken(f"{self._service} took it", self._receipt(took))

    def _receipt(self, took: Mapping[int, str]) -> str:
        names = {_fingerprint(self._receivers[number]): name for number, name in took.items() if name}
        return json.dumps(names) if names else ""

    def _together(self, key: tuple[int, str], took: dict[int, str], errors: Sequence[DeliveryError]) -> DeliveryError:
        for_now = [error for error in errors if not error.permanent]
        if for_now:
            self._remember(key, took)
            waits = [error.retry_after for error in for_now if error.retry_after is not None]
            return DeliveryError(str(for_now[0]), retry_after=max(waits, default=None))
        if took:
            said = f"{len(took)} of {len(self._receivers)} receivers took it; the others never will: {errors[0]}"
            return DeliveryError(said, permanent=True, partly=True)
        return errors[0]

    def _remember(self, key: tuple[int, str], took: dict[int, str]) -> None:
        if took:
            self._took[key] = took
        while len(self._took) > _MOST_REMEMBERED:
            self._took.pop(next(iter(self._took)))


def _names(receipt: str) -> dict[str, str]:
    """Receiver -> what it calls the message."""
    try:
        found = json.loads(receipt or "{}")
    except ValueError:  # the channel was of another kind when that message went out
        return {}
    return {str(receiver): str(name) for receiver, name in found.items()} if isinstance(found, dict) else {}


def _fingerprint(receiver: object) -> str:
    """Chats are as good as secret: the rows know them by this alone."""
    return hashlib.sha256(repr(receiver).encode()).hexdigest()[:12]
