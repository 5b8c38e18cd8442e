"""What one message tells in one language: the alert's facts cleaned, named and dated, ready for the templates. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.channels import when
from monitor.channels.quoting import clean, defuse, foreign, is_rtl, isolate, link
from monitor.channels.story import Story, story
from monitor.records import EASING_TYPES, EVENT_TYPES, WIDE, Alert, Delivery, Place, Quote
from monitor.text.attribution import name_in, same_source

_CLEAR_FROM = 0.8
QUOTE_LIMIT = 500
_EARLIEST_YEAR = 1990  # a date before it is a default of some feed software, not news


@dataclass(frozen=True, slots=True)
class ToldQuote:
    """One evidence sentence. `text` has no isolates of its own: what surrounds it sets its direction."""

    text: str
    language: str
    rtl: bool
    outlet: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """The names that the templates use. All strings are safe to print; "" where there is nothing to say."""

    kind: str
    types: tuple[str, ...]
    easing: tuple[str, ...]
    grade: str
    place: str
    place_elsewhere: str  # its name in the other language
    place_kind: str
    point: str
    said_by: str
    outlet: str
    url: str
    published: str
    read: str
    read_after: str
    age: str  # only when the report was read late
    match: str
    number: int
    attempt: int
    situation: str
    report: str
    quotes: tuple[ToldQuote, ...] = ()
    lines: tuple["Told", ...] = ()
    situations: str = ""
    feeds: str = ""
    reports: str = ""
    note: str = ""
    channel: str = ""
    feed: str = ""
    condition: str = ""
    failed: str = ""  # "3 feeds", when so many could not be read
    limited: bool = False
    sources: str = ""  # "2 independent sources", only when there is more than one
    outlets: str = ""
    alone: tuple[str, ...] = ()  # types that one source alone reports, where another is corroborated
    doubtful: bool = False  # several sources say so, none of them clearly
    story: Story | None = None
    stands: bool = False  # a correction was wrong, the alert stands again
    blind: object = None  # ToldBlindness, of blind and seeing only


def tell(delivery: Delivery, language: str) -> Told:
    """The delivery's alert in that language; the lines of a summary told like alerts, one for each situation."""
    alert = delivery.alert
    lines = tuple(_told(line, delivery, language) for line in _by_situation(alert.lines))
    return replace(
        _told(alert, delivery, language),
        lines=lines,
        situations=when.counted(len(lines), "situation", language),
        feeds=when.counted(alert.feeds_read, "feed", language),
        reports=when.counted(alert.reports_read, "report", language),
        failed=when.counted(alert.feeds_failed, "feed", language) if alert.feeds_failed else "",
        limited=alert.limited,
        note=foreign(alert.read_note, language, QUOTE_LIMIT),
        channel=foreign(alert.channel, language),
        feed=foreign(alert.feed, language),
        condition=alert.condition,
    )


def published_at(alert: Alert) -> datetime | None:
    return alert.published_at if alert.published_at and alert.published_at.year >= _EARLIEST_YEAR else None


def match(probability: float) -> str:
    """How surely a text reports an event, not whether it is true. The pages say it of reports, in their languages."""
    return "clear match" if probability >= _CLEAR_FROM else "likely match"


def _told(alert: Alert, delivery: Delivery, language: str) -> Told:
    first = alert.quotes[0] if alert.quotes else Quote("", "", "", "", "")
    quotes = (alert.headline,) if delivery.quote == "headline" and alert.headline else alert.quotes[:2]
    said_by = "" if same_source(first.said_by, first.outlet) else first.said_by
    published = published_at(alert)
    after = alert.seen_at - published if published else None
    place = alert.place
    return Told(
        kind=alert.kind,
        types=tuple(event for event in EVENT_TYPES if event in alert.types),
        easing=_easing(alert),
        grade=alert.grade,
        place=foreign(place_name(place, language), language),
        place_elsewhere=foreign(place_name(place, "en" if language == "ar" else "ar"), language),
        place_kind=place.kind if place else "",
        point=_point(place, language),
        said_by=foreign(name_in(said_by, language), language),
        outlet=foreign(name_in(first.outlet, language), language),
        url=link(first.url),
        published=when.moment(published, delivery.zone, language) if published else "",
        read=when.moment(alert.seen_at, delivery.zone, language),
        read_after=when.age(after, language) if after is not None and after.total_seconds() >= 0 else "",
        age=when.age(after, language) if after is not None and after >= when.LATE else "",
        match=match(alert.probability),
        number=delivery.number,
        attempt=delivery.attempt,
        situation=foreign(alert.situation, language),
        report=foreign(alert.report_key, language),
        quotes=tuple(_quote(quote, language) for quote in quotes if clean(quote.text)),
        sources=when.counted(alert.sources, "independent source", language) if alert.sources > 1 else "",
        outlets=when.counted(alert.outlets, "outlet", language),
        alone=tuple(event for event in EVENT_TYPES if event in alert.alone and alert.grade == "corroborated"),
        doubtful=alert.sources > 1 and alert.grade == "unconfirmed",
        story=story(alert, language),
        stands=alert.stands,
    )


def _quote(quote: Quote, language: str) -> ToldQuote:
    text = defuse(clean(quote.text, QUOTE_LIMIT))
    code = quote.language if re.fullmatch("[a-z]{2,3}", quote.language) else "und"
    return ToldQuote(text, code, is_rtl(text), foreign(name_in(quote.outlet, language), language), link(quote.url))


def place_name(place: Place | None, language: str) -> str:
    if place is None:
        return ""
    return place.arabic or place.name if language == "ar" else place.name or place.arabic


def _point(place: Place | None, language: str) -> str:
    if place is None or place.lat is None or place.lon is None or place.kind in WIDE:
        return ""  # the middle of a region is not where it happened
    return isolate(f"{place.lat:.4f}N {place.lon:.4f}E", rtl=language == "ar")


def _easing(alert: Alert) -> tuple[str, ...]:
    """The easing types of an alert stand only in its occasions (situation:kind:type:step)."""
    named = {part for occasion in (alert.occasion, *alert.occasions) for part in occasion.split(":")[2:3]}
    return tuple(label for label in EASING_TYPES if label in named)


def _by_situation(lines: Sequence[Alert]) -> list[Alert]:
    """Newest first; what belongs to one situation in one line, with all its types."""
    newest = sorted(lines, key=lambda line: published_at(line) or line.seen_at, reverse=True)
    together: dict[str, Alert] = {}
    for line in newest:
        key = line.situation or line.occasion
        if key in together:
            types = tuple(event for event in EVENT_TYPES if event in {*together[key].types, *line.types})
            together[key] = replace(together[key], types=types)
        else:
            together[key] = line
    return list(together.values())
