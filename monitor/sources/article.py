"""The full text of a report from its page. A bad page is no error: the feed's words are read, and the note says why."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from monitor.errors import HttpError
from monitor.http import HttpClient, HttpResponse, Limits
from monitor.sources.answers import retry_after
from monitor.sources.walls import wall, wall_in_prose
from monitor.sources.workers import WorkerFailedError, Workers

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
_LIMITS = Limits(connect=10, read=15, total=30, size=6_000_000)
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain", "")
# What may be over in a while.
_PASSING = frozenset({"timeout", "dns", "refused", "protocol"})
_PASSING_STATUS = frozenset({408, 425, 429})
_ASKS_FOR_PATIENCE = frozenset({429, 503})
_FAILURES = {
    "too_slow": "the page takes too long to read: stopped",
    "too_big": "the page needs too much memory to read: stopped",
    "crashed": "the page cannot be read",
}


@dataclass(frozen=True, slots=True)
class Article:
    """`text` is "" when there is none to be had; `note` then says why, in one clause. `again`: it may be had later.

    `patience`: seconds that the server wishes to be left alone for.
    """

    text: str
    note: str
    again: bool = False
    patience: float = 0.0


async def full_text(
    url: str,
    http: HttpClient,
    workers: Workers,
    *,
    user_agent: str = "",
    limits: Limits = _LIMITS,
    now: datetime | None = None,
) -> Article:
    """The text of the article at `url`, without headline, menus and footers. Never raises for what the page does.

    `now`: to tell how long the server wishes to be left alone for.
    """
    if urlsplit(url).hostname == "news.google.com":
        # Its links open only with a browser's scripts; asking anyway earns blocks.
        return Article("", "the link leads to Google News, which cannot be opened without a browser")
    headers = {"Accept": _ACCEPT} | ({"User-Agent": user_agent} if user_agent else {})
    try:
        answer = await http.get(url, headers=headers, limits=limits)
    except HttpError as error:
        return Article("", f"the page could not be fetched: {error}", again=error.kind in _PASSING)
    unfit = _unfit(answer)
    if unfit:
        asks = retry_after(answer, now) if now and answer.status in _ASKS_FOR_PATIENCE else None
        return Article("", unfit, again=_may_pass(answer), patience=asks or 0.0)
    return await _extracted(answer, workers)


def _may_pass(answer: HttpResponse) -> bool:
    return answer.status >= 500 or answer.status in _PASSING_STATUS


def _unfit(answer: HttpResponse) -> str:
    """Why this answer holds no article, before reading it; "" if it may."""
    blocked = wall(answer)
    if blocked:
        return f"the page's address answers with {blocked}"
    if answer.status != HTTPStatus.OK:
        name = next((f" {status.phrase}" for status in HTTPStatus if status == answer.status), "")
        return f"the page's address answers {answer.status}{name}"
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _PAGE_TYPES or answer.body.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04")
    ):
        return f"the link leads to a file ({kind or 'unnamed'}), not to a page"
    return "" if answer.body.strip() else "the page is empty"


async def _extracted(answer: HttpResponse, workers: Workers) -> Article:
    fields = {"url": answer.url, "content_type": answer.headers.get("Content-Type", "")}
    try:
        read = await workers.run("page", fields, answer.body, 2.0 + len(answer.body) / 1e6)
    except WorkerFailedError as failure:
        return Article("", _FAILURES[failure.kind])
    blocked = wall_in_prose(read["text"] or read["words"])
    if blocked:
        return Article("", f"the page's address answers with {blocked}")
    if not read["text"]:
        return Article("", "the page holds no text")
    return Article(read["text"], answer.broken_off, again=bool(answer.broken_off))
