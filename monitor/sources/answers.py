"""What an address answers: asked as its feed wishes, refused in one sentence, remembered for next time."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from monitor.errors import HttpError, SourceError
from monitor.http import HttpClient, HttpResponse, Limits, shown
from monitor.records import FeedRead
from monitor.settings import Feed
from monitor.sources.walls import wall
from monitor.sources.workers import WorkerFailedError, Workers
from monitor.text.dates import feed_date

NOTHING: Mapping[str, str] = {}
SOON = 1.5  # processor seconds that anything may take to parse: with starting anew, what is hostile is gone within 3 s
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})")
_MEND = {
    401: "it asks for a password",
    403: "it refuses this reader; another user_agent for it in feeds.yaml may help",
    404: "there is no {what} at this address; look for its new one",
    410: "the {what} is gone for good; take it out of feeds.yaml or find its new address",
    429: "we ask too often",
}
_FAILURES: dict[str, tuple[str, str]] = {
    "too_slow": ("takes too long to parse, as if made to: stopped", "too_slow"),
    "too_big": ("needs too much memory to parse: stopped", "too_large"),
    "crashed": ("cannot be parsed: the parser broke down on it", "malformed"),
}


async def asked(
    feed: Feed, http: HttpClient, accept: str, limits: Limits, url: str = "", known: Mapping[str, str] = NOTHING
) -> HttpResponse:
    """What the feed's address (or `url`) answers; conditionally, if `known` holds what it said last time."""
    wishes = {
        "Accept": accept,
        "User-Agent": feed.user_agent,
        # Sent back exactly as they came: servers compare letter by letter, quotes, W/ and all.
        "If-None-Match": known.get("etag", ""),
        "If-Modified-Since": known.get("modified", ""),
    }
    try:
        headers = {name: value for name, value in wishes.items() if value}
        return await http.get(url or feed.url, headers=headers, limits=limits)
    except HttpError as error:
        raise SourceError(str(error), error.kind) from None


def seconds(body: bytes) -> float:
    """Processor seconds allowed for a page: lxml reads 20 MB in one."""
    return SOON + len(body) / 4e6


async def parsed(
    workers: Workers, task: str, fields: Mapping[str, Any], body: bytes, within: float, what: str = "feed"
) -> dict[str, Any]:
    """What a worker makes of the body. A task that finds something wrong answers {"wrong": sentence, "kind": word}."""
    try:
        read = await workers.run(task, fields, body, within)
    except WorkerFailedError as failure:
        words, kind = _FAILURES[failure.kind]
        raise SourceError(f"the {what} {words} ({len(body)} bytes)", kind) from None
    if "wrong" in read:
        raise SourceError(read["wrong"], read["kind"])
    return read


def refuse_wall(answer: HttpResponse, now: datetime, what: str = "feed", kind: str = "wall") -> None:
    """Raises SourceError if a check for robots, a consent page or a login stands in the way."""
    blocked = wall(answer)
    if blocked:
        kind = "consent" if "consent" in blocked else "status" if answer.status >= 400 else kind
        status = answer.status if answer.status >= 400 else 0
        raise SourceError(
            f"the address answers with {blocked}, not with the {what}", kind, retry_after(answer, now), status
        )


def refuse_status(answer: HttpResponse, now: datetime, what: str = "feed") -> None:
    """Raises SourceError for every status but success, and for success with nothing in it."""
    if not 200 <= answer.status < 300:
        raise SourceError(_refused(answer, what), "status", retry_after(answer, now), answer.status)
    if not answer.body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise SourceError(f"the address answers {answer.status} with nothing in it", "empty")


def _refused(answer: HttpResponse, what: str) -> str:
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return "the address answers 304 Not Modified though nothing of it is known here yet"
    name = next((f" {status.phrase}" for status in HTTPStatus if status == answer.status), "")
    trouble = "the server has trouble of its own; asked again later" if answer.status >= 500 else ""
    mend = _MEND.get(answer.status, trouble).format(what=what)
    return f"the address answers {answer.status}{name}" + (f": {mend}" if mend else "")


def retry_after(answer: HttpResponse, now: datetime) -> float | None:
    """Both forms: seconds, or a date."""
    wait = answer.headers.get("Retry-After", "").strip()
    if wait.isascii() and wait.isdigit():
        return float(wait[:9])
    date = feed_date(wait, UTC) if wait else None
    return max(0.0, (date - now).total_seconds()) if date else None


def is_unchanged(answer: HttpResponse, known: Mapping[str, str]) -> bool:
    """Whether the server itself says so. Unasked for, a 304 means nothing."""
    return answer.status == HTTPStatus.NOT_MODIFIED and ("etag" in known or "modified" in known)


def remembered(feed: Feed, answer: HttpResponse) -> dict[str, str]:
    """What to know next time. Of an answer that broke off nothing: it has to be asked for again as a whole."""
    if answer.broken_off:
        return {"url": feed.url}
    validators = {"etag": answer.headers.get("ETag", ""), "modified": answer.headers.get("Last-Modified", "")}
    return {
        "url": feed.url,
        "body_hash": hashlib.sha256(answer.body).hexdigest(),
        **{name: value for name, value in validators.items() if value and value.isprintable() and len(value) < 1000},
    }


def unchanged(answer: HttpResponse, memory: Mapping[str, str]) -> FeedRead:
    return FeedRead((), memory, changed=False, note=moved(answer), poll_after=max_age(answer), moved=answer.moved)


def max_age(answer: HttpResponse) -> float | None:
    found = _MAX_AGE.search(answer.headers.get("Cache-Control", "").lower())
    return float(found[1]) or None if found else None


def moved(answer: HttpResponse) -> str:
    return f"moved for good to {shown(answer.moved)}: change the url in feeds.yaml" if answer.moved else ""
