"""A critical alert and a person with three channels in order: what the tests of escalating share."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from monitor.channels.limits import Pace
from monitor.pipeline import Parts
from monitor.pipeline.parts import announce
from monitor.records import Alert
from monitor.schedule import drain
from monitor.settings import ChannelSettings, Recipient, Rule, Settings
from monitor.store import Store, outbox
from tests.examples import NOON
from tests.store_support import alert
from tests.test_delivery import Clock, Giving

MINUTE = timedelta(minutes=1)
ORDER = ("chat", "mail", "phone")
SIEGE = alert(level="critical")


def watching(store: Store, channels: Mapping[str, Giving] | None = None, *, order: bool = True, **person: Any) -> Parts:
    """A monitor that reads nothing; `desk` has three channels, in order with ten minutes for each, or all at once."""
    clock = Clock()
    clock.now = NOON
    settings = Settings(
        config_dir=Path(),
        database="",
        data_dir=Path(),
        channels={name: ChannelSettings(kind="log") for name in ORDER},
        recipients={"desk": Recipient(**{"channels": ORDER, **({"escalate_after": "10m"} if order else {}), **person})},
        rules=(Rule(to="desk"),),
    )
    nothing = cast(Any, None)
    ways = {name: Giving() for name in ORDER} | dict(channels or {})
    pace = Pace(clock=clock.seconds)
    return Parts(settings, store, nothing, nothing, nothing, {}, cast(Any, ways), cast(Any, clock), pace=pace)


def tell(parts: Parts, told: Alert = SIEGE) -> None:
    with parts.store.write() as tx:
        assert announce(parts, tx, told)


def later(parts: Parts, minutes: float) -> None:
    cast(Clock, parts.clock).now += minutes * MINUTE


def owed(parts: Parts) -> list[tuple[str, str]]:
    """(channel, state) of every message, in the order in which they came to be owed."""
    with parts.store.read() as tx:
        return [(each.channel, each.state) for each in reversed(outbox.listing(tx))]


def run(parts: Parts) -> list[tuple[str, str]]:
    """What the driver does at each tick, until there is nothing to do."""
    asyncio.run(drain(parts, timedelta(0)))
    return owed(parts)
