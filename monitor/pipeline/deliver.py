"""One owed message: claim, send, note. A message may come twice (it carries its number), it is never forgotten."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.channels.wording import render
from monitor.errors import DeliveryError
from monitor.pipeline.links import links_of
from monitor.pipeline.notices import tell_of_channel
from monitor.pipeline.parts import Parts
from monitor.records import Delivery, Taken
from monitor.store import channels as accounts
from monitor.store import outbox

log = logging.getLogger(__name__)

LONGEST_TURN = 5.0  # seconds that a sender waits for its turn; what takes longer is left to the next tick


async def deliver_one(parts: Parts, channels: Sequence[str] | None = None) -> bool:
    """Send the oldest message that is due (on these channels) and note what came of it.

    False when none is due, or none may go within LONGEST_TURN: the limits are kept before anything is claimed, so that
    waiting costs neither the lease nor an attempt.
    """
    while names := await asyncio.to_thread(_due_now, parts, channels):
        waits = {name: parts.pace.begin(name) for name in names}
        free = [name for name, wait in waits.items() if wait <= 0]
        if free and await _deliver_first(parts, free):
            return True
        shortest = min((wait for wait in waits.values() if wait > 0), default=LONGEST_TURN + 1)
        if shortest > LONGEST_TURN:
            return False
        await asyncio.sleep(shortest)
    return False


def next_turns(parts: Parts) -> dict[str, datetime]:
    """Channel -> when the first message owed on it may be tried, with the wait that its receiver asked for."""
    with parts.store.read() as tx:
        due = accounts.due(tx)
    waits = {name: wait for name in due if (wait := parts.pace.paused(name)) > 0}
    return {
        name: max(at, parts.clock() + timedelta(seconds=waits[name])) if name in waits else at
        for name, at in due.items()
    }


def _due_now(parts: Parts, among: Sequence[str] | None) -> list[str]:
    now = parts.clock()
    return [name for name, at in next_turns(parts).items() if at <= now and (among is None or name in among)]


async def _deliver_first(parts: Parts, held: Sequence[str]) -> bool:
    """The oldest on these channels, each of which is held for us."""
    delivery: Delivery | None = None
    try:
        delivery = await asyncio.to_thread(_claim, parts, held)
        if delivery is not None:
            await _deliver(parts, delivery)
    finally:
        for name in held:
            parts.pace.end(name, sent=delivery is not None and delivery.channel == name)
    return delivery is not None


async def _deliver(parts: Parts, delivery: Delivery) -> None:
    try:
        taken = await _send(parts, delivery)
    except DeliveryError as error:
        off = error.permanent and not error.only_this
        settle = _partly_sent if error.partly else _refused_for_good if off else _not_sent
        await asyncio.to_thread(settle, parts, delivery, error)
    except Exception as error:
        log.exception("delivery No. %d on %s: sending it broke off", delivery.number, delivery.channel)
        reason = f"the monitor itself failed ({type(error).__name__}); its log has the details"
        await asyncio.to_thread(_not_sent, parts, delivery, DeliveryError(reason))
    else:
        await asyncio.to_thread(_sent, parts, delivery, taken)


def _claim(parts: Parts, names: Sequence[str]) -> Delivery | None:
    with parts.store.write() as tx:
        return outbox.claim(tx, parts.clock(), parts.patience.lease, names)


async def _send(parts: Parts, delivery: Delivery) -> Taken:
    channel = parts.channels.get(delivery.channel)
    if channel is None:
        raise DeliveryError(
            f"channel {delivery.channel} is not in alerts.yaml any more: put it back or let the message lapse"
        )
    links = await asyncio.to_thread(links_of, parts, delivery)
    return await channel.send(render(replace(delivery, links=links), marked_test=parts.marked_test))


def _sent(parts: Parts, delivery: Delivery, taken: Taken) -> None:
    now = parts.clock()
    with parts.store.write() as tx:
        mine = outbox.settle_sent(tx, delivery.number, delivery.attempt, now, taken.answer, taken.receipt)
        on_again = accounts.put_on(tx, delivery.channel, now, now + parts.patience.lease)
    if not mine:
        log.warning("delivery No. %d took longer than its lease and may come twice", delivery.number)
    if on_again:
        log.info("channel %s works again; what waited goes out now", delivery.channel)


def _not_sent(parts: Parts, delivery: Delivery, error: DeliveryError) -> None:
    now = parts.clock()
    waits = parts.patience.waits
    wait = timedelta(seconds=waits[min(delivery.attempt, len(waits)) - 1])
    if error.retry_after is not None:  # meant for the channel: its other messages would only be refused too
        wait = timedelta(seconds=error.retry_after)
        parts.pace.pause(delivery.channel, error.retry_after)
    final = error.only_this or now + wait > delivery.created_at + parts.patience.give_up_after
    with parts.store.write() as tx:
        if final:
            outbox.give_up(tx, delivery.number, delivery.attempt, str(error), now)
        else:
            outbox.settle_again(tx, delivery.number, delivery.attempt, now + wait, str(error))
    named = (delivery.number, delivery.channel)
    if final:
        log.error("delivery No. %d on %s is given up: %s", *named, error)
    else:
        log.warning("delivery No. %d on %s: %s; next try in %d s", *named, error, wait.total_seconds())


def _refused_for_good(parts: Parts, delivery: Delivery, error: DeliveryError) -> None:
    """The channel goes off, its messages stay due, and somebody is told on another one.

    The message itself is put behind the others: should it be at fault after all, the next try is made with another.
    """
    now = parts.clock()
    try_at = now + parts.patience.try_again
    with parts.store.write() as tx:
        outbox.settle_again(tx, delivery.number, delivery.attempt, try_at, str(error))
        if accounts.put_off(tx, delivery.channel, str(error), now, try_at):
            tell_of_channel(parts, tx, delivery.channel, str(error), now.isoformat())
    log.error("channel %s is off, delivery No. %d waits: %s", delivery.channel, delivery.number, error)


def _partly_sent(parts: Parts, delivery: Delivery, error: DeliveryError) -> None:
    """Settled: sending it again helps nobody. Told once a day, as long as it is so."""
    now = parts.clock()
    with parts.store.write() as tx:
        outbox.settle_sent(tx, delivery.number, delivery.attempt, now, str(error))
        accounts.put_on(tx, delivery.channel, now, now + parts.patience.lease)
        tell_of_channel(parts, tx, delivery.channel, str(error), f"{now:%Y-%m-%d}")
    log.error("delivery No. %d on %s: %s", delivery.number, delivery.channel, error)
