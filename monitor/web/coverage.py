"""Coverage: whether silence may be trusted. Feeds, the canary, what waits to be sent, channels, and the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from monitor import health
from monitor.health import Condition, Facts
from monitor.packaged import packaged
from monitor.polling import address_of
from monitor.records import FeedState, Gap, Outage
from monitor.settings import Feed
from monitor.store import coverage, gaps
from monitor.text.normalise import fold_text
from monitor.web import card, mending
from monitor.web.desk import Desk
from monitor.web.guards import Reader
from monitor.web.hours import Span, by_feed
from monitor.web.language import N_
from monitor.web.pictures import unseen

LATELY = timedelta(days=7)
_BLIND_SHOWN = timedelta(days=30)
_WORST_FIRST: tuple[Condition, ...] = ("failing", "overdue", "new", "read", "waiting", "paused")
_FEEDS_A_PAGE = 200
_MOST_LETTERS, _MOST_DIGITS = 100, 8  # of what an address asks for
_MOST = 20  # gaps and outages shown of a feed
_MOST_READ = 50_000  # of all feeds: a feed whose gaps were cut off would be said to have none

STATES: Mapping[Condition, str] = {
    "read": N_("read"),
    "waiting": N_("read; its next time has not come"),
    "overdue": N_("overdue: it should have been asked"),
    "failing": N_("cannot be read"),
    "new": N_("not read yet"),
    "paused": N_("switched off"),
}
CHECKS = {
    "process": N_("the monitor itself"),
    "timer": N_("timer"),
    "network": N_("network"),
    "feeds": N_("feeds"),
    "deliveries": N_("messages"),
    "canary": N_("canary"),
    "switch": N_("dead-man's switch"),
    "model": N_("model"),
    "disk": N_("disk"),
    "clock": N_("clock"),
}
STAGES = {
    "feed": N_("its feed"),
    "parser": N_("the parser"),
    "classifier": N_("the classifier"),
    "places": N_("the places"),
    "database": N_("the database"),
    "outbox": N_("the messages to be sent"),
    "channel": N_("the channel"),
}


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed as the page shows it. `moved`: the address it is read at, "" while that is its own."""

    feed: Feed
    condition: Condition
    state: FeedState | None
    moved: str
    silent_since: datetime | None
    gaps: tuple[Gap, ...]
    outages: tuple[Outage, ...]
    missed: float  # hours of the last days in its gaps


@dataclass(frozen=True, slots=True)
class Checked:
    """A feed and how it stands; its gaps are not looked at yet."""

    feed: Feed
    condition: Condition
    state: FeedState | None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Which of the feeds are shown; `sought`: in whose names. Of the links beside it "" where there is nothing more."""

    feeds: Sequence[Checked]
    found: int
    first: int
    sought: str
    is_needed: bool
    earlier: str
    further: str


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    desk.pages.teach(feed_states=STATES, checks=CHECKS, stages=STAGES, seconds=_seconds)

    @router.get("/coverage")
    def page(request: Request, person: Reader) -> Response:
        parts, (facts, findings) = desk.parts, desk.watchdog.condition("feeds")
        now = facts.now
        checked = _checked(parts.settings.feeds, facts)
        shown = _excerpt(checked, request.query_params)
        with parts.store.read() as tx:
            rows = _rows(
                shown.feeds,
                now,
                by_feed(gaps.gaps(tx, since=now - LATELY, limit=_MOST_READ)),
                by_feed(gaps.outages(tx, since=now - LATELY, limit=_MOST_READ)),
            )
            channels = coverage.success(tx, now - LATELY, list(parts.settings.channels))
            blind, _ = unseen(tx, Span(now - _BLIND_SHOWN, now), timedelta(seconds=parts.settings.blind_after))
        return desk.show(
            request,
            person,
            "coverage.html",
            facts=facts,
            mending=mending.sort_out(findings),
            green=health.is_green(findings),
            gone=[each.name for each in facts.feeds if health.is_gone(each)],
            working=health.at_work(facts),
            rows=rows,
            shown=shown,
            read=sum(each.condition in {"read", "waiting"} for each in checked),
            active=sum(each.condition != "paused" for each in checked),
            channels=channels,
            overdue=_most_overdue(facts),
            blind=blind[::-1],
            model=f"{parts.classifier.name}@{parts.classifier.version}",
            card=card.blocks(_card(parts.settings.model)),
        )

    return router


def _checked(feeds: Sequence[Feed], facts: Facts) -> list[Checked]:
    """What needs mending first, then by outlet; what is switched off last."""
    states = {state.name: state for state in facts.feeds}
    known = [(feed, states.get(feed.name)) for feed in feeds]
    made = [Checked(feed, condition_of(feed, state, facts.now), state) for feed, state in known]
    return sorted(made, key=lambda each: (_WORST_FIRST.index(each.condition), each.feed.outlet, each.feed.name))


def _excerpt(checked: Sequence[Checked], query: Mapping[str, str]) -> Excerpt:
    """The part that an address asks for: thousands of feeds are too much for a phone, and for who looks for one."""
    sought, from_ = query.get("feed", "").strip()[:_MOST_LETTERS], query.get("from", "")
    folded = fold_text(sought)
    found = [each for each in checked if not folded or folded in fold_text(f"{each.feed.outlet} {each.feed.name}")]
    first = int(from_) if from_.isascii() and from_.isdecimal() and len(from_) < _MOST_DIGITS else 0
    first = first if first < len(found) else 0
    after = first + _FEEDS_A_PAGE
    return Excerpt(
        found[first:after],
        len(found),
        first,
        sought,
        bool(sought) or len(checked) > _FEEDS_A_PAGE,
        _link(sought, max(0, first - _FEEDS_A_PAGE)) if first else "",
        _link(sought, after) if after < len(found) else "",
    )


def _link(sought: str, from_: int) -> str:
    pairs = {name: value for name, value in (("feed", sought), ("from", from_)) if value}
    return f"/coverage?{urlencode(pairs)}" if pairs else "/coverage"


def _rows(
    shown: Sequence[Checked], now: datetime, missed: Mapping[str, list[Gap]], outages: Mapping[str, list[Outage]]
) -> list[FeedRow]:
    return [_row(each, now, missed.get(each.feed.name, []), outages.get(each.feed.name, [])) for each in shown]


def _row(each: Checked, now: datetime, missed: list[Gap], outages: list[Outage]) -> FeedRow:
    since, state = now - LATELY, each.state
    hours = sum((gap.until_at - max(gap.from_at, since)).total_seconds() for gap in missed) / 3600
    moved = address_of(state.course, each.feed.url) if state else each.feed.url
    return FeedRow(
        each.feed,
        each.condition,
        state,
        moved if moved != each.feed.url else "",
        _silent_since(state) if state else None,
        tuple(missed[:_MOST]),
        tuple(outages[:_MOST]),
        hours,
    )


def _silent_since(state: FeedState) -> datetime | None:
    """Of a feed that people were told to be silent for longer than it ever was."""
    if "silent" not in state.course.told:
        return None
    return state.course.published[0] if state.course.published else state.last_new_at


def condition_of(feed: Feed, state: FeedState | None, now: datetime) -> Condition:
    if not feed.enabled:
        return "paused"
    return "new" if state is None else health.condition_of(state, now)


def _most_overdue(facts: Facts) -> tuple[str, timedelta] | None:
    """The feed that waits longest to be asked, and for how long."""
    late = [(facts.now - feed.due_at, feed.name) for feed in facts.feeds if not feed.paused and feed.due_at < facts.now]
    longest = max(late, default=None)
    return (longest[1], longest[0]) if longest else None


def _seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def _card(model: str) -> str:
    """ "" where a model has none."""
    path = packaged(f"models/{model}") / "card.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""
