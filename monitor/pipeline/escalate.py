"""What nobody took, or nobody has seen, is owed on the recipient's next channel: asked as often as you like.

A message that goes on stays owed on the channel before it too: when that one works again, it is caught up there.
"""

import logging
from collections.abc import Container

from monitor.pipeline.parts import Parts, owe
from monitor.rules import quiet_until, silences_it
from monitor.rules.escalating import Standing, goes_on, next_channel
from monitor.settings import Settings
from monitor.store import Transaction, escalations, silences, withheld
from monitor.store import channels as accounts
from monitor.store.escalations import Asked

log = logging.getLogger(__name__)

_MOST_ROUNDS = 20  # in one call: a portion each, or one broken channel after another


def escalate(parts: Parts) -> int:
    """Answer every question that is due; how many messages this made owed."""
    made = 0
    for _ in range(_MOST_ROUNDS):
        with parts.store.read() as tx:
            if not escalations.waiting(tx, parts.clock()):
                break
        made += _answer_portion(parts)
    return made


def _answer_portion(parts: Parts) -> int:
    """Each answer stands in one transaction with what it makes owed: neither is there without the other."""
    with parts.store.write() as tx:
        off = accounts.off(tx)
        return sum(_answer(parts, tx, asked, off) for asked in escalations.due(tx, parts.clock()))


def _answer(parts: Parts, tx: Transaction, asked: Asked, off: Container[str]) -> bool:
    now, person = parts.clock(), parts.settings.recipients.get(asked.recipient)
    down = asked.channel in off or _is_shut(parts.settings, asked.channel)
    standing = Standing(asked.state, asked.since, asked.acknowledged, down)
    at = goes_on(person, asked.alert, standing, now) if person else None
    further = next_channel(person, asked.channel) if person else None
    if person is None or further is None or at is None or at > now:
        escalations.ask_at(tx, asked.number, at if further else None)
        return False
    if _is_silenced(parts, tx, asked):
        escalations.ask_at(tx, asked.number, None)
        return False
    owe(parts, tx, asked.alert_id, asked.recipient, further, due_at=quiet_until(person, asked.alert.level, now))
    escalations.ask_at(tx, asked.number, None)
    why = "was not acknowledged" if asked.state == "sent" else "could not be delivered"
    log.warning("No. %d on %s %s: it goes on to %s", asked.number, asked.channel, why, further)
    return True


def _is_silenced(parts: Parts, tx: Transaction, asked: Asked) -> bool:
    """Whether the recipient wants to hear nothing of it by now; what reached them on no channel is written down."""
    now = parts.clock()
    active = silences.active(tx, now)
    silence = next((each for each in active if silences_it(each, asked.alert, asked.recipient, now)), None)
    if silence and asked.state != "sent":
        withheld.keep(tx, asked.alert_id, asked.recipient, reason="silence", silence_id=silence.id, now=now)
    return silence is not None


def _is_shut(settings: Settings, channel: str) -> bool:
    """Whether the configuration leaves nothing to send on: it is gone from alerts.yaml, or its secret is not set."""
    known = settings.channels.get(channel)
    return known is None or bool(known.broken)
