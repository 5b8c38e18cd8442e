"""How well a feed is being watched: its course from poll to poll, and the hours in which it was not seen."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Course:
    """How a feed has been going: what its next poll is decided by, beside what its source remembers."""

    read_from: str = ""  # the url of feeds.yaml at its last reading; under another one nothing below is known
    published: tuple[datetime, ...] = ()  # when its latest entries appeared, newest first
    latest: tuple[str, ...] = ()  # digests of the keys of the newest entries seen last
    every: float = 0.0  # seconds to the next poll, as last decided
    trouble: float = 0.0  # weight of its failures in a row
    failing_since: datetime | None = None
    moved_to: str = ""  # where it says, at each poll since `moved_since`, that it has moved for good
    moved_since: datetime | None = None
    address: str = ""  # asked instead of the url; "" while no move has held for long enough
    told: tuple[str, ...] = ()  # what the owner knows to be wrong: failing, refused, gone, silent, moved ADDRESS


NEW_COURSE = Course()


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours of which entries of a feed may never have been seen."""

    feed: str
    from_at: datetime
    until_at: datetime
    noted_at: datetime
    reason: str = ""  # why they could not be had, one clause


@dataclass(frozen=True, slots=True)
class Outage:
    """Hours in which a feed could not be read, or, where `feed` is "", in which this machine had no network."""

    feed: str
    from_at: datetime
    until_at: datetime | None  # None: it lasts
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """The page of a report that could not be fetched and is to be asked for again."""

    report_key: str
    date_note: str  # what remains to be said of the report once its page is read
    tries: int
    since: datetime
