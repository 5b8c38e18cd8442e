"""One alert as a message of the Common Alerting Protocol 1.2, with one info block for each language.

https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html. Who refers to whom: each message of a situation names
all earlier ones, so that a receiver which lost one still finds the thread.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from monitor.channels.formats.published import LANGUAGES, Published, first_line
from monitor.channels.formats.xml import Xml
from monitor.channels.quoting import clean, link
from monitor.records import Alert, AlertKind, Grade, Level, Place

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
# Of the circle round a place.
RADIUS_KM: Mapping[str, float] = {"governorate": 45.0, "region": 25.0, "tract": 15.0, "city": 5.0}
_TOWN_KM = 3.0
_HOLDS_FOR = timedelta(hours=72)  # as long as a situation stays open without news
_TYPES: Mapping[AlertKind, str] = {"new": "Alert"}  # the other kinds update what was told
_SEVERITY: Mapping[Level, str] = {
    "watch": "Minor",
    "elevated": "Moderate",
    "critical": "Severe",
    "emergency": "Extreme",
}
_URGENCY: Mapping[Level, str] = {
    "watch": "Future",
    "elevated": "Expected",
    "critical": "Immediate",
    "emergency": "Immediate",
}
_CERTAINTY: Mapping[Grade, str] = {
    "unconfirmed": "Possible",
    "corroborated": "Likely",
    "confirmed": "Observed",
    "refuted": "Unlikely",
}
_CODES = {"en": "en-GB", "ar": "ar-SY"}
_RESTRICTION = "For those who were given it. Reports of the sources named, not verified."


def message(new: Published, earlier: Sequence[Published], sender: str, *, marked_test: bool = False) -> bytes:
    """The CAP file of an alert. `earlier`: those of its situation before it; `sender`: who answers for it."""
    alert = new.alert
    told = [each for each in earlier if each.number < new.number]
    xml = Xml()
    with xml.inside("alert", xmlns=NAMESPACE):
        xml.add("identifier", _identifier(new))
        xml.add("sender", _word(sender))
        xml.add("sent", _time(alert.seen_at))
        xml.add("status", "Test" if marked_test or alert.kind == "test" else "Actual")
        xml.add("msgType", _message_type(alert, told))
        xml.add("scope", "Restricted")
        xml.add("restriction", _RESTRICTION)
        if told:
            xml.add("references", " ".join(_reference(each, sender) for each in told))
        if alert.situation:
            xml.add("incidents", alert.situation)
        for language in LANGUAGES:
            _info(xml, new, language, marked_test=marked_test)
    return xml.done()


def file_name(published: Published) -> str:
    return f"{_identifier(published)}.cap.xml"


def _message_type(alert: Alert, told: Sequence[Published]) -> str:
    if not told:
        return "Alert"
    return "Cancel" if alert.grade == "refuted" else _TYPES.get(alert.kind, "Update")


def _info(xml: Xml, new: Published, language: str, *, marked_test: bool) -> None:
    alert = new.alert
    over = alert.kind == "all_clear"
    with xml.inside("info"):
        xml.add("language", _CODES[language])
        xml.add("category", "Security")
        xml.add("event", ", ".join(each.replace("_", " ") for each in alert.types) or alert.kind.replace("_", " "))
        xml.add("responseType", "AllClear" if over else "Assess")
        xml.add("urgency", "Past" if over or alert.grade == "refuted" else _URGENCY[alert.level])
        xml.add("severity", _SEVERITY[alert.level])
        xml.add("certainty", _CERTAINTY[alert.grade])
        xml.add("effective", _time(alert.seen_at))
        if alert.published_at:
            xml.add("onset", _time(alert.published_at))
        xml.add("expires", _time(alert.seen_at + _HOLDS_FOR))
        xml.add("headline", first_line(new, language, marked_test=marked_test))
        if alert.quotes:
            xml.add("description", "\n".join(f"{clean(each.text)} ({clean(each.outlet)})" for each in alert.quotes))
        address = next((found for each in alert.quotes if (found := link(each.url))), "")
        if address:
            xml.add("web", address)
        _area(xml, alert.place, language)


def _area(xml: Xml, place: Place | None, language: str) -> None:
    if place is None:
        return
    with xml.inside("area"):
        xml.add("areaDesc", (place.arabic or place.name) if language == "ar" else (place.name or place.arabic))
        if place.lat is not None and place.lon is not None:
            xml.add("circle", f"{place.lat:.4f},{place.lon:.4f} {RADIUS_KM.get(place.kind, _TOWN_KM):g}")


def _identifier(published: Published) -> str:
    """The occasion is unique; the letters that CAP forbids in an identifier give way to dots."""
    return f"{_word(published.alert.occasion)}.{published.number}"


def _reference(published: Published, sender: str) -> str:
    return f"{_word(sender)},{_identifier(published)},{_time(published.alert.seen_at)}"


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.@_-]+", ".", text)


def _time(at: datetime) -> str:
    """Whole seconds with a numeric offset: the protocol forbids "Z" and writes UTC as -00:00."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00"
