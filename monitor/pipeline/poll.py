"""One feed: fetch, full text, assess, decide, record. Never raises for what a feed does: its row says what is wrong.

Reports are written in portions, each with what it makes owed, and the feed advances only after the last one: killed in
between, the next start reads the rest and writes nothing twice.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from monitor import polling
from monitor.errors import SourceError, StoreError
from monitor.pipeline import pages
from monitor.pipeline.fetching import fetched
from monitor.pipeline.pages import Pages
from monitor.pipeline.parts import Parts
from monitor.pipeline.recording import LEASE, Read, owe_page, record
from monitor.pipeline.settling import PollResult, advance, advance_unchanged, end_of, fail
from monitor.polling import Trouble
from monitor.records import LABELS, Assessment, Entry, FeedState, Report, UnreadPage
from monitor.settings import Feed
from monitor.sources.reports import report_of, reread
from monitor.store import feeds, reports

log = logging.getLogger(__name__)

PORTION = 25  # reports written in one transaction
_LAST = datetime.max.replace(tzinfo=UTC)
# The classifier takes one batch at a time: feeds that wait for it must not use up the threads that deliveries need.
_reading = ThreadPoolExecutor(1, thread_name_prefix="reading")


async def poll(parts: Parts, name: str, *, force: bool = False) -> PollResult | None:
    """Read one feed if it is due (or `force`); None when it is not, or when somebody else is at it."""
    feed = next((each for each in parts.settings.feeds if each.name == name), None)
    return await poll_feed(parts, feed, force=force) if feed else None


async def poll_feed(parts: Parts, feed: Feed, *, force: bool = False) -> PollResult | None:
    """The same, for who need not look for it first: among 20,000 that takes milliseconds."""
    state = await asyncio.to_thread(_claim, parts, feed.name, force)
    return await poll_taken(parts, feed, state) if state else None


def take_due(parts: Parts, places: int, failing_places: int) -> list[FeedState]:
    """Take feeds that are due for polls, the longest due first; for those that failed at their last try the others'
    places are not used. One transaction for all: a claim of its own cost a poll as much as asking the server did.
    """
    now = parts.clock()
    take_back(parts)
    with parts.store.write(lasts=False) as tx:
        taken = feeds.claim_due(tx, now, LEASE, places, failing=False) if places else []
        return taken + (feeds.claim_due(tx, now, LEASE, failing_places, failing=True) if failing_places else [])


def take_back(parts: Parts) -> None:
    """Make due again what was being read when the database went away; its claim would run for minutes."""
    names = sorted(parts.unsettled)
    if not names:
        return
    with parts.store.write(lasts=False) as tx:
        for name in names:
            feeds.resume(tx, parts.clock(), name)
    parts.unsettled.difference_update(names)


async def poll_taken(parts: Parts, feed: Feed, state: FeedState) -> PollResult:
    """Read one feed that is ours."""
    return replace(await _tried_to_read(parts, feed, state), first=state.first_read_at is None)


async def _tried_to_read(parts: Parts, feed: Feed, state: FeedState) -> PollResult:
    name = feed.name
    try:
        with parts.ends.poll():
            return await _read(parts, feed, state)
    except SourceError as error:
        trouble = Trouble(str(error), error.kind, error.status, error.retry_after)
    except StoreError as error:  # if the database takes it by now; else the driver rests
        trouble = Trouble(str(error), polling.OWN)
    except Exception as error:
        log.exception("feed %s: reading it broke off", name)
        reason = f"the monitor itself failed on this feed ({type(error).__name__}); its log has the details"
        trouble = Trouble(reason, polling.OWN)
    try:
        return await asyncio.to_thread(fail, parts, feed, state, trouble)
    except StoreError:
        parts.unsettled.add(name)
        raise


def _claim(parts: Parts, name: str, force: bool) -> FeedState | None:
    with parts.store.write(lasts=False) as tx:
        return feeds.claim(tx, name, parts.clock(), LEASE, force=force)


async def _read(parts: Parts, feed: Feed, state: FeedState) -> PollResult:
    found = await fetched(parts, feed, state)
    if not found.read.changed:
        end = end_of(parts, feed, state, found)
        if await parts.ends.written(end, partial(advance_unchanged, parts)):
            return PollResult(feed.name)
    asked = Pages(parts, feed)
    fresh, owed = await asyncio.to_thread(_to_read, parts, feed.name, found.read.entries)
    first = state.first_read_at is None
    done: list[PollResult] = []
    for start in range(0, len(fresh), PORTION):
        read = await _assess(parts, feed, asked, fresh[start : start + PORTION])
        done += await asyncio.to_thread(_recorded, parts, feed, read, first)
    done += await _read_again(parts, feed, asked, owed, state)
    total = PollResult(
        feed.name,
        found.read.changed,
        sum(each.new for each in done),
        sum(each.revised for each in done),
        sum(each.flagged for each in done),
        sum(each.alerts for each in done),
    )
    end = end_of(parts, feed, state, found, total.new + total.revised)
    await asyncio.to_thread(advance, parts, end)
    return total


def _to_read(
    parts: Parts, feed: str, entries: Sequence[Entry]
) -> tuple[list[tuple[Entry, int]], list[tuple[UnreadPage, Report]]]:
    """What is new or was edited; and of the rest what stands without its page, which may be asked for again now."""
    with parts.store.read() as tx:
        known = reports.seen(tx, feed, [entry.key for entry in entries])
        owed = pages.due(parts, tx, feed, parts.clock())
    fresh = _unseen(entries, known)
    edited = {entry.key for entry, _ in fresh}
    return fresh, [(page, report) for page, report in owed if report.entry_key not in edited]


def _unseen(entries: Sequence[Entry], known: Mapping[str, tuple[str, int]]) -> list[tuple[Entry, int]]:
    """(entry, revision) of what is new or was edited, oldest first, as it happened."""
    fresh = []
    for entry in reversed(entries):
        fingerprint, revision = known.get(entry.key, ("", 0))
        if not revision or polling.differs(entry, fingerprint, revision):
            fresh.append((entry, revision + 1))
    return sorted(fresh, key=lambda pair: pair[0].published_at or _LAST)


async def _assess(parts: Parts, feed: Feed, asked: Pages, portion: Sequence[tuple[Entry, int]]) -> list[Read]:
    async def read(entry: Entry, revision: int) -> tuple[Report, UnreadPage | None]:
        article, now = await asked.of_entry(entry), parts.clock()
        report = report_of(entry, feed, article, now, revision)
        report = replace(report, fingerprint=polling.fingerprint_of(entry))
        return report, pages.owed(report, article, entry.date_note, now)

    return await _assessed(parts, await asyncio.gather(*(read(entry, revision) for entry, revision in portion)))


async def _read_again(
    parts: Parts, feed: Feed, asked: Pages, owed: Sequence[tuple[UnreadPage, Report]], state: FeedState
) -> list[PollResult]:
    """The pages that failed at earlier polls: what they tell is a new revision of their report."""
    if not owed:
        return []
    articles = await asyncio.gather(*(asked.at(report.url) for _, report in owed))
    whole: list[tuple[Report, UnreadPage | None]] = []
    rest: list[tuple[UnreadPage | None, Report]] = []
    for (page, report), article in zip(owed, articles, strict=True):
        better = reread(report, article, page.date_note)
        if better:
            whole.append((better, pages.tried(page) if article.again else None))
        else:
            rest.append((pages.tried(page) if article.again else None, report))
    await asyncio.to_thread(_tried, parts, feed.name, rest)
    done: list[PollResult] = []
    for passed_over in (True, False):
        some = [each for each in whole if _is_passed_over(parts, state, each[0]) == passed_over]
        if some:
            done += await asyncio.to_thread(_recorded, parts, feed, await _assessed(parts, some), passed_over)
    return done


def _is_passed_over(parts: Parts, state: FeedState, report: Report) -> bool:
    """What the first reading was told to ignore stays so when more of it is read."""
    return parts.backlog == "ignore" and state.first_read_at is not None and report.seen_at <= state.first_read_at


def _tried(parts: Parts, feed: str, rest: Sequence[tuple[UnreadPage | None, Report]]) -> None:
    """Nothing more was to be had this time."""
    if not rest:
        return
    with parts.store.write() as tx:
        for page, report in rest:
            owe_page(parts, tx, feed, page, report)


async def _assessed(parts: Parts, read: Sequence[tuple[Report, UnreadPage | None]]) -> list[Read]:
    found = [report for report, _ in read]
    assessments = await asyncio.get_running_loop().run_in_executor(_reading, _assessments, parts, found)
    return [Read(report, each, page) for (report, page), each in zip(read, assessments, strict=True)]


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


def _recorded(parts: Parts, feed: Feed, read: Sequence[Read], first: bool) -> list[PollResult]:
    """All at once; should one of them break that, one by one: it is tried again later and keeps back no other."""
    try:
        return [record(parts, feed, read, first)]
    except StoreError:
        raise  # the database's trouble, not the report's
    except Exception:
        if len(read) > 1:
            return [done for each in read for done in _recorded(parts, feed, [each], first)]
        log.exception("feed %s: report %s cannot be recorded", feed.name, read[0].report.key)
        return []
