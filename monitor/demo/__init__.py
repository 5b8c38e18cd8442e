"""What `monitor demo` shows: the real pipeline reads a written story from news sites on loopback and rings an inbox.

It must not contact anything but 127.0.0.1, and nothing it says may be taken for news: every message says TEST.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console

from monitor.demo.configuration import write_configuration
from monitor.demo.farm import Farm, open_farm
from monitor.demo.inbox import Inbox, Letter, open_inbox
from monitor.demo.screen import Screen
from monitor.demo.story import ZONE, Story, read_story
from monitor.pipeline import Parts, PollResult, deliver_one, poll, tell_what_stands
from monitor.records import Alert, LogRow
from monitor.service import open_service
from monitor.settings import load
from monitor.situations import moment_of
from monitor.store import outbox, reports, situations
from monitor.store.reports import LogQuery

__all__ = ["Told", "tell"]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of the story: log and alerts as they happened, the messages, and how many had come by each step."""

    rows: tuple[LogRow, ...]
    alerts: tuple[Alert, ...]
    letters: tuple[Letter, ...]
    letters_after_step: tuple[int, ...]


@dataclass(slots=True)
class _Clock:
    """The story's own time, so that a week passes in half a minute."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


async def tell(folder: Path, console: Console, *, pace: float = 0, last_day: date | None = None) -> Told:
    """Tell the story into `folder`, `pace` seconds between two steps; it ends on `last_day`, by default yesterday."""
    story = read_story(last_day or datetime.now(ZONE).date() - timedelta(days=1))
    screen = Screen(console, story)
    screen.opening()
    async with open_farm(story) as farm, open_inbox(screen.letter) as inbox:
        write_configuration(folder, story, farm.feed_url, inbox.channel_url)
        clock = _Clock(story.steps[0].at.astimezone(UTC))
        async with open_service(load(folder / "config", environment={}), clock=clock, marked_test=True) as parts:
            return await _tell_steps(story, parts, _Stage(farm, inbox, clock, screen), pace)


@dataclass(frozen=True, slots=True)
class _Stage:
    farm: Farm
    inbox: Inbox
    clock: _Clock
    screen: Screen


async def _tell_steps(story: Story, parts: Parts, stage: _Stage, pace: float) -> Told:
    after: list[int] = []
    for index, step in enumerate(story.steps):
        if index:
            await asyncio.sleep(pace)
        stage.clock.now = step.at.astimezone(UTC)
        stage.farm.reveal(index)
        stage.screen.step(index)
        stage.screen.read(await _visit(story, parts))
        while await deliver_one(parts):
            pass
        after.append(len(stage.inbox.letters))
    rows, alerts = await asyncio.to_thread(_what_is_kept, parts)
    stage.screen.closing(rows, len(stage.inbox.letters))
    return Told(rows, alerts, tuple(stage.inbox.letters), tuple(after))


async def _visit(story: Story, parts: Parts) -> list[PollResult]:
    """One outlet after the other, so that the same outlet is always the first to ring."""
    results = [await poll(parts, outlet.name, force=True) for outlet in story.outlets]
    await asyncio.to_thread(tell_what_stands, parts)
    return [result for result in results if result is not None]


def _what_is_kept(parts: Parts) -> tuple[tuple[LogRow, ...], tuple[Alert, ...]]:
    with parts.store.read() as tx:
        rows = sorted(reports.iterate(tx, LogQuery(everything=True)), key=lambda row: moment_of(row.report))
        known = situations.listing(tx, len(rows))
        alerts = [alert for situation in known for alert in outbox.of_situation(tx, situation.key)]
    return tuple(rows), tuple(sorted(alerts, key=lambda alert: alert.seen_at))
