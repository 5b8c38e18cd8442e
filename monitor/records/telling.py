"""From situation to message and review."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from monitor.records.daily import Digest
from monitor.records.proving import Blindness
from monitor.records.reading import Assessment, Place, Report
from monitor.records.vocabulary import AlertKind, DecisionKind, EventType, Grade, Level, Verdict


@dataclass(frozen=True, slots=True)
class Situation:
    """One story at one place. (place, number) is unique; `tracks` maps a label to the time it was last reported.

    `states` maps a track (siege, reinforcements, talks) to how it stands; `within`: slugs of the places around its own.
    """

    place: str  # slug
    number: int
    opened_at: datetime  # time of its earliest report
    last_report_at: datetime
    closed_at: datetime | None = None
    tracks: Mapping[str, datetime] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    level: Level = "watch"
    within: tuple[str, ...] = ()

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
class Step:
    """One step in the story of a situation: since when a track stands so, and who said it first."""

    at: datetime
    track: str
    state: str
    outlet: str
    report_key: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to be told once. `occasion` is unique; all that a message needs is here, nothing is looked up later."""

    occasion: str  # situation:kind:type:step
    situation: str  # situation key; "" for summary and test
    kind: AlertKind
    seen_at: datetime
    types: tuple[EventType, ...] = ()
    grade: Grade = "unconfirmed"
    place: Place | None = None
    probability: float = 0.0
    report_key: str = ""
    quotes: tuple[Quote, ...] = ()  # at most two sentences
    published_at: datetime | None = None
    occasions: tuple[str, ...] = ()  # all that this one message tells, its own first
    lines: tuple["Alert", ...] = ()  # summary only: the alerts it lists
    read_note: str = ""
    sources: int = 1  # independent ones that report it by now
    outlets: int = 1
    alone: tuple[EventType, ...] = ()  # of several types those that one source alone reports, beside corroborated ones
    feeds_read: int = 0  # summary only
    reports_read: int = 0  # summary only
    feeds_failed: int = 0  # summary only: those that could not be read so far
    limited: bool = False  # summary only: the recipient's rules leave out places, types or grades
    channel: str = ""  # notice only: the channel that refuses; read_note says why
    feed: str = ""  # notice only: the feed of which something is to be known; read_note says why
    condition: str = ""  # of that feed: failing, refused, gone, moved, silent, back
    level: Level = "watch"
    level_before: Level | None = None  # None: the situation was not known before this report
    states: Mapping[str, str] = field(default_factory=dict)  # of the situation with this report; see Situation
    states_before: Mapping[str, str] = field(default_factory=dict)
    so_far: tuple[Step, ...] = ()  # the latest three steps before this report
    headline: Quote | None = None  # for who wants headlines rather than sentences
    related: tuple[str, ...] = ()  # situations that may be the same story
    silent_since: datetime | None = None  # a siege was last reported there then, in a situation before, and not its end
    only_untold: bool = False  # not for who was told of this situation, unless it settles what one source alone said
    digest: Digest | None = None  # digest only
    blindness: Blindness | None = None  # blind and seeing only
    stands: bool = False  # corrected only: what was told to be wrong was not, the alert stands again


@dataclass(frozen=True, slots=True)
class Links:
    """Where on our pages a message leads. `acknowledge`: needs no login; "" where nothing is to be acknowledged."""

    acknowledge: str = field(repr=False)
    open: str


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
    form: Literal["full", "short"] = "full"
    quote: Literal["sentence", "headline"] = "sentence"
    answers: str = ""  # receipt of the first message of this situation there: what this one is a reply to
    links: Links | None = None  # none without public_url


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
    answers: str = ""  # receipt of the message that it is a reply to


@dataclass(frozen=True, slots=True)
class Taken:
    """The receiver took the message: what it answered, and by what a later message can answer this one ("" if not)."""

    answer: str
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """One verdict by a person; append-only. One that revokes another repeats its verdict and says nothing else."""

    report_key: str
    verdict: Verdict
    note: str
    reviewer: str
    at: datetime
    reason: str = ""  # a code of verdicts.REASONS, "" if none was chosen
    types: tuple[EventType, ...] = ()  # what it does report, where that is another type or was missed
    place: str = ""  # slug of where it does happen
    duplicate_of: str = ""  # key of the report that it repeats
    revokes: int = 0  # number of the review that this one takes back
    number: int = field(default=0, compare=False)  # in the database
