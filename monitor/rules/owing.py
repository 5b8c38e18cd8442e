"""Who is owed an alert, on which channels and from when; or why it is kept from somebody whom the rules grant it. Pure.

Nothing granted vanishes: what is not owed is withheld, with its reason, and stands in the next digest. Quiet hours only
make a message wait.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.records import Alert, AlertKind, EventType, Level, Silence
from monitor.rules.reach import at_least, covers, wants
from monitor.settings import Recipient, Rule

Reason = Literal["silence", "acknowledged", "limit"]

LIMITED = ("new", "escalated", "corroborated", "eased")
PUSHES = (*LIMITED, "all_clear")  # what counts towards the day's number
EXEMPT_FROM: Level = "critical"
_TELL_OF_EVENTS: tuple[AlertKind, ...] = ("new", "escalated", "corroborated")
_NOTHING: Mapping[str, Sequence[Alert]] = {}
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of the recipients when an alert comes up."""

    told: Mapping[str, Sequence[Alert]] = field(default_factory=dict)  # by recipient: of its situation, oldest first
    acknowledged: Collection[str] = ()  # have seen all that they were told of it
    pushes: Mapping[str, Sequence[datetime]] = field(default_factory=dict)  # when messages reached, or will reach, them
    silences: Sequence[Silence] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    recipient: str
    channels: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class KeptBack:
    recipient: str
    reason: Reason
    silence_id: int | None = None


def owing(
    alert: Alert, rules: Sequence[Rule], recipients: Mapping[str, Recipient], heard: Heard, now: datetime
) -> tuple[Owed | KeptBack, ...]:
    """What the alert means for each recipient whom a rule grants it, each once, in the order of the rules."""
    return tuple(_owing(alert, name, recipients[name], heard, now) for name in granted(alert, rules, heard.told))


def granted(alert: Alert, rules: Sequence[Rule], told: Mapping[str, Sequence[Alert]] = _NOTHING) -> tuple[str, ...]:
    if alert.kind == "canary":
        return ()
    return tuple(dict.fromkeys(_granted(alert, rules, told)))


def _granted(alert: Alert, rules: Sequence[Rule], told: Mapping[str, Sequence[Alert]]) -> Iterator[str]:
    for rule in rules:
        knows = rule.to in told
        is_news = not alert.only_untold or not knows or _settles(alert, rule, told[rule.to])
        if is_news and wants(rule, alert, told=knows):
            yield rule.to


def _settles(alert: Alert, rule: Rule, told: Sequence[Alert]) -> bool:
    """Whether it names a second source for what the rule's recipient was last told of by one source alone, or was to be
    told of from two on.
    """
    if alert.kind != "corroborated":
        return False
    tellings = [each for each in told if each.kind in _TELL_OF_EVENTS]
    return any(_is_open(event, rule, tellings) for event in set(alert.types) & set(rule.types))


def _is_open(event: EventType, rule: Rule, tellings: Sequence[Alert]) -> bool:
    last = next((each for each in reversed(tellings) if event in each.types), None)
    if last is None:
        return rule.least_grade != "unconfirmed"
    return last.grade == "unconfirmed" or event in last.alone


def _owing(alert: Alert, name: str, person: Recipient, heard: Heard, now: datetime) -> Owed | KeptBack:
    silence = next((each for each in heard.silences if silences_it(each, alert, name, now)), None)
    if silence:
        return KeptBack(name, "silence", silence.id)
    if alert.kind == "corroborated" and name in heard.acknowledged:
        return KeptBack(name, "acknowledged")
    due_at = quiet_until(person, alert.level, now)
    if _beyond_limit(alert, person, heard.pushes.get(name, ()), due_at):
        return KeptBack(name, "limit")
    return Owed(name, first_channels(person), due_at)


def first_channels(person: Recipient) -> tuple[str, ...]:
    """All at once; where they are an order, the first one."""
    return person.channels[:1] if person.escalate_after else person.channels


def silences_it(silence: Silence, alert: Alert, recipient: str, now: datetime) -> bool:
    """Whether the silence swallows this alert. A type that is not silenced rings for all, and so does a correction."""
    if alert.kind not in PUSHES or not silence.starts_at <= now < silence.ends_at:
        return False
    if silence.recipient not in {"", recipient} or silence.situation not in {"", alert.situation}:
        return False
    if silence.types and not (alert.types and set(alert.types) <= set(silence.types)):
        return False
    return not silence.places or (alert.place is not None and covers(silence.places, alert.place))


def quiet_until(person: Recipient, level: Level, now: datetime) -> datetime:
    """When a message of this level may go out: now, or at the end of the recipient's quiet hours.

    Looked for minute by minute on the clock of their wall: so a night with 23 or 25 hours, and an end that falls into
    the hour that is skipped or comes twice, need no rule of their own. At most 1,500 looks, about a millisecond.
    """
    quiet, zone = person.quiet, ZoneInfo(person.zone)
    if quiet is None or at_least(level, quiet.break_through) or not quiet.holds(now.astimezone(zone).time()):
        return now
    moment = now.replace(second=0, microsecond=0)
    while quiet.holds(moment.astimezone(zone).time()):
        moment += _MINUTE
    return moment


def _beyond_limit(alert: Alert, person: Recipient, pushes: Sequence[datetime], due_at: datetime) -> bool:
    if person.max_per_day is None or alert.kind not in LIMITED or at_least(alert.level, EXEMPT_FROM):
        return False
    zone = ZoneInfo(person.zone)
    day = due_at.astimezone(zone).date()
    return sum(push.astimezone(zone).date() == day for push in pushes) >= person.max_per_day
