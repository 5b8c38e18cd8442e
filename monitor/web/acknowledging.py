"""The link in an alert: its page says what the alert said, and takes the word of whoever saw it. It needs no login.

Opening it changes nothing, because programs that scan mail open every link: that takes a click.
"""

import re

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from monitor.channels.wording import first_line
from monitor.pipeline import acknowledge
from monitor.pipeline.links import number_of
from monitor.records import Delivery
from monitor.store import acknowledgements, outbox
from monitor.web.desk import Desk
from monitor.web.language import N_

_NOTE = N_("by the link in the message")  # kept so, and said in the reader's language


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    desk.pages.teach(notes={_NOTE: _NOTE})

    @router.get("/a/{token}")
    def page(request: Request, token: str) -> Response:
        delivery, holds = _message(desk, token)
        store = desk.parts.store
        with store.read() as tx:
            seen = acknowledgements.get(tx, delivery.number)
        language = desk.language(request, None)
        alert = delivery.alert
        said = {
            "number": delivery.number,
            "said": first_line(alert, language, delivery.zone),
            "report": alert.report_key,
            "situation": alert.situation,
            "seen_at": seen.at if seen else None,
            "holds": holds,
        }
        return desk.show(request, None, "acknowledge.html", 200 if holds or seen else 410, **said)

    @router.post("/a/{token}")
    def seen(request: Request, token: str) -> Response:
        delivery, holds = _message(desk, token)
        if holds:
            acknowledge.record(desk.parts.store, delivery.number, _NOTE, desk.parts.clock())
        return RedirectResponse(request.url.path, 303)

    return router


def _message(desk: Desk, token: str) -> tuple[Delivery, bool]:
    """The message that the link is of, and whether the link still holds. 404 if it is none of ours."""
    # chat programs take closing brackets and marks of direction for a part of the link
    clean = re.match(r"[A-Za-z0-9_-]{0,100}", token)
    found = number_of(desk.parts.store, clean[0] if clean else "")
    if found is None:
        raise HTTPException(404)
    with desk.parts.store.read() as tx:
        delivery = outbox.get(tx, found[0])
    if delivery is None:
        raise HTTPException(404)
    return delivery, desk.parts.clock() < found[1]
