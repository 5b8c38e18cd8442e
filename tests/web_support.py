"""The real app over a real database with a few reports, and browsers without a window that are logged in there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from monitor.pipeline import Parts, people
from monitor.pipeline.passwords import Passwords
from monitor.records.people import Role
from monitor.store import Store
from monitor.store import people as accounts
from monitor.watchdog import Watchdog
from monitor.web import create_app
from tests.canary_support import blank, opened
from tests.people_support import Clock, happens, parts_of, uncertain

__all__ = ["Front", "blank", "front"]  # fixtures

ADDRESS = "http://127.0.0.1:8000"
PASSWORD = "three unlikely melons"
PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))  # weak: this is a test


class Browser(TestClient):
    """Follows no redirect by itself, and fills in the token of forms."""

    def do(self, path: str, fields: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Send a form as a page of ours would. Its token is that of any page."""
        answer: httpx.Response = self.post(path, data={"csrf": self.token(), **(fields or {})}, **more)
        return answer

    def token(self) -> str:
        text: str = self.get("/no-such-page").text
        return text.partition('name="csrf" value="')[2].partition('"')[0]


@dataclass(frozen=True)
class Front:
    """`parts.clock.now` may be set."""

    parts: Parts
    clock: Clock
    watchdog: Watchdog
    app: Any

    def browser(self, role: Role | None = None, *, language: str = "en", **changes: Any) -> Browser:
        """Logged in as an account of that role, which is named after it; None: nobody."""
        made = Browser(
            self.app,
            base_url=changes.pop("address", ADDRESS),
            follow_redirects=False,
            headers={"accept-language": language, "sec-fetch-site": "same-origin"},
            **changes,
        )
        if role:
            made.cookies.set("monitor_session", self.session(role))
        return made

    def session(self, role: Role) -> str:
        """The token of a session of the account named after the role, which is made if need be."""
        store: Store = self.parts.store
        with store.write() as tx:
            accounts.add(tx, role, role, self.clock(), _HASHED)
        return people.enter(people.Door(store, PASSWORDS, "127.0.0.1", self.clock()), role, PASSWORD)


_HASHED = PASSWORDS.hashed(PASSWORD, "")


def front_of(store: Store, **settings: Any) -> Front:
    """`settings`: what of monitor.yaml is not as usual. Of those with the same ones the latest alone works."""
    clock = Clock()
    parts = parts_of(store, clock)
    parts = replace(parts, settings=parts.settings.model_copy(update=settings))
    watchdog, app = _app_over(parts, repr(sorted(settings.items())))
    return Front(parts, clock, watchdog, app)


_apps: dict[str, tuple[Watchdog, Any]] = {}


def _app_over(parts: Parts, settings: str) -> tuple[Watchdog, Any]:
    """To make an app takes longer than most tests: the last one with the same settings is led to the new store."""
    watchdog = Watchdog(parts)
    if settings not in _apps:
        _apps[settings] = (watchdog, create_app(watchdog, PASSWORDS))
    kept, app = _apps[settings]
    vars(kept).update(vars(watchdog))
    return kept, app


def fill(parts: Parts) -> None:
    """One flagged report with its alert (key r1, situation jasim-1), and two uncertain ones (r2, r3)."""
    happens(parts)
    uncertain(parts, "r2")
    uncertain(parts, "r3")


@pytest.fixture
def front(blank: Path, tmp_path: Path) -> Iterator[Front]:
    """With a few reports, and nobody's account so far."""
    store = opened(blank, tmp_path)
    made = front_of(store)
    fill(made.parts)
    yield made
    store.close()
