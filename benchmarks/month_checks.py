"""What must hold after a simulated month: all read or in a gap, right hours in the log, each change told once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from benchmarks.month_world import HOUR, Down, Outlet, is_late
from monitor.records import Gap, LogRow, Outage

START = datetime(2026, 3, 1, tzinfo=UTC)
LONGEST_BACK_OFF = 6 * HOUR


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in the end. `wrong`: one sentence for everything that should not be."""

    feeds: int
    posts: int
    read: int
    in_gaps: int
    gaps: int
    outages: int
    notices: int
    late_pages: int
    wrong: tuple[str, ...]
    days: int = 0
    polls: int = 0
    seconds: float = 0.0
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How many feeds are asked at least how often for how long, and for how long there is no network meanwhile."""

    feeds: int = 300
    days: int = 30
    every: timedelta = 4 * HOUR
    offline: timedelta = 24 * HOUR
    seed: int = 7

    @property
    def end(self) -> datetime:
        return START + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the world was like, and what is in the database in the end."""

    plan: Plan
    outlets: dict[str, Outlet]
    offline: list[Down]
    rows: dict[str, LogRow]
    gaps: Sequence[Gap]
    outages: Sequence[Outage]
    notices: Sequence[str]  # occasions


def found(seen: Seen) -> Outcome:
    unread, in_gaps = _unread(seen)
    late = [row.report for row in seen.rows.values() if _page_was_late(seen, row)]
    pages = [f"the page of {each.entry_key} was never read" for each in late if each.text_from != "page"]
    return Outcome(
        feeds=len(seen.outlets),
        posts=sum(START <= post <= seen.plan.end for each in seen.outlets.values() for post in each.posts),
        read=len(seen.rows),
        in_gaps=in_gaps,
        gaps=len(seen.gaps),
        outages=len(seen.outages),
        notices=len(seen.notices),
        late_pages=len(late),
        wrong=(*unread, *pages, *_wrong_outages(seen), *_wrong_notices(seen)),
        days=seen.plan.days,
    )


def _page_was_late(seen: Seen, row: LogRow) -> bool:
    number = int(row.report.entry_key.partition("/")[2])
    outlet = seen.outlets[row.report.feed]
    there_was_time = row.report.seen_at < seen.plan.end - 2 * seen.plan.every
    return there_was_time and not _ends(outlet, row.report.seen_at, seen) and is_late(outlet, number)


def _ends(outlet: Outlet, at: datetime, seen: Seen) -> bool:
    """Whether the outlet is gone, or down to the end, before it is asked for again."""
    soon = at + 2 * seen.plan.every
    return bool(outlet.gone_at and outlet.gone_at < soon) or any(each.covers(soon) for each in outlet.down)


def _unread(seen: Seen) -> tuple[list[str], int]:
    """Posts that were there to be read and were not, unless a gap with the right hours says so."""
    by_feed: dict[str, list[Gap]] = {}
    for each in seen.gaps:
        by_feed.setdefault(each.feed, []).append(each)
    wrong, in_gaps = [], 0
    for outlet in seen.outlets.values():
        until = _last_look(outlet, seen)
        for number in range(outlet.shown(START).start, len(outlet.posts)):
            at = outlet.posts[number]
            if at > until or outlet.key(number) in seen.rows:
                continue
            if any(each.from_at <= at <= each.until_at for each in by_feed.get(outlet.name, ())):
                in_gaps += 1
            else:
                wrong.append(f"{outlet.key(number)} of {at:%d %b %H:%M} was never read, and no gap says so")
    return wrong, in_gaps


def _last_look(outlet: Outlet, seen: Seen) -> datetime:
    """The latest time before the end, or the outlet's own, at which it was looked at for certain."""
    interval = seen.plan.every * 1.1
    until = min(seen.plan.end, outlet.gone_at or seen.plan.end) - interval
    return min([until, *(down.since - interval for down in [*outlet.down, *seen.offline] if down.covers(until))])


def _wrong_outages(seen: Seen) -> list[str]:
    ours = [each for each in seen.outages if not each.feed]
    wrong = [
        f"our outage of {down.since:%d %b %H:%M} is in the log with other hours, or not at all"
        for down in seen.offline
        # noticed when the first feeds are asked, and over when the first one is asked again
        if not any(_fits(each, _sooner(down), seen.plan.every / 4, seen.plan.every / 8) for each in ours)
    ]
    if len(ours) != len(seen.offline):
        wrong.append(f"{len(ours)} outages of our network are in the log instead of {len(seen.offline)}")
    for outlet in seen.outlets.values():
        mine = [each for each in seen.outages if each.feed == outlet.name]
        wrong += [_said(outlet, down, mine) for down in outlet.down if not _is_logged(down, mine, seen)]
        if len(mine) > len(outlet.down) + (outlet.gone_at is not None):
            wrong.append(f"{outlet.name}: more outages in the log than there were")
    return wrong


def _sooner(down: Down) -> Down:
    """An outlet that failed by itself just before passes for the first sign of it."""
    return Down(down.since - timedelta(minutes=20), down.until, down.how)


def _is_logged(down: Down, found: Sequence[Outage], seen: Seen) -> bool:
    plan = seen.plan
    if down.until - down.since < plan.every * 1.2 or down.since > plan.end - plan.every * 1.2:
        return True  # so short, or so late, that no poll need have met it
    # the wait doubles: it is about as long as what lasted so far; after refusals it soon reaches its ceiling
    doubled = LONGEST_BACK_OFF * 1.1 if down.how == "404" else (down.until - down.since) * 1.1
    late = min(LONGEST_BACK_OFF * 1.1, max(plan.every * 1.1, doubled))
    # what comes back before or while we have no network may not be seen before we have it again
    waits = [
        each.until - down.until + late for each in seen.offline if each.since < down.until + late < each.until + late
    ]
    late = max([late, *waits])
    return any(_fits(each, down, plan.every * 1.2, late) for each in found)


def _said(outlet: Outlet, down: Down, found: Sequence[Outage]) -> str:
    hours = ", ".join(
        f"{each.from_at:%d %b %H:%M} to {each.until_at and f'{each.until_at:%d %b %H:%M}'}" for each in found
    )
    return f"{outlet.name}: down {down.since:%d %b %H:%M} to {down.until:%d %b %H:%M}, log: {hours or 'nothing'}"


def _fits(found: Outage, down: Down, early: timedelta, late: timedelta) -> bool:
    begins = down.since <= found.from_at <= down.since + early
    return begins and found.until_at is not None and down.until <= found.until_at <= down.until + late


def _wrong_notices(seen: Seen) -> list[str]:
    """Each change is told once: what had to be told was, and nothing else."""
    told = Counter(tuple(occasion.split(":")[2:4]) for occasion in seen.notices)
    wrong = [f"{feed} {condition}: told {times} times" for (feed, condition), times in told.items() if times > 1]
    for outlet in seen.outlets.values():
        must, may = _to_tell(outlet, seen.plan)
        mine = {condition for feed, condition in told if feed == outlet.name}
        wrong += [f"{outlet.name}: the owner was not told {each}" for each in sorted(must - mine)]
        wrong += [f"{outlet.name}: the owner was told {each}" for each in sorted(mine - must - may)]
    return wrong


def _to_tell(outlet: Outlet, plan: Plan) -> tuple[set[str], set[str]]:
    """What the owner has to be told of the outlet, and may be."""
    must: set[str] = set()
    may: set[str] = set()
    end = plan.end
    for down in outlet.down:
        hours = (down.until - down.since) / HOUR
        words = {"refused" if down.how == "404" else "failing", *(["back"] if down.until < end - 8 * HOUR else [])}
        if hours >= 8 + plan.every / HOUR * 1.1 and down.since < end - timedelta(hours=30):
            must |= words
        elif hours > 3:
            may |= words | {"back"}
    if outlet.gone_at and outlet.gone_at < end - plan.every * 1.2:
        must.add("gone")
    if outlet.moved_at and outlet.moved_at < end - timedelta(days=3, hours=5):
        must.add("moved")
    if any(later - earlier > timedelta(days=3) for earlier, later in pairwise(outlet.posts)):
        may |= {"silent", "back"}  # silent by chance
    if outlet.silent_at:
        silent = end - outlet.silent_at
        (must if silent > timedelta(days=10) else may).add("silent")
    return must, may
