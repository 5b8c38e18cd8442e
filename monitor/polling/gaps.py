"""Whether entries may have come and gone between two readings, and in which hours."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from monitor.records import Course, Entry, FeedState, Gap

_KEPT = 10  # the newest of a reading; more than one, because an outlet may take one back
_NEVER = datetime.min.replace(tzinfo=UTC)


def latest(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Digests of the newest ones: an old one that is kept at the top tells nothing of what came in between."""
    newest = sorted(entries, key=lambda entry: entry.published_at or _NEVER, reverse=True)
    return tuple(_digest(entry.key) for entry in newest[:_KEPT])


def meets(course: Course, entries: Iterable[Entry]) -> bool:
    """Whether one of the newest of last time is among them."""
    last = frozenset(course.latest)
    return any(_digest(entry.key) in last for entry in entries)


def are_lost(course: Course, entries: Sequence[Entry], known: Collection[str]) -> bool:
    """Whether entries may be missing between last time and these. `known`: keys of them that were ever seen."""
    if not course.latest or not entries or meets(course, entries):
        return False
    new = _times(entries, known)
    # Hours that overlap: the outlet names its entries otherwise now, but none of them can be missing.
    return not new or not course.published or 2 * sum(time <= course.published[0] for time in new) <= len(new)


def gap(state: FeedState, entries: Sequence[Entry], known: Collection[str], reason: str, now: datetime) -> Gap:
    """The hours from the newest entry of last time, else from that reading, to the oldest one after it that is new."""
    since = next(iter(state.course.published), None) or state.last_read_at or now
    until = min((time for time in _times(entries, known) if time > since), default=now)
    return Gap(state.name, min(since, until), until, now, reason)


def _times(entries: Iterable[Entry], known: Collection[str]) -> list[datetime]:
    return [each.published_at for each in entries if each.published_at and each.key not in known]


def _digest(key: str) -> str:
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).hexdigest()
