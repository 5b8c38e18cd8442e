"""The real pages on loopback in Debian's Chromium. What asks anybody but our server, or complains, fails its test."""

import asyncio
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from os import geteuid
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, ViewportSize, sync_playwright

from monitor.pipeline.sampling import draw_samples
from monitor.records.people import Role
from monitor.store import Store
from monitor.web.language import translations
from monitor.web.serving import served
from tests.conftest import NO_BROWSER
from tests.databases import opened
from tests.examples import NOON, assessment, report
from tests.ledger_support import unsure
from tests.situations_support import Month, month
from tests.web_support import PASSWORD, Front

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason=NO_BROWSER)
Device = Literal["desktop", "phone"]
SIZES: Mapping[Device, ViewportSize] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
_SOUGHT = "أعادت الحواجز شاحنات الطحين من مدخل البلدة رقم {} وأغلقت الطريق أمام المزارعين حتى إشعار آخر، بحسب أهالٍ."


@contextmanager
def chromium() -> Iterator[Browser]:
    """Without a sandbox for root only, who can have none."""
    flags = ["--no-sandbox"] if geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@contextmanager
def on_loopback(app: Any) -> Iterator[str]:
    """The address of the app while it is served by the monitor's own server, in a thread."""
    address: list[str] = []
    ready, done = threading.Event(), threading.Event()

    async def serve() -> None:
        async with served(app, "127.0.0.1:0") as found:
            address.append(found)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield address[0]
    finally:
        done.set()
        thread.join()


@dataclass
class Visit:
    """One person's browser, and what it asked and complained of."""

    context: BrowserContext
    address: str
    language: str
    asked: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    refused: bool = False  # an answer that says no is expected: Chromium complains of it

    def watch(self) -> None:
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.route(lambda url: not url.startswith(f"{self.address}/"), self._stop)

    def page(self, path: str = "/") -> Page:
        page = self.context.new_page()
        page.set_default_timeout(5000)
        page.goto(self.address + path)
        return page

    def say(self, text: str) -> str:
        return translations(self.language).gettext(text)

    def log_in(self, page: Page) -> None:
        page.get_by_label(self.say("Name")).fill("reviewer")
        page.get_by_label(self.say("Password")).fill(PASSWORD)
        page.get_by_role("button", name=self.say("Log in")).click()

    def narrow(self, page: Page) -> None:
        """To the sieges of critical situations, by the form."""
        page.locator("summary", has_text=self.say("Filters")).click()
        page.get_by_label(self.say("siege"), exact=True).check()
        page.get_by_label(self.say("critical"), exact=True).check()
        page.get_by_role("button", name=self.say("Show")).click()
        page.wait_for_selector(".chips")

    def _heard(self, message: ConsoleMessage) -> None:
        said_no = self.refused and message.text.startswith("Failed to load resource: the server responded with a")
        if message.type in {"error", "warning"} and not said_no:
            self.complaints.append(message.text)

    def _stop(self, route: Route) -> None:
        self.elsewhere.append(route.request.url)
        route.abort()


@dataclass(frozen=True)
class World:
    """One server over one database, and one browser, for all tests of a file."""

    front: Front
    month: Month
    address: str
    browser: Browser

    @contextmanager
    def visit(
        self, role: Role | None, language: str = "en", device: Device = "desktop", **changes: Any
    ) -> Iterator[Visit]:
        """Somebody of that role who has logged in; None: nobody. Leaves, and must have nothing to complain of."""
        locale = {"en": "en-GB", "ar": "ar-SY"}[language]
        context = self.browser.new_context(viewport=SIZES[device], locale=locale, reduced_motion="reduce", **changes)
        if role:
            session = self.front.session(role)
            context.add_cookies([{"name": "monitor_session", "value": session, "url": self.address}])
        made = Visit(context, self.address, language)
        made.watch()
        yield made
        context.close()
        assert made.elsewhere == []
        assert made.complaints == []
        assert all(url.startswith(f"{self.address}/") for url in made.asked)


def fill(store: Store) -> Month:
    """The month, a report in need of each kind of review, more than a page of uncertain ones, and a random sample."""
    made = month(store)
    desk = made.desk
    for number in range(50):
        seen = unsure("siege", "inkhil") | {"state": "uncertain"}
        says = _SOUGHT.format(number)
        made_of = {"title": f"الأهالي ينتظرون الطحين {number}", "text": says, "language": "ar", "feed": "alpha"}
        key, sighted = f"flour-{number}", replace(seen["sightings"][0], sentence=says)
        judged = replace(assessment("siege", key=key), **(seen | {"sightings": (sighted,)}))
        desk.read(report(key, hours=-400 - number, entry_key=key, **made_of), judged)
    for number in range(6):
        desk.tell(-7 + number, title=f"Quiet day {number}", state="clear", sightings=(), places=())
    draw_samples(store, NOON + timedelta(days=1))
    return made


@contextmanager
def opened_world(folder: Path) -> Iterator[World]:
    store = opened(folder / "monitor.db")
    told = fill(store)
    front = told.front(NOON + timedelta(days=1))
    with on_loopback(front.app) as address, chromium() as browser:
        yield World(front, told, address, browser)
    store.close()
