"""What `monitor show` prints: one report whole, why it was flagged or not, whom it reached, what reviewers said."""

import json
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from monitor import verdicts
from monitor.cli.lookback import outlet_of, row_facts
from monitor.cli.terminal import clean, local, said, terminal
from monitor.errors import StoreError
from monitor.evidence import facts_of
from monitor.records import Assessment, DeliveryState, LogRow, Review, Sighting
from monitor.settings import Settings
from monitor.store import Store, dossier
from monitor.store.dossier import Dossier

_UNJUDGED = {"not_covered": "in a language that is not read: not judged", "error": "could not be read: not judged"}


def print_report(store: Store, settings: Settings, key: str, *, as_json: bool) -> None:
    with store.read() as tx:
        found = dossier.read(tx, key)
    if found is None:
        raise StoreError(f"no report has the key {key}: `monitor log --all` lists them")
    row = found.row
    sent = sorted((each for told in found.told for each in told.sent), key=lambda each: each.number)
    if as_json:
        facts = row_facts(row, settings) | {
            "text": row.report.text,
            "summary": row.report.summary,
            "reason": row.reason,
            "sightings": [facts_of(sighting) for sighting in row.assessment.sightings],
            "copies": [each.telling.report_key for each in found.copies.shown],
            "older": [{"revision": old.revision, "title": old.title, "text": old.text} for old, _ in found.older],
            "deliveries": [_delivery_facts(each) for each in sent],
            "reviews": [_review_facts(each) for each in row.reviews],
        }
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
        return
    console = terminal()
    sightings = list(enumerate(row.assessment.sightings, 1))
    for line in _lines(row, settings):
        console.print(line)
    console.print(_marked(row, sightings), "")
    for line in (*(_why(number, sighting) for number, sighting in sightings), *_after(found, sent, settings)):
        console.print(line)


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
        judgement(assessment),
        f"situation {row.situation}: {row.decision}, {row.reason}\n" if row.situation else "",
    ]


def judgement(assessment: Assessment) -> str:
    if assessment.state in _UNJUDGED:
        return f"[bold]{_UNJUDGED[assessment.state]}[/bold] ({assessment.model})"
    return (
        f"[bold]{assessment.state.replace('_', ' ')}[/bold] {_labels(assessment)} at "
        f"{', '.join(place.name for place in assessment.places) or 'no place that counts'}; "
        f"probability {assessment.probability:.2f}, in the area: {_yes(assessment.in_area)}, "
        f"current: {_yes(assessment.current)} ({assessment.model})"
    )


def _labels(assessment: Assessment) -> str:
    return ", ".join((*assessment.types, *assessment.easing)).replace("_", " ")


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _time(when: datetime | None, settings: Settings) -> str:
    if when is None:
        return "at an unknown time"
    return local(when, settings)


def _marked(row: LogRow, sightings: Sequence[tuple[int, Sighting]]) -> Text:
    """The text with its evidence marked: what counts in green, what was held back in yellow.

    Before each sentence stand the numbers of the reasons below, which are there also without colours.
    """
    field = "text" if row.report.text else "title"
    words = row.report.text or row.report.title
    # one space for each control character, so that the spans stay true
    shown = Text(re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", " ", words))
    here = [(number, sighting) for number, sighting in sightings if sighting.field == field]
    for _, sighting in sorted(here, key=lambda each: each[1].counts):
        shown.stylize("bold green" if sighting.counts else "yellow", sighting.start, sighting.end)
    numbers: dict[int, list[str]] = {}
    for number, sighting in here:
        numbers.setdefault(sighting.start, []).append(f"[{number}]")
    parts = shown.divide(sorted(numbers))
    marked = parts[0]
    for part, start in zip(parts[1:], sorted(numbers), strict=True):
        marked.append(f"{''.join(numbers[start])} ", "bold").append_text(part)
    return marked


def _why(number: int, sighting: Sighting) -> str:
    mark = "[green]counts[/green]" if sighting.counts else "[yellow]held back[/yellow]"
    words = ", ".join(f"{clean(word)} {weight:+.1f}" for word, weight in sighting.words)
    where = ", in the headline" if sighting.field == "title" else ""
    label = sighting.type.replace("_", " ")
    return f"[{number}] {mark} {label} ({sighting.probability:.2f}{where}): {clean(sighting.why)}" + (
        f" [dim]{words}[/dim]" if words else ""
    )


def _after(found: Dossier, sent: Sequence[DeliveryState], settings: Settings) -> list[str]:
    lines = [
        f"No. {each.number} to {clean(each.recipient)} by {clean(each.channel)}: {each.state}"
        + (f" {local(each.sent_at, settings)}" if each.sent_at else "")
        + (f", {each.attempts} attempts" if each.attempts > 1 else "")
        + (f", {clean(each.error)}" if each.error else "")
        for each in sent
    ] or ["sent to nobody"]
    lines += [
        f"{'copied by' if each.telling.copy_of == found.row.report.key else 'copies'} {each.telling.report_key} "
        f"({clean(each.telling.outlet)}): {clean(each.title)}"
        for each in found.copies.shown
    ]
    if more := found.copies.count - len(found.copies.shown):
        lines.append(f"further copies: {more}")
    if found.older:
        lines.append(f"older wordings: {len(found.older)}; `monitor show {found.row.report.key} --json` has them")
    stands = {each.number for each in verdicts.standing(found.row.reviews)}
    return lines + [_reviewed(each, settings, stands=each.number in stands) for each in found.row.reviews]


def _reviewed(each: Review, settings: Settings, *, stands: bool) -> str:
    right = ", ".join([*each.types, *filter(None, (each.place, each.duplicate_of))]).replace("_", " ")
    return (
        f"reviewed {local(each.at, settings)} by {clean(each.reviewer)}: "
        + ("took back: " if each.revokes else "")
        + said(each)
        + (f" ({each.reason.replace('_', ' ')})" if each.reason else "")
        + (f", right: {right}" if right else "")
        + (f" - {clean(each.note)}" if each.note else "")
        + (" [taken back]" if not stands and not each.revokes else "").replace("[", r"\[")
    )


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
    return {
        "number": each.number,
        "verdict": each.verdict,
        "reason": each.reason or None,
        "note": each.note,
        "types": list(each.types),
        "place": each.place or None,
        "duplicate_of": each.duplicate_of or None,
        "revokes": each.revokes or None,
        "reviewer": each.reviewer,
        "at": each.at.isoformat(),
    }
