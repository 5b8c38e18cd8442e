"""Whether it is our own network that is down: most hosts, asked one after another, cannot be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOKED_BACK = timedelta(hours=1)
_MINUTES = timedelta(minutes=5)
_LEAST_TRIES = 5  # looked at even where they lie further apart
_LEAST_HOSTS = 3
_MOST = 0.8


@dataclass(frozen=True, slots=True)
class Try:
    """A feed on that host was asked, which had not been failing for long."""

    at: datetime
    host: str
    reached: bool  # whether anybody answered, whatever the answer


def down_since(tries: Sequence[Try], now: datetime) -> datetime | None:
    """When the first of them failed; None if our network seems to be up. `tries`: in order of time."""
    within = [each for each in tries if now - each.at <= LOOKED_BACK]
    few = max(_LEAST_TRIES, sum(now - each.at <= _MINUTES for each in within))
    last = {each.host: each.reached for each in within[-few:]}
    missed = sum(not reached for reached in last.values())
    if missed < _LEAST_HOSTS or missed < _MOST * len(last):
        return None
    reached_at = max((each.at for each in within if each.reached), default=None)
    failed = [each.at for each in within if not each.reached]
    return min((at for at in failed if reached_at is None or at > reached_at), default=failed[-1])
