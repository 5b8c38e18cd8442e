"""Proof that the monitor watches: the canary's runs, and until when what each recipient asked for could be seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.records.reading import Place

# Where a canary's report can be stopped, in the order of its way.
Stage = Literal["feed", "parser", "classifier", "places", "database", "outbox", "channel"]


@dataclass(frozen=True, slots=True)
class Beat:
    """One run of the canary. `failed`: the stage that stopped it, "" while it runs and when none did."""

    number: int  # 0: the database did not even take its beginning
    begun_at: datetime
    ended_at: datetime | None = None
    failed: Stage | Literal[""] = ""
    reason: str = ""
    switch: str = ""  # why the dead-man's switch outside was not reached, "" if it was or there is none

    @property
    def is_good(self) -> bool:
        return self.ended_at is not None and not self.failed


@dataclass(frozen=True, slots=True)
class Sight:
    """Until when what a recipient asked for could be seen. `unseen`: slugs of places, () for all of it."""

    recipient: str
    seen_until: datetime
    blind_since: datetime | None = None  # nothing was read since then, and they are told so
    resumed_at: datetime | None = None  # sources are read again, and what was missed is being caught up
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blindness:
    """Hours in which nothing could be seen. `places`: (): nothing of all that the recipient asked for."""

    since: datetime
    until: datetime | None = None  # None: it lasts
    places: tuple[Place, ...] = ()
    reports: int = 0  # of that time, read late
    flagged: int = 0  # of those
    lost: int = 0  # feeds of which entries may be lost for good


@dataclass(frozen=True, slots=True)
class OddFeed:
    """It is read, and something about it wants mending. `silent`: nothing new since then, else: it has moved."""

    outlet: str
    silent: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What speaks for the silence of a day, or against it."""

    canary_at: datetime | None  # the last one that came through; None: none so far
    canary_failed: bool = False  # none came through since then though one should have
    sent: tuple[tuple[str, datetime | None], ...] = ()  # channel of the recipient, last real message taken there
    odd: tuple[OddFeed, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulse:
    """What one process of a running monitor says of itself, from a thread beside its work. Counts: since it began."""

    at: datetime
    started_at: datetime
    ticked_at: datetime | None = None  # when its timer last did something
    jumped_at: datetime | None = None  # when the clock last differed from the time that passed
    jumped_by: float = 0.0  # seconds
    canary: str = ""  # what stopped the last canary, also where the database did not take that
    canary_at: datetime | None = None  # when that one was begun; another worker's may have come through since
    name: str = ""  # its machine, and its number there
    ended: bool = False  # it was asked to stop, and did
    polls: int = 0
    failures: int = 0  # of polls
    reports: int = 0
    flagged: int = 0
    alerts: int = 0
    kills: int = 0  # of parsers


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that health has to say. `red`: silence must not be trusted until it is mended. `feed`: the one that it
    is about, "" where it is about more."""

    check: str
    says: str
    since: datetime | None
    mend: str
    red: bool = True
    feed: str = ""
