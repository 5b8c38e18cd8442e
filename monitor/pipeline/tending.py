"""What has to be done from time to time whoever drives the monitor, one process or many. Often called, seldom busy."""

from datetime import datetime, timedelta

from monitor.pipeline.digest import tell_digests
from monitor.pipeline.parts import Parts
from monitor.pipeline.retire import retire
from monitor.pipeline.sampling import draw_samples
from monitor.pipeline.seeing import tell_sight
from monitor.pipeline.summary import tell_what_stands
from monitor.store import feeds, meta

EVERY = 60.0  # seconds between two calls
RETIRES_EVERY = timedelta(hours=1)
_RETIRED = "texts were last retired"


def tend(parts: Parts, began_at: datetime) -> None:
    """`began_at`: when the caller began to watch. Raises StoreError; what was not reached is done at the next call."""
    with parts.store.write(lasts=False) as tx:
        feeds.set_right(tx, parts.clock())
    tell_sight(parts, began_at)
    tell_digests(parts)
    tell_what_stands(parts)
    draw_samples(parts.store, parts.clock())
    if _it_is_time_to_retire(parts):
        retire(parts)


def _it_is_time_to_retire(parts: Parts) -> bool:
    """Of several who ask at once one is told so: two would put the same texts into the archive."""
    keep = parts.settings.keep
    if keep.text is None and keep.listed_text is None:
        return False
    now = parts.clock()
    with parts.store.read() as tx:
        if not _is_over(meta.get(tx, _RETIRED), now):
            return False
    with parts.store.write() as tx:
        meta.lock(tx, _RETIRED)
        mine = _is_over(meta.get(tx, _RETIRED), now)
        if mine:
            meta.put(tx, _RETIRED, now.isoformat())
    return mine


def _is_over(last: str | None, now: datetime) -> bool:
    """A clock that was set back must not put it off for longer than an hour."""
    return last is None or abs(now - datetime.fromisoformat(last)) >= RETIRES_EVERY
