"""Who may look at the pages, and as what."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Role = Literal["reader", "reviewer", "admin"]
ROLES: tuple[Role, ...] = ("reader", "reviewer", "admin")  # each may do what those before it may


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has logged in. `session`: the row of it, not what the browser holds."""

    name: str
    role: Role
    language: str = ""  # "": as the browser asks
    zone: str = ""  # "": only the monitor's own time and UTC
    session: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Account:
    """`has_password`: False while the link with which to choose one was not used."""

    name: str
    role: Role
    language: str
    zone: str
    created_at: datetime
    closed_at: datetime | None
    has_password: bool


@dataclass(frozen=True, slots=True)
class Token:
    """What programs of a person ask with; its secret is nowhere. `role`: at most, and never above its owner's."""

    number: int
    account: str
    name: str
    role: Role
    made_at: datetime
    ends_at: datetime | None = None
    used_on: datetime | None = None  # midnight of the day, UTC

    def has_ended(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now
