"""What `alerts preview` prints."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from monitor.channels.wording import first_line
from monitor.cli.terminal import clean, terminal, town
from monitor.errors import StoreError
from monitor.gazetteer import Gazetteer
from monitor.pipeline.preview import Line, preview
from monitor.rules import KeptBack, Owed
from monitor.settings import Settings, placed
from monitor.store import Store, lookback, silences
from monitor.store.lookback import Got

_ALL_SILENCES = 100_000
_REASONS = {"limit": "beyond the day's number", "acknowledged": "acknowledged", "silence": "silence"}


def print_preview(store: Store, settings: Settings, since: datetime, recipient: str, *, changed: bool) -> None:
    """By recipient, oldest first, what would have come and what came; then the counts."""
    if recipient and recipient not in settings.recipients:
        raise StoreError(f"alerts.yaml has no recipient {recipient}: there is {', '.join(settings.recipients)}")
    settings = placed(settings, Gazetteer.load(settings.gazetteer).points)
    moment = since if since.tzinfo else since.replace(tzinfo=ZoneInfo(settings.time_zone))
    with store.read() as tx:
        lines = preview(lookback.since(tx, moment), settings, silences.listing(tx, _ALL_SILENCES))
    if not lines:
        Console(stderr=True).print("no alert was made in that time: name an earlier --since")
        return
    console = terminal()
    for name in dict.fromkeys([*settings.recipients, *(line.recipient for line in lines)]):
        theirs = [line for line in lines if line.recipient == name]
        if recipient in {"", name}:
            _print_recipient(console, settings, name, theirs, changed=changed)


def _print_recipient(console: Console, settings: Settings, name: str, lines: Sequence[Line], *, changed: bool) -> None:
    would = sum(isinstance(line.would, Owed) for line in lines)
    did = sum(any(got.channel for got in line.did) for line in lines)
    kept = sum(isinstance(line.would, KeptBack) for line in lines)
    gone = "" if name in settings.recipients else " (not in alerts.yaml any more)"
    console.print(f"[bold]{clean(name)}[/bold]{gone}: would get {would}, and {kept} in the digest; got {did}")
    for line in lines:
        if changed and not line.differs:
            continue
        mark = " " if not line.differs else "+" if isinstance(line.would, Owed) else "-"
        console.print(f"{mark} {_when(line.alert.seen_at, settings)} {line.alert.kind}: {_first_line(settings, line)}")
        console.print(f"    [dim]would: {_would(settings, line)}; did: {_did(settings, line.did)}[/dim]")


def _first_line(settings: Settings, line: Line) -> str:
    person = settings.recipients.get(line.recipient)
    return clean(first_line(line.alert, person.languages[0] if person else "en", settings.time_zone))


def _would(settings: Settings, line: Line) -> str:
    if line.would is None:
        return "nothing"
    if isinstance(line.would, KeptBack):
        number = f" {line.would.silence_id}" if line.would.silence_id else ""
        return f"withheld ({_REASONS[line.would.reason]}{number})"
    if line.in_summary:
        return "in the summary of the first reading"
    held = line.would.due_at > line.alert.seen_at
    channels = clean(" and ".join(line.would.channels))
    return f"{channels}, held until {_when(line.would.due_at, settings)}" if held else f"{channels} at once"


def _did(settings: Settings, got: Sequence[Got]) -> str:
    return "; ".join(_got(settings, each) for each in got) or "nothing"


def _got(settings: Settings, got: Got) -> str:
    if got.at is None:
        return f"withheld ({clean(got.state)})"
    states = {"sent": "at", "due": "still owed, due", "given_up": "given up"}
    where = " in a summary" if got.in_summary else ""
    return f"{clean(got.channel)}{where} {states[got.state]} {_when(got.at, settings)}"


def _when(at: datetime, settings: Settings) -> str:
    return f"{at.astimezone(ZoneInfo(settings.time_zone)):%d %b %H:%M} {town(settings)}"
