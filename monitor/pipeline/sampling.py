"""Draws each day's sample of unflagged reports."""

import secrets
from datetime import UTC, date, datetime, time, timedelta

from monitor.drawing import draw
from monitor.store import Store, audits, meta

_LOOKS_BACK = 7  # days, of which a sample is still drawn after the monitor was off
_SECRET = "audit secret"  # noqa: S105  # nosec B105  # the name of a row


def draw_samples(store: Store, now: datetime) -> int:
    """Draw of each day that is over and was not drawn so far; how many days that were. Often called, seldom busy."""
    today = now.astimezone(UTC).date()
    wanted = [today - timedelta(days=back) for back in range(_LOOKS_BACK, 0, -1)]
    with store.read() as tx:
        known = audits.days(tx, wanted[0].isoformat())
        secret = meta.get(tx, _SECRET)
    missing = [day for day in wanted if day.isoformat() not in known]
    if missing and not secret:
        with store.write() as tx:
            secret = meta.put_first(tx, _SECRET, secrets.token_hex(16))
    for day in missing:
        with store.read() as tx:
            found = audits.silent(tx, start_of(day), start_of(day + timedelta(days=1)))
        drawn = draw(day.isoformat(), secret or "", found)
        with store.write() as tx:
            audits.keep(tx, day.isoformat(), drawn, now)
    return len(missing)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
