"""Whether it is our own network that is down: most hosts, asked one after another, cannot be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOKED_BACK = timedelta(hours=1)
_MINUTES = timedelta(minutes=5)
_LOOKED_AT = 5  # hosts, even where their tries lie further apart: what fails is tried more often than what works
_LEAST_MISSED = 3
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
    last: dict[str, bool] = {}
    for each in reversed(within):
        if len(last) >= _LOOKED_AT and now - each.at > _MINUTES:
            break
        last.setdefault(each.host, each.reached)
    missed = sum(not reached for reached in last.values())
    if missed < _LEAST_MISSED or missed < _MOST * len(last):
        return None
    reached_at = max((each.at for each in within if each.reached), default=None)
    failed = [each.at for each in within if not each.reached]
    return min((at for at in failed if reached_at is None or at > reached_at), default=failed[-1])
