"""What a digest tells in one language: lists of lines, to be set as text or HTML. Pure; the words are in templates/."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.channels import when
from monitor.channels.quoting import clean, defuse, foreign, link
from monitor.channels.told import place_name, tell
from monitor.records import Delivery, Digest, Mentioned, Place, Proof, Story, Unread
from monitor.text.attribution import name_in

MOST_UNREAD = 5  # named in the line on what was not read
_TITLE_LIMIT = 200

Macro = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list under its heading; `more` says where the rest is found, "" when it is all here."""

    heading: str
    lines: tuple[Line, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    first_line: str
    lists: tuple[Listed, ...]
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldStory:
    """The names that the templates use of a situation."""

    key: str
    types: tuple[str, ...]
    place: str
    place_kind: str
    states: tuple[tuple[str, str], ...]  # (track, how it stands)
    level: str
    began: str  # how long ago
    last: str
    is_new: bool
    ended: str


@dataclass(frozen=True, slots=True)
class ToldReport:
    title: str
    outlet: str
    place: str
    place_kind: str
    at: str


@dataclass(frozen=True, slots=True)
class ToldUnread:
    outlet: str
    since: str  # "" if it was never read


@dataclass(frozen=True, slots=True)
class ToldProof:
    """What speaks for the silence, or against it; "" and () where there is nothing to say."""

    canary: str  # how long ago it came through
    failed: bool
    sent: tuple[tuple[str, str], ...]  # (channel, how long ago a real message was taken there)
    silent: tuple[tuple[str, str], ...]  # (outlet, since when)
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldDay:
    """The names that the templates use of the whole. Counts come with their nouns where a sentence needs them."""

    digest: Digest
    since: str
    until: str
    since_date: str  # as the command line takes it
    open: str
    uncertain: str
    withheld: str
    feeds: str
    waiting: str
    unread: tuple[ToldUnread, ...]
    unread_more: str
    proof: ToldProof | None
    nothing: bool  # there is not a single line to list
    limited: bool
    number: int
    attempt: int


def said(delivery: Delivery, digest: Digest, language: str, words: Any) -> Said:
    """The digest in that language; `words` holds the macros of its template."""
    alert = delivery.alert
    day = _day(delivery, digest, language)

    def listed(name: str, lines: Iterable[Line], count: int) -> Listed:
        kept = tuple(lines)
        more = count - len(kept)
        return Listed(_tidy(words.heading(name, day)), kept, _tidy(words.more(name, more, day)) if more else "")

    def stories(some: Iterable[Story]) -> list[Line]:
        return [Line(_tidy(words.story(_story(each, alert.seen_at, language)))) for each in some]

    def reports(some: Iterable[Mentioned]) -> list[Line]:
        told = [(_report(each, delivery, language), each.url) for each in some]
        return [Line(_tidy(words.report(each)), link(url)) for each, url in told]

    lists = (
        listed("open", stories(digest.open), digest.open_count),
        listed("closed", stories(digest.closed), digest.closed_count),
        listed("withheld", _withheld(delivery, digest, language, words.withheld), digest.withheld_count),
        listed("uncertain", reports(digest.uncertain), digest.uncertain_count),
        listed("not_covered", reports(digest.not_covered), digest.not_covered_count),
    )
    details = [line for each in words.details(day).splitlines() if (line := _tidy(each))]
    return Said(_tidy(words.first_line(day)), tuple(each for each in lists if each.lines), tuple(details))


def facts(digest: Digest) -> dict[str, Any]:
    """The same for machines; lists may be cut, the counts are whole."""
    return {
        "since": digest.since.isoformat(),
        "open": [_story_facts(each) for each in digest.open],
        "open_count": digest.open_count,
        "ended": [_story_facts(each) for each in digest.closed],
        "ended_count": digest.closed_count,
        "withheld_count": digest.withheld_count,
        "uncertain": [_report_facts(each) for each in digest.uncertain],
        "uncertain_count": digest.uncertain_count,
        "not_covered": [_report_facts(each) for each in digest.not_covered],
        "not_covered_count": digest.not_covered_count,
        "feeds": digest.feeds,
        "feeds_read": digest.feeds_read,
        "feeds_not_due": digest.feeds_waiting,
        "proof": _proof_facts(digest.proof) if digest.proof else None,
        "not_read": [
            {"outlet": clean(each.outlet), "since": each.since.isoformat() if each.since else None}
            for each in digest.unread
        ],
    }


def _proof_facts(proof: Proof) -> dict[str, Any]:
    return {
        "canary_at": proof.canary_at.isoformat() if proof.canary_at else None,
        "canary_failed": proof.canary_failed,
        "last_sent": {channel: at.isoformat() if at else None for channel, at in proof.sent},
    }


def _story_facts(story: Story) -> dict[str, Any]:
    return {
        "situation": story.situation,
        "types": list(story.types),
        "states": dict(story.states),
        "level": story.level,
        "opened_at": story.opened_at.isoformat(),
        "last_report_at": story.last_report_at.isoformat(),
        "new": story.is_new,
        "ended": story.ended,
    }


def _report_facts(told: Mentioned) -> dict[str, Any]:
    said = {"report": told.report_key, "title": clean(told.title), "outlet": clean(told.outlet), "url": link(told.url)}
    return said | {"at": told.at.isoformat()}


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _withheld(delivery: Delivery, digest: Digest, language: str, words: Macro) -> list[Line]:
    told = [tell(replace(delivery, alert=alert), language) for alert in delivery.alert.lines]
    pairs = zip(told, digest.withheld, strict=True)
    return [Line(_tidy(words(line, why.reason, why.silence_id)), line.url) for line, why in pairs]


def _story(story: Story, now: datetime, language: str) -> ToldStory:
    place, kind = _where(story.place, language)
    tracks = ("siege", "reinforcements", "talks")
    return ToldStory(
        key=foreign(story.situation, language),
        types=story.types,
        place=place,
        place_kind=kind,
        states=tuple((track, story.states[track]) for track in tracks if track in story.states),
        level=story.level,
        began=when.age(now - story.opened_at, language),
        last=when.age(now - story.last_report_at, language),
        is_new=story.is_new,
        ended=story.ended,
    )


def _report(told: Mentioned, delivery: Delivery, language: str) -> ToldReport:
    place, kind = _where(told.place, language)
    title = defuse(clean(told.title, _TITLE_LIMIT))
    return ToldReport(
        title=foreign(title, language, _TITLE_LIMIT),
        outlet=foreign(name_in(told.outlet, language), language),
        place=place,
        place_kind=kind,
        at=when.moment(told.at, delivery.zone, language),
    )


def _where(place: Place | None, language: str) -> tuple[str, str]:
    return foreign(place_name(place, language), language), place.kind if place else ""


def _day(delivery: Delivery, digest: Digest, language: str) -> ToldDay:
    alert, zone = delivery.alert, delivery.zone
    unread = tuple(_unread(each, alert.seen_at, language) for each in digest.unread[:MOST_UNREAD])
    more = digest.unread_count - len(unread)
    counts = (digest.open_count, digest.closed_count, digest.withheld_count, digest.uncertain_count)
    return ToldDay(
        digest=digest,
        since=when.moment(digest.since, zone, language),
        until=when.moment(alert.seen_at, zone, language),
        since_date=f"{digest.since.astimezone(ZoneInfo(when.AREA_ZONE)):%Y-%m-%d}",
        open=when.counted(digest.open_count, "situation", language),
        uncertain=when.counted(digest.uncertain_count, "report", language) if digest.uncertain_count else "",
        withheld=when.counted(digest.withheld_count, "alert", language) if digest.withheld_count else "",
        feeds=when.counted(digest.feeds, "feed", language),
        waiting=when.counted(digest.feeds_waiting, "feed", language) if digest.feeds_waiting else "",
        unread=unread,
        unread_more=when.counted(more, "feed", language) if more else "",
        proof=_proof(digest.proof, alert.seen_at, language) if digest.proof else None,
        nothing=not any((*counts, digest.not_covered_count)),
        limited=alert.limited,
        number=delivery.number,
        attempt=delivery.attempt,
    )


def _proof(proof: Proof, now: datetime, language: str) -> ToldProof:
    def ago(at: datetime | None) -> str:
        return when.age(now - at, language) if at else ""

    return ToldProof(
        canary=ago(proof.canary_at),
        failed=proof.canary_failed,
        sent=tuple((foreign(channel, language), ago(at)) for channel, at in proof.sent),
        silent=tuple(
            (foreign(name_in(each.outlet, language), language), ago(each.since)) for each in proof.odd if each.silent
        ),
        moved=tuple(foreign(name_in(each.outlet, language), language) for each in proof.odd if not each.silent),
    )


def _unread(told: Unread, now: datetime, language: str) -> ToldUnread:
    outlet = foreign(name_in(told.outlet, language), language)
    return ToldUnread(outlet, when.clock(told.since, now, language) if told.since else "")
