"""What silences does and prints."""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from monitor.channels.wording import first_line
from monitor.cli.lookback import moment, slug
from monitor.cli.terminal import clean, local, login_name, terminal, town
from monitor.errors import StoreError
from monitor.pipeline import silencing as keeping
from monitor.pipeline.silencing import LONGEST
from monitor.records import EventType, Silence
from monitor.service import utc_now
from monitor.settings import Settings
from monitor.store import Store, silences

_LISTED = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A silence as it was typed."""

    to: str
    places: tuple[str, ...]
    types: tuple[str, ...]
    situation: str
    until: str
    reason: str
    author: str


def add(store: Store, settings: Settings, wanted: Wanted) -> str:
    """The sentence that says what is silenced from now on; StoreError when it cannot be meant so."""
    now = utc_now()
    silence = keeping.add(store, settings, _meant(settings, wanted, now))
    number = silence.id
    return (
        f"Silence {number}: {_whom(silence)} hear{'s' if silence.recipient else ''} nothing of {_what(silence)} until "
        f"{local(silence.ends_at, settings)}. Corrections still come. What it keeps back: `monitor silences show "
        f"{number}`. To end it: `monitor silences end {number}`."
    )


def _meant(settings: Settings, wanted: Wanted, now: datetime) -> Silence:
    return Silence(
        id=0,
        author=wanted.author or login_name(),
        reason=wanted.reason.strip(),
        recipient="" if wanted.to == "all" else wanted.to,
        places=tuple(dict.fromkeys(slug(settings, name) for name in wanted.places)),
        types=tuple(event for event in get_args(EventType) if event in wanted.types),
        situation=wanted.situation,
        starts_at=now,
        ends_at=_end(settings, wanted.until, now),
    )


def _end(settings: Settings, words: str, now: datetime) -> datetime:
    """2h from now, or the time that was named; without a zone, that of the service."""
    named = moment(words)
    if named is None:
        raise StoreError(f"--until {words} is neither a span (2h, 3d) nor a date or time (2026-11-21T18:00)")
    if words.strip()[-1] in "mhdw":
        ends_at = now + (now - named)
    else:
        ends_at = named if named.tzinfo else named.replace(tzinfo=ZoneInfo(settings.time_zone))
    if ends_at <= now:
        raise StoreError(f"--until {words} has passed: name a later time")
    if ends_at > now + LONGEST:
        raise StoreError(f"--until {words} is over {LONGEST.days} days away: change the rules in alerts.yaml instead")
    return ends_at


def end(store: Store, number: int, by: str) -> str:
    found, ended, kept = keeping.end(store, number, by or login_name(), utc_now())
    if not ended:
        return f"Silence {number} had ended already; nothing changes."
    hear = "hears" if found.recipient else "hear"
    told = f"Silence {number} has ended: {_whom(found)} {hear} of {_what(found)} again."
    return f"{told} What it kept back ({kept}) stands in `monitor silences show {number}`." if kept else told


def print_all(store: Store, settings: Settings, *, everything: bool) -> None:
    now = utc_now()
    with store.read() as tx:
        found = silences.listing(tx, _LISTED, None if everything else now)
        kept = silences.kept_back(tx, [each.id for each in found])
    if not found:
        Console(stderr=True).print("no silences" if everything else "no silence lasts; --all shows those that ended")
        return
    zone = ZoneInfo(settings.time_zone)
    table = Table(box=None, pad_edge=False)
    for name in ("id", "to", "of", f"until ({town(settings)})", "kept back", "by", "reason"):
        table.add_column(name, overflow="fold")
    for each in found:
        until = f"{each.ends_at.astimezone(zone):%d %b %Y %H:%M}" + ("" if each.ends_at > now else ", ended")
        words = (clean(_what(each)), until, str(kept[each.id]), clean(each.author), clean(each.reason))
        table.add_row(str(each.id), clean(each.recipient or "all"), *words)
    terminal().print(table)


def print_one(store: Store, settings: Settings, number: int) -> None:
    with store.read() as tx:
        found = silences.get(tx, number)
        if found is None:
            raise StoreError(f"there is no silence {number}: `monitor silences list --all` shows them")
        kept = silences.swallowed(tx, number)
    console = terminal()
    console.print(f"[bold]Silence {number}[/bold]: {clean(_whom(found))}, {clean(_what(found))}")
    console.print(f"  from {local(found.starts_at, settings)} to {local(found.ends_at, settings)}")
    console.print(f"  by {clean(found.author)}: {clean(found.reason)}")
    if found.ended_by:
        console.print(f"  ended before its time by {clean(found.ended_by)}")
    console.print(f"  kept back: {len(kept)}")
    for at, recipient, alert in kept:
        console.print(f"  {local(at, settings)} from {clean(recipient)}: {clean(first_line(alert))}")


def _whom(silence: Silence) -> str:
    return silence.recipient or "all recipients"


def _what(silence: Silence) -> str:
    types = " and ".join(silence.types).replace("_", " ") or "anything"
    places = f" at {', '.join(silence.places)}" if silence.places else ""
    return types + places + (f" in situation {silence.situation}" if silence.situation else "")
