"""Failures weighed: what may be over in a minute counts less than what somebody has to mend. Never zero polling."""

from dataclasses import dataclass
from typing import Literal

Weight = Literal["soft", "hard", "gone"]

LONGEST = 6 * 3600.0  # seconds between two tries of a feed that fails
ONCE_GONE = 7 * 86_400.0  # a feed that is gone for good is looked for once a week
LONGEST_ASKED = 86_400.0  # of a Retry-After
FIRST = 300.0  # seconds after a first failure, or the feed's own interval if that is shorter
FIRST_OF_OWN = 10.0  # the same where the monitor was to blame: its database is back in seconds, and no server is spared
TROUBLE: dict[Weight, float] = {"soft": 1.0, "hard": 3.0, "gone": 3.0}  # each 1.0 doubles the wait

OWN = "own"  # kind: the monitor itself was to blame

_UNREACHED = frozenset({"dns", "refused", "timeout"})
_SOFT = frozenset({*_UNREACHED, "tls", "protocol", "encoding", "malformed", "too_slow", "empty", OWN})
_SOFT_STATUS = frozenset({408, 425, 429})
_ASKS_FOR_PATIENCE = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a try failed. `kind` and `status` as in SourceError, or OWN."""

    reason: str
    kind: str
    status: int = 0
    retry_after: float | None = None

    @property
    def patience(self) -> float:
        """Seconds that the server wishes to be left alone for."""
        asked = self.retry_after if self.status in _ASKS_FOR_PATIENCE else None
        return min(asked or 0.0, LONGEST_ASKED)


def weight(trouble: Trouble) -> Weight:
    if trouble.status == 410:
        return "gone"
    if trouble.status:
        return "soft" if trouble.status >= 500 or trouble.status in _SOFT_STATUS else "hard"
    return "soft" if trouble.kind in _SOFT else "hard"


def is_unreached(trouble: Trouble) -> bool:
    """Whether nobody answered at all: then it may be our own network that is down."""
    return trouble.kind in _UNREACHED


def wait(trouble: float, every: float, kind: str) -> float:
    """Seconds to the next try after failures in a row of that weight together, the last of that kind."""
    doublings = min(max(trouble - 1.0, 0.0), 20.0)
    seconds: float = min(every, FIRST_OF_OWN if kind == OWN else FIRST) * 2.0**doublings
    return min(seconds, LONGEST)
