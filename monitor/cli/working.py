"""What one of many machines does that take each a share of the work. It shows no pages, and imports none."""

import asyncio
import logging

from monitor.cli.watching import stop_asked_for, told_to
from monitor.errors import ConfigError
from monitor.pipeline import Backlog, Parts, open_canary
from monitor.service import open_service
from monitor.settings import Settings
from monitor.watchdog import Watchdog

try:
    from monitor.worker import Worker
except ModuleNotFoundError as error:  # an extra that not everybody needs
    missing = error.name
    Worker = None  # type: ignore[assignment,misc]

log = logging.getLogger(__name__)

_TICKS = 1.0  # seconds


async def work(settings: Settings, backlog: Backlog) -> None:
    """Until SIGTERM or Ctrl-C; what is in flight then has ten seconds."""
    if Worker is None:
        raise ConfigError(f"many machines need {missing}: install it with pip install 'escalation-monitor[postgres]'")
    stop = stop_asked_for()
    async with open_service(settings, backlog=backlog) as parts, open_canary(parts) as canary:
        watchdog = Watchdog(parts, canary)
        worker = Worker(parts, canary, told_to(watchdog))
        with watchdog.on_duty():
            ticking = asyncio.create_task(_tick(watchdog, parts))
            log.info("one worker for %d feeds; stop with Ctrl-C", sum(feed.enabled for feed in settings.feeds))
            try:
                await worker.run(stop)
            finally:
                ticking.cancel()
        log.info("stopped; what was not done is done by the others, or at the next start")


async def _tick(watchdog: Watchdog, parts: Parts) -> None:
    while True:
        await watchdog.tick()
        if parts.serving:
            await parts.serving.tick()
        await asyncio.sleep(_TICKS)
