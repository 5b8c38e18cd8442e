"""Reports: the log as the first page lists it, one report whole, and what came since."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Request

from monitor.channels import when
from monitor.classifier.output import line_of
from monitor.gazetteer import Gazetteer
from monitor.records import DeliveryState, LogRow, Report, Review
from monitor.store import Transaction, log_search, outbox, reports
from monitor.web import cursors
from monitor.web.api import shapes
from monitor.web.api.asking import Before, Limit, filters, number_of
from monitor.web.desk import Desk
from monitor.web.filtering import Asked, Terms
from monitor.web.guards import Reader
from monitor.web.language import N_
from monitor.web.words import match

_NEWER = N_("New in the log: %(reports)s")
_MORE = N_("New in the log: 100 reports and more")


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["reports"])
    terms = desk.terms
    wanted = filters(terms)

    @router.get("/reports")
    def listed(
        _: Reader, asked: Annotated[Asked, Depends(wanted)], before: Before = None, limit: Limit = 50
    ) -> shapes.PageOf[shapes.Line]:
        """The log: flagged and uncertain reports, newest first, filtered and searched."""
        with desk.parts.store.read() as tx:
            page = log_search.page(tx, asked.filters, limit, before=number_of(before))
        items = [line_shape(line, terms, desk.parts.classifier.gazetteer) for line in page.lines]
        return shapes.PageOf(items=items, next=cursors.cursor(page.older))

    @router.get("/reports/newer")
    def newer(request: Request, person: Reader, asked: Annotated[Asked, Depends(wanted)], than: str) -> shapes.Newer:
        """How many lines of the log that fit came after a cursor. What a page asks to announce them."""
        since = number_of(than, "than") or 0
        with desk.parts.store.read() as tx:
            count = log_search.newer(tx, asked.filters, since)
        language = desk.language(request, person)
        say = _MORE if count >= log_search.MOST_NEWER else _NEWER
        said = desk.pages.say(language)(say) % {"reports": when.counted(count, "report", language)} if count else ""
        return shapes.Newer(count=count, says=said)

    @router.get("/reports/{key}")
    def one(_: Reader, key: Annotated[str, Path(max_length=100)]) -> shapes.Report:
        """One report whole, whether the log lists it or not."""
        with desk.parts.store.read() as tx:
            row = _found(tx, key)
            sent = outbox.of_report(tx, row.report.key)
        return _whole(row, sent, terms)

    return router


def _found(tx: Transaction, key: str) -> LogRow:
    """Raises HTTPException."""
    row = reports.whole(tx, key)
    if row is None:
        raise HTTPException(404, "no report has this key")
    return row


def line_shape(line: log_search.Line, terms: Terms, gazetteer: Gazetteer) -> shapes.Line:
    return shapes.Line(
        key=line.key,
        state=line.state,
        types=list(line.types),
        level=line.level or None,
        grade=line.grade,
        review=line.verdict or None,
        situation=line.situation or None,
        places=[found for slug in line.places if (found := place_shape(slug, gazetteer))],
        headline=line.title,
        evidence=line.evidence,
        language=line.language,
        outlet=terms.outlet_of(line.feed),
        feed=line.feed,
        url=line.url,
        published=line.published_at,
        seen=line.seen_at,
        sources=line.sources,
        outlets=line.outlets,
        probability=line.probability,
        match=match(line.probability, line.state),
        sent_to=line.sent,
        revision=line.revision,
        model=line.model,
    )


def place_shape(slug: str, gazetteer: Gazetteer) -> shapes.Place | None:
    place = gazetteer.place(slug) if slug else None
    if place is None:
        return shapes.Place(slug=slug, name=slug, arabic="", lat=None, lon=None) if slug else None
    return shapes.Place(slug=slug, name=place.name, arabic=place.arabic, lat=place.lat, lon=place.lon)


def told_shape(each: DeliveryState) -> shapes.Told:
    return shapes.Told(
        number=each.number,
        occasion=each.occasion,
        recipient=each.recipient,
        channel=each.channel,
        state=each.state,
        attempts=each.attempts,
        due=each.due_at,
        sent=each.sent_at,
        error=each.error,
    )


def review_shape(each: Review) -> shapes.Review:
    return shapes.Review(
        number=each.number,
        verdict=each.verdict,
        reason=each.reason,
        note=each.note,
        reviewer=each.reviewer,
        at=each.at,
        revokes=each.revokes,
    )


def _whole(row: LogRow, sent: list[DeliveryState], terms: Terms) -> shapes.Report:
    report: Report = row.report
    return shapes.Report(
        key=report.key,
        feed=report.feed,
        outlet=terms.outlet_of(report.feed),
        url=report.url,
        title=report.title,
        text=report.text,
        language=report.language,
        published=report.published_at,
        seen=report.seen_at,
        revision=report.revision,
        note=report.note,
        assessment=line_of(row.assessment),
        situation=row.situation or None,
        decision=row.decision or None,
        reason=row.reason,
        reviews=[review_shape(each) for each in row.reviews],
        deliveries=[told_shape(each) for each in sent],
    )
