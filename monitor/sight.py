"""Whether what a recipient asked for can be seen at all, and when they are told that it cannot, or can again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.records import FeedState, Sight

EVERYWHERE = ""  # the scope of who asked for all places
FIRST_TRIES = timedelta(minutes=10)  # after a start, and for catching up: until then every feed had its chance
KEPT_EVERY = timedelta(minutes=5)

Tell = Literal["", "blind", "seeing"]


@dataclass(frozen=True, slots=True)
class View:
    """What can be seen at one moment. `seen_until`: of what cannot be seen, since when not."""

    unseen: tuple[str, ...]
    seen_until: datetime
    tried_since: datetime | None  # every feed concerned was tried since then; None: one was never tried


def is_seen(feed: FeedState, now: datetime, within: timedelta) -> bool:
    """Whether it was read lately, or its time has not come since it was read."""
    if feed.last_read_at is None:
        return False
    in_hand = feed.last_try_at is not None and feed.last_try_at > feed.last_read_at  # or broken off, or our own fault
    return now - feed.last_read_at <= within or (not feed.failures and not in_hand and feed.due_at > now)


def view(
    scopes: Mapping[str, Sequence[FeedState]], started_at: datetime, now: datetime, blind_after: timedelta
) -> View:
    """`scopes`: each place that somebody asked for, or EVERYWHERE, with the feeds that cover it."""
    unseen = tuple(
        scope for scope, some in scopes.items() if some and not any(is_seen(each, now, blind_after) for each in some)
    )
    reads = [max((each.last_read_at or started_at for each in scopes[scope]), default=started_at) for scope in unseen]
    tries = [each.last_try_at for some in scopes.values() for each in some]
    return View(
        unseen,
        min(reads, default=now),
        None if None in tries else min((at for at in tries if at), default=now),
    )


def step(sight: Sight, seen: View, began_at: datetime, now: datetime, blind_after: timedelta) -> tuple[Sight, Tell]:
    """What the recipient is to be told now, each thing once per change. `began_at`: when this monitor was started."""
    if sight.blind_since is None:
        return _seeing_so_far(sight, seen, began_at, now, blind_after)
    if seen.unseen:
        return replace(sight, resumed_at=None), ""
    if sight.resumed_at is None:
        return replace(sight, resumed_at=now), ""
    caught_up = seen.tried_since is not None and seen.tried_since >= sight.resumed_at
    if caught_up or now - sight.resumed_at >= FIRST_TRIES:
        return Sight(sight.recipient, now), "seeing"
    return sight, ""


def _seeing_so_far(
    sight: Sight, seen: View, began_at: datetime, now: datetime, blind_after: timedelta
) -> tuple[Sight, Tell]:
    if seen.unseen:
        if now - seen.seen_until > blind_after and now - began_at >= FIRST_TRIES:
            return replace(sight, blind_since=seen.seen_until, unseen=seen.unseen), "blind"
        return sight, ""
    if now - sight.seen_until > blind_after + KEPT_EVERY:  # nobody looked: the monitor itself was not running
        return replace(sight, blind_since=sight.seen_until, resumed_at=now), ""
    return replace(sight, seen_until=max(now, sight.seen_until)), ""
