"""What `monitor log` prints. Feed text is untrusted: control characters never reach the terminal."""

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Literal
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor.errors import StoreError
from monitor.gazetteer import Gazetteer
from monitor.records import Label, LogRow, ReportState
from monitor.settings import Settings
from monitor.store import Store, reports
from monitor.store.reports import LogQuery

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
TABLE_LINES = 50
Form = Literal["table", "json", "csv"]


def moment(words: str) -> datetime | None:
    """ISO date or time (UTC where it names no zone), or an age such as 12h; None when it is neither."""
    age = re.fullmatch(r"(\d{1,6})([mhdw])", words.strip())
    if age:
        return datetime.now(UTC) - timedelta(**{_UNITS[age[2]]: int(age[1])})
    try:
        found = datetime.fromisoformat(words.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def query(  # noqa: PLR0917  one argument an option
    settings: Settings,
    since: datetime | None,
    places: Sequence[str],
    types: Sequence[Label],
    outlets: Sequence[str],
    languages: Sequence[str],
    states: Sequence[ReportState],
    *,
    reviewed: bool | None,
    everything: bool,
) -> LogQuery:
    """The filters in the store's terms: places by slug, outlets by the feeds that carry them."""
    return LogQuery(
        since=since,
        places=tuple(_slug(settings, name) for name in places),
        types=tuple(types),
        feeds=tuple(feed for outlet in outlets for feed in _feeds_of(settings, outlet)),
        languages=tuple(languages),
        states=tuple(states),
        reviewed=reviewed,
        everything=everything or bool(states),
    )


def _slug(settings: Settings, name: str) -> str:
    gazetteer = Gazetteer.load(settings.gazetteer)
    if gazetteer.place(name):
        return name
    found = [mention.place.slug for mention in gazetteer.find(name, f"{name} درعا Daraa") if mention.place.area]
    if not found:
        raise StoreError(f"the gazetteer knows no place {name} in the area: try another spelling, or Arabic")
    return found[0]


def _feeds_of(settings: Settings, outlet: str) -> list[str]:
    """A feed's name stands for itself, also when it is gone from feeds.yaml."""
    return [feed.name for feed in settings.feeds if feed.outlet.casefold() == outlet.casefold()] or [outlet]


def print_log(store: Store, settings: Settings, asked: LogQuery, limit: int | None, form: Form) -> None:
    with store.read() as tx:
        rows = islice(reports.iterate(tx, asked), TABLE_LINES if limit is None and form == "table" else limit)
        if form == "json":
            for row in rows:
                sys.stdout.write(json.dumps(row_facts(row, settings), ensure_ascii=False) + "\n")
        elif form == "csv":
            _print_csv(row_facts(row, settings) for row in rows)
        else:
            _print_table(rows, settings)


def row_facts(row: LogRow, settings: Settings) -> dict[str, Any]:
    """One line of the log as JSON: what `--json` and `--csv` print."""
    report, assessment = row.report, row.assessment
    return {
        "key": report.key,
        "seen": report.seen_at.isoformat(),
        "published": report.published_at.isoformat() if report.published_at else None,
        "state": assessment.state,
        "types": list(assessment.types),
        "easing": list(assessment.easing),
        "places": [place.name for place in assessment.places],
        "probability": round(assessment.probability, 4),
        "language": report.language,
        "outlet": outlet_of(settings, report.feed),
        "feed": report.feed,
        "title": report.title,
        "url": report.url,
        "read_from": report.text_from,
        "note": report.note,
        "revision": report.revision,
        "situation": row.situation or None,
        "decision": row.decision or None,
        "sent": row.sent,
        "reviews": [review.verdict for review in row.reviews],
        "evidence": [sighting.sentence for sighting in assessment.sightings if sighting.counts],
        "model": assessment.model,
    }


def outlet_of(settings: Settings, feed: str) -> str:
    return next((each.outlet for each in settings.feeds if each.name == feed), feed)


def _print_csv(rows: Iterable[dict[str, Any]]) -> None:
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(sys.stdout, row)
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: object) -> object:
    """Lists as words; a leading = + - @ is shielded, for a spreadsheet would run it."""
    text = "; ".join(map(str, value)) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _print_table(rows: Iterator[LogRow], settings: Settings) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("key", "seen", "state", "what", "where", "outlet", "headline", "sent", "reviewed"):
        table.add_column(name, overflow="fold", no_wrap=name in {"key", "seen"})
    zone = ZoneInfo(settings.time_zone)
    for row in rows:
        report, assessment = row.report, row.assessment
        table.add_row(
            report.key,
            report.seen_at.astimezone(zone).strftime("%d %b %H:%M"),
            assessment.state,
            ", ".join((*assessment.types, *assessment.easing)),
            ", ".join(place.name for place in assessment.places[:2]),
            clean(outlet_of(settings, report.feed)),
            clean(report.title)[:120],
            str(row.sent or ""),
            ", ".join(review.verdict for review in row.reviews),
        )
    if table.row_count:
        Console().print(table)
    else:
        Console(stderr=True).print("nothing in the log for this; `monitor log --all` also shows what was not flagged")


def clean(text: str) -> str:
    """Untrusted text as one line for a terminal: no escapes, no direction overrides, no rich markup."""
    return escape(re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+", " ", text).strip())
