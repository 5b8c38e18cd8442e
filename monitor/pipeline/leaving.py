"""Sites whose article pages are to be left alone for a while, because their servers asked for it.

Kept in memory, as our own network is: after a start the first page there is asked, and the server says it again. That a
page is still to be read, and when, stands in its row.
"""

from datetime import datetime, timedelta
from threading import Lock

from monitor import polling


class LeftAlone:
    """Shared by all polls of the process."""

    def __init__(self) -> None:
        self._lock = Lock()  # pages are noted in the loop, and what is owed of them in threads
        self._until: dict[str, datetime] = {}  # by the address that was asked

    def ask(self, url: str, patience: float, now: datetime) -> None:
        """The server of `url` wishes its folder there to be left alone for so many seconds: for a day at most."""
        until = now + timedelta(seconds=min(patience, polling.LONGEST_ASKED))
        with self._lock:
            self._until = {other: at for other, at in self._until.items() if at > now}
            self._until[url] = max(until, self._until.get(url, until))

    def until(self, url: str, now: datetime) -> datetime | None:
        """Until when this address is not to be asked; None if it may be."""
        with self._lock:
            held = [at for other, at in self._until.items() if at > now and polling.shares(other, url)]
        return max(held, default=None)
