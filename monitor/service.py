"""Builds everything once from Settings: database migrated, model loaded, client and channels open."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from monitor.canary import target
from monitor.channels import Channel, build, uses
from monitor.channels.limits import Pace
from monitor.classifier import Classifier
from monitor.errors import ConfigError
from monitor.gazetteer import Gazetteer
from monitor.http import HttpClient
from monitor.packaged import packaged
from monitor.pipeline import Backlog, Parts
from monitor.pipeline.serving import Serving
from monitor.settings import ChannelSettings, Settings, placed
from monitor.sources import KINDS, Workers
from monitor.store import Store, Transaction, feeds, meta, outbox, sights
from monitor.store import channels as accounts

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_service(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    backlog: Backlog = "summary",
    marked_test: bool = False,
) -> AsyncIterator[Parts]:
    """The parts of a running monitor, the only one that writes to its database file; closed in the end.

    Raises ConfigError, ModelError or StoreError with what to do.
    """
    with ExitStack() as stack:
        store = Store(settings.database)
        stack.callback(store.close)
        stack.enter_context(store.only_writer())
        store.migrate()
        gazetteer = Gazetteer.load(settings.gazetteer)
        settings = placed(settings, gazetteer.points)
        with store.write() as tx:
            _start(tx, settings, clock(), alone=store.has_one_writer)
        classifier, serving = _reader(settings, store, gazetteer, clock)
        client = HttpClient(
            settings.user_agent,
            proxy=settings.proxy.sources.get_secret_value(),
            allow_loopback=settings.allow_loopback,
        )
        async with client as http, Workers() as workers:
            sources = {kind: source(workers) for kind, source in KINDS.items()}
            channels = {
                name: build(name, channel, proxy=settings.proxy.channels.get_secret_value(), data_dir=settings.data_dir)
                for name, channel in settings.channels.items()
            }
            canaries = {name: _canary(name, settings) for name, each in settings.channels.items() if _has_canary(each)}
            targets = {target(name): channel for name, channel in canaries.items()}
            pace = Pace({name: uses(channel) for name, channel in (channels | targets).items()})
            parts = Parts(
                settings, store, classifier, http, workers, sources, channels, clock, backlog, marked_test, pace
            )
            yield replace(parts, canaries=canaries, serving=serving)


def _reader(
    settings: Settings, store: Store, gazetteer: Gazetteer, clock: Callable[[], datetime]
) -> tuple[Classifier, Serving]:
    """What reads, by the promoted model if there is one, and what keeps it so."""
    local = frozenset(feed.name for feed in settings.feeds if feed.local)
    classifier = Classifier.load(packaged(f"models/{settings.model}"), gazetteer, local)
    serving = Serving(settings, store, classifier, clock)
    serving.settle()
    return classifier, serving


def _has_canary(channel: ChannelSettings) -> bool:
    return bool(channel.canary.get_secret_value())


def _canary(name: str, settings: Settings) -> Channel:
    """The channel with the canary's target for its url, and nothing else of its own."""
    proxy = settings.proxy.channels.get_secret_value()
    own = ChannelSettings(url=settings.channels[name].canary)
    return build(target(name), own, proxy=proxy, data_dir=settings.data_dir)


def _start(tx: Transaction, settings: Settings, now: datetime, *, alone: bool) -> None:
    """The feeds of the file become rows. At the first start every channel must be set; later one may be down."""
    down = {name: channel.broken for name, channel in settings.channels.items() if channel.broken}
    if meta.get(tx, "first_started_at") is None:
        if down:
            raise ConfigError("\n".join(f"channel {name}: {why}" for name, why in down.items()))
        meta.put(tx, "first_started_at", now.isoformat())
    for name, why in down.items():
        log.warning("channel %s is down: %s; messages to it are kept and tried again for a day", name, why)
    accounts.try_now(tx, now)
    feeds.sync(tx, [feed.name for feed in settings.feeds if feed.enabled], now)
    feeds.forgive(tx, {feed.name: feeds.asked_as(feed.url, feed.user_agent) for feed in settings.feeds}, now)
    sights.keep_only(tx, {rule.to for rule in settings.rules})
    if alone:
        feeds.resume(tx, now)
        outbox.resume(tx, now)
