"""Reports as read, written down with what they make owed: one transaction, others kept off what it bears on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.pipeline import pages
from monitor.pipeline.decide import Case, decide
from monitor.pipeline.holding import Hold, NotHeldError, everything, united
from monitor.pipeline.parts import Parts
from monitor.pipeline.preparing import prepared
from monitor.pipeline.settling import PollResult
from monitor.records import Assessment, Report, UnreadPage
from monitor.settings import Feed
from monitor.store import Transaction, feeds, reports, unread_pages
from monitor.store import situations as ledger

LEASE = timedelta(minutes=10)  # begun anew with every portion; longer than one takes


@dataclass(frozen=True, slots=True)
class Read:
    """A report as it is to be recorded; `page`: what was there was not all, and is to be asked for again."""

    report: Report
    assessment: Assessment
    page: UnreadPage | None = None


def record(parts: Parts, feed: Feed, read: Sequence[Read], first: bool) -> PollResult:
    cases = prepared(parts, [(each.report, each.assessment) for each in read], first=first)
    hold = united(each.hold for each in cases if each.hold)
    try:
        return _written(parts, feed, read, [replace(each, hold=hold) for each in cases], hold)
    except NotHeldError:  # rare: a person merged, or somebody opened, a situation in between
        unguarded = [replace(each, hold=None) for each in cases]
        return _written(parts, feed, read, unguarded, everything(parts, hold))


def _written(parts: Parts, feed: Feed, read: Sequence[Read], cases: Sequence[Case], hold: Hold) -> PollResult:
    new = revised = flagged = rung = 0
    now = parts.clock()
    alone = [(each.report, each.assessment) for each in read if _is_by_itself(each)]
    # undone by a power cut these are read anew: their feed advances, and what is owed is sent, only by what lasts
    with parts.store.write(lasts=len(alone) < len(read)) as tx:
        feeds.renew(tx, feed.name, now + LEASE)
        # all at once and in order: two workers that took them as they come would wait for each other
        ledger.lock(tx, hold.alone, hold.beside)
        added = reports.add_all(tx, alone)
        for each, case in zip(read, cases, strict=True):
            report = each.report
            if report.revision > 1:
                reports.revise(tx, report, each.assessment)
                revised += 1
            elif report.key in added or reports.add(tx, report, each.assessment):
                new += 1
            else:
                continue
            if each.page or report.revision > 1:
                owe_page(parts, tx, feed.name, each.page, report)
            flagged += each.assessment.state == "flagged"
            rung += decide(parts, tx, feed, case)
    return PollResult(feed.name, True, new, revised, flagged, rung)


def _is_by_itself(each: Read) -> bool:
    """Whether nothing that is decided on other reports looks at this one: most are so, and are added all at once."""
    return each.report.revision == 1 and each.assessment.state not in ("flagged", "uncertain")


def owe_page(parts: Parts, tx: Transaction, feed: str, page: UnreadPage | None, report: Report) -> None:
    now = parts.clock()
    at = pages.again_at(page, parts.left_alone.until(report.url, now), now) if page else None
    if page and at:
        unread_pages.owe(tx, feed, page, at)
    else:
        unread_pages.settle(tx, report.key)
