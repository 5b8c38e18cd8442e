"""Tells the owner what is wrong with the monitor itself, once when it begins and once when it is over.

What was told is a row, so a restart tells nothing twice; and what comes and goes is one trouble until it stays away.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.pipeline.notices import tell_of_machine
from monitor.pipeline.parts import Parts
from monitor.records import Finding
from monitor.store import Transaction, meta

log = logging.getLogger(__name__)

# Of what else health finds red people are told in words of their own: feeds, channels, being blind.
TOLD = ("canary", "disk", "clock")
OVER_AFTER = timedelta(minutes=10)  # without it; else a disk at its limit would ring all night
_KEPT_EVERY = timedelta(minutes=1)
_ROW = "told_alarms"


@dataclass(frozen=True, slots=True)
class Trouble:
    """It was told that this is wrong since then, and it was last found so then."""

    since: datetime
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be told now. `over`: it is well again."""

    check: str
    since: datetime
    says: str
    over: bool = False


def step(
    troubles: Mapping[str, Trouble], found: Iterable[Finding], now: datetime
) -> tuple[dict[str, Trouble], tuple[Change, ...]]:
    """What is wrong from now on, and what of it is news."""
    red = {each.check: each for each in found if each.red and each.check in TOLD}
    after, changes = dict(troubles), []
    for check, finding in red.items():
        known = troubles.get(check)
        if known is None:
            changes.append(Change(check, now, finding.says))
        after[check] = Trouble(known.since if known else now, now)
    for check in troubles.keys() - red.keys():
        trouble = troubles[check]
        if now - trouble.found_at >= OVER_AFTER or now < trouble.found_at:  # or the clock was set back
            changes.append(Change(check, trouble.since, f"all is well since {trouble.found_at:%H:%M} UTC", over=True))
            del after[check]
    return after, tuple(sorted(changes, key=lambda change: change.check))


def tell_alarms(parts: Parts, found: Iterable[Finding]) -> int:
    """Owe the owner what is news; how many messages. Raises StoreError."""
    findings, now = tuple(found), parts.clock()
    with parts.store.read() as tx:
        before = _kept(tx)
    if not _matters(before, *step(before, findings, now)):
        return 0
    with parts.store.write() as tx:
        meta.lock(tx, _ROW)
        after, changes = step(_kept(tx), findings, now)
        _keep(tx, after)
        return sum(tell_of_machine(parts, tx, _condition(each), each.since, each.says) for each in changes)


def _condition(change: Change) -> str:
    return f"{change.check}_well" if change.over else change.check


def _matters(before: Mapping[str, Trouble], after: Mapping[str, Trouble], changes: Iterable[Change]) -> bool:
    """Whether there is anything to write: another quarter of a minute of the same trouble is not."""
    return any(changes) or any(after[check].found_at - before[check].found_at >= _KEPT_EVERY for check in after)


def _kept(tx: Transaction) -> dict[str, Trouble]:
    rows = json.loads(meta.get(tx, _ROW) or "{}")
    return {check: Trouble(*map(datetime.fromisoformat, times)) for check, times in rows.items()}


def _keep(tx: Transaction, troubles: Mapping[str, Trouble]) -> None:
    rows = {check: [each.since.isoformat(), each.found_at.isoformat()] for check, each in troubles.items()}
    meta.put(tx, _ROW, json.dumps(rows))
