"""After feeds were read for the first time: one message per recipient on what stands, not an alert per old report."""

from datetime import datetime, timedelta

from monitor import rules, situations
from monitor.pipeline.parts import Parts, announce_to
from monitor.pipeline.recording import LEASE
from monitor.pipeline.taking_back import taken_back
from monitor.records import Alert, FeedState
from monitor.store import Transaction, feeds, outbox, reports
from monitor.store import situations as ledger

STANDING_FOR = timedelta(hours=72)


def tell_what_stands(parts: Parts) -> int:
    """Owe each recipient one summary of the first readings, also when nothing stands; number of summaries owed.

    Waits until every feed was read or failed once, so that one message tells of all of them; not for those whose server
    asked to be left alone for longer than a poll may take.
    """
    now = parts.clock()
    with parts.store.read() as tx:  # the states of all feeds take long, and the lock keeps other workers waiting
        if feeds.is_first_reading_to_come(tx, now + LEASE):
            return 0
        if not (feeds.summary_due(tx) or outbox.held(tx, "summary")):
            return 0
    with parts.store.write() as tx:
        feeds.lock_summary(tx)
        states = [state for state in feeds.states(tx) if not state.paused]
        first_read = [state.name for state in states if state.summary_due]
        waiting = outbox.held(tx, "summary")
        if any(_is_to_come(state, now) for state in states) or not (first_read or waiting):
            return 0
        lines = tuple(alert for _, alert in waiting if _stands(tx, alert, now))
        # alerts may wait though no feed does: its first reading broke off, or ended under another --backlog
        names = first_read or [state.name for state in states]
        failed = sum(state.first_read_at is None for state in states)
        read = len(first_read) or len(states) - failed
        reading = rules.FirstReading(read, reports.count(tx, names), failed, now)
        told = 0
        for recipient, summary in rules.summaries(lines, reading, parts.settings.rules):
            person = parts.settings.recipients[recipient]
            due_at = rules.quiet_until(person, summary.level, now)
            told += announce_to(parts, tx, summary, [(recipient, way) for way in rules.first_channels(person)], due_at)
        outbox.release(tx, [number for number, _ in waiting], "summarised")
        feeds.summary_told(tx, first_read)
    return told


def _is_to_come(state: FeedState, now: datetime) -> bool:
    return state.first_read_at is None and not state.failures and state.due_at <= now + LEASE


def _stands(tx: Transaction, alert: Alert, now: datetime) -> bool:
    if alert.occasion != alert.occasions[0] or taken_back(tx, [alert.report_key]):  # told with another; found wrong
        return False
    found = ledger.get(tx, alert.situation)
    return found is not None and any(situations.standing(found[0], event, now - STANDING_FOR) for event in alert.types)
