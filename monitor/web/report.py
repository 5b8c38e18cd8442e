"""One report whole: its words with the evidence marked, why it was flagged or not, whom it reached, its reviews."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from monitor import verdicts
from monitor.channels.quoting import link
from monitor.records import EVENT_TYPES, Review, Sighting
from monitor.store import dossier, judgements, reports
from monitor.store.dossier import Dossier
from monitor.web import reasons
from monitor.web.desk import Desk
from monitor.web.guards import Person, Reader
from monitor.web.language import N_
from monitor.web.marking import pieces
from monitor.web.words import is_judged, match

_HELD = {
    "past": N_("Not counted: it tells of the past."),
    "denied": N_("Not counted: it is denied."),
    "feared": N_("Not counted: it is feared, not reported."),
    "demanded": N_("Not counted: it is asked for."),
    "lifted": N_("Not counted: it is over."),
    "planned": N_("Not counted: it is announced, not yet done."),
    "figurative": N_("Not counted: it is a figure of speech."),
    "elsewhere": N_("Not counted: it happens elsewhere."),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reviewer had filled in when it could not be taken. `newer`: what somebody else said in the meantime."""

    mistake: str = ""
    newer: Review | None = None
    fields: Mapping[str, Any] | None = None
    status: int = 200


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/reports/{key}")
    def one_report(request: Request, person: Reader, key: str) -> Response:
        return shown(desk, request, person, key, Draft())

    return router


def shown(desk: Desk, request: Request, person: Person, key: str, draft: Draft) -> Response:
    with desk.parts.store.read() as tx:
        row = reports.whole(tx, key)
        if row is None:
            raise HTTPException(404, "there is no such report")
        found = dossier.of_row(tx, row)
        taken = judgements.taken(tx, [key])[key]
    report, sightings = row.report, () if found.is_blind else row.assessment.sightings
    return desk.show(
        request,
        person,
        "report.html",
        draft.status,
        each=found,
        report=report,
        assessment=row.assessment,
        title=pieces(report.title, "title", sightings),
        text=pieces(report.text, "text", sightings),
        sightings=sightings,
        match=match(row.assessment.probability, row.assessment.state),
        judged=is_judged(row.assessment.state),
        source=link(report.url),
        outlet_of=desk.terms.outlet_of,
        link=link,
        told=found.told,
        taken=taken,
        because=because,
        words=reasons,
        **_reviewing(desk, request, found, draft),
    )


def _reviewing(desk: Desk, request: Request, found: Dossier, draft: Draft) -> dict[str, Any]:
    """What the page says of the reviews, and what its form is made of."""
    reviews, fields = found.row.reviews, draft.fields or {}
    is_silent = found.row.assessment.state == "clear" and found.situation is None
    return {
        "standing": {review.number for review in verdicts.standing(reviews)},
        "counts": verdicts.counting(reviews),
        "seen": reviews[-1].number if reviews else 0,
        "draft": draft,
        "fields": fields,
        "queued": request.query_params.get("from", "") == "queue" or bool(fields.get("queue")),
        "previous": previous(request),
        "types": EVENT_TYPES,
        "places": _places(desk, found),
        "reasons_of": verdicts.REASONS,
        "silent": is_silent,
        "buttons": reasons.SILENT_WORDS if is_silent else reasons.VERDICT_WORDS,
    }


def because(sighting: Sighting) -> str:
    """Why a sentence counts or not, where the reader does not read the sentence that the model wrote in English."""
    if sighting.counts:
        return N_("It counts: it reads as news of the present.")
    if sighting.state != "now":
        return _HELD[sighting.state]
    if sighting.place is None or not sighting.place.area:
        return N_("Not counted: no place in the area is named.")
    return N_("Not counted: the words, or the report as a whole, do not say it surely enough.")


def previous(request: Request) -> tuple[str, int] | None:
    """Report and number of the review that was given just before, which can still be undone from here."""
    key, _, number = request.query_params.get("was", "").partition(".")
    return (key, int(number)) if key and number.isascii() and number.isdecimal() and len(number) < 19 else None


def _places(desk: Desk, found: Dossier) -> list[str]:
    """Names of the places of the area in both languages; those that the report names first."""
    named = [each.place for each in found.row.assessment.sightings if each.place and each.place.area]
    area = [place for place in desk.parts.classifier.gazetteer.places if place.area and not place.canary]
    names = (name for place in [*named, *area] for name in (place.name, place.arabic) if name)
    return list(dict.fromkeys(names))
