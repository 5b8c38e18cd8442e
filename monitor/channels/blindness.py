"""What a recipient is told of a time in which nothing could be seen: named and dated, ready for the templates. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.channels import when
from monitor.channels.quoting import foreign
from monitor.channels.told import place_name
from monitor.records import Blindness

_NAMED = 5


@dataclass(frozen=True, slots=True)
class ToldBlindness:
    """The names that the templates use; "" where there is nothing to say."""

    places: str  # "" when it is all that was asked for
    since: str
    since_clock: str
    until: str
    until_clock: str
    span: str
    reports: str
    flagged: int
    lost: str


def told(blind: Blindness, now: datetime, zone: str, language: str) -> ToldBlindness:
    names = [foreign(place_name(place, language), language) for place in blind.places[:_NAMED]]
    more = len(blind.places) - len(names)
    joined = (("، " if language == "ar" else ", ").join(names)) + (f" (+{more})" if more else "")
    until = blind.until
    return ToldBlindness(
        places=joined,
        since=when.moment(blind.since, zone, language),
        since_clock=when.clock(blind.since, now, language),
        until=when.moment(until, zone, language) if until else "",
        until_clock=when.clock(until, now, language) if until else "",
        span=when.age(until - blind.since, language) if until else "",
        reports=when.counted(blind.reports, "report", language) if blind.reports else "",
        flagged=blind.flagged,
        lost=when.counted(blind.lost, "feed", language) if blind.lost else "",
    )


def facts(blind: Blindness) -> dict[str, Any]:
    """The same for machines."""
    return {
        "since": blind.since.isoformat(),
        "until": blind.until.isoformat() if blind.until else None,
        "places": [place.slug for place in blind.places],
        "reports_read_late": blind.reports,
        "flagged": blind.flagged,
        "feeds_with_losses": blind.lost,
    }
