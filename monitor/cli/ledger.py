"""What review and situations do and print."""

import getpass
import json
import sys
from typing import Any, get_args

from rich.console import Console
from rich.table import Table

from monitor.cli.lookback import clean
from monitor.errors import StoreError
from monitor.gazetteer import Gazetteer
from monitor.pipeline.review import record
from monitor.records import LogRow, Review, Situation, Telling, Verdict
from monitor.service import utc_now
from monitor.settings import Settings
from monitor.store import Store, reports, situations, tellings


def add_review(store: Store, key: str, verdict: str, note: str, reviewer: str) -> str:
    """The sentence that says what was noted. StoreError when no report, or more than one, begins with `key`."""
    found = next(each for each in get_args(Verdict) if each == verdict)
    with store.read() as tx:
        row = reports.get(tx, key)
    if row is None:
        raise StoreError(f"no report has the key {key}: `monitor log --all` lists them")
    now = utc_now()
    owed = record(store, Review(row.report.key, found, note, reviewer or _login_name(), now), now)
    said = f"{row.report.key} reviewed: {verdict}. Earlier reviews stay; `monitor show {row.report.key}` lists them."
    return f"{said} Corrections owed to those who had the alert: {owed}." if owed else said


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in a container
        return "unknown"


def print_situations(store: Store, settings: Settings, limit: int, *, as_json: bool) -> None:
    gazetteer = Gazetteer.load(settings.gazetteer)
    with store.read() as tx:
        found = situations.listing(tx, limit)
    if as_json:
        for situation in found:
            sys.stdout.write(json.dumps(_facts(situation, gazetteer), ensure_ascii=False) + "\n")
        return
    table = Table("situation", "place", "reported", "since", "last report", box=None, pad_edge=False)
    for situation in found:
        facts = _facts(situation, gazetteer)
        reported = ", ".join(sorted(situation.tracks, key=lambda label: situation.tracks[label]))
        table.add_row(facts["key"], facts["place"], reported, facts["opened"][:16], facts["last_report"][:16])
    Console(stderr=not found).print(table if found else "no situations so far")


def print_situation(store: Store, settings: Settings, key: str, *, as_json: bool) -> None:
    gazetteer = Gazetteer.load(settings.gazetteer)
    with store.read() as tx:
        found = situations.get(tx, key)
        if found is None:
            raise StoreError(f"no situation has the key {key}: `monitor situations list` shows them")
        situation, links = found
        rows = [(link, reports.get(tx, link.report_key)) for link in links]
        told = {telling.report_key: telling for _, telling in tellings.of_situation(tx, key)}
    facts = _facts(situation, gazetteer) | {
        "sources": list(dict.fromkeys(each.source for each in told.values())),
        "outlets": list(dict.fromkeys(each.outlet for each in told.values())),
        "reports": [_report_facts(link, row, told.get(link.report_key)) for link, row in rows],
    }
    if as_json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
        return
    console = Console()
    console.print(
        f"[bold]{facts['key']}[/bold] {facts['place']} {facts['arabic']}, "
        f"{facts['opened'][:16]} to {facts['last_report'][:16]} UTC"
    )
    for label, last in facts["tracks"].items():
        console.print(f"  {label}: last reported {last[:16]}")
    console.print(f"  independent sources: {len(facts['sources'])}, outlets: {len(facts['outlets'])}")
    for each in facts["reports"]:
        whose = f"copies {each['copy_of']}" if each["copy_of"] else f"source {clean(each['source'])}"
        reason = f"{clean(each['reason'])}; {whose}"
        console.print(f"  {each['key']} {each['decision']}: {clean(each['title'])} [dim]({reason})[/dim]")


def _report_facts(link: situations.Link, row: LogRow | None, telling: Telling | None) -> dict[str, str]:
    return {
        "key": link.report_key,
        "decision": link.kind,
        "reason": link.reason,
        "title": row.report.title if row else "",
        "source": telling.source if telling else "",
        "copy_of": telling.copy_of if telling else "",
    }


def _facts(situation: Situation, gazetteer: Gazetteer) -> dict[str, Any]:
    place = gazetteer.place(situation.place)
    return {
        "key": situation.key,
        "place": place.name if place else situation.place,
        "arabic": place.arabic if place else "",
        "opened": situation.opened_at.isoformat(),
        "last_report": situation.last_report_at.isoformat(),
        "closed": situation.closed_at.isoformat() if situation.closed_at else None,
        "tracks": {label: last.isoformat() for label, last in situation.tracks.items()},
    }
