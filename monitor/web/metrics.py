"""The monitor's figures for Prometheus, read from the rows when asked for, in a registry that no library adds to."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor import health
from monitor.health import Condition, Facts
from monitor.records import Pulse
from monitor.store import backlog, feeds, queues
from monitor.watchdog import Watchdog

FAILED_WITHIN = timedelta(hours=1)
_DELIVERY_STATES = ("due", "sent", "given_up")
_DONE: tuple[tuple[str, str, Callable[[Pulse], int]], ...] = (
    ("monitor_polls", "Polls of feeds by a process", lambda pulse: pulse.polls),
    ("monitor_poll_failures", "Polls that failed", lambda pulse: pulse.failures),
    ("monitor_reports_read", "Reports read by a process, new revisions included,", lambda pulse: pulse.reports),
    ("monitor_reports_flagged", "Reports flagged by a process", lambda pulse: pulse.flagged),
    ("monitor_alerts", "Alerts made by a process", lambda pulse: pulse.alerts),
    ("monitor_parse_kills", "Parsers stopped by a process", lambda pulse: pulse.kills),
)


def registry_of(watchdog: Watchdog) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(watchdog))
    return registry


class _Figures(Collector):
    def __init__(self, watchdog: Watchdog) -> None:
        self._watchdog = watchdog

    def describe(self) -> list[Metric]:
        return []  # the database is not asked before somebody wants to know

    def collect(self) -> Iterator[Metric]:
        facts, findings = self._watchdog.condition()
        yield GaugeMetricFamily("monitor_healthy", "1 when silence may be trusted", health.is_green(findings))
        red = Counter(each.check for each in findings if each.red)
        yield _labelled(
            "monitor_to_mend", "Findings of health, by check", ["check"], {(name,): red[name] for name in health.CHECKS}
        )
        yield GaugeMetricFamily("monitor_processes", "Processes that poll and send", len(health.at_work(facts)))
        yield from _of_work(facts, several=not self._watchdog.works)
        yield from self._of_queues(facts)
        yield from self._of_feeds(facts.now)
        yield from self._of_deliveries(facts)
        yield from _of_canary(facts)

    def _of_queues(self, facts: Facts) -> Iterator[Metric]:
        with self._watchdog.parts.store.read() as tx:
            found = queues.waiting(tx, facts.now)
        due = {(name,): each.number for name, each in found.items()}
        yield _labelled("monitor_due", "Feeds, pages or messages whose time has come, by kind of work", ["queue"], due)
        ages = {(name,): _age(facts.now, each.oldest) for name, each in found.items()}
        yield _labelled("monitor_oldest_due_seconds", "How long the longest waiting of them is due", ["queue"], ages)

    def _of_feeds(self, now: datetime) -> Iterator[Metric]:
        with self._watchdog.parts.store.read() as tx:
            found = backlog.feeds_by_condition(tx, now, health.ASKED_WITHIN, health.READ_LATELY)
            next_due = feeds.next_due(tx)
        values = {(each,): found.get(each, 0) for each in get_args(Condition)}
        yield _labelled("monitor_feeds", "Feeds, by state", ["state"], values)
        says = "How long the most overdue feed waits to be asked"
        yield GaugeMetricFamily("monitor_oldest_overdue_feed_seconds", says, _age(now, next_due))

    def _of_deliveries(self, facts: Facts) -> Iterator[Metric]:
        with self._watchdog.parts.store.read() as tx:
            counted = {(channel, state): number for channel, state, number in backlog.counts(tx)}
            unsent = queues.unsent(tx, facts.now)
            failed = queues.failures(tx, facts.now, FAILED_WITHIN)
        names = sorted({*self._watchdog.parts.settings.channels, *(channel for channel, _ in counted)})
        values = {(name, state): counted.get((name, state), 0) for name in names for state in _DELIVERY_STATES}
        yield _labelled("monitor_deliveries", "Messages, by channel and state", ["channel", "state"], values)
        off = {(name,): int(name in facts.off) for name in names}
        yield _labelled("monitor_channel_off", "1 when the channel refuses for good", ["channel"], off)
        waiting = {(name,): _age(facts.now, unsent.get(name)) for name in names}
        says = "How long the channel's longest waiting message is owed, retries included"
        yield _labelled("monitor_oldest_unsent_seconds", says, ["channel"], waiting)
        failures = {(name,): failed.get(name, 0) for name in names}
        says = "Attempts of the last hour that did not get through"
        yield _labelled("monitor_delivery_failures_last_hour", says, ["channel"], failures)
        sent = {(name,): _age(facts.now, at) for name, at in facts.sent.items()}
        yield _labelled("monitor_last_sent_age_seconds", "Since a real message was last taken there", ["channel"], sent)
        waits = _age(facts.now, facts.owed.due_at) if facts.owed else 0.0
        yield GaugeMetricFamily(
            "monitor_oldest_delivery_age_seconds", "How long the oldest unsent message waits", waits
        )


def _of_work(facts: Facts, *, several: bool) -> Iterator[Metric]:
    """Of this process as it is now; of `several` others as they last wrote it down, some seconds ago."""
    for name, says, number_of in _DONE:
        family = CounterMetricFamily(name, f"{says} since its start", labels=["process"] if several else [])
        for pulse in health.at_work(facts) if several else filter(None, [facts.pulse]):
            family.add_metric([pulse.name] if several else [], number_of(pulse))
        yield family


def _of_canary(facts: Facts) -> Iterator[Metric]:
    passed = facts.last is not None and facts.last.is_good
    yield GaugeMetricFamily("monitor_canary_passed", "1 when the last canary came through", passed)
    if facts.last_good:
        age = _age(facts.now, facts.last_good.begun_at)
        yield GaugeMetricFamily("monitor_canary_age_seconds", "Since the last canary that came through began", age)


def _age(now: datetime, then: datetime | None) -> float:
    """0 for what there is none of."""
    return max(0.0, (now - then).total_seconds()) if then else 0.0


def _labelled(name: str, says: str, labels: list[str], values: Mapping[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
