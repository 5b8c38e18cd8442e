"""A report that a person found wrong counts no more in its situation, so that it swallows no true alarm after it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor import rules, situations
from monitor.records import EVENT_TYPES, Review
from monitor.settings.levels import LevelRow
from monitor.store import Transaction, changes, reviews, steps, tellings
from monitor.store import situations as ledger
from monitor.store.changes import Change


def taken_back(tx: Transaction, keys: Sequence[str]) -> frozenset[str]:
    """Those of the reports whose last verdict is that they were wrong; who is unsure changes nothing."""
    said = reviews.of_reports(tx, list(dict.fromkeys(key for key in keys if key)))
    last = {key: [each.verdict for each in found if each.verdict != "unsure"][-1:] for key, found in said.items()}
    return frozenset(key for key, verdicts in last.items() if set(verdicts) & set(rules.CORRECTING))


def take_back(tx: Transaction, review: Review, levels: Sequence[LevelRow], now: datetime) -> None:
    """The situation told anew without the report and its copies; closed when no other tells of an event there."""
    found = ledger.of_report(tx, review.report_key)
    if found is None:
        return
    ledger.lock(tx, {found.place, *found.within})
    home = ledger.of_report(tx, review.report_key)
    if home is None or home.closed_at is not None:
        return
    told = tellings.all_of(tx, home.key)
    wrong = taken_back(tx, [each.report_key for each in told])
    left = [each for each in told if each.report_key not in wrong and each.copy_of not in wrong]
    if any(set(each.types) & set(EVENT_TYPES) for each in left):
        retold = situations.retold(home, left, levels)
        ledger.save(tx, retold.situation)
        steps.rewrite(tx, home.key, retold.steps)
        return
    ledger.save(tx, replace(home, closed_at=now))
    reason = "what told of an event there was found wrong"
    changes.add(tx, Change(home.key, "closed", "", reason, review.reviewer, now))
