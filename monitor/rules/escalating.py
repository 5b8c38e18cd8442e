"""When a message goes on to the recipient's next channel, and when the question is asked. Pure.

Channels are an order only for recipients with `escalate_after`. What was not delivered goes on, whatever its level;
what was delivered goes on only if it is an alarm of a level that somebody has to have seen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.records import LEVELS, Alert, AlertKind, Level
from monitor.settings import Recipient

MUST_BE_SEEN: Level = "critical"  # from this level up
_ALARMS: tuple[AlertKind, ...] = ("new", "escalated")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a message stands when it is asked about. `since`: sent, else first tried, else first due."""

    state: Literal["due", "sent", "given_up"]
    since: datetime
    acknowledged: bool
    channel_down: bool


def next_channel(person: Recipient, channel: str) -> str | None:
    """The one after it in the recipient's order; None when there is no order, or no further one."""
    if person.escalate_after is None or channel not in person.channels:
        return None
    later = person.channels[person.channels.index(channel) + 1 :]
    return later[0] if later else None


def asks_at(person: Recipient, channel: str, due_at: datetime, *, down: bool) -> datetime | None:
    """When to ask first about a message that is due then on that channel; None: never. `down`: it cannot go out."""
    if person.escalate_after is None or next_channel(person, channel) is None:
        return None
    return due_at if down else due_at + timedelta(seconds=person.escalate_after)


def goes_on(person: Recipient, alert: Alert, standing: Standing, now: datetime) -> datetime | None:
    """From when the next channel is owed the alert: what lies in the past means now. None: never."""
    if person.escalate_after is None or standing.acknowledged:
        return None
    patience = timedelta(seconds=person.escalate_after)
    if standing.state == "sent":
        return standing.since + patience if _must_be_seen(alert) else None
    if standing.state == "given_up" or standing.channel_down:
        return now
    return standing.since + patience


def _must_be_seen(alert: Alert) -> bool:
    return alert.kind in _ALARMS and LEVELS.index(alert.level) >= LEVELS.index(MUST_BE_SEEN)
