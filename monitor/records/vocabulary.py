"""The words that records share: the same in code, tables, pages and docs."""

from typing import Literal

EventType = Literal["siege", "reinforcements", "failed_talks"]
EasingType = Literal["agreement", "withdrawal"]
Label = Literal["siege", "reinforcements", "failed_talks", "agreement", "withdrawal"]
ReportState = Literal["flagged", "uncertain", "clear", "not_covered", "error"]
SightingState = Literal["now", "past", "denied", "feared", "demanded", "lifted", "planned", "figurative", "elsewhere"]
Field = Literal["title", "text"]
Found = Literal["sentence", "earlier", "dateline", "title", "region"]
DecisionKind = Literal["new", "escalation", "confirmation", "repeat", "contradiction", "easing", "too_old"]
AlertKind = Literal[
    "new",
    "escalated",
    "corroborated",
    "eased",
    "all_clear",
    "corrected",
    "summary",
    "digest",
    "test",
    "notice",
    "blind",
    "seeing",
    "canary",
]
Level = Literal["watch", "elevated", "critical", "emergency"]
Grade = Literal["unconfirmed", "corroborated", "confirmed", "refuted"]
Verdict = Literal["confirm", "false_alarm", "wrong_type", "wrong_place", "not_current", "duplicate", "unsure"]

EVENT_TYPES: tuple[EventType, ...] = ("siege", "reinforcements", "failed_talks")
EASING_TYPES: tuple[EasingType, ...] = ("agreement", "withdrawal")
LABELS: tuple[Label, ...] = (*EVENT_TYPES, *EASING_TYPES)
LEVELS: tuple[Level, ...] = ("watch", "elevated", "critical", "emergency")
# Kinds of places that are no single spot: stretches of country, and with the governorate all whose middle says nothing.
REGIONS = frozenset(("region", "tract"))
WIDE = REGIONS | {"governorate"}
