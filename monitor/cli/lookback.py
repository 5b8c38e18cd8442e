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
from rich.table import Table
from rich.text import Text

from monitor import verdicts
from monitor.cli.terminal import one_line, said, terminal, town
from monitor.errors import StoreError
from monitor.gazetteer import Gazetteer
from monitor.records import Label, LogRow, ReportState
from monitor.settings import Settings
from monitor.store import Store, Transaction, reports
from monitor.store.reports import LogQuery

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
TABLE_LINES = 50
_LONGEST_TITLE = 200
_COLUMNS = (
    *("key", "seen", "published", "state", "types", "easing", "places", "probability", "language", "outlet", "feed"),
    *("title", "url", "read_from", "note", "revision", "situation", "decision", "sent", "reviews", "evidence", "model"),
)
Form = Literal["table", "json", "csv"]


def moment(words: str) -> datetime | None:
    """An age such as 12h as a time of UTC, or an ISO date or time as it stands; None when it is neither."""
    age = re.fullmatch(r"(\d{1,6})([mhdw])", words.strip())
    if age:
        return datetime.now(UTC) - timedelta(**{_UNITS[age[2]]: int(age[1])})
    try:
        return datetime.fromisoformat(words.strip())
    except ValueError:
        return None


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
    if since and not since.tzinfo:  # a date is meant as the log shows it
        since = since.replace(tzinfo=ZoneInfo(settings.time_zone))
    return LogQuery(
        since=since,
        places=tuple(slug(settings, name) for name in places),
        types=tuple(types),
        feeds=tuple(feed for outlet in outlets for feed in _feeds_of(settings, outlet)),
        languages=tuple(languages),
        states=tuple(states),
        reviewed=reviewed,
        everything=everything or bool(states),
    )


def slug(settings: Settings, name: str) -> str:
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
        _check_feeds(tx, settings, asked.feeds)
        rows = islice(reports.iterate(tx, asked), TABLE_LINES if limit is None and form == "table" else limit)
        if form == "json":
            for row in rows:
                sys.stdout.write(json.dumps(row_facts(row, settings), ensure_ascii=False) + "\n")
        elif form == "csv":
            _print_csv(row_facts(row, settings) for row in rows)
        else:
            _print_table(rows, settings)


def _check_feeds(tx: Transaction, settings: Settings, names: Sequence[str]) -> None:
    """A misspelt outlet must not pass for one that reported nothing."""
    known = {feed.name for feed in settings.feeds}
    for name in names:
        if name not in known and not reports.count(tx, [name]):
            raise StoreError(f"no outlet or feed is called {name}: `monitor feeds list` shows them")


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
        "reviews": [review.verdict for review in verdicts.standing(row.reviews)],
        "evidence": [sighting.sentence for sighting in assessment.sightings if sighting.counts],
        "model": assessment.model,
    }


def outlet_of(settings: Settings, feed: str) -> str:
    return next((each.outlet for each in settings.feeds if each.name == feed), feed)


def _print_csv(rows: Iterable[dict[str, Any]]) -> None:
    """The header stands also above nothing."""
    writer = csv.DictWriter(sys.stdout, _COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: object) -> object:
    """Lists as words; a leading = + - @ is shielded, for a spreadsheet would run it."""
    text = "; ".join(map(str, value)) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _print_table(rows: Iterator[LogRow], settings: Settings) -> None:
    console = terminal()
    table = table_of(rows, settings, between="\n" if console.is_terminal else ": ")
    if table.row_count:
        console.print(table)
    else:
        Console(stderr=True).print("nothing in the log for this; `monitor log --all` also shows what was not flagged")


def table_of(rows: Iterable[LogRow], settings: Settings, between: str) -> Table:
    """What comes from a feed stands last: an Arabic headline would turn round what follows it in its line."""
    table = Table(box=None, pad_edge=False)
    table.add_column("key", no_wrap=True)
    table.add_column(f"seen ({town(settings)})", no_wrap=True)
    table.add_column("report")
    for row in rows:
        seen = row.report.seen_at.astimezone(ZoneInfo(settings.time_zone))
        title = one_line(row.report.title or row.report.text[:_LONGEST_TITLE])[:_LONGEST_TITLE]
        told = Text.assemble(_verdict(row), _what(row, settings), between, title)
        table.add_row(row.report.key, f"{seen:%d %b %H:%M}", told)
    return table


def _verdict(row: LogRow) -> tuple[str, str]:
    assessment = row.assessment
    named = ", ".join((*assessment.types, *assessment.easing)).replace("_", " ") or assessment.state.replace("_", " ")
    if assessment.types:
        return named, "bold red"
    return named, "green" if assessment.easing else "yellow" if assessment.state == "uncertain" else "dim"


def _what(row: LogRow, settings: Settings) -> str:
    """ " at Jasim, according to North Press, sent, reviewed: confirm": what a line of the log says of a report."""
    places = ", ".join(place.name for place in row.assessment.places[:2])
    stands = verdicts.standing(row.reviews)
    return (
        (f" at {places}" if places else "")
        + f", {one_line(outlet_of(settings, row.report.feed))}"
        + (f", sent {row.sent} time{'s' if row.sent > 1 else ''}" if row.sent else "")
        + (f", reviewed: {', '.join(said(each) for each in stands)}" if stands else "")
    )
