"""What the verbs for situations print."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from monitor.cli.terminal import clean, local, terminal, town
from monitor.errors import StoreError
from monitor.gazetteer import Gazetteer
from monitor.records import LogRow, Situation, Step, Telling
from monitor.settings import Settings
from monitor.store import Store, acknowledgements, changes, reports, situations, steps, tellings
from monitor.store.changes import Change


def print_situations(store: Store, settings: Settings, limit: int, *, as_json: bool) -> None:
    gazetteer = Gazetteer.load(settings.gazetteer)
    with store.read() as tx:
        found = situations.listing(tx, limit)
    if as_json:
        for situation in found:
            sys.stdout.write(json.dumps(_facts(situation, gazetteer), ensure_ascii=False) + "\n")
        return
    if not found:
        Console(stderr=True).print("no situations so far")
        return
    zone = ZoneInfo(settings.time_zone)
    table = Table(box=None, pad_edge=False)
    for name in ("situation", "level", "place", "since", f"last report ({town(settings)})", "how it stands"):
        table.add_column(name, no_wrap=name == "situation", overflow="fold")
    for situation in found:
        reported = sorted(situation.tracks, key=lambda label: situation.tracks[label])
        table.add_row(
            situation.key,
            "closed" if situation.closed_at else situation.level,
            _facts(situation, gazetteer)["place"],
            f"{situation.opened_at.astimezone(zone):%d %b %Y}",
            f"{situation.last_report_at.astimezone(zone):%d %b %Y %H:%M}",
            _stands(situation) or ", ".join(reported).replace("_", " "),
        )
    terminal().print(table)


def print_situation(store: Store, settings: Settings, key: str, *, as_json: bool) -> None:
    gazetteer = Gazetteer.load(settings.gazetteer)
    with store.read() as tx:
        found = situations.get(tx, key)
        if found is None:
            raise StoreError(f"no situation has the key {key}: `monitor situations list` shows them")
        situation, links = found
        rows = [(link, reports.get(tx, link.report_key)) for link in links]
        told = {telling.report_key: telling for telling in tellings.all_of(tx, key)}
        story, changed = steps.of_situation(tx, key), changes.of_situation(tx, key)
        seen = acknowledgements.of_situation(tx, key)
    facts = _facts(situation, gazetteer) | {
        "sources": list(dict.fromkeys(each.source for each in told.values())),
        "outlets": list(dict.fromkeys(each.outlet for each in told.values())),
        "acknowledged": [{"at": each.at.isoformat(), "number": each.number, "note": each.note} for each in seen],
        "steps": [_step_facts(step) for step in story],
        "changes": [_change_facts(change) for change in changed],
        "reports": [_report_facts(link, row, told.get(link.report_key)) for link, row in rows],
    }
    if as_json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
        return
    console = terminal()
    closed = f", closed {local(situation.closed_at, settings)}" if situation.closed_at else ""
    since = f"since {local(situation.opened_at, settings)}{closed}"
    console.print(f"[bold]{facts['key']}[/bold], {facts['place']}, {situation.level}, {since}")
    if situation.states:
        console.print(f"  it stands so: {_stands(situation)}")
    for label, last in situation.tracks.items():
        console.print(f"  {label.replace('_', ' ')}: last reported {local(last, settings)}")
    console.print(f"  independent sources: {len(facts['sources'])}, outlets: {len(facts['outlets'])}")
    for seeing in seen:
        console.print(
            f"  acknowledged (No. {seeing.number}): {local(seeing.at, settings)}  {clean(seeing.note)}".rstrip()
        )
    _print_story(console, story, changed, settings)
    _print_reports(console, facts["reports"])


def _print_story(console: Console, story: Sequence[Step], changed: Sequence[Change], settings: Settings) -> None:
    for step in story:
        words = f"{step.track} {step.state.replace('_', ' ')}"
        console.print(f"  {local(step.at, settings)} {words} [dim]({clean(step.outlet)}, {step.report_key})[/dim]")
    for change in changed:
        what = {"merged": "merged into", "split": "split off to"}.get(change.kind, change.kind)
        console.print(f"  {local(change.at, settings)} {change.situation} {what} {change.other}".rstrip(), end=" ")
        console.print(f"[dim]({clean(change.author)}: {clean(change.reason)})[/dim]")


def _print_reports(console: Console, found: Sequence[Mapping[str, str]]) -> None:
    for each in found:
        whose = f"copies {each['copy_of']}" if each["copy_of"] else f"source {clean(each['source'])}"
        console.print(f"  {each['key']} {each['decision']} [dim]({clean(each['reason'])}; {whose})[/dim]")
        console.print(f"    {clean(each['title'])}")


def _report_facts(link: situations.Link, row: LogRow | None, telling: Telling | None) -> dict[str, str]:
    return {
        "key": link.report_key,
        "decision": link.kind,
        "reason": link.reason,
        "title": row.report.title if row else "",
        "source": telling.source if telling else "",
        "copy_of": telling.copy_of if telling else "",
    }


def _stands(situation: Situation) -> str:
    return ", ".join(f"{track} {state}" for track, state in situation.states.items()).replace("_", " ")


def _step_facts(step: Step) -> dict[str, str]:
    return {
        "at": step.at.isoformat(),
        "track": step.track,
        "state": step.state,
        "outlet": step.outlet,
        "report": step.report_key,
    }


def _change_facts(change: Change) -> dict[str, str]:
    return {
        "at": change.at.isoformat(),
        "situation": change.situation,
        "kind": change.kind,
        "other": change.other,
        "reason": change.reason,
        "author": change.author,
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
        "level": situation.level,
        "states": dict(situation.states),
        "within": list(situation.within),
        "tracks": {label: last.isoformat() for label, last in situation.tracks.items()},
    }
