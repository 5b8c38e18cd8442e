"""What came of a try -> when the next one is due, what to remember, whom to tell, who else has to wait."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.polling import failing, gaps, moving, rhythm, telling
from monitor.polling.failing import Trouble
from monitor.polling.telling import Notice
from monitor.records import Course, FeedRead, FeedState
from monitor.settings import Feed


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from one try of a feed. `hold`: until when the server wishes to be left alone."""

    due_at: datetime
    course: Course
    notices: tuple[Notice, ...] = ()
    hold: datetime | None = None


def after_reading(feed: Feed, state: FeedState, read: FeedRead, now: datetime, chance: float) -> Turn:
    """`chance`: from 0 to 1, any."""
    before = moving.known_of(state.course, feed.url)
    published = rhythm.recent(
        [*before.published, *(entry.published_at for entry in read.entries if entry.published_at)], now
    )
    every = rhythm.interval(feed.every, published, read.poll_after, now)
    course = replace(
        moving.moved(before, read.moved, now),
        read_from=feed.url,
        published=published,
        latest=gaps.latest(read.entries) if read.entries else before.latest,
        every=every,
        trouble=0.0,
        failing_since=None,
    )
    course, notices = telling.of_reading(course, before, now)
    return Turn(now + timedelta(seconds=rhythm.spread(every, chance)), course, notices)


def after_failure(feed: Feed, state: FeedState, trouble: Trouble, now: datetime, chance: float) -> Turn:
    """The wait doubles with the weight of the failures in a row, up to six hours, never for ever."""
    known = moving.known_of(state.course, feed.url)
    if known.address and trouble.kind != failing.OWN:
        return Turn(now + timedelta(seconds=min(rhythm.SHORTEST, feed.every)), moving.moved_back(known))
    weight = failing.weight(trouble)
    course = replace(known, trouble=known.trouble + failing.TROUBLE[weight], failing_since=known.failing_since or now)
    course, notices = telling.of_failure(course, weight, state.failures + 1, trouble.reason, now)
    seconds = failing.ONCE_GONE if weight == "gone" else failing.wait(course.trouble, feed.every, trouble.kind)
    seconds = min(rhythm.spread(seconds, chance), max(seconds, failing.LONGEST))
    hold = now + timedelta(seconds=trouble.patience) if trouble.patience else None
    return Turn(now + timedelta(seconds=max(seconds, trouble.patience)), course, notices, hold)
