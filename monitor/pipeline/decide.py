"""One assessed report: its situation, who speaks in it, and what that makes owed. Within a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor import rules, same_story, situations
from monitor.pipeline.belonging import belonging
from monitor.pipeline.holding import Hold, NotHeldError
from monitor.pipeline.pairing import Pair, pair_of
from monitor.pipeline.parts import Parts, announce
from monitor.pipeline.repeating import NOT_COMPARED, Compared
from monitor.pipeline.taking_back import taken_back
from monitor.records import (
    EVENT_TYPES,
    Alert,
    Assessment,
    Count,
    Decision,
    Report,
    Situation,
    Telling,
)
from monitor.rules import Told
from monitor.same_story import Earlier
from monitor.settings import Feed
from monitor.situations import Belonging, Heard
from monitor.store import Transaction, hearing, steps, tellings
from monitor.store import situations as ledger


@dataclass(frozen=True, slots=True)
class _Read:
    """A report as the ledger takes it: an uncertain one that has a partner is taken as said."""

    report: Report
    assessment: Assessment
    outlet: str
    pair: Pair | None


@dataclass(frozen=True, slots=True)
class Case:
    """A report to be decided on, and what was found out about it before the transaction.

    `first`: its feed is being read for the first time, and the backlog rule says what becomes of its alerts.
    `hold`: what others are kept off; None: everything.
    """

    report: Report
    assessment: Assessment
    first: bool = False
    compared: Compared = NOT_COMPARED
    hold: Hold | None = None


def decide(parts: Parts, tx: Transaction, feed: Feed, case: Case) -> int:
    """Enter the report in the ledger and owe what follows; number of messages that this makes.

    Raises NotHeldError when the report belongs where others may be writing.
    """
    report, assessment = case.report, case.assessment
    if report.canary:
        return 0
    pair = None if assessment.places else pair_of(parts, tx, feed.outlet, report, assessment)
    read = _Read(report, pair.assessment if pair else assessment, feed.outlet, pair)
    rung = 0
    for belongs in belonging(parts, tx, report, read.assessment, case.compared):
        if case.hold and belongs.situation and not case.hold.covers(belongs.situation):
            raise NotHeldError(belongs.situation.key)
        told = _entered(parts, tx, read, belongs)
        for alert in rules.alerts(told) if told else ():
            rung += announce(parts, tx, alert, held=_held(parts, alert, first=case.first) or _carried(alert, rung))
        if told:
            break
    return rung


def _entered(parts: Parts, tx: Transaction, read: _Read, belongs: Belonging) -> Told | None:
    """The report written into the ledger; None when it says nothing of the situation."""
    report, assessment = read.report, read.assessment
    before = belongs.situation
    earlier = [] if before is None else _earlier(tx, before.key, report.key)
    telling = same_story.telling(report, assessment, read.outlet, earlier)
    if belongs.repeats and before:  # what its readers made of it beyond that is not the original's
        telling = replace(telling, types=tuple(label for label in telling.types if label in before.tracks))
    # the first telling of a source that was found wrong must not make a second source of the next
    standing = tellings.as_reviewed(tx, [each.telling for each in earlier])
    so_far = [] if before is None else steps.of_situation(tx, before.key)
    ended = situations.ended(so_far)
    counts = same_story.counts(standing, telling, ended)
    if read.pair:
        counts = {
            label: Count(count.before, max(2, count.sources), max(2, count.outlets)) for label, count in counts.items()
        }
    heard = Heard(so_far, telling.copy_of, telling.source, counts, _sources(standing, telling), _leaning(read))
    decision = situations.judge(report, assessment, belongs, heard, parts.settings.levels)
    if decision is None:
        return None
    _write(tx, read, before, decision, telling)
    others = ledger.recent(tx, decision.situation.last_report_at - situations.JOINS_WITHIN)
    related = situations.related(decision.situation, others)
    announced, void = ([], frozenset()) if before is None else _announced(tx, before.key)
    quotes = read.pair.quotes if read.pair else ()
    tellings_ = (*standing, telling)
    told = Told(report, assessment, read.outlet, decision, before, counts, so_far, announced, related, void, quotes)
    further = _is_further(belongs) and bool(assessment.types)
    return replace(told, tellings=tellings_, further=further, ended=ended, silent=_silent(tx, before, decision))


def _silent(tx: Transaction, before: Situation | None, decision: Decision) -> Situation | None:
    here = decision.situation
    return situations.silent(here, ledger.of_place(tx, here.place)) if before is None else None


def _is_further(belongs: Belonging) -> bool:
    here = belongs.situation
    return here is not None and not belongs.repeats and situations.is_further(belongs.place, here)


def _announced(tx: Transaction, key: str) -> tuple[list[Alert], frozenset[str]]:
    """What was told of the situation, and the reports on which some of that rests and does not count any more."""
    told, elsewhere = hearing.of_story(tx, key)
    return told, elsewhere | taken_back(tx, [each.report_key for each in told])


def _write(tx: Transaction, read: _Read, before: Situation | None, decision: Decision, telling: Telling) -> None:
    now = decision.situation
    ledger.save(tx, now)
    ledger.link(tx, read.report.key, now.key, decision.kind, decision.reason, decision.rests_on)
    tellings.keep(tx, telling)
    stood = situations.states_of(before) if before else {}
    at = situations.moment_of(read.report)
    steps.add(tx, now.key, situations.steps(stood, now.states, at, read.outlet, read.report.key))
    if read.pair and ledger.of_report(tx, read.pair.other.report.key) is None:
        other = read.pair.other
        reason = f"uncertain by itself; one of two that together tell of {now.key}"
        ledger.link(tx, other.report.key, now.key, "repeat", reason, (other.report.key, read.report.key))
        tellings.keep(tx, replace(other.telling, types=read.assessment.types))


def _earlier(tx: Transaction, key: str, but: str) -> list[Earlier]:
    return [Earlier(*pair) for pair in tellings.of_situation(tx, key) if pair[0].key != but]


def _sources(standing: Sequence[Telling], telling: Telling) -> int:
    """How many independent sources tell of an event in the situation."""
    tellings_ = [*standing, telling]
    return max(1, len({each.source for each in tellings_ if set(each.types) & set(EVENT_TYPES)}))


def _leaning(read: _Read) -> tuple[str, ...]:
    return (read.pair.other.report.key,) if read.pair else ()


def _held(parts: Parts, alert: Alert, *, first: bool) -> str:
    """Why an alert of a first reading waits, or is never sent; a summary tells what stands, not how it came about."""
    if not first or parts.backlog == "alert":
        return ""
    tells_of_events = alert.kind in (*rules.RINGING, "corroborated")
    return "summary" if parts.backlog == "summary" and tells_of_events else "ignored"


def _carried(alert: Alert, rung: int) -> str:
    """Of several types in one report the first alert carries the others."""
    return "told with another" if rung and alert.occasion != alert.occasions[0] else ""
