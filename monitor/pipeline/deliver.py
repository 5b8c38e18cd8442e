"""One owed message: claim, send, note. A message may come twice (it carries its number), it is never forgotten."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from monitor.channels.wording import render
from monitor.errors import DeliveryError
from monitor.pipeline.parts import Parts
from monitor.records import Delivery
from monitor.store import outbox

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than any channel may take
GIVE_UP_AFTER = timedelta(days=1)
WAITS = (10, 30, 60, 120, 300, 600, 1800)  # seconds after each attempt; the last one repeats


async def deliver_one(parts: Parts, channels: Sequence[str] | None = None) -> bool:
    """Send the oldest message that is due (on these channels) and note what came of it; False when none is due."""
    delivery = await asyncio.to_thread(_claim, parts, channels)
    if delivery is None:
        return False
    try:
        answer = await _send(parts, delivery)
    except DeliveryError as error:
        await asyncio.to_thread(_not_sent, parts, delivery, error)
    except Exception as error:
        log.exception("delivery No. %d on %s: sending it broke off", delivery.number, delivery.channel)
        reason = f"the monitor itself failed ({type(error).__name__}); its log has the details"
        await asyncio.to_thread(_not_sent, parts, delivery, DeliveryError(reason))
    else:
        await asyncio.to_thread(_sent, parts, delivery, answer)
    return True


def _claim(parts: Parts, channels: Sequence[str] | None) -> Delivery | None:
    with parts.store.write() as tx:
        return outbox.claim(tx, parts.clock(), LEASE, channels)


async def _send(parts: Parts, delivery: Delivery) -> str:
    channel = parts.channels.get(delivery.channel)
    if channel is None:
        raise DeliveryError(
            f"channel {delivery.channel} is not in alerts.yaml any more: put it back or let the message lapse"
        )
    return await channel.send(render(delivery, marked_test=parts.marked_test))


def _sent(parts: Parts, delivery: Delivery, answer: str) -> None:
    with parts.store.write() as tx:
        if not outbox.settle_sent(tx, delivery.number, delivery.attempt, parts.clock(), answer):
            log.warning("delivery No. %d took longer than its lease and may come twice", delivery.number)


def _not_sent(parts: Parts, delivery: Delivery, error: DeliveryError) -> None:
    now = parts.clock()
    wait = timedelta(seconds=max(WAITS[min(delivery.attempt, len(WAITS)) - 1], error.retry_after or 0))
    final = error.permanent or now + wait > delivery.created_at + GIVE_UP_AFTER
    with parts.store.write() as tx:
        if final:
            outbox.give_up(tx, delivery.number, delivery.attempt, str(error), now)
        else:
            outbox.settle_again(tx, delivery.number, delivery.attempt, now + wait, str(error))
    if final:
        log.error("delivery No. %d on %s is given up: %s", delivery.number, delivery.channel, error)
    else:
        log.warning(
            "delivery No. %d on %s: %s; next try in %d s",
            delivery.number,
            delivery.channel,
            error,
            wait.total_seconds(),
        )
