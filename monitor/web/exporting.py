"""The filtered log as files for other programs, written while they are sent, and flagged reports as an Atom feed."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from io import StringIO

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from monitor.channels.formats.atom import NAMESPACE
from monitor.channels.formats.xml import Xml
from monitor.channels.quoting import clean, link
from monitor.gazetteer import Gazetteer
from monitor.pipeline.publish import sender_of
from monitor.settings import Settings
from monitor.store import Store, log_search
from monitor.store.log_search import Filters, Line
from monitor.web.columns import CODEBOOK, COLUMNS, Exported, cells, facts, feature
from monitor.web.desk import Desk
from monitor.web.filtering import STATES, Asked, Terms
from monitor.web.guards import Reader
from monitor.web.language import N_, Voice
from monitor.web.pages import named
from monitor.web.words import word

_AT_ONCE = 500  # lines in memory, and in one transaction
_LISTED = 100  # of the Atom feed
_TITLE = N_("Flagged reports")
_ENDS_OF_LINES = re.compile("[\x1c-\x1e\x85\u2028\u2029]")
Lines = Iterator[Exported]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    terms = desk.terms

    @router.get("/export.{kind}")
    def export(request: Request, _: Reader, kind: str) -> Response:
        if kind not in _WRITERS:
            raise HTTPException(404)
        media, written = _WRITERS[kind]
        asked = _understood(terms, request)
        lines = exported(desk.parts.store, asked.filters, desk.parts.classifier.gazetteer, terms)
        name = f"log-{desk.parts.clock():%Y%m%d-%H%M}.{kind}"
        headers = {"content-disposition": f'attachment; filename="{name}"', "x-codebook": CODEBOOK}
        return StreamingResponse(written(lines), media_type=media, headers=headers)

    @router.get("/flagged.atom")
    def atom(request: Request, person: Reader) -> Response:
        asked = _understood(terms, request)
        with desk.parts.store.read() as tx:
            wanted = _flagged(asked.filters)
            lines = log_search.page(tx, wanted, _LISTED).lines if wanted else ()
        listed = [_with_place(each, desk.parts.classifier.gazetteer, terms) for each in lines]
        made = feed(listed, desk.parts.settings, desk.voice(request, person), desk.parts.clock())
        return Response(made, media_type="application/atom+xml")

    return router


def exported(store: Store, filters: Filters, gazetteer: Gazetteer, terms: Terms) -> Lines:
    """All that fits, newest first. Each portion is a reading of its own: a slow reader keeps no transaction open."""
    before: int | None = None
    while True:
        with store.read() as tx:
            page = log_search.page(tx, filters, _AT_ONCE, before=before)
        for line in page.lines:
            yield _with_place(line, gazetteer, terms)
        if page.older is None:
            return
        before = page.older


def feed(lines: list[Exported], settings: Settings, voice: Voice, now: datetime) -> bytes:
    """As Atom (RFC 4287), newest first. Its links lead to the source, and to the report here if people know where."""
    sender, public = sender_of(settings), settings.public_url.rstrip("/")
    xml = Xml()
    with xml.inside("feed", xmlns=NAMESPACE, xml_lang=voice.language):
        xml.add("id", f"tag:{sender},2026:flagged:{voice.language}")
        xml.add("title", voice.say(_TITLE))
        xml.add("updated", _time(lines[0].line.seen_at if lines else now))
        with xml.inside("author"):
            xml.add("name", sender)
        for each in lines:
            _entry(xml, each, (sender, public), voice)
    return xml.done()


def _entry(xml: Xml, each: Exported, here: tuple[str, str], voice: Voice) -> None:
    line, place, (sender, public) = each.line, each.place, here
    types = ", ".join(voice.say(word(label)) for label in line.types)
    where = named(place, "", voice.language)
    with xml.inside("entry"):
        xml.add("id", f"tag:{sender},2026:report:{line.key}")
        xml.add("title", f"{types} · {where}: {clean(line.title)}" if where else f"{types}: {clean(line.title)}")
        xml.add("updated", _time(line.seen_at))
        if line.published_at:
            xml.add("published", _time(line.published_at))
        if address := link(line.url):
            xml.add("link", rel="alternate", href=address)
        if public:
            xml.add("link", rel="related", href=f"{public}/reports/{line.key}")
        for term in (*line.types, line.level, line.grade):
            if term:
                xml.add("category", term=term)
        quoted = f'<blockquote lang="{escape(line.language)}" dir="auto">{escape(clean(line.evidence))}</blockquote>'
        xml.add("content", f"{quoted}<p>{escape(clean(each.outlet))}</p>", type="html")


def _understood(terms: Terms, request: Request) -> Asked:
    asked = terms.read(request.query_params.multi_items())
    if asked.wrong:
        raise HTTPException(400, "a filter could not be understood")
    return asked


def _flagged(filters: Filters) -> Filters | None:
    """None where only uncertain ones are asked for."""
    if filters.states and STATES[0] not in filters.states:
        return None
    return replace(filters, states=STATES[:1])


def _with_place(line: Line, gazetteer: Gazetteer, terms: Terms) -> Exported:
    place = gazetteer.place(line.places[0]) if line.places else None
    return Exported(line, place, terms.outlet_of(line.feed))


def _csv(lines: Lines, *, hxl: bool = False) -> Iterator[str]:
    """With a mark at its beginning by which spreadsheets know UTF-8; HXL has a row of hashtags instead."""
    buffer = StringIO()
    writer = csv.writer(buffer)

    def flushed() -> str:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    writer.writerow(COLUMNS)
    if hxl:
        writer.writerow([column.hxl for column in COLUMNS.values()])
    yield ("" if hxl else "\ufeff") + flushed()
    for each in lines:
        writer.writerow(cells(each))
        yield flushed()


def _jsonl(lines: Lines) -> Iterator[str]:
    for each in lines:
        # some readers take these for ends of lines too
        line = json.dumps(facts(each), ensure_ascii=False)
        yield _ENDS_OF_LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n"


def _geojson(lines: Lines) -> Iterator[str]:
    yield f'{{"type": "FeatureCollection", "codebook": "{CODEBOOK}", "features": ['
    for number, each in enumerate(lines):
        yield (",\n" if number else "\n") + json.dumps(feature(each), ensure_ascii=False)
    yield "\n]}\n"


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_WRITERS: dict[str, tuple[str, Callable[[Lines], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "hxl.csv": ("text/csv; charset=utf-8", lambda lines: _csv(lines, hxl=True)),
    "jsonl": ("application/x-ndjson", _jsonl),
    "geojson": ("application/geo+json", _geojson),
}
