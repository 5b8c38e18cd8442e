"""What the verbs of many machines do: one does a share of the work, one shows the pages."""

import asyncio
import logging

from monitor.cli.watching import stop_asked_for, tell_how_to_enter, told_to
from monitor.errors import ConfigError, StoreError
from monitor.pipeline import Backlog, Parts, open_canary
from monitor.service import open_service
from monitor.settings import Settings
from monitor.settings.values import listening
from monitor.watchdog import Watchdog
from monitor.web import create_app
from monitor.web.serving import served

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


def listening_at(settings: Settings, listen: str | None) -> Settings:
    """`listen`: within a container another address than outside it; None for that of monitor.yaml."""
    if listen is None:
        return settings
    try:
        return settings.model_copy(update={"listen": listening(listen)})
    except ValueError as error:
        raise ConfigError(f"--listen {error}") from None


async def show_pages(settings: Settings) -> None:
    """Until SIGTERM or Ctrl-C."""
    stop = stop_asked_for()
    async with open_service(settings) as parts:
        app = create_app(Watchdog(parts, works=False))
        async with served(app, settings.listen, settings.trusted_proxies) as at:
            if not at:
                raise StoreError(f"the pages have no address: {settings.listen} is taken, see above")
            tell_how_to_enter(parts, at)
            await stop.wait()


async def _tick(watchdog: Watchdog, parts: Parts) -> None:
    while True:
        await watchdog.tick()
        if parts.serving:
            await parts.serving.tick()
        await asyncio.sleep(_TICKS)
