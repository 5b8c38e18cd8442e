"""What a daily digest tells, and what was agreed not to be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.records.proving import Proof
from monitor.records.reading import Place
from monitor.records.vocabulary import EventType, Level


@dataclass(frozen=True, slots=True)
class Silence:
    """An agreement to say nothing of something for a time. Empty `places`, `types` or `situation` mean any."""

    id: int
    author: str
    reason: str
    recipient: str  # "" for everybody
    places: tuple[str, ...]  # slugs
    types: tuple[EventType, ...]
    situation: str
    starts_at: datetime
    ends_at: datetime
    ended_by: str = ""  # who ended it before its time, "" for nobody


@dataclass(frozen=True, slots=True)
class Story:
    """A situation as a digest lists it."""

    situation: str
    place: Place | None
    types: tuple[EventType, ...]
    states: Mapping[str, str]
    level: Level
    opened_at: datetime
    last_report_at: datetime
    is_new: bool = False  # first heard of since the last digest
    ended: Literal["", "over", "unheard", "by_hand"] = ""  # unheard: nothing new was reported for three days


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A report that made no alert by itself, as a digest lists it."""

    report_key: str
    title: str
    language: str
    outlet: str
    url: str
    place: Place | None
    at: datetime  # published, else first seen


@dataclass(frozen=True, slots=True)
class Unread:
    """A feed of which there is no view at the moment."""

    outlet: str
    since: datetime | None  # last read; None: never


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why one of the alerts that a digest lists was not sent by itself: "limit", "silence" or "acknowledged"."""

    occasion: str
    reason: str
    silence_id: int | None


@dataclass(frozen=True, slots=True)
class Digest:
    """One day for one recipient. What was withheld stands in the alert's `lines`; `withheld` says why.

    Every list may be cut; the number beside it says how many there were.
    """

    since: datetime
    open: tuple[Story, ...] = ()
    closed: tuple[Story, ...] = ()
    uncertain: tuple[Mentioned, ...] = ()
    not_covered: tuple[Mentioned, ...] = ()
    unread: tuple[Unread, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    open_count: int = 0
    closed_count: int = 0
    uncertain_count: int = 0
    not_covered_count: int = 0
    unread_count: int = 0
    withheld_count: int = 0
    feeds: int = 0  # that are switched on
    feeds_read: int = 0  # within the last hour
    feeds_waiting: int = 0  # not, because their time has not come yet
    proof: Proof | None = None
    critical: int = 0  # open ones at that level or above
