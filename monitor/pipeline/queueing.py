"""The reports that wait for a reviewer, in the order of what a delay costs. It only reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from monitor import verdicts
from monitor.records import Review
from monitor.store import Transaction, audits, judgements, reviews, waiting

Kind = Literal["critical", "flagged", "uncertain", "disputed", "audit"]

REACHES_BACK = timedelta(days=30)  # what nobody reviewed by then is history
MOST = 200  # of each kind
GRAVE = ("emergency", "critical")


@dataclass(frozen=True, slots=True)
class Part:
    kind: Kind
    keys: tuple[str, ...]  # MOST of them at most


def queue(tx: Transaction, now: datetime) -> tuple[Part, ...]:
    """Alarms that people act on now come first; then what may be an alarm; then where opinions differ; at last the
    random sample, in which nobody waits for an answer.
    """
    since = now - REACHES_BACK
    grave = [key for level in GRAVE for key in waiting.unreviewed(tx, "flagged", since, MOST, levels=(level,))]
    found: Mapping[Kind, Sequence[str]] = {
        "critical": grave,
        "flagged": waiting.unreviewed(tx, "flagged", since, MOST, but=GRAVE),
        "uncertain": waiting.unreviewed(tx, "uncertain", since, MOST),
        "disputed": _disputed(tx, since),
        "audit": audits.unasked(tx, since.astimezone(UTC).date().isoformat(), MOST),
    }
    known: set[str] = set()
    parts = []
    for kind, keys in found.items():
        fresh = tuple(key for key in keys if key not in known)[:MOST]
        known |= set(fresh)
        parts.append(Part(kind, fresh))
    return tuple(parts)


def after(parts: Sequence[Part], key: str) -> str:
    """The report that comes next in the queue, "" at its end; from one that is not in it the first."""
    keys = [each for part in parts for each in part.keys]
    if key not in keys:
        return keys[0] if keys else ""
    return next(iter(keys[keys.index(key) + 1 :]), "")


def _disputed(tx: Transaction, since: datetime) -> list[str]:
    """Where reviewers differ or were unsure, and copies of which one was judged otherwise than the other."""
    lately = reviews.reviewed_since(tx, since)
    pairs = waiting.copies(tx, lately)
    said = judgements.of_reports(tx, list(dict.fromkeys([*lately, *(key for pair in pairs for key in pair)])))
    found = [key for key in lately if verdicts.is_disputed(said[key])]
    counts = {key: verdicts.counting(some) for key, some in said.items()}
    alarmed = waiting.flagged(tx, [key for pair in pairs for key in pair])
    for copy, other in pairs:
        found += _differing(copy, other, counts, alarmed)
    return sorted(dict.fromkeys(found), key=lambda key: max((each.number for each in said[key]), default=0))


def _differing(copy: str, other: str, counts: Mapping[str, Review | None], alarmed: set[str]) -> list[str]:
    mine, theirs = counts[copy], counts[other]
    if mine and theirs:
        differ = verdicts.is_event(mine) != verdicts.is_event(theirs)
        return [copy] if differ and "duplicate" not in {mine.verdict, theirs.verdict} else []
    reviewed, unread = (mine, other) if mine else (theirs, copy)
    return [unread] if reviewed and verdicts.is_event(reviewed) is False and unread in alarmed else []
