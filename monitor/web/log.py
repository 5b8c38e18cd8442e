"""The log, the first page: what was flagged or is uncertain, newest first, filtered, searched and turned over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from monitor.records import LABELS, LEVELS, Place
from monitor.store import Transaction, feeds, log_search
from monitor.store.log_search import Filters
from monitor.web import cursors
from monitor.web.desk import Desk
from monitor.web.filtering import GRADES, NAMES, REVIEWS, STATES, Asked, Terms
from monitor.web.guards import Reader
from monitor.web.language import N_, Voice
from monitor.web.pages import Pages, named
from monitor.web.rows import Wording

LINES = 50
EXPORTS = (("csv", "CSV"), ("hxl.csv", "CSV + HXL"), ("jsonl", "JSON Lines"), ("geojson", "GeoJSON"))
_WORDS = {  # of filters that are no words of the trade
    "none": N_("not reviewed"),
    "any": N_("reviewed"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on. `without`: the query of the same page without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Watched:
    """For a log that is still empty."""

    feeds: int
    since: datetime | None
    last: datetime | None


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    terms = desk.terms

    @router.get("/")
    def log(request: Request, person: Reader) -> Response:
        asked = terms.read(request.query_params.multi_items())
        turned = {name: cursors.number(request.query_params.get(name, "")) for name in ("before", "after")}
        is_turned = any(value is not None for value in turned.values())
        with desk.parts.store.read() as tx:
            page = log_search.page(tx, _wanted(asked), LINES, **turned)
            is_top = bool(page.lines) and not asked.given and not is_turned
            newest = page.lines[0].number if is_top else log_search.newest(tx)
            watched = None if newest else _watched(tx)
        voice = desk.voice(request, person)
        found = {
            "form": _form(asked, terms, desk.pages, voice),
            "rows": Wording(voice, terms, desk.parts.classifier.gazetteer.place, person.zone).rows(page.lines),
            "links": _links(asked, page),
            "turned": is_turned,
            "newer_than": _newer_query(asked, newest),
            "watched": watched,
        }
        status = 400 if asked.wrong else 200
        return desk.show(request, person, "log.html", status, **found, **_what_is_on(asked, terms, voice))

    return router


def _what_is_on(asked: Asked, terms: Terms, voice: Voice) -> dict[str, Any]:
    return {
        "asked": asked,
        "chips": chips(asked, terms, voice),
        "wrong": [(voice.say(NAMES[name]), value) for name, value in asked.wrong],
        "exports": EXPORTS,
    }


def _form(asked: Asked, terms: Terms, pages: Pages, voice: Voice) -> Markup:
    """The filters to choose from, with those that are on. Where none is, it is written once a language."""
    kept = None if asked.given else terms.written.get(f"form {voice.language}")
    if kept is None:
        kept = Markup(pages.render("_find.html", voice.language, _choices(asked, terms, voice)))  # noqa: S704  # nosec B704  # a template wrote it
        if not asked.given:
            terms.written[f"form {voice.language}"] = kept
    return kept


def _choices(asked: Asked, terms: Terms, voice: Voice) -> dict[str, Any]:
    return {
        "asked": asked,
        "terms": terms,
        "outlets": sorted(terms.outlets),
        "place_label": lambda slug: _place(slug, terms, voice) if slug else "",
        "place_options": _places(terms, voice),
        "choices": {"type": LABELS, "state": STATES, "level": LEVELS[::-1], "grade": GRADES, "review": REVIEWS},
        "special": _WORDS,
    }


def chips(asked: Asked, terms: Terms, voice: Voice) -> list[Chip]:
    return [
        Chip(voice.say(NAMES[name]), _said(name, value, terms, voice), asked.query((name, value)))
        for name, value in asked.given
    ]


def district(slug: str, terms: Terms, voice: Voice) -> str:
    capital = terms.capital(slug)
    name = named(capital, terms.districts[slug], voice.language)
    return voice.say("%(name)s district") % {"name": name}


def _said(name: str, value: str, terms: Terms, voice: Voice) -> str:
    from_words = _WORDS.get(value) if name == "review" else None
    if from_words:
        return voice.say(from_words)
    return _place(value, terms, voice) if name == "place" else value


def _place(slug: str, terms: Terms, voice: Voice) -> str:
    if slug in terms.districts:
        return district(slug, terms, voice)
    return named(terms.places[slug], slug, voice.language)


def _places(terms: Terms, voice: Voice) -> Markup:
    """Names to choose from, each with that of the other language: districts first. Written once a language."""
    kept = terms.written.get(f"places {voice.language}")
    if kept is None:
        districts = [(district(slug, terms, voice), "") for slug in terms.districts]
        names = districts + sorted(_names(place, voice.language) for place in terms.places.values())
        option = Markup('<option value="{}">{}</option>')
        kept = terms.written[f"places {voice.language}"] = Markup("").join(option.format(*each) for each in names)
    return kept


def _names(place: Place, language: str) -> tuple[str, str]:
    """In this language, and in the other."""
    return (place.arabic, place.name) if language == "ar" and place.arabic else (place.name, place.arabic)


def _wanted(asked: Asked) -> Filters:
    """Nothing, when something was asked for that was not understood."""
    return Filters(states=("",)) if asked.wrong else asked.filters


def _links(asked: Asked, page: log_search.Page) -> Mapping[str, str]:
    """Queries of the pages beside this one, and of this one's export."""
    older, newer = cursors.cursor(page.older), cursors.cursor(page.newer)
    return {
        "older": asked.query(before=older) if older else "",
        "newer": asked.query(after=newer) if newer else "",
        "first_path": f"/?{asked.query()}" if asked.given else "/",
    }


def _newer_query(asked: Asked, newest: int) -> str:
    return urlencode([*asked.given, ("than", cursors.cursor(newest) or "0")])


def _watched(tx: Transaction) -> Watched:
    polled = [state for state in feeds.states(tx) if not state.paused]
    first = [state.first_read_at for state in polled if state.first_read_at]
    last = [state.last_read_at for state in polled if state.last_read_at]
    return Watched(len(polled), min(first, default=None), max(last, default=None))
