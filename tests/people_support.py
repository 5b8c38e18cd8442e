"""Recipients, rules and a store, without feeds and channels: enough to owe alerts to people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from monitor.classifier import Classifier
from monitor.gazetteer import Gazetteer
from monitor.http import HttpClient
from monitor.pipeline import Parts
from monitor.pipeline.parts import announce
from monitor.records import Alert
from monitor.settings import ChannelSettings, Feed, Recipient, Rule, Settings
from monitor.sources import Workers
from monitor.store import Store, reports, situations
from tests.databases import opened
from tests.examples import NOON, assessment, report
from tests.store_support import add_report, alert, situation

PEOPLE: dict[str, dict[str, Any]] = {
    "desk": {"channels": ("chat", "mail"), "digest": "08:00"},
    "family": {"channels": ("sms",)},
}


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class _Reader:
    """What of the classifier is asked for here."""

    gazetteer: Gazetteer
    name: str = "escalation"
    version: str = "52da4052"


_gazetteer: list[Gazetteer] = []


def gazetteer() -> Gazetteer:
    """Read once: it takes a while."""
    if not _gazetteer:
        _gazetteer.append(Gazetteer.load())
    return _gazetteer[0]


def parts_of(
    store: Store,
    clock: Clock,
    people: Mapping[str, Mapping[str, Any]] = PEOPLE,
    rules: Sequence[Mapping[str, Any]] = ({"to": "desk"}, {"to": "family"}),
) -> Parts:
    """A service that owes and never sends."""
    settings = Settings(
        config_dir=Path(),
        database="",
        data_dir=Path(),
        feeds=(Feed(name="horan-news", url="https://example.org/feed", outlet="Horan News"),),
        channels={
            "chat": ChannelSettings(kind="log"),
            "mail": ChannelSettings(kind="log"),
            "sms": ChannelSettings(kind="log", form="short"),
        },
        recipients={name: Recipient.model_validate(keys) for name, keys in people.items()},
        rules=tuple(Rule.model_validate(keys) for keys in rules),
    )
    reader, idle = cast(Classifier, _Reader(gazetteer())), cast(Workers, SimpleNamespace(killed=0))
    return Parts(settings, store, reader, cast(HttpClient, None), idle, {}, {}, clock)


def happens(parts: Parts, occasion: str = "jasim-1:new:siege:1", key: str = "r1", **changes: Any) -> Alert:
    """A report is read now, belongs to its situation, and its alert is told by the rules."""
    told = alert(occasion, key, kind=occasion.split(":")[1], seen_at=parts.clock(), **changes)
    with parts.store.write() as tx:
        add_report(tx, key, seen_at=parts.clock(), published_at=parts.clock(), entry_key=key)
        place, number = told.situation.rsplit("-", 1)
        found = situations.get(tx, told.situation)
        stands = found[0] if found else situation(place, int(number), opened_at=parts.clock(), tracks={})
        tracks = {**stands.tracks, **{str(event): parts.clock() for event in told.types}}
        situations.save(tx, replace(stands, last_report_at=parts.clock(), tracks=tracks, level=told.level))
        situations.link(tx, key, told.situation, "new", "a test", (key,))
        assert announce(parts, tx, told)
    return told


def uncertain(parts: Parts, key: str, state: Any = "uncertain", **changes: Any) -> None:
    """A report that makes no alert is read now."""
    kept = assessment(key=key, **{"place": None, **changes})
    with parts.store.write() as tx:
        made = report(key, seen_at=parts.clock(), published_at=parts.clock(), entry_key=key, title=f"Report {key}")
        assert reports.add(tx, made, replace(kept, state=state))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Store]:
    """For what prints: one database is enough."""
    made = opened(tmp_path / "monitor.db")
    yield made
    made.close()
