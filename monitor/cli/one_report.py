"""What `monitor show` prints: one report whole, why it was flagged or not, whom it reached, what reviewers said."""

import json
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from monitor.cli.lookback import clean, outlet_of, row_facts
from monitor.errors import StoreError
from monitor.records import DeliveryState, LogRow, Place, Review, Sighting
from monitor.settings import Settings
from monitor.store import Store, outbox, reports


def print_report(store: Store, settings: Settings, key: str, *, as_json: bool) -> None:
    with store.read() as tx:
        row = reports.get(tx, key)
        sent = outbox.of_report(tx, row.report.key) if row else []
    if row is None:
        raise StoreError(f"no report has the key {key}: `monitor log --all` lists them")
    if as_json:
        facts = row_facts(row, settings) | {
            "text": row.report.text,
            "summary": row.report.summary,
            "reason": row.reason,
            "sightings": [_sighting_facts(sighting) for sighting in row.assessment.sightings],
            "deliveries": [_delivery_facts(each) for each in sent],
            "reviews": [_review_facts(each) for each in row.reviews],
        }
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
        return
    console = Console()
    for line in _lines(row, settings):
        console.print(line, highlight=False)
    console.print(_marked(row))
    for line in (*map(_why, row.assessment.sightings), *_after(row, sent)):
        console.print(line, highlight=False)


def _lines(row: LogRow, settings: Settings) -> list[str]:
    report, assessment = row.report, row.assessment
    read_from = {"page": "the article's page", "feed": "the feed's own text", "title": "the title alone"}[
        report.text_from
    ]
    return [
        f"[bold]{clean(report.title) or '(no title)'}[/bold]",
        f"{clean(outlet_of(settings, report.feed))}  {clean(report.url)}",
        f"published {_time(report.published_at, settings)}, seen {_time(report.seen_at, settings)}, "
        + f"read from {read_from}"
        + (f" ({clean(report.note)})" if report.note else "")
        + (f", revision {report.revision}" if report.revision > 1 else ""),
        f"[bold]{assessment.state}[/bold] {' '.join((*assessment.types, *assessment.easing))} at "
        f"{', '.join(place.name for place in assessment.places) or 'no place that counts'}; "
        f"probability {assessment.probability:.2f}, in the area: {_yes(assessment.in_area)}, "
        f"current: {_yes(assessment.current)} ({assessment.model})",
        f"situation {row.situation}: {row.decision}, {row.reason}\n" if row.situation else "",
    ]


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _time(when: datetime | None, settings: Settings) -> str:
    if when is None:
        return "at an unknown time"
    return f"{when.astimezone(ZoneInfo(settings.time_zone)):%d %b %Y %H:%M} ({when:%H:%M} UTC)"


def _marked(row: LogRow) -> Text:
    """The text with its evidence marked: what counts in green, what was held back in yellow."""
    field = "text" if row.report.text else "title"
    words = row.report.text or row.report.title
    # one space for each control character, so that the spans stay true
    shown = Text(re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", " ", words))
    for sighting in sorted(row.assessment.sightings, key=lambda each: each.counts):
        if sighting.field == field:
            shown.stylize("bold green" if sighting.counts else "yellow", sighting.start, sighting.end)
    return shown


def _why(sighting: Sighting) -> str:
    mark = "[green]counts[/green]" if sighting.counts else "[yellow]held back[/yellow]"
    words = ", ".join(f"{clean(word)} {weight:+.1f}" for word, weight in sighting.words)
    return f"{mark} {sighting.type} ({sighting.probability:.2f}): {clean(sighting.why)}" + (
        f" [dim]{words}[/dim]" if words else ""
    )


def _after(row: LogRow, sent: Sequence[DeliveryState]) -> list[str]:
    lines = [
        f"No. {each.number} to {clean(each.recipient)} by {clean(each.channel)}: {each.state}"
        + (f" {each.sent_at:%d %b %H:%M} UTC" if each.sent_at else "")
        + (f", {each.attempts} attempts" if each.attempts > 1 else "")
        + (f", {clean(each.error)}" if each.error else "")
        for each in sent
    ] or ["sent to nobody"]
    lines += [f"reviewed {each.at:%d %b %H:%M} UTC: {each.verdict} {clean(each.note)}" for each in row.reviews]
    return lines


def _sighting_facts(sighting: Sighting) -> dict[str, Any]:
    return {
        "type": sighting.type,
        "counts": sighting.counts,
        "state": sighting.state,
        "sentence": sighting.sentence,
        "field": sighting.field,
        "start": sighting.start,
        "end": sighting.end,
        "probability": round(sighting.probability, 4),
        "place": _place_name(sighting.place),
        "found": sighting.found,
        "words": [list(pair) for pair in sighting.words],
        "why": sighting.why,
    }


def _place_name(place: Place | None) -> str | None:
    return place.name if place else None


def _delivery_facts(each: DeliveryState) -> dict[str, Any]:
    return {
        "number": each.number,
        "occasion": each.occasion,
        "recipient": each.recipient,
        "channel": each.channel,
        "state": each.state,
        "attempts": each.attempts,
        "sent_at": each.sent_at.isoformat() if each.sent_at else None,
        "error": each.error,
    }


def _review_facts(each: Review) -> dict[str, Any]:
    return {"verdict": each.verdict, "note": each.note, "reviewer": each.reviewer, "at": each.at.isoformat()}
