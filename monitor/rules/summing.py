"""What a first reading comes to for each recipient. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.records import EVENT_TYPES, LEVELS, Alert
from monitor.rules.reach import wants
from monitor.settings import Rule


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What a summary rests on."""

    feeds_read: int
    reports_read: int
    feeds_failed: int
    at: datetime


def summaries(lines: Sequence[Alert], reading: FirstReading, rules: Sequence[Rule]) -> tuple[tuple[str, Alert], ...]:
    """(recipient, summary) for everybody whom a rule names: those of `lines` that the rules grant them, if any."""
    return tuple(
        (recipient, _summary(recipient, lines, reading, [rule for rule in rules if rule.to == recipient]))
        for recipient in dict.fromkeys(rule.to for rule in rules)
    )


def _summary(recipient: str, lines: Sequence[Alert], reading: FirstReading, rules: Sequence[Rule]) -> Alert:
    granted = tuple(line for line in lines if any(wants(rule, line) for rule in rules))
    return Alert(
        occasion=f"summary:{recipient}:{reading.at.isoformat()}",
        situation="",
        kind="summary",
        types=tuple(event for event in EVENT_TYPES if any(event in line.types for line in granted)),
        seen_at=reading.at,
        lines=granted,
        level=max((line.level for line in granted), key=LEVELS.index, default="watch"),
        feeds_read=reading.feeds_read,
        reports_read=reading.reports_read,
        feeds_failed=reading.feeds_failed,
        limited=not any(_unlimited(rule) for rule in rules),
    )


def _unlimited(rule: Rule) -> bool:
    return (
        rule.everywhere
        and set(rule.types) == set(EVENT_TYPES)
        and rule.least_grade in {"unconfirmed", "refuted"}
        and rule.least_level == "watch"
    )
