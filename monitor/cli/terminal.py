"""How times, verdicts and tables are put for a terminal. Feed text is untrusted: nothing in it acts on the screen."""

import getpass
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from monitor.records import Review
from monitor.settings import Settings


def terminal() -> Console:
    """In a pipe there is no width to keep to: one row stays one line, and no key is cut."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=10_000, highlight=False)


def town(settings: Settings) -> str:
    return settings.time_zone.rsplit("/", 1)[-1].replace("_", " ")


def local(when: datetime, settings: Settings) -> str:
    """A time where the reader is, and in UTC with its own day if that is another."""
    there, utc = when.astimezone(ZoneInfo(settings.time_zone)), when.astimezone(UTC)
    day = "" if there.date() == utc.date() else f"{utc:%d %b} "
    return f"{there:%d %b %Y %H:%M} {town(settings)} ({day}{utc:%H:%M} UTC)"


def said(review: Review) -> str:
    """As it is typed on the command line."""
    return review.verdict.replace("_", "-")


def one_line(text: str) -> str:
    """Untrusted text as one line for a terminal: no escapes, no direction overrides."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+", " ", text).strip()


def clean(text: str) -> str:
    """The same, and no rich markup either."""
    return escape(one_line(text))


def login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in a container
        return "unknown"
