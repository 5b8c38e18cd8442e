"""Our own network as the polls find it: while it is down no feed is to blame, and the first answer wakes all.

Kept in memory: at a start nothing is known, and the first tries tell. What has to last stands in the feeds' rows.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from monitor import polling
from monitor.records import FeedState

PROBED_EVERY = timedelta(minutes=1)  # by one feed, while it is down
WAITS = timedelta(minutes=30)  # the others, unless somebody answers before
_CHRONIC = 3  # failures in a row: that such a feed cannot be reached says nothing of our network
_MOST_TRIES = 2_000


@dataclass(frozen=True, slots=True)
class Down:
    """Our network is down `since` then. `blamed`: feeds as they stood before they were taken to fail by themselves."""

    since: datetime
    due_at: datetime  # when the feed that failed last is to be tried again
    blamed: Mapping[str, FeedState]


class Network:
    """Shared by all polls of the process. Of feeds on this machine or beside it nothing is concluded."""

    def __init__(self) -> None:
        self._lock = Lock()  # polls note what came of them in threads
        self._tries: deque[polling.Try] = deque(maxlen=_MOST_TRIES)
        self._blamed: dict[str, FeedState] = {}
        self._waiting: set[str] = set()
        self._missed_since: datetime | None = None  # the first try that failed since anybody answered
        self._since: datetime | None = None
        self._probe_at: datetime | None = None
        self._is_known = False

    def missed(self, address: str, state: FeedState, now: datetime) -> Down | None:
        """The feed was tried and nobody answered; None if that is taken to be its own fault."""
        host = polling.far_host(address)
        if not host:
            return None
        with self._lock:
            if state.failures < _CHRONIC:
                self._missed_since = self._missed_since or now
                self._tries.append(polling.Try(now, host, reached=False))
                if polling.down_since(self._tries, now):
                    self._since = self._since or self._missed_since
            if self._since is None:
                self._blamed.setdefault(state.name, state)
                return None
            blamed, self._blamed = self._blamed, {}
            self._waiting |= {state.name, *blamed}
            return Down(self._since, self._next(now), blamed)

    def reached(self, address: str, now: datetime) -> frozenset[str] | None:
        """Somebody answered: the feeds to wake, until `is_up`; None if nothing was known to be down."""
        host = polling.far_host(address)
        if not host:
            return None
        with self._lock:
            self._tries.append(polling.Try(now, host, reached=True))
            self._blamed.clear()
            self._missed_since = None
            return None if self._is_known and self._since is None else frozenset(self._waiting)

    def is_up(self) -> None:
        """What `reached` told has been written down."""
        with self._lock:
            if self._since:
                answered = [each for each in self._tries if each.reached]
                self._tries = deque(answered, maxlen=_MOST_TRIES)
            self._since, self._is_known = None, True
            self._waiting.clear()

    def _next(self, now: datetime) -> datetime:
        if self._probe_at is None or now >= self._probe_at:
            self._probe_at = now + PROBED_EVERY
            return self._probe_at
        return now + WAITS
