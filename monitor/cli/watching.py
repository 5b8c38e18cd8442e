"""What the watching verbs do once their imports are paid for: open the service, drive it, tell the terminal."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterable
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.channels import when
from monitor.cli.setting_up import warnings
from monitor.errors import ConfigError
from monitor.pipeline import Backlog, Parts, PollResult, open_canary, people, poll_feed, tell_what_stands
from monitor.schedule import Watch, drain, once
from monitor.service import open_service
from monitor.settings import Feed, Settings
from monitor.store import outbox
from monitor.watchdog import Watchdog

log = logging.getLogger(__name__)


async def watch(settings: Settings, backlog: Backlog) -> None:
    """Until SIGTERM or Ctrl-C; what is in flight then has ten seconds."""
    from monitor.web import create_app  # half of what a start costs, which `deliver` and `run --once` have no use for
    from monitor.web.serving import served

    stop = stop_asked_for()
    async with open_service(settings, backlog=backlog) as parts, open_canary(parts) as canary:
        watchdog = Watchdog(parts, canary)
        with watchdog.on_duty():
            async with served(create_app(watchdog), settings.listen, settings.trusted_proxies) as address:
                enabled = _enabled(settings)
                for warning in warnings(settings):
                    log.warning("%s", warning.rstrip("."))
                log.info("watching %d feeds, writing to %s; stop with Ctrl-C", len(enabled), settings.data_dir)
                if address:
                    log.info("whether all is well: %s/healthz, or `monitor health`", address)
                    tell_how_to_enter(parts, address)
                ticks = (watchdog.tick, *((parts.serving.tick,) if parts.serving else ()))
                await Watch(parts, told_to(watchdog), canary, *ticks).run(stop)
        log.info("stopped; nothing is lost: %s", _owed(parts))


def stop_asked_for() -> asyncio.Event:
    """Set by SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def told_to(watchdog: Watchdog) -> Callable[[PollResult], None]:
    """What hears of each poll: the terminal, and the count."""

    def told(result: PollResult) -> None:
        tell(result)
        watchdog.tally.count(result)

    return told


def tell_how_to_enter(parts: Parts, address: str) -> None:
    """As long as nobody can administer the pages, each start makes the link with which somebody comes to."""
    base = parts.settings.public_url.rstrip("/") or address.replace("//0.0.0.0:", "//127.0.0.1:")
    if token := people.set_up_link(parts.store, parts.clock()):
        makes = "works once, for a day; `monitor accounts link` makes another"
        log.warning("nobody has an account yet: make yours at %s/setup/%s (%s)", base, token, makes)
    else:
        log.info("the log pages: %s", base)


async def watch_once(settings: Settings, backlog: Backlog) -> None:
    async with open_service(settings, backlog=backlog) as parts:
        results: list[PollResult] = []
        with _bar() as bar:
            task = bar.add_task("reading feeds", total=len(_enabled(settings)))

            def told(result: PollResult) -> None:
                tell(result)
                results.append(result)
                bar.advance(task)

            await once(parts, [feed.name for feed in _enabled(settings)], told)
        log.info("%s; %s", _sum(results), _owed(parts))


async def poll_now(settings: Settings, name: str | None) -> bool:
    """True when a feed could not be read."""
    feeds = [_named(settings, name)] if name else _enabled(settings)
    results: list[PollResult] = []
    async with open_service(settings) as parts:
        with _bar() as bar:
            for feed in bar.track(feeds, description="reading feeds"):
                if result := await poll_feed(parts, feed, force=True):
                    tell(result)
                    results.append(result)
        await asyncio.to_thread(tell_what_stands, parts)
    return any(result.error for result in results)


async def deliver_now(settings: Settings) -> int:
    """Number of messages still owed afterwards."""
    async with open_service(settings) as parts:
        await drain(parts, timedelta(0))
        log.info(_owed(parts))
        with parts.store.read() as tx:
            return outbox.waiting(tx)


def _enabled(settings: Settings) -> list[Feed]:
    return [feed for feed in settings.feeds if feed.enabled]


def _named(settings: Settings, name: str) -> Feed:
    for feed in settings.feeds:
        if feed.name == name:
            if feed.enabled:
                return feed
            raise ConfigError(f"feed {name} is disabled: set enabled: true in {settings.config_dir / 'feeds.yaml'}")
    raise ConfigError(f"no feed is called {name}: `monitor feeds list` shows the names")


def _bar() -> Progress:
    """On stderr, and only on a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def tell(result: PollResult) -> None:
    if not result.error:  # a failure was logged where it happened
        counts = f"{result.new} new, {result.revised} edited, {result.flagged} flagged"
        told = f"{counts}, {when.counted(result.alerts, 'alert', 'en')}" if result.changed else "unchanged"
        log.info("feed %s: %s", result.feed, told)


def _sum(results: Iterable[PollResult]) -> str:
    done = list(results)
    failed = sum(bool(result.error) for result in done)
    return (
        f"{len(done) - failed} of {len(done)} feeds read, {sum(each.new for each in done)} new reports, "
        f"{sum(each.flagged for each in done)} flagged, {sum(each.alerts for each in done)} alerts"
    )


def _owed(parts: Parts) -> str:
    with parts.store.read() as tx:
        left = outbox.waiting(tx)
    return (
        f"{left} message{'s' if left > 1 else ''} still to be sent at the next start"
        if left
        else "every message was sent"
    )
