"""The reports with which the monitor proves to itself that it watches: what they say, and if they came through. Pure.

They are made here, in Arabic and English, and begin with TEST in both languages; but what they are is decided by the
mark on their rows, never by their words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from monitor.records import Alert, Assessment, Beat, Entry, Place, Report, Stage
from monitor.settings import Feed
from monitor.settings.models import Canary

CHANNEL = "canary"  # where the proof ends if no channel has a target for it
NAME = "(canary)"  # no feed of anybody's can be called so
LANGUAGES = ("en", "ar")
_MARK = "TEST / تجربة"
_TITLES = {
    "en": "Army encircles {}",
    "ar": "الجيش يحاصر {}",
}
_TEXTS = {
    "en": "Government forces encircled the village of {} and closed every road into it. Residents are kept from "
    "leaving and no flour has come in since morning.",
    "ar": "حاصرت القوات الحكومية قرية {} وأغلقت كل الطرق المؤدية إليها، ومنعت السكان من الخروج، "
    "ولم يدخلها الطحين منذ الصباح.",
}
_NOTES = {
    "en": "This is a test: the monitor wrote this report itself to prove that it watches. There is no such place, and "
    "nothing has happened.",
    "ar": "هذه تجربة: كتب برنامج المراقبة هذا الخبر بنفسه ليثبت أنه يعمل. لا وجود لهذا المكان، ولم يحدث شيء.",
}


class CanaryStoppedError(Exception):
    """The canary's report did not come further than this stage."""

    def __init__(self, stage: Stage, reason: str) -> None:
        super().__init__(reason)
        self.stage = stage
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the canary's feed shows during one run. `token` is this run's alone: an old answer does not pass for it."""

    token: str
    at: datetime
    address: str  # of the feed, without its last part
    place: Place

    def key(self, language: str) -> str:
        return f"{self.token}-{language}"

    def page_url(self, language: str) -> str:
        return f"{self.address}/{self.key(language)}"


def feed_of(sheet: Sheet) -> Feed:
    return Feed.model_construct(name=NAME, url=f"{sheet.address}/feed", outlet=NAME)


def feed_xml(sheet: Sheet) -> str:
    items = "".join(_item(sheet, language) for language in LANGUAGES)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{_MARK}</title>'
        f"<link>{sheet.address}/</link><description>{_MARK}</description>{items}</channel></rss>"
    )


def page_html(sheet: Sheet, language: str) -> str:
    title, direction = escape(_title(sheet, language)), "rtl" if language == "ar" else "ltr"
    paragraphs = "".join(f"<p>{escape(words)}</p>" for words in (text_of(sheet, language), _NOTES[language]))
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>{title}</title>'
        f"</head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


def text_of(sheet: Sheet, language: str) -> str:
    return _TEXTS[language].format(_place(sheet, language))


def read_back(sheet: Sheet, entries: Iterable[Entry]) -> list[Entry]:
    """This run's entries, in the order of LANGUAGES. Raises CanaryStoppedError."""
    found = {entry.key: entry for entry in entries}
    lost = [language for language in LANGUAGES if sheet.key(language) not in found]
    if lost:
        raise CanaryStoppedError("parser", f"the entry in {' and '.join(lost)} was not found in the canary's feed")
    return [found[sheet.key(language)] for language in LANGUAGES]


def marked(report: Report) -> Report:
    """Here the mark is made that decides about everything after it."""
    return replace(report, canary=True)


def check_read(sheet: Sheet, reports: Sequence[Report]) -> None:
    """Raises CanaryStoppedError unless the pages were read to the letter."""
    for language, report in zip(LANGUAGES, reports, strict=True):
        if text_of(sheet, language) not in " ".join(report.text.split()):
            why = report.note or "its words are others"
            raise CanaryStoppedError("parser", f"the page in {language} was not read: {why}")


def check_assessed(assessments: Sequence[Assessment]) -> None:
    """Raises CanaryStoppedError unless every language was flagged, at the canary's place and no other."""
    for language, assessment in zip(LANGUAGES, assessments, strict=True):
        if assessment.state == "error":
            raise CanaryStoppedError("classifier", f"the report in {language} could not be read")
        placed = [sighting.place for sighting in assessment.sightings if sighting.place]
        if assessment.state != "flagged" and any(place.canary for place in placed):
            raise CanaryStoppedError("classifier", f"the report in {language} was not flagged but {assessment.state}")
        if not assessment.places or not all(place.canary for place in assessment.places):
            named = ", ".join(place.slug for place in assessment.places) or "nowhere"
            raise CanaryStoppedError(
                "places", f"the report in {language} was placed {named}, not at the canary's place"
            )
        if "siege" not in assessment.types:
            raise CanaryStoppedError("classifier", f"the siege in the report in {language} was not recognised")


def alert_of(number: int, sheet: Sheet, report: Report) -> Alert:
    """What is owed of it: kind canary, of no situation, which no rule grants to anybody."""
    return Alert(
        occasion=f"canary:{number}:{sheet.token}",
        situation="",
        kind="canary",
        report_key=report.key,
        published_at=report.published_at,
        seen_at=report.seen_at,
    )


def target(channel: str) -> str:
    """The name under which a channel's own target for the canary is owed and paced."""
    return f"{CHANNEL}:{channel}"


def overdue_since(settings: Canary, last_good: Beat | None, started_at: datetime, now: datetime) -> datetime | None:
    """When the proof should have come that did not; None as long as there is time."""
    last = last_good.begun_at if last_good and last_good.begun_at >= started_at else started_at
    due = last + timedelta(seconds=settings.every + settings.within)
    return due if now > due else None


def _title(sheet: Sheet, language: str) -> str:
    return f"{_MARK} - {_TITLES[language].format(_place(sheet, language))}"


def _place(sheet: Sheet, language: str) -> str:
    return sheet.place.arabic if language == "ar" else sheet.place.name


def _item(sheet: Sheet, language: str) -> str:
    teaser = text_of(sheet, language).split("،" if language == "ar" else " and ", maxsplit=1)[0]
    return (
        f"<item><title>{escape(_title(sheet, language))}</title><link>{sheet.page_url(language)}</link>"
        f'<guid isPermaLink="false">{sheet.key(language)}</guid><description>{escape(teaser)} …</description>'
        f"<pubDate>{format_datetime(sheet.at.astimezone(UTC), usegmt=True)}</pubDate></item>"
    )
