"""Tells somebody, over another channel, that a channel refuses for good: silence there must not pass for quiet."""

import logging
from collections.abc import Iterable

from monitor.pipeline.parts import Parts, announce_to
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
    notice = Alert(
        occasion=f"notice:{channel}:{occasion}",
        situation="",
        kind="notice",
        types=(),
        grade="unconfirmed",
        place=None,
        probability=0.0,
        report_key="",
        quotes=(),
        published_at=None,
        seen_at=parts.clock(),
        read_note=error,
        channel=channel,
    )
    announce_to(parts, tx, notice, to)


def _others(settings: Settings, channel: str, off: Iterable[str]) -> list[tuple[str, str]]:
    shut = {channel, *off}
    concerned = [name for name, each in settings.recipients.items() if channel in each.channels]
    for people in ([settings.owner] if settings.owner else [], concerned):
        to = [(name, other) for name in people for other in settings.recipients[name].channels if other not in shut]
        if to:
            return to
    return []
