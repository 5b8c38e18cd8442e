"""Decision -> alerts, and who is owed them. Pure."""

from monitor.rules.making import RINGING, Told, alerts, correction
from monitor.rules.owing import PUSHES, Heard, KeptBack, Owed, first_channels, granted, owing, quiet_until, silences_it
from monitor.rules.reach import GRADES, at_least, reaches, wants
from monitor.rules.summing import FirstReading, summaries

__all__ = [
    "GRADES",
    "PUSHES",
    "RINGING",
    "FirstReading",
    "Heard",
    "KeptBack",
    "Owed",
    "Told",
    "alerts",
    "at_least",
    "correction",
    "first_channels",
    "granted",
    "owing",
    "quiet_until",
    "reaches",
    "silences_it",
    "summaries",
    "wants",
]
