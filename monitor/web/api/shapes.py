"""What the API answers with. Times are ISO 8601 in UTC; a list is a page of `items` and the cursor of the next one."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field

from monitor.records import AlertKind, Grade, Label, Level, Verdict
from monitor.records.people import Role

T = TypeVar("T")


class Problem(BaseModel):
    error: Annotated[str, Field(description="What was not understood, not allowed or not there.")]


class PageOf(BaseModel, Generic[T]):
    items: list[T]
    next: Annotated[str | None, Field(description="Give it as `before` to go on; null at the end.")] = None


class Place(BaseModel):
    slug: str
    name: str
    arabic: str
    lat: float | None
    lon: float | None


class Line(BaseModel):
    """One line of the log."""

    key: str
    state: Annotated[str, Field(description="flagged or uncertain")]
    types: list[Label]
    level: Annotated[Level | None, Field(description="Of its situation; null if it belongs to none.")]
    grade: Grade
    review: Annotated[Verdict | None, Field(description="The verdict by which it is taken; null: not reviewed.")]
    situation: str | None
    places: Annotated[list[Place], Field(description="The finest first.")]
    headline: str
    evidence: Annotated[str, Field(description="The sentence that weighs most, verbatim.")]
    language: str
    outlet: str
    feed: str
    url: str
    published: datetime | None
    seen: datetime
    sources: Annotated[int, Field(description="Independent sources that tell of the same in its situation.")]
    outlets: int
    probability: float
    match: Annotated[
        str, Field(description="clear, likely or possible match, or no match: how surely the text reports it")
    ]
    sent_to: Annotated[int, Field(description="People who were sent something that tells of it.")]
    revision: int
    model: str


class Told(BaseModel):
    """One message to one recipient. Addresses are told to nobody."""

    number: int
    occasion: str
    recipient: str
    channel: str
    state: Annotated[str, Field(description="due, sent or given_up")]
    attempts: int
    due: datetime
    sent: datetime | None
    error: str


class Review(BaseModel):
    number: int
    verdict: Verdict
    reason: str
    note: str
    reviewer: str
    at: datetime
    revokes: Annotated[int, Field(description="The number of the review that it takes back, or 0.")]


class Report(BaseModel):
    """One report, listed in the log or not."""

    key: str
    feed: str
    outlet: str
    url: str
    title: str
    text: str
    language: str
    published: datetime | None
    seen: datetime
    revision: int
    note: str
    assessment: Annotated[dict[str, Any], Field(description="As `monitor classify` prints it.")]
    situation: str | None
    decision: Annotated[str | None, Field(description="What it meant for its situation.")]
    reason: str
    reviews: list[Review]
    deliveries: list[Told]


class Newer(BaseModel):
    count: Annotated[int, Field(description="How many lines of the log that fit came since; 100 stands for more, too.")]
    says: Annotated[str, Field(description="The same as a phrase in the reader's language; empty for none.")]


class Situation(BaseModel):
    key: str
    place: Place | None
    level: Level
    opened: datetime
    last_report: datetime
    closed: datetime | None
    states: Annotated[dict[str, str], Field(description="How siege, reinforcements and talks stand.")]
    reported: Annotated[dict[str, datetime], Field(description="When each type was last reported.")]


class Alert(BaseModel):
    number: int
    occasion: str
    situation: str | None
    kind: AlertKind
    types: list[Label]
    level: Level
    grade: Grade
    place: Place | None
    report: str | None
    sources: int
    outlets: int
    seen: datetime
    published: datetime | None
    quotes: list[str]
    held: Annotated[str, Field(description="Why it was owed to nobody; empty if it was.")]


class Feed(BaseModel):
    name: str
    outlet: str
    language: str
    paused: bool
    first_read: datetime | None
    last_read: datetime | None
    last_new: datetime | None
    next_poll: datetime
    failures: int
    error: str
    note: str


class Finding(BaseModel):
    check: str
    says: str
    mend: str
    red: bool


class Coverage(BaseModel):
    healthy: Annotated[bool, Field(description="Whether silence may be trusted.")]
    findings: list[Finding]
    feeds: int
    failing: int
    last_read: datetime | None
    model: str


class Me(BaseModel):
    name: str
    role: Role
    language: str
