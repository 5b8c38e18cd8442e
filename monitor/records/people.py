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
