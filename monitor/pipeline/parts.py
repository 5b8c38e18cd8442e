"""What the journeys work with, and the one act they share: owing an alert to people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.channels import Channel
from monitor.classifier import Classifier
from monitor.http import HttpClient
from monitor.records import Alert
from monitor.settings import Settings
from monitor.sources import Source, Workers
from monitor.store import Store, Transaction, outbox

Backlog = Literal["alert", "summary", "ignore"]


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
