"""Makes the README's pictures of the pages: `make screenshots`. Needs Debian's Chromium; asks nobody but 127.0.0.1.

The real monitor reads the demo's story up to the siege's second day, and around.yaml: all in it is invented.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from os import geteuid
from pathlib import Path

from playwright.async_api import async_playwright
from ruamel.yaml import YAML

from monitor.demo.configuration import write_configuration
from monitor.demo.farm import Farm, open_farm
from monitor.demo.inbox import open_inbox
from monitor.demo.story import Item, Story, read_story
from monitor.pipeline import Parts, deliver_one, open_canary, people, poll, tell_what_stands
from monitor.pipeline.passwords import Passwords
from monitor.pipeline.review import record
from monitor.records import Review
from monitor.service import open_service
from monitor.settings import load
from monitor.store import meta, reports
from monitor.store.reports import LogQuery
from monitor.watchdog import Watchdog
from monitor.web import create_app
from monitor.web.serving import served

HERE = Path(__file__).parent
LAST_DAY = date(2026, 11, 21)  # of the whole story
UNTIL = "a second outlet confirms"
READ_AFTER = timedelta(minutes=6)
WATCHED_FOR = timedelta(days=60)
LARGEST = 200_000  # bytes of a picture


@dataclass(frozen=True)
class Picture:
    name: str
    path: str
    width: int
    height: int
    language: str = "en"
    scale: float = 1


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


def story() -> Story:
    """The demo's until the step UNTIL, among other news; its outlets are not marked as those of a demo."""
    whole = read_story(LAST_DAY)
    names = [step.name for step in whole.steps]
    last = names.index(UNTIL)
    outlets = {each.name: replace(each, outlet=each.outlet.removesuffix(" (demo)")) for each in whole.outlets}
    items = [replace(each, outlet=outlets[each.outlet.name]) for each in whole.items if each.step <= last]
    for number, row in enumerate(YAML(typ="safe", pure=True).load((HERE / "around.yaml").read_text(encoding="utf-8"))):
        step = names.index(row["step"])
        outlet, at = outlets[row["outlet"]], whole.steps[step].at - timedelta(minutes=40 + 9 * number)
        today = "اليوم" if outlet.language == "ar" else f"{at:%A}"
        text = row["text"].replace("اليوم {today}", today).replace("{today}", today)
        items.append(Item(1000 + number, step, outlet, row["title"], tuple(text.splitlines()), at, told=False))
    return replace(whole, steps=whole.steps[: last + 1], items=tuple(items), outlets=tuple(outlets.values()))


async def main() -> None:
    program = shutil.which("chromium")
    if program is None:
        sys.exit("There is no Chromium: install Debian's (apt install chromium), then run `make screenshots` again.")
    with tempfile.TemporaryDirectory() as folder:
        told, clock = story(), Clock(datetime.now(UTC))
        async with open_farm(told) as farm, open_inbox(lambda _: None) as inbox:
            write_configuration(Path(folder), told, farm.feed_url, inbox.channel_url)
            settings = load(Path(folder) / "config", environment={})
            async with open_service(settings, clock=clock) as parts, watched(parts, told, farm, clock) as watchdog:
                await draw(program, watchdog, pictures(parts))


@asynccontextmanager
async def watched(parts: Parts, told: Story, farm: Farm, clock: Clock) -> AsyncIterator[Watchdog]:
    """The monitor after it has read the story, been reviewed in part, and looked after itself."""
    clock.now = told.steps[0].at.astimezone(UTC)
    with parts.store.write() as tx:
        meta.put(tx, "first_started_at", (clock.now - WATCHED_FOR).isoformat())
    for index, step in enumerate(told.steps):
        while clock.now < step.at.astimezone(UTC) + READ_AFTER:
            clock.now = min(clock.now + timedelta(minutes=30), step.at.astimezone(UTC) + READ_AFTER)
            if clock.now >= step.at.astimezone(UTC):
                farm.reveal(index)
            for outlet in told.outlets:
                await poll(parts, outlet.name, force=True)
            await asyncio.to_thread(tell_what_stands, parts)
        while await deliver_one(parts):
            pass
    review(parts)
    async with open_canary(parts) as canary:
        watchdog = Watchdog(parts, canary)
        await canary.beat()
        await watchdog.tick()
        watchdog.look()
        clock.now += timedelta(minutes=3)
        yield watchdog


def review(parts: Parts) -> None:
    """Somebody has looked at some of the reports."""
    seen = ("حصار", "حركة", "Troops", "Tafas elders")
    with parts.store.read() as tx:
        rows = list(reports.iterate(tx, LogQuery()))
    for row in rows:
        if row.report.title.startswith(seen):
            said = Review(row.report.key, "confirm", "", "samar", parts.clock(), "plain_words")
            record(parts.store, said, parts.clock())


def pictures(parts: Parts) -> Sequence[Picture]:
    with parts.store.read() as tx:
        siege = next(row for row in reports.iterate(tx, LogQuery()) if "طفس تستيقظ" in row.report.title)
    return (
        Picture("log", "/", 1100, 860),
        Picture("report", f"/reports/{siege.report.key}", 1100, 900),
        Picture("situations", "/situations", 1100, 900),
        Picture("coverage", "/coverage", 1100, 860),
        Picture("log-ar-phone", "/", 390, 844, "ar", 1.5),
    )


async def draw(program: str, watchdog: Watchdog, wanted: Sequence[Picture]) -> None:
    parts, passwords = watchdog.parts, Passwords()
    token = people.set_up_link(parts.store, parts.clock())
    door = people.Door(parts.store, passwords, "127.0.0.1", parts.clock())
    session = people.choose_password(door, token, "samar", "only while pictures are taken")
    flags = ["--no-sandbox"] if geteuid() == 0 else []
    async with served(create_app(watchdog, passwords), "127.0.0.1:0") as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        for each in wanted:
            context = await browser.new_context(
                viewport={"width": each.width, "height": each.height},
                locale=each.language,
                device_scale_factor=each.scale,
                color_scheme="light",
            )
            await context.add_cookies([{"name": "monitor_session", "value": session, "url": address}])
            page = await context.new_page()
            await page.goto(address + each.path)
            await page.screenshot(path=HERE / f"{each.name}.png")
            await context.close()
            size = (HERE / f"{each.name}.png").stat().st_size
            sys.stdout.write(f"docs/pictures/{each.name}.png: {size / 1000:.0f} kB\n")
            if size > LARGEST:
                sys.exit("A picture is too large: take a smaller part of the page.")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
