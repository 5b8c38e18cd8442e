"""What the journeys work with, and the one act they share: owing an alert to people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from monitor.channels import Channel
from monitor.channels.limits import Pace
from monitor.classifier import Classifier
from monitor.http import HttpClient
from monitor.records import Alert
from monitor.settings import Settings
from monitor.sources import Source, Workers
from monitor.store import Store, Transaction, outbox

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


def announce(parts: Parts, tx: Transaction, alert: Alert, to: Iterable[tuple[str, str]], *, held: str = "") -> bool:
    """Write the alert and what it makes owed; False when its occasion was told before. `held`: why it waits."""
    number = outbox.announce(tx, alert, held)
    if number is None:
        return False
    now = parts.clock()
    for recipient, channel in () if held else to:
        person = parts.settings.recipients[recipient]
        outbox.owe(tx, number, recipient, channel, languages=person.languages, zone=person.zone, due_at=now, now=now)
    return True
