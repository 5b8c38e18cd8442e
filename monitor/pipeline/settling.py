"""The last transaction of a poll, or of several without news: feeds' rows, the health log, what their owner is told."""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor import polling
from monitor.channels import when
from monitor.pipeline.fetching import Fetched
from monitor.pipeline.network import WAITS, Down
from monitor.pipeline.notices import tell_of_feed
from monitor.pipeline.parts import Parts
from monitor.polling import Trouble, Turn
from monitor.records import FeedState
from monitor.settings import Feed
from monitor.store import Transaction, feeds, gaps, unread_pages
from monitor.store.feeds import Reading

log = logging.getLogger(__name__)

OFFLINE = "this machine has no network: no feed that was asked can be reached"


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll came to. `error` is the sentence that the feed's row now shows, "" when it was read.

    `first`: it was never read before, so that a summary may have waited for it.
    """

    feed: str
    changed: bool = False
    new: int = 0
    revised: int = 0
    flagged: int = 0
    alerts: int = 0
    error: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """A feed that was read, to its last report, and what follows from that."""

    feed: Feed
    state: FeedState
    fetched: Fetched
    new: int
    turn: Turn

    @property
    def lasts(self) -> bool:
        """What a feed without news came to is found out anew after a power cut; what ends or is told has to last."""
        is_first = self.state.first_read_at is None
        return self.fetched.read.changed or bool(
            self.state.failures or self.fetched.gap or self.turn.notices or is_first
        )

    @property
    def note(self) -> str:
        read, moved_to = self.fetched.read, self.turn.course.address
        note = read.note if read.changed else self.state.note
        if not moved_to or moved_to in note:
            return note
        return f"{note}; ".lstrip("; ") + f"read at {moved_to}, where it moved: change the url in feeds.yaml"


def end_of(parts: Parts, feed: Feed, state: FeedState, fetched: Fetched, new: int = 0) -> End:
    """`new`: reports that are new or say something new."""
    chance = random.random()  # noqa: S311  # nosec B311  # spreads feeds
    return End(feed, state, fetched, new, polling.after_reading(feed, state, fetched.read, parts.clock(), chance))


def advance(parts: Parts, end: End) -> None:
    """The feed was read, to its last report."""
    with parts.store.write(lasts=end.lasts) as tx:
        back = _advance(parts, tx, [end])
    if back:
        parts.network.is_up()


def advance_unchanged(parts: Parts, ends: Sequence[End]) -> frozenset[End]:
    """The same for feeds without news: which were; of the others a page is to be asked for again, and nothing done."""
    with parts.store.write(lasts=any(end.lasts for end in ends)) as tx:
        owing = unread_pages.due_among(tx, [end.feed.name for end in ends], parts.clock())
        free = [end for end in ends if end.feed.name not in owing]
        back = _advance(parts, tx, free)
    if back:
        parts.network.is_up()
    return frozenset(free)


def _advance(parts: Parts, tx: Transaction, ends: Sequence[End]) -> bool:
    now, back = parts.clock(), False
    for end in ends:
        back |= _reached(parts, tx, polling.address_of(end.state.course, end.feed.url), now)
        if end.state.failures:
            gaps.end(tx, end.feed.name, now)
        if end.fetched.gap:
            log.warning("feed %s: entries may have been lost: %s", end.feed.name, end.fetched.gap.reason)
            gaps.note(tx, end.fetched.gap)
    feeds.advance_all(tx, [_reading(parts, end) for end in ends], now)
    for end in ends:
        _tell(parts, tx, end.feed.name, end.turn)
    return back


def _reading(parts: Parts, end: End) -> Reading:
    read, state, course = end.fetched.read, end.state, end.turn.course
    return Reading(
        end.feed.name,
        end.turn.due_at,
        memory=read.memory if read.memory != state.memory else None,
        note=end.note,
        title=read.title,
        new=end.new,
        summary_due=state.first_read_at is None and parts.backlog == "summary",
        course=course if course != state.course else None,
    )


def fail(parts: Parts, feed: Feed, state: FeedState, trouble: Trouble) -> PollResult:
    """Note why, and when to try again; unless it is our own network that is down."""
    now, address = parts.clock(), polling.address_of(state.course, feed.url)
    unreached = polling.is_unreached(trouble)
    down = parts.network.missed(address, state, now) if unreached else None
    if down:
        return _wait(parts, feed, state, down)
    turn = polling.after_failure(feed, state, trouble, now, random.random())  # noqa: S311  # nosec B311  # as above
    reason = trouble.reason
    if address != feed.url:
        reason = f"{reason}; it had moved there, and its old address is asked again"
    log.warning("feed %s: %s; next try in %s", feed.name, reason, when.age(turn.due_at - now, "en"))
    with parts.store.write() as tx:
        back = not unreached and trouble.kind != polling.OWN and _reached(parts, tx, address, now)
        gaps.begin(tx, feed.name, now, reason)
        asked = {**state.memory, "asked": feeds.asked_as(feed.url, feed.user_agent)}
        feeds.fail(tx, feed.name, error=reason, due_at=turn.due_at, now=now, memory=asked, course=turn.course)
        if turn.hold:
            feeds.hold(tx, _beside(parts, feed, address), turn.hold)
        _tell(parts, tx, feed.name, turn)
    if back:
        parts.network.is_up()
    return PollResult(feed.name, error=reason)


def _wait(parts: Parts, feed: Feed, state: FeedState, down: Down) -> PollResult:
    """Not the feed's fault, nor that of those which failed before it was understood."""
    now = parts.clock()
    reason = f"{OFFLINE} since {down.since:%H:%M} UTC"
    if down.blamed:  # the first to be understood so: the others would say the same, one line each
        log.warning(reason)
    else:
        log.debug("feed %s: %s", feed.name, reason)
    with parts.store.write() as tx:
        gaps.begin(tx, "", down.since, OFFLINE)
        gaps.forget(tx, sorted(down.blamed), down.since)
        for name, before in sorted(down.blamed.items()):
            feeds.wait(tx, name, before, error=reason, due_at=now + WAITS)  # one of them may be in hand just now
        feeds.wait(tx, feed.name, down.blamed.get(feed.name, state), error=reason, due_at=down.due_at)
    return PollResult(feed.name, error=reason)


def _reached(parts: Parts, tx: Transaction, address: str, now: datetime) -> bool:
    """Somebody answered; True if that ends an outage of our own, or may do so after a start."""
    waiting = parts.network.reached(address, now)
    if waiting is None:
        return False
    gaps.end(tx, "", now)
    feeds.wake(tx, sorted(waiting), now)
    return True


def _beside(parts: Parts, feed: Feed, address: str) -> list[str]:
    """The other feeds that the same server wishes to be left alone by."""
    urls = {each.name: each.url for each in parts.settings.feeds if each.enabled and each.name != feed.name}
    return polling.sharing(address, urls)


def _tell(parts: Parts, tx: Transaction, feed: str, turn: Turn) -> None:
    for notice in turn.notices:
        tell_of_feed(parts, tx, feed, notice)
