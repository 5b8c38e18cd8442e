"""From feed to assessment. Spans are half-open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.records.vocabulary import EasingType, EventType, Field, Found, Label, ReportState, SightingState
from monitor.records.watching import NEW_COURSE, Course


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as a feed shows it. `key` is its identity in the feed: guid, else normalised URL, else a hash."""

    key: str
    url: str  # "" when the feed gives none
    title: str  # plain text
    summary: str  # plain text of description/summary; "" if none
    content: str  # plain text of content:encoded/content_html; "" if none
    language: str  # as the feed declares, "" if not
    published_at: datetime | None
    date_note: str  # "" or one clause: "dated 3 h in the future", "no date", "date without zone, read as Asia/Damascus"
    fingerprint: str  # hash of title+summary+content: another value under the same key is a new revision
    origin: str = ""  # who said it first, where the source itself tells: the channel that a post was forwarded from
    whole: bool = False  # the source gives the whole text: there is no page behind it to ask for more
    gist: str = ""  # hashes of what it says, where it was parsed to be read for the first time


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What one reading of a feed gave. `memory` is what the source wants back next time (validators, body hash)."""

    entries: tuple[Entry, ...]
    memory: Mapping[str, str]
    changed: bool  # False: 304 or the same bytes as last time; entries is then ()
    note: str = ""  # one sentence for the feed's row when something is odd but readable
    title: str = ""  # the feed's own title
    poll_after: float | None = None  # seconds the publisher asks for (TTL, Cache-Control), not yet bounded
    moved: str = ""  # where the asked address says that it has moved for good
    older: str = ""  # the address of the next older entries, if the feed is known to have one


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the store remembers of a feed: the row `feed`."""

    name: str
    due_at: datetime
    memory: Mapping[str, str]
    failures: int = 0  # in a row
    error: str = ""  # why the last try failed, one sentence; "" when it did not
    note: str = ""  # what was odd about the last good reading
    title: str = ""
    last_try_at: datetime | None = None
    last_read_at: datetime | None = None
    first_read_at: datetime | None = None
    last_new_at: datetime | None = None
    paused: bool = False  # gone from feeds.yaml, or disabled there
    summary_due: bool = False  # read for the first time and not yet told of in a summary
    course: Course = NEW_COURSE


@dataclass(frozen=True, slots=True)
class Report:
    """One report as the monitor reads it. `text` is the best text we have; `summary` is kept beside it."""

    key: str  # short, stable, printable: what `monitor show` takes
    feed: str
    entry_key: str
    url: str
    title: str
    text: str
    text_from: Literal["page", "feed", "title"]  # where `text` comes from; title: nothing but the headline was there
    summary: str
    language: str  # ISO 639-1 or "und"
    published_at: datetime | None
    seen_at: datetime
    note: str = ""  # date note, or why the page gave no text
    revision: int = 1
    fingerprint: str = ""
    origin: str = ""  # as in Entry: who said it first, "" if the source does not tell
    canary: bool = False  # made by the monitor itself, to prove that it watches: nobody is told of it


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the gazetteer. `slug` is its identity ("daraa-al-balad"); `area`: inside the watched governorate."""

    slug: str
    name: str
    arabic: str
    lat: float | None
    lon: float | None
    kind: str  # governorate | region | city | town | village | quarter | post | road ...
    district: str
    area: bool
    parent: str = ""  # slug of the place it is a part of, for quarters
    canary: bool = False  # there is no such place: it exists for the canary's reports alone

    def __hash__(self) -> int:
        return hash(self.slug)  # asked for a hundred times a report; all ten fields would cost a fiftieth of its time


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text, at text[start:end]."""

    place: Place
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """One event type seen in one sentence, whether it counts or not."""

    type: Label
    counts: bool
    state: SightingState
    sentence: str  # verbatim
    field: Field
    start: int
    end: int
    probability: float
    place: Place | None
    found: Found | None
    words: tuple[tuple[str, float], ...]  # up to 8, most weighty first
    why: str  # one sentence


@dataclass(frozen=True, slots=True)
class Sign:
    """What a report says of a place without reporting an event: a siege is threatened, talks are under way."""

    kind: Literal["threatened", "talks"]
    place: Place


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the model says of one report. Field meanings are those of `monitor classify` (README, "The JSON")."""

    report_key: str
    state: ReportState
    types: tuple[EventType, ...]
    easing: tuple[EasingType, ...]
    probability: float
    probabilities: Mapping[str, float]
    in_area: bool
    current: bool
    places: tuple[Place, ...]
    language: str
    sightings: tuple[Sighting, ...]
    model: str  # "name@version"
    signs: tuple[Sign, ...] = ()
