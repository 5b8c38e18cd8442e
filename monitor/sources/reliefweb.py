"""ReliefWeb's interface for programs (version 2): the source kind, and the reading of its answers (in a worker).

The question stands in the feed's url; the appname is added when it is asked, and is kept out of everything stored,
logged or said.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.errors import SourceError
from monitor.http import HttpClient, HttpResponse, Limits
from monitor.records import Entry, FeedRead
from monitor.settings import Feed
from monitor.sources.answers import asked, parsed, refuse_status, refuse_wall, seconds
from monitor.sources.entries import Raw, Surroundings, collected, from_fields, state_of, to_fields
from monitor.sources.workers import Workers
from monitor.text.dates import feed_date

_ACCEPT = "application/json"
_LIMITS = Limits(connect=10, read=30, total=60, size=10_000_000)
_MOST_PAGES = 10
_ASKED = (
    *("title", "body-html", "body", "url", "url_alias", "date.created", "date.original"),
    *("source.name", "source.shortname", "language.code"),
)
_APPLY = "ask for one at https://apidoc.reliefweb.int/parameters#appname"


@dataclass(frozen=True, slots=True)
class ReliefWebReader:
    """Reads the newest reports, and older ones by offset back to the last one seen."""

    workers: Workers
    limits: Limits = _LIMITS
    pause: float = 1.0
    most_pages: int = _MOST_PAGES

    async def read(self, feed: Feed, memory: Mapping[str, str], http: HttpClient, now: datetime) -> FeedRead:
        """What ReliefWeb has now. Raises SourceError with one sentence for its row."""
        appname = feed.appname.get_secret_value()
        if not appname:
            raise SourceError(f"ReliefWeb answers only who has an appname: {_APPLY}, and set appname", "appname")
        known = memory if memory.get("url") == feed.url else {}
        newest = await self._page(feed, 0, http, now)
        pages, failure = await self._back(newest, known.get("last_at", ""), feed, http, now)
        state = state_of(newest.entries)
        if len(pages) == 1 and not failure and state == known.get("state"):
            return FeedRead((), known, changed=False)
        missed = _missed(known.get("last_at", ""), pages[-1], failure)
        reached = known if failure else {"last_at": newest.until or known.get("last_at", "")}
        return FeedRead(
            entries=tuple({each.key: each for page in pages for each in page.entries}.values()),
            memory={**known, **reached, "url": feed.url, "state": state},
            changed=True,
            note="; ".join(filter(None, (missed, newest.note))),
            title="ReliefWeb",
        )

    async def _back(
        self, newest: "_Page", last: str, feed: Feed, http: HttpClient, now: datetime
    ) -> tuple[list["_Page"], str]:
        """The newest page and the older ones back to what was created at `last`; why they could not be had, if so."""
        pages = [newest]
        while last and pages[-1].more and pages[-1].since > last and len(pages) <= self.most_pages:
            await asyncio.sleep(self.pause)
            try:
                pages.append(await self._page(feed, sum(page.count for page in pages), http, now))
            except SourceError as error:
                return pages, str(error)
        return pages, ""

    async def _page(self, feed: Feed, offset: int, http: HttpClient, now: datetime) -> "_Page":
        address, limit = question(feed.url, feed.appname.get_secret_value(), offset)
        answer = await asked(feed, http, _ACCEPT, self.limits, address)
        _check(answer, now)
        fields = {"now": now.isoformat()}  # not the address that answered: it holds the appname
        read = await parsed(
            self.workers, "reliefweb", fields, answer.body, seconds(answer.body), what="list of reports"
        )
        entries = tuple(from_fields(each) for each in read["entries"])
        return _Page(entries, read["since"], read["until"], read["count"], read["count"] >= limit, read["note"])


@dataclass(frozen=True, slots=True)
class _Page:
    entries: tuple[Entry, ...]
    since: str  # ISO, when the oldest of them was put up; "" if there are none
    until: str
    count: int
    more: bool  # whether older ones follow
    note: str


def reliefweb_reports(workers: Workers) -> ReliefWebReader:
    return ReliefWebReader(workers)


def question(url: str, appname: str, offset: int) -> tuple[str, int]:
    """The address to ask, and how many reports it asks for: what the url says, with what every question needs."""
    parts = urlsplit(url)
    pairs = [(name, value) for name, value in parse_qsl(parts.query) if name not in {"appname", "offset"}]
    named = dict(pairs)
    if not any(name.startswith(("fields", "profile")) for name in named):
        pairs += [("fields[include][]", field) for field in _ASKED]
    # What is paged back to is the newest seen: any other order would break that.
    pairs = [pair for pair in pairs if not pair[0].startswith("sort")] + [("sort[]", "date.created:desc")]
    asked_for = named.get("limit", "")
    limit = min(int(asked_for), 1000) if asked_for.isascii() and asked_for.isdigit() and asked_for != "0" else 50
    pairs = [pair for pair in pairs if pair[0] != "limit"] + [("limit", str(limit)), ("offset", str(offset))]
    return urlunsplit(parts._replace(query=urlencode([*pairs, ("appname", appname)]))), limit


def _check(answer: HttpResponse, now: datetime) -> None:
    if answer.status == HTTPStatus.FORBIDDEN and b"appname" in answer.body[:5_000].lower():
        raise SourceError(f"ReliefWeb does not know the appname (403): {_APPLY}, and wait for the approval", "appname")
    if answer.status == HTTPStatus.GONE:
        raise SourceError(
            "this version of ReliefWeb's interface is switched off (410): the url begins with "
            "https://api.reliefweb.int/v2/reports now",
            "status",
        )
    if answer.body.lstrip()[:1] != b"{":
        refuse_wall(answer, now, "list of reports")
    refuse_status(answer, now, "list of reports")


def _missed(last: str, oldest: _Page, failure: str) -> str:
    """Of what hours reports were not read, and why."""
    if not last or not oldest.more or oldest.since <= last:
        return ""
    since, until = datetime.fromisoformat(last), datetime.fromisoformat(oldest.since)
    hours = (until - since).total_seconds() / 3600
    why = f" yet: {failure}" if failure else ": there were more than are asked for at once"
    return f"reports put up from {since:%d %b %H:%M} to {until:%d %b %H:%M} UTC ({hours:.1f} h) were not read{why}"


def read_reports(body: bytes, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The task `reliefweb`: the reports of one answer, and the times that they span."""
    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        return {
            "wrong": "the answer is no JSON: ReliefWeb, or something before it, is out of order",
            "kind": "malformed",
        }
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
        # Its own words are not repeated: they may hold the appname.
        return {"wrong": "the answer is JSON, but no list of ReliefWeb's reports", "kind": "malformed"}
    raws = [raw for each in answer["data"] if isinstance(each, dict) and (raw := _raw(each))]
    if answer["data"] and not raws:
        return {"wrong": "the answer lists reports, but none of them can be read", "kind": "malformed"}
    around = Surroundings("https://reliefweb.int/", UTC, datetime.fromisoformat(fields["now"]), "", frozenset())
    times = sorted(time for each in answer["data"] if (time := _created(each)))
    return {
        "entries": [to_fields(entry) for entry in collected(raws, around).entries],
        "since": times[0] if times else "",
        "until": times[-1] if times else "",
        "count": len(answer["data"]),
        "note": "" if raws else "there are no reports that answer the question",
    }


def _raw(listed: Mapping[str, Any]) -> Raw | None:
    fields = listed.get("fields")
    number = str(listed.get("id", ""))
    if not isinstance(fields, dict) or not number.isascii() or not number.isdigit() or not _text(fields, "title"):
        return None
    created, original = _text(fields, "date", "created"), _text(fields, "date", "original")
    # The publisher's date is a day without an hour: it counts where it is another day, for the text speaks of that.
    dates = (created, original) if created[:10] == original[:10] else (original, created)
    return Raw(
        guid=f"reliefweb/{number}",
        link=_text(fields, "url_alias") or _text(fields, "url"),
        title=escape(_text(fields, "title")),
        summary="",
        content=_text(fields, "body-html") or escape(_text(fields, "body")).replace("\n", "<br>"),
        language=_text(fields, "language", "code"),
        dates=dates,
        origin=escape(_text(fields, "source", "shortname") or _text(fields, "source", "name")),
        whole=True,  # the pages of the site are closed to programs
    )


def _text(fields: Any, *path: str) -> str:
    """The text at this place; of a list the first."""
    for name in path:
        fields = fields[0] if isinstance(fields, list) and fields else fields
        fields = fields.get(name) if isinstance(fields, dict) else None
    return fields if isinstance(fields, str) else ""


def _created(listed: Any) -> str:
    moment = feed_date(_text(listed, "fields", "date", "created"), UTC)
    return moment.isoformat() if moment else ""
