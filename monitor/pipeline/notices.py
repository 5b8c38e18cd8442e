"""Tells people that a channel refuses for good, or what is wrong with a feed or the monitor itself.

Silence there must not pass for quiet.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from monitor.pipeline.parts import Parts, announce_to
from monitor.polling import Notice
from monitor.records import Alert
from monitor.settings import Settings
from monitor.store import Transaction
from monitor.store import channels as accounts

log = logging.getLogger(__name__)


def tell_of_channel(parts: Parts, tx: Transaction, channel: str, error: str, occasion: str) -> None:
    """Owe the owner (else everybody who is told on that channel) one notice, on their other channels that work.

    One for each occasion, however often it is called.
    """
    to = _others(parts.settings, channel, accounts.off(tx))
    if not to:
        log.error("channel %s is off, and nobody has another one to be told on: see to it", channel)
    notice = replace(_notice(f"notice:{channel}:{occasion}", error, parts.clock()), channel=channel)
    announce_to(parts, tx, notice, to)


def tell_of_feed(parts: Parts, tx: Transaction, feed: str, notice: Notice) -> None:
    """Owe the owner, on every channel that works, what has become of a feed; without an owner the log alone says it."""
    to = _owner(parts.settings, accounts.off(tx))
    if not to:
        log.warning("feed %s: %s (%s); name an owner in alerts.yaml to be told", feed, notice.says, notice.condition)
        return
    occasion = f"notice:feed:{feed}:{notice.condition}:{notice.since.isoformat(timespec='seconds')}"
    alert = replace(_notice(occasion, notice.says, parts.clock()), feed=feed, condition=notice.condition)
    announce_to(parts, tx, alert, to)


def tell_of_machine(parts: Parts, tx: Transaction, condition: str, since: datetime, says: str) -> bool:
    """Owe the owner what is wrong with the monitor itself, or that it is over; whether there is one to be told."""
    to = _owner(parts.settings, accounts.off(tx))
    if not to:
        log.warning("health: %s: %s; name an owner in alerts.yaml to be told by message", condition, says)
        return False
    occasion = f"notice:health:{condition}:{since.isoformat(timespec='seconds')}"
    return announce_to(parts, tx, replace(_notice(occasion, says, parts.clock()), condition=condition), to)


def _notice(occasion: str, says: str, now: datetime) -> Alert:
    return Alert(
        occasion=occasion,
        situation="",
        kind="notice",
        seen_at=now,
        read_note=says,
    )


def _owner(settings: Settings, off: Collection[str]) -> list[tuple[str, str]]:
    """The owner on every channel that works, else on the first; nobody if none is named."""
    if not settings.owner:
        return []
    channels = settings.recipients[settings.owner].channels
    return [(settings.owner, each) for each in channels if each not in off] or [(settings.owner, channels[0])]


def _others(settings: Settings, channel: str, off: Iterable[str]) -> list[tuple[str, str]]:
    shut = {channel, *off}
    concerned = [name for name, each in settings.recipients.items() if channel in each.channels]
    for people in ([settings.owner] if settings.owner else [], concerned):
        to = [(name, other) for name in people for other in settings.recipients[name].channels if other not in shut]
        if to:
            return to
    return []
