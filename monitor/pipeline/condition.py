"""Gathers what health is judged by: from the rows, the disk, and what the running monitor says of itself."""

import json
import shutil
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Literal

from monitor import health
from monitor.health import Facts
from monitor.pipeline import serving
from monitor.records import Finding, Pulse
from monitor.settings import Settings
from monitor.store import Store, Transaction, backlog, beats, feeds, gaps, meta
from monitor.store import channels as accounts

Depth = Literal["red", "findings", "feeds"]  # only what is red; all that is to be said; and how each feed stands
_PULSE = "pulse"  # the beginning of their names: one row for each process
_FIELDS = frozenset(each.name for each in fields(Pulse))


def condition(
    store: Store, settings: Settings, now: datetime, pulse: Pulse | None = None, depth: Depth = "feeds"
) -> tuple[Facts, tuple[Finding, ...]]:
    """`pulse`: of this process; None: as the running one last wrote it down."""
    found = facts(store, settings, now, pulse, depth)
    return found, health.judge(found, settings)


def facts(store: Store, settings: Settings, now: datetime, pulse: Pulse | None = None, depth: Depth = "feeds") -> Facts:
    late = now - health.ASKED_WITHIN
    with store.read() as tx:
        lasting = [each for each in gaps.outages(tx, "", since=now) if each.until_at is None]
        oldest = backlog.oldest(tx, now)
        kept = kept_pulses(tx)
        own = pulse or (kept[0] if kept else None)
        return Facts(
            now=now,
            feeds=feeds.states(tx) if depth == "feeds" else feeds.ailing(tx, late, remarked=depth == "findings"),
            owed=health.Owed(*oldest) if oldest else None,
            off=accounts.off_since(tx),
            offline=lasting[0] if lasting else None,
            last_good=beats.last_good(tx),
            last=beats.last_ended(tx),
            sent=backlog.last_sent(tx) if depth != "red" else {},
            free=_free(settings),
            pulse=own,
            beside=tuple(each for each in kept if own and each.name != own.name),
            model=serving.trouble(tx),
        )


def keep_pulse(store: Store, pulse: Pulse) -> None:
    values = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(pulse).items()
    }
    with store.write() as tx:
        meta.put(tx, f"{_PULSE} {pulse.name}", json.dumps(values))
        for row, each in _pulses(tx).items():
            if pulse.at - each.at > health.TOLD_OF_END:
                meta.drop(tx, row)


def kept_pulses(tx: Transaction) -> list[Pulse]:
    """Of all processes that were at work lately, the latest first."""
    return sorted(_pulses(tx).values(), key=lambda each: each.at, reverse=True)


def _pulses(tx: Transaction) -> dict[str, Pulse]:
    return {row: _pulse(json.loads(value)) for row, value in meta.beginning(tx, _PULSE).items()}


def _pulse(kept: dict[str, Any]) -> Pulse:
    """Without what a newer version may say beside it: while machines are brought up to date both are at work."""
    values = {name: value for name, value in kept.items() if name in _FIELDS}
    times = {name: datetime.fromisoformat(value) for name, value in values.items() if name.endswith("at") and value}
    return Pulse(**{**values, **times})


def _free(settings: Settings) -> int | None:
    try:
        return shutil.disk_usage(settings.data_dir).free
    except OSError:
        return None
