"""An uncertain report and another one, by an independent source, that is unsure of the same: together they alarm."""

from dataclasses import dataclass

from monitor import same_story, situations
from monitor.pipeline.parts import Parts
from monitor.records import Assessment, Quote, Report
from monitor.same_story import Earlier
from monitor.situations import Doubted
from monitor.store import Transaction, reports
from monitor.store.reports import LogQuery

_MOST = 50  # uncertain reports of one place and type that are looked at


@dataclass(frozen=True, slots=True)
class Pair:
    """`assessment`: that of the later report, taken as said."""

    assessment: Assessment
    other: Doubted
    quotes: tuple[Quote, ...]  # of the other one


def pair_of(parts: Parts, tx: Transaction, outlet: str, report: Report, assessment: Assessment) -> Pair | None:
    doubt = situations.doubt_of(assessment)
    if doubt is None:
        return None
    others = _others(parts, tx, report, doubt)
    earlier = [Earlier(each.report, each.telling) for each in others]
    mine = Doubted(report, assessment, doubt, same_story.telling(report, assessment, outlet, earlier))
    found = situations.partner(mine, others)
    if found is None:
        return None
    said = situations.taken_as_said(found)
    sentence = next(each.sentence for each in said.sightings if each.counts)
    quote = Quote(sentence, found.report.language, found.telling.outlet, found.report.url, "")
    return Pair(situations.taken_as_said(mine), found, (quote,))


def _others(parts: Parts, tx: Transaction, report: Report, doubt: situations.Doubt) -> list[Doubted]:
    """The uncertain reports of the same place and type read lately, oldest first."""
    since = report.seen_at - situations.STANDS_FOR
    query = LogQuery(since=since, states=("uncertain",), places=(doubt.place.slug,), types=(doubt.type,))
    outlets = {feed.name: feed.outlet for feed in parts.settings.feeds}
    found: list[Doubted] = []
    for row in reversed(reports.log(tx, query, _MOST)):
        theirs = situations.doubt_of(row.assessment)
        if row.report.key == report.key or theirs is None:
            continue
        earlier = [Earlier(each.report, each.telling) for each in found]
        outlet = outlets.get(row.report.feed, row.report.feed)
        telling = same_story.telling(row.report, row.assessment, outlet, earlier)
        found.append(Doubted(row.report, row.assessment, theirs, telling))
    return found
