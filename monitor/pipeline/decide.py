"""One assessed report: its situation, who speaks in it, and what that makes owed. Within a transaction."""

from monitor import rules, same_story, situations
from monitor.pipeline.parts import Parts, announce
from monitor.records import Alert, Assessment, Decision, Report, Situation
from monitor.rules import Told
from monitor.same_story import Earlier
from monitor.settings import Feed
from monitor.store import Transaction, tellings
from monitor.store import situations as ledger


def decide(parts: Parts, tx: Transaction, feed: Feed, report: Report, assessment: Assessment, *, first: bool) -> int:
    """Enter the report in the ledger and owe what follows; number of messages that this makes.

    `first`: the feed is being read for the first time, and the backlog rule says what becomes of its alerts.
    """
    if not assessment.places:
        return 0
    home = ledger.of_report(tx, report.key)
    known = ledger.of_place(tx, assessment.places[0].slug)
    decision = situations.decide(report, assessment, known, home.key if home else "")
    if decision is None:
        return 0
    before = next((each for each in known if each.key == decision.situation.key), None)
    told = _told(tx, feed.outlet, report, assessment, decision, before)
    rung = 0
    for alert in rules.alerts(told):
        to = rules.owed(alert, parts.settings.rules, parts.settings.recipients)
        rung += announce(parts, tx, alert, to, held=_held(parts, alert, first=first) or _carried(alert, rung))
    return rung


def _told(
    tx: Transaction, outlet: str, report: Report, assessment: Assessment, decision: Decision, before: Situation | None
) -> Told:
    earlier = [
        Earlier(*pair) for pair in tellings.of_situation(tx, decision.situation.key) if pair[0].key != report.key
    ]
    telling = same_story.telling(report, assessment, outlet, earlier)
    ledger.save(tx, decision.situation)
    ledger.link(tx, report.key, decision.situation.key, decision.kind, decision.reason, decision.rests_on)
    tellings.keep(tx, telling)
    counts = same_story.counts([each.telling for each in earlier], telling)
    return Told(report, assessment, outlet, decision, before, counts)


def _held(parts: Parts, alert: Alert, *, first: bool) -> str:
    """Why an alert of a first reading waits, or is never sent; a summary tells what stands, not how it came about."""
    if not first or parts.backlog == "alert":
        return ""
    return "summary" if parts.backlog == "summary" and alert.kind == "new" else "ignored"


def _carried(alert: Alert, rung: int) -> str:
    """Of several new types in one report the first alert that rings carries the others."""
    return "told with another" if alert.kind == "new" and rung else ""
