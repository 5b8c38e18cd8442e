"""How often to ask a feed: by its own rhythm and its publisher's wish, within bounds."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

SHORTEST = 60.0  # seconds
# A wish is granted up to here, or up to the feed's own `every` if that is longer: beyond it the monitor would be blind.
LONGEST_WISH = 1800.0
KEPT = 20  # times of publication that are remembered
_NO_TIME = timedelta(0)


def interval(every: float, published: Sequence[datetime], wish: float | None, now: datetime) -> float:
    """Seconds to the next poll: half the usual time between two entries, within bounds. `published`: newest first."""
    own = _usual(published, now)
    seconds = every if own is None else min(max(own / 2, min(SHORTEST, every)), every)
    return max(seconds, min(wish or 0.0, max(LONGEST_WISH, every)))


def spread(seconds: float, chance: float) -> float:
    """A tenth more or less, so that feeds that were started together do not stay together. `chance`: from 0 to 1."""
    return seconds * (0.9 + 0.2 * chance)


def recent(published: Iterable[datetime], now: datetime) -> tuple[datetime, ...]:
    """The latest times, newest first. Those in the future are announcements or mistakes."""
    return tuple(sorted({time for time in published if time <= now}, reverse=True)[:KEPT])


def silence_of(published: Sequence[datetime]) -> timedelta | None:
    """How long the feed has to show nothing new before that is strange; None if its rhythm is not known."""
    if len(published) < 8:
        return None
    gaps = sorted(_gaps(published))
    return max(timedelta(days=3), 6 * gaps[len(gaps) * 9 // 10])


def _usual(published: Sequence[datetime], now: datetime) -> float | None:
    """Seconds between two entries; longer while nothing comes, as at night."""
    if len(published) < 4:
        return None
    usual = median(gap.total_seconds() for gap in _gaps(published))
    return max(usual, max(now - published[0], _NO_TIME).total_seconds() / 4)


def _gaps(published: Sequence[datetime]) -> list[timedelta]:
    return [later - earlier for later, earlier in pairwise(published)]
