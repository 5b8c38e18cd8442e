"""What is due is counted in the rows, by kind of work and by channel, for programs that watch the monitor."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from monitor.pipeline.condition import keep_pulse
from monitor.records import Beat, Pulse, UnreadPage
from monitor.store import Store, beats, feeds, outbox, queues, unread_pages
from monitor.store.queues import Queue
from monitor.watchdog import Watchdog
from monitor.web.metrics import registry_of
from tests.canary_support import blank, file
from tests.examples import NOON
from tests.people_support import Clock, parts_of
from tests.store_support import add_report, alert, owe

__all__ = ["blank", "file"]  # fixtures

ROOT = Path(__file__).parent.parent
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def busy(store: Store) -> None:
    """Two feeds due and one gone, a page to be asked for again, on chat a message that failed and one for the night."""
    with store.write() as tx:
        feeds.sync(tx, ["horan-news", "later", "waits"], NOON - MINUTE)
        feeds.sync(tx, ["horan-news", "later"], NOON)
        feeds.advance_all(tx, [feeds.Reading("later", NOON - 5 * MINUTE)], NOON - 9 * MINUTE)
        add_report(tx, "r9", entry_key="r9")
        unread_pages.owe(tx, "horan-news", UnreadPage("r9", "", 1, NOON), NOON - 2 * MINUTE)
        failed = owe(tx, alert(), "desk", "chat", due_at=NOON - HOUR / 2, now=NOON - HOUR / 2)
        owe(tx, alert("jasim-2:new:siege:1", "r2"), "desk", "chat", due_at=NOON + HOUR)
        owe(tx, replace(alert("canary:1:t", "r3"), kind="canary", situation=""), "", "canary", due_at=NOON - DAY)
        taken = outbox.claim(tx, NOON - HOUR / 2, MINUTE, ["chat"])
        assert taken
        outbox.settle_again(tx, failed, taken.attempt, NOON + MINUTE, "refused")
        beats.end(tx, Beat(beats.begin(tx, NOON), NOON, NOON))


def test_what_is_due_is_counted_by_kind_of_work_with_the_longest_waiting(store: Store) -> None:
    busy(store)
    with store.read() as tx:
        assert queues.waiting(tx, NOON) == {
            "poll": Queue(2, NOON - 5 * MINUTE),
            "article": Queue(1, NOON - 2 * MINUTE),
            "deliver": Queue(0, None),
        }
        assert queues.waiting(tx, NOON + MINUTE)["deliver"] == Queue(1, NOON + MINUTE)
        assert queues.unsent(tx, NOON) == {"chat": NOON - HOUR / 2}
        assert queues.failures(tx, NOON, HOUR) == {"chat": 1}
        assert queues.failures(tx, NOON + HOUR, HOUR) == {}


@pytest.fixture
def figures(file: Store) -> dict[str, dict[str, float]]:
    busy(file)
    parts = replace(parts_of(file, Clock()), workers=SimpleNamespace(killed=0))  # type: ignore[arg-type]
    return figures_of(Watchdog(parts))


def figures_of(watchdog: Watchdog) -> dict[str, dict[str, float]]:
    text = generate_latest(registry_of(watchdog)).decode()
    return {
        family.name: {",".join(each.labels.values()): each.value for each in family.samples}
        for family in text_string_to_metric_families(text)
    }


def test_programs_read_the_same_by_queue_and_channel(figures: dict[str, dict[str, float]]) -> None:
    assert figures["monitor_due"] == {"poll": 2, "article": 1, "deliver": 0}
    assert figures["monitor_oldest_due_seconds"] == {"poll": 300, "article": 120, "deliver": 0}
    assert figures["monitor_oldest_unsent_seconds"] == {"chat": 1800, "mail": 0, "sms": 0}
    assert figures["monitor_delivery_failures_last_hour"]["chat"] == 1
    assert figures["monitor_deliveries"]["chat,due"] == 2


def test_pages_beside_workers_tell_how_many_live_and_what_each_of_them_did(file: Store) -> None:
    watchdog = Watchdog(parts_of(file, Clock()), works=False)
    assert figures_of(watchdog)["monitor_processes"] == {"": 0}
    for name, at in (("a:1", NOON), ("b:2", NOON), ("dead:3", NOON - HOUR / 2)):
        keep_pulse(file, Pulse(at, NOON - DAY, at, name=name, polls=5, kills=1))
    beside = figures_of(watchdog)
    assert beside["monitor_processes"] == {"": 2}
    assert beside["monitor_polls"] == {"a:1": 5, "b:2": 5}
    assert beside["monitor_parse_kills"] == {"a:1": 1, "b:2": 1}
    assert "monitor_due" in beside


def test_the_queries_of_the_operating_page_ask_for_figures_that_there_are(figures: dict[str, dict[str, float]]) -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    queries = "\n".join(re.findall(r"```promql\n(.*?)```", text, re.DOTALL))
    asked = set(re.findall(r"\bmonitor_\w+", queries))
    assert len(asked) >= 8
    assert {name.removesuffix("_total") for name in asked} <= figures.keys()
