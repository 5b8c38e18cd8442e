"""A report that a person found wrong counts no more in its situation, so that it swallows no true alarm after it.

Who finds later that it was right after all, or takes that verdict back, has the situation as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import verdicts
from monitor.pipeline.holding import around, united
from monitor.pipeline.retelling import retell
from monitor.records import EVENT_TYPES, Review, Situation, Telling
from monitor.settings.levels import LevelRow
from monitor.store import Transaction, changes, judgements, tellings
from monitor.store import situations as ledger
from monitor.store.changes import Change

FOUND_WRONG = "what told of an event there was found wrong"
STANDS_AGAIN = "what was found wrong there stands again"


@dataclass(frozen=True, slots=True)
class Retold:
    """What a review did to the situation of its report, or of a duplicate of that. `beside`: one that is open at the
    place by now, for which the closed one stays closed.
    """

    situation: str = ""
    closed: bool = False
    reopened: bool = False
    beside: str = ""


def taken_back(tx: Transaction, keys: Sequence[str]) -> frozenset[str]:
    """Those of the reports whose last verdict is that they were wrong; who is unsure changes nothing."""
    taken = judgements.taken(tx, filter(None, keys))
    return frozenset(key for key, review in taken.items() if verdicts.is_wrong(review))


def hold_homes(tx: Transaction, report_keys: Sequence[str]) -> None:
    """Keep others off the places of the reports' situations; before anything of them is written, as they do."""
    held: set[str] = set()
    while more := [home for home in homes(tx, report_keys) if home.key not in held]:  # a person may have moved one
        hold = united(around(home) for home in more)
        ledger.lock(tx, hold.alone, hold.beside)
        held |= {home.key for home in more}


def homes(tx: Transaction, report_keys: Sequence[str]) -> list[Situation]:
    """Those that the reports stand in, each once, in the order of the reports."""
    found = filter(None, (ledger.of_report(tx, key) for key in report_keys))
    return list({home.key: home for home in found}.values())


def tell_anew(tx: Transaction, home: Situation, review: Review, levels: Sequence[LevelRow], now: datetime) -> Retold:
    """The situation as all reviews have it; closed when nothing tells of an event there any more.

    Its place is held already. `review`: what came last, and bears on a report of it.
    """
    left = tellings.as_reviewed(tx, tellings.all_of(tx, home.key))
    has_event = any(set(each.types) & set(EVENT_TYPES) for each in left)
    if home.closed_at is not None:
        return _reopen(tx, home, left, review, levels, now) if has_event else Retold(home.key)
    if has_event:
        retell(tx, home, left, levels)
        return Retold(home.key)
    ledger.save(tx, replace(home, closed_at=now))
    changes.add(tx, Change(home.key, "closed", "", FOUND_WRONG, review.reviewer, now))
    return Retold(home.key, closed=True)


def _reopen(
    tx: Transaction,
    home: Situation,
    left: Sequence[Telling],
    review: Review,
    levels: Sequence[LevelRow],
    now: datetime,
) -> Retold:
    """What a verdict closed; not what a person closed or merged, nor beside another that is open there by now."""
    last = next((each for each in reversed(changes.of_situation(tx, home.key)) if each.situation == home.key), None)
    if last is None or (last.kind, last.reason) != ("closed", FOUND_WRONG):
        return Retold(home.key)
    others = [each for each in ledger.of_place(tx, home.place) if each.closed_at is None]
    if others:
        return Retold(home.key, beside=others[-1].key)
    retell(tx, replace(home, closed_at=None), left, levels)
    changes.add(tx, Change(home.key, "reopened", "", STANDS_AGAIN, review.reviewer, now))
    return Retold(home.key, reopened=True)
