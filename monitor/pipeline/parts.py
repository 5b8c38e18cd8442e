"""What the journeys work with, and the act they share: owing an alert to people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from monitor import rules
from monitor.channels import Channel
from monitor.channels.limits import Pace
from monitor.classifier import Classifier
from monitor.http import HttpClient
from monitor.pipeline.gathering import Gathering
from monitor.pipeline.leaving import LeftAlone
from monitor.pipeline.network import Network
from monitor.pipeline.serving import Serving
from monitor.records import Alert
from monitor.rules.escalating import asks_at
from monitor.settings import Settings
from monitor.sources import Source, Workers
from monitor.store import Store, Transaction, acknowledgements, hearing, outbox, silences, withheld
from monitor.store import channels as accounts

Backlog = Literal["alert", "summary", "ignore"]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a delivery in hand belongs to who claimed it, and how often and how long it is tried."""

    lease: timedelta = timedelta(seconds=60)  # longer than any channel may take
    give_up_after: timedelta = timedelta(days=1)
    try_again: timedelta = timedelta(hours=1)  # a channel that refuses for good
    waits: tuple[float, ...] = (10, 30, 60, 120, 300, 600, 1800)  # seconds after each attempt; the last one repeats


@dataclass(frozen=True, slots=True)
class Parts:
    """Built once by the service. `clock` gives the aware UTC time; `backlog` is what a feed's first reading does."""

    settings: Settings
    store: Store
    classifier: Classifier
    http: HttpClient
    workers: Workers  # processes that parse feeds and pages
    sources: Mapping[str, Source]  # by the kind of a feed
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    backlog: Backlog = "summary"
    marked_test: bool = False  # a demonstration: every message begins TEST
    pace: Pace = field(default_factory=Pace)  # the limits of the channels, shared by all senders
    patience: Patience = Patience()
    network: Network = field(default_factory=Network)  # as the polls of this process find it
    left_alone: LeftAlone = field(default_factory=LeftAlone)  # pages that their servers want nobody to ask for now
    ends: Gathering[Any] = field(default_factory=Gathering)  # of polls without news, to be written down together
    unsettled: set[str] = field(default_factory=set)  # feeds whose poll ended while the database was away
    canaries: Mapping[str, Channel] = field(default_factory=dict)  # by channel: its own target for the canary
    serving: Serving | None = None  # None: the classifier stays the one that it is


def announce(parts: Parts, tx: Transaction, alert: Alert, *, held: str = "") -> bool:
    """Write the alert and what the rules make of it for each recipient; False when its occasion was told before.

    `held`: why it waits. What is granted and not owed is written down as withheld, for the next digest.
    """
    number = outbox.announce(tx, alert, held)
    if number is None:
        return False
    if held:
        return True
    now, settings = parts.clock(), parts.settings
    told = hearing.told(tx, alert.situation)
    granted = rules.granted(alert, settings.rules, told)
    pushes = {name: _pushes(parts, tx, name) for name in granted}
    quiet = acknowledgements.quiet(tx, alert.situation, granted)
    heard = rules.Heard(told, quiet, pushes, silences.active(tx, now))
    for each in rules.owing(alert, settings.rules, settings.recipients, heard, now):
        if isinstance(each, rules.Owed):
            for channel in each.channels:
                owe(parts, tx, number, each.recipient, channel, due_at=each.due_at)
        else:
            withheld.keep(tx, number, each.recipient, reason=each.reason, silence_id=each.silence_id, now=now)
    return True


def announce_to(
    parts: Parts, tx: Transaction, alert: Alert, to: Iterable[tuple[str, str]], due_at: datetime | None = None
) -> bool:
    """Write an alert that is meant for these (recipient, channel) and nobody else; False when it was told before."""
    number = outbox.announce(tx, alert)
    if number is None:
        return False
    for recipient, channel in to:
        owe(parts, tx, number, recipient, channel, due_at=due_at or parts.clock())
    return True


def owe(parts: Parts, tx: Transaction, number: int, recipient: str, channel: str, *, due_at: datetime) -> None:
    """Owe an announced alert, in the words and the form that the recipient and the channel ask for."""
    person = parts.settings.recipients[recipient]
    way = parts.settings.channels.get(channel)
    down = bool(way and way.broken) or channel in accounts.off(tx)
    outbox.owe(
        tx,
        number,
        recipient,
        channel,
        languages=person.languages,
        zone=person.zone,
        due_at=due_at,
        now=parts.clock(),
        form=(way.form if way else None) or person.form,
        quote=person.quote,
        next_channel_at=asks_at(person, channel, due_at, down=down),
    )


def _pushes(parts: Parts, tx: Transaction, recipient: str) -> list[datetime]:
    """Those that may fall on the day of a message owed now; with several workers one may be missed by the other."""
    if parts.settings.recipients[recipient].max_per_day is None:
        return []
    # what is sent today was owed at most a night of quiet hours and a day of trying ago
    return hearing.pushes(tx, recipient, rules.PUSHES, parts.clock() - timedelta(days=3))
