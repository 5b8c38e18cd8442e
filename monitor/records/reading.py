"""The nouns that cross a stage: frozen, importing nothing of ours. Times are aware and UTC, spans half-open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

EventType = Literal["siege", "reinforcements", "failed_talks"]
EasingType = Literal["agreement", "withdrawal"]
Label = Literal["siege", "reinforcements", "failed_talks", "agreement", "withdrawal"]
ReportState = Literal["flagged", "uncertain", "clear", "not_covered", "error"]
SightingState = Literal["now", "past", "denied", "feared", "demanded", "lifted", "planned", "figurative", "elsewhere"]
Field = Literal["title", "text"]
Found = Literal["sentence", "earlier", "dateline", "title", "region"]
DecisionKind = Literal["new", "escalation", "confirmation", "repeat", "contradiction", "easing", "too_old"]
AlertKind = Literal["new", "escalated", "corroborated", "eased", "all_clear", "corrected", "summary", "test", "notice"]
Grade = Literal["unconfirmed", "corroborated", "confirmed", "refuted"]
Verdict = Literal["confirm", "false_alarm", "wrong_type", "wrong_place", "not_current", "duplicate", "unsure"]

EVENT_TYPES: tuple[EventType, ...] = ("siege", "reinforcements", "failed_talks")
EASING_TYPES: tuple[EasingType, ...] = ("agreement", "withdrawal")
LABELS: tuple[Label, ...] = (*EVENT_TYPES, *EASING_TYPES)


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


@dataclass(frozen=True, slots=True)
class FeedRead:
    """What one reading of a feed gave. `memory` is what the source wants back next time (validators, body hash)."""

    entries: tuple[Entry, ...]
    memory: Mapping[str, str]
    changed: bool  # False: 304 or the same bytes as last time; entries is then ()
    note: str = ""  # one sentence for the feed's row when something is odd but readable
    title: str = ""  # the feed's own title
    poll_after: float | None = None  # seconds the publisher asks for (TTL, Cache-Control), not yet bounded


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


@dataclass(frozen=True, slots=True)
class Situation:
    """One story at one place. (place, number) is unique; `tracks` maps a label to the time it was last reported."""

    place: str  # slug
    number: int
    opened_at: datetime  # time of its earliest report
    last_report_at: datetime
    closed_at: datetime | None = None
    tracks: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.place}-{self.number}"


@dataclass(frozen=True, slots=True)
class Telling:
    """One report of a situation as a witness: who speaks in it. Tellings with different `source` are independent."""

    report_key: str
    outlet: str
    source: str  # the agency or network it quotes, else its outlet, else that of the report it copies
    copy_of: str  # key of the report that it repeats, "" if its words are its own
    reason: str  # how that was found, one clause
    types: tuple[str, ...]  # labels that it reports
    at: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many independent sources report a label in a situation, before a report and with it, and how many outlets."""

    before: int
    sources: int
    outlets: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What one report means for the ledger. `new_types` are the event types this situation had not shown before."""

    kind: DecisionKind
    situation: Situation  # as it is after this report
    new_types: tuple[EventType, ...]
    reason: str
    rests_on: tuple[str, ...]  # report keys


@dataclass(frozen=True, slots=True)
class Quote:
    """What an alert quotes: verbatim, in the source's language, with its source."""

    text: str
    language: str
    outlet: str
    url: str
    said_by: str  # whom the sentence itself names as its origin ("SOHR"), "" if nobody


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to be told once. `occasion` is unique; all that a message needs is here, nothing is looked up later."""

    occasion: str  # situation:kind:type:step
    situation: str  # situation key; "" for summary and test
    kind: AlertKind
    types: tuple[EventType, ...]
    grade: Grade
    place: Place | None
    probability: float
    report_key: str
    quotes: tuple[Quote, ...]  # at most two sentences
    published_at: datetime | None
    seen_at: datetime
    occasions: tuple[str, ...] = ()  # all that this one message tells, its own first
    lines: tuple["Alert", ...] = ()  # summary only: the alerts it lists
    read_note: str = ""
    sources: int = 1  # independent ones that report it by now
    outlets: int = 1
    feeds_read: int = 0  # summary only
    reports_read: int = 0  # summary only
    feeds_failed: int = 0  # summary only: those that could not be read so far
    limited: bool = False  # summary only: the recipient's rules leave out places, types or grades
    channel: str = ""  # notice only: the channel that refuses; read_note says why


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one recipient on one channel. The message shows `number`; `attempt` is the fencing token."""

    number: int
    alert: Alert
    recipient: str
    channel: str
    languages: tuple[str, ...]
    zone: str
    attempt: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """How a delivery stands, for the log."""

    number: int
    occasion: str
    recipient: str
    channel: str
    state: Literal["due", "sent", "given_up"]
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log: a report, what was thought of it, and what became of it."""

    report: Report
    assessment: Assessment
    situation: str  # key, "" if none
    decision: str  # decision kind, "" if none
    reason: str
    sent: int  # deliveries sent
    reviews: tuple["Review", ...]


@dataclass(frozen=True, slots=True)
class Message:
    """An alert put into words for one recipient. `title` is the first line: it is enough on a lock screen."""

    number: int
    title: str
    text: str  # plain text, first line is the title
    html: str
    facts: Mapping[str, Any]  # the same as JSON, for webhooks and the log channel


@dataclass(frozen=True, slots=True)
class Review:
    """One verdict by a person; append-only."""

    report_key: str
    verdict: Verdict
    note: str
    reviewer: str
    at: datetime
