"""One feed: fetch, full text, assess, decide, record. Never raises for what a feed does: its row says what is wrong.

Reports are written in portions, each with what it makes owed, and the feed advances only after the last one: killed in
between, the next start reads the rest and writes nothing twice.
"""

import asyncio
import logging
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.errors import SourceError, StoreError
from monitor.pipeline.decide import decide, touched
from monitor.pipeline.parts import Parts
from monitor.records import LABELS, Assessment, Entry, FeedRead, FeedState, Report
from monitor.settings import Feed
from monitor.sources.article import Article, full_text
from monitor.sources.reports import report_of
from monitor.store import feeds, reports
from monitor.store import situations as ledger

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # begun anew with every portion; longer than one takes
PORTION = 25  # reports written in one transaction
PAGES_AT_ONCE = 4  # article pages of one feed
LONGEST_BACK_OFF = timedelta(hours=6)
LONGEST_ASKED = timedelta(days=1)  # of a Retry-After
_LAST = datetime.max.replace(tzinfo=UTC)
# The classifier takes one batch at a time: feeds that wait for it must not use up the threads that deliveries need.
_reading = ThreadPoolExecutor(1, thread_name_prefix="reading")


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll came to. `error` is the sentence that the feed's row now shows, "" when it was read."""

    feed: str
    changed: bool = False
    new: int = 0
    revised: int = 0
    flagged: int = 0
    alerts: int = 0
    error: str = ""


async def poll(parts: Parts, name: str, *, force: bool = False) -> PollResult | None:
    """Read one feed if it is due (or `force`); None when it is not, or when somebody else is at it."""
    feed = next((each for each in parts.settings.feeds if each.name == name), None)
    if feed is None:
        return None
    state = await asyncio.to_thread(_claim, parts, name, force)
    if state is None:
        return None
    try:
        return await _read(parts, feed, state)
    except SourceError as error:
        return await asyncio.to_thread(_failed, parts, feed, state, str(error), error.retry_after)
    except StoreError as error:  # if the database takes it by now; else the driver rests
        return await asyncio.to_thread(_failed, parts, feed, state, str(error), None)
    except Exception as error:
        log.exception("feed %s: reading it broke off", name)
        reason = f"the monitor itself failed on this feed ({type(error).__name__}); its log has the details"
        return await asyncio.to_thread(_failed, parts, feed, state, reason, None)


def _claim(parts: Parts, name: str, force: bool) -> FeedState | None:
    with parts.store.write() as tx:
        return feeds.claim(tx, name, parts.clock(), LEASE, force=force)


async def _read(parts: Parts, feed: Feed, state: FeedState) -> PollResult:
    read = await parts.sources[feed.kind].read(feed, state.memory, parts.http, parts.clock())
    fresh = await asyncio.to_thread(_unseen, parts, feed.name, read.entries)
    first = state.first_read_at is None
    done: list[PollResult] = []
    for start in range(0, len(fresh), PORTION):
        assessed = await _assess(parts, feed, fresh[start : start + PORTION])
        done += await asyncio.to_thread(_recorded, parts, feed, assessed, first)
    total = PollResult(
        feed.name,
        read.changed,
        sum(each.new for each in done),
        sum(each.revised for each in done),
        sum(each.flagged for each in done),
        sum(each.alerts for each in done),
    )
    await asyncio.to_thread(_advance, parts, feed, state, read, total)
    return total


def _unseen(parts: Parts, feed: str, entries: Sequence[Entry]) -> list[tuple[Entry, int]]:
    """(entry, revision) of what is new or was edited, oldest first, as it happened."""
    with parts.store.read() as tx:
        known = reports.seen(tx, feed, [entry.key for entry in entries])
    fresh = []
    for entry in reversed(entries):
        fingerprint, revision = known.get(entry.key, ("", 0))
        if fingerprint != entry.fingerprint:
            fresh.append((entry, revision + 1))
    return sorted(fresh, key=lambda pair: pair[0].published_at or _LAST)


async def _assess(parts: Parts, feed: Feed, portion: Sequence[tuple[Entry, int]]) -> list[tuple[Report, Assessment]]:
    gate = asyncio.Semaphore(PAGES_AT_ONCE)

    async def read(entry: Entry, revision: int) -> Report:
        async with gate:
            article = await _article(parts, feed, entry)
        return report_of(entry, feed, article, parts.clock(), revision)

    read_reports = await asyncio.gather(*(read(entry, revision) for entry, revision in portion))
    assessments = await asyncio.get_running_loop().run_in_executor(_reading, _assessments, parts, read_reports)
    return list(zip(read_reports, assessments, strict=True))


async def _article(parts: Parts, feed: Feed, entry: Entry) -> Article:
    """One page that breaks the reader must not keep the rest of its feed unread, at every poll anew."""
    if entry.whole:
        return Article("", "")
    if not entry.url:
        return Article("", "the entry has no link")
    try:
        return await full_text(entry.url, parts.http, parts.workers, user_agent=feed.user_agent)
    except Exception as error:
        log.exception("feed %s: reading the page %s broke off", feed.name, entry.url)
        return Article("", f"the monitor itself failed on the page ({type(error).__name__}); its log has the details")


def _assessments(parts: Parts, read_reports: Sequence[Report]) -> list[Assessment]:
    """All at once; should that fail, one by one, so that a report which cannot be read keeps back no other."""
    try:
        return parts.classifier.assess(read_reports)
    except Exception:
        if len(read_reports) > 1:
            return [assessment for report in read_reports for assessment in _assessments(parts, [report])]
        log.exception("report %s: reading it broke off; it stands in the log as error", read_reports[0].key)
        return [_unread(parts, read_reports[0])]


def _unread(parts: Parts, report: Report) -> Assessment:
    return Assessment(
        report_key=report.key,
        state="error",
        types=(),
        easing=(),
        probability=0.0,
        probabilities=dict.fromkeys(LABELS, 0.0),
        in_area=False,
        current=False,
        places=(),
        language=report.language,
        sightings=(),
        model=f"{parts.classifier.name}@{parts.classifier.version}",
    )


def _recorded(parts: Parts, feed: Feed, assessed: Sequence[tuple[Report, Assessment]], first: bool) -> list[PollResult]:
    """All at once; should one of them break that, one by one: it is tried again later and keeps back no other."""
    try:
        return [_record(parts, feed, assessed, first)]
    except StoreError:
        raise  # the database's trouble, not the report's
    except Exception:
        if len(assessed) > 1:
            return [done for each in assessed for done in _recorded(parts, feed, [each], first)]
        log.exception("feed %s: report %s cannot be recorded", feed.name, assessed[0][0].key)
        return []


def _record(parts: Parts, feed: Feed, assessed: Sequence[tuple[Report, Assessment]], first: bool) -> PollResult:
    new = revised = flagged = rung = 0
    with parts.store.write() as tx:
        feeds.renew(tx, feed.name, parts.clock() + LEASE)
        # all at once and in order: two workers that took them as they come would wait for each other
        ledger.lock(tx, {slug for _, assessment in assessed for slug in touched(parts, assessment)})
        for report, assessment in assessed:
            if report.revision > 1:
                reports.revise(tx, report, assessment)
                revised += 1
            elif reports.add(tx, report, assessment):
                new += 1
            else:
                continue
            flagged += assessment.state == "flagged"
            rung += decide(parts, tx, feed, report, assessment, first=first)
    return PollResult(feed.name, True, new, revised, flagged, rung)


def _advance(parts: Parts, feed: Feed, state: FeedState, read: FeedRead, total: PollResult) -> None:
    now = parts.clock()
    with parts.store.write() as tx:
        feeds.advance(
            tx,
            feed.name,
            memory=read.memory,
            due_at=now + timedelta(seconds=feed.every * random.uniform(0.9, 1.1)),  # noqa: S311  jitter, no secret
            now=now,
            note=read.note if read.changed else state.note,
            title=read.title,
            new=total.new + total.revised,
            summary_due=state.first_read_at is None and parts.backlog == "summary",
        )


def _failed(parts: Parts, feed: Feed, state: FeedState, reason: str, retry_after: float | None) -> PollResult:
    """Note why, and try again later: the wait doubles with every failure in a row, up to six hours, never for ever."""
    now = parts.clock()
    wait = min(timedelta(seconds=feed.every) * 2 ** min(state.failures, 10), LONGEST_BACK_OFF)
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), LONGEST_ASKED))
    log.warning("feed %s: %s; next try in %d min", feed.name, reason, wait.total_seconds() // 60)
    with parts.store.write() as tx:
        asked = {**state.memory, "asked": feeds.asked_as(feed.url, feed.user_agent)}
        feeds.fail(tx, feed.name, error=reason, due_at=now + wait, now=now, memory=asked)
    return PollResult(feed.name, error=reason)
