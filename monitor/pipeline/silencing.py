"""What a person does to what is told: silences something for a time, or ends a silence before its time."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import StoreError
from monitor.records import Silence
from monitor.settings import Settings
from monitor.store import Store, silences, situations

LONGEST = timedelta(days=30)  # for longer, the rules are the place


def add(store: Store, settings: Settings, wanted: Silence) -> Silence:
    """The silence with its number, from now on; StoreError when it cannot be meant so. `recipient` "": everybody."""
    _check(settings, wanted)
    with store.write() as tx:
        if wanted.situation and situations.get(tx, wanted.situation) is None:
            raise StoreError(f"no situation has the key {wanted.situation}: `monitor situations list` shows them")
        return replace(wanted, id=silences.add(tx, wanted))


def end(store: Store, number: int, by: str, now: datetime) -> tuple[Silence, bool, int]:
    """(the silence, whether it lasted until now, how many alerts it kept back). StoreError: there is none."""
    with store.write() as tx:
        found = silences.get(tx, number)
        if found is None:
            raise StoreError(f"there is no silence {number}: `monitor silences list --all` shows them")
        return found, silences.end(tx, number, by, now), silences.kept_back(tx, [number])[number]


def _check(settings: Settings, wanted: Silence) -> None:
    if wanted.recipient and wanted.recipient not in settings.recipients:
        known = ", ".join(settings.recipients)
        raise StoreError(f"alerts.yaml has no recipient {wanted.recipient}: say all, or one of {known}")
    if not (wanted.recipient or wanted.places or wanted.types or wanted.situation):
        raise StoreError("this would keep every alert from everybody: name a place, a type or a situation as well")
    if not wanted.reason.strip():
        raise StoreError("a silence needs a reason: --reason says it to whoever asks later")
    if not wanted.starts_at < wanted.ends_at <= wanted.starts_at + LONGEST:
        raise StoreError(f"a silence ends later than it begins, and within {LONGEST.days} days")
