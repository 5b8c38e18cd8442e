"""Tells recipients when nothing that covers their places can be read, and when it can again, with what was caught up.

Whatever runs twice does no harm: where each of them stands is a row, and each message is unique by recipient and time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor import rules, sight
from monitor.pipeline.parts import Parts, announce_to
from monitor.pipeline.summary import STANDING_FOR
from monitor.records import LEVELS, Alert, Blindness, FeedState, Level, Place, Sight
from monitor.rules.reach import covers, reaches
from monitor.settings import Feed, Rule
from monitor.sight import EVERYWHERE, Tell
from monitor.store import Transaction, feeds, gaps, reports, sights, situations
from monitor.store.reports import LogQuery

# By default it wakes nobody, quiet.break_through says otherwise; unless something graver is going on where one looks.
LEVEL: Level = "elevated"


def tell_sight(parts: Parts, began_at: datetime) -> int:
    """Owe every recipient what is to be told of the sight on their places; how many messages. `began_at`: our start."""
    now = parts.clock()
    with parts.store.read() as tx:
        states = {state.name: state for state in feeds.tries(tx) if not state.paused}
        known = {name: sights.get(tx, name) for name in _people(parts)}
    changed = [name for name, before in known.items() if _moves(parts, states, before, (began_at, now))]
    told = 0
    for name in changed:
        with parts.store.write() as tx:
            sights.lock(tx)
            told += _tell(parts, tx, states, name, (began_at, now))
    return told


def _people(parts: Parts) -> list[str]:
    return list(dict.fromkeys(rule.to for rule in parts.settings.rules))


def _moves(
    parts: Parts, states: Mapping[str, FeedState], before: Sight | None, times: tuple[datetime, datetime]
) -> bool:
    """Whether there is anything to write: a minute of seeing by itself is not."""
    if before is None:
        return True
    after, tell = _step(parts, states, before, times)
    moved = after.seen_until - before.seen_until >= sight.KEPT_EVERY
    return bool(tell) or moved or (after.blind_since, after.resumed_at) != (before.blind_since, before.resumed_at)


def _step(
    parts: Parts, states: Mapping[str, FeedState], before: Sight, times: tuple[datetime, datetime]
) -> tuple[Sight, Tell]:
    began_at, now = times
    blind_after = timedelta(seconds=parts.settings.blind_after)
    seen = sight.view(_scopes(parts, states, before.recipient), began_at, now, blind_after)
    return sight.step(before, seen, began_at, now, blind_after)


def _tell(
    parts: Parts, tx: Transaction, states: Mapping[str, FeedState], name: str, times: tuple[datetime, datetime]
) -> bool:
    now = times[1]
    before = sights.get(tx, name)
    if before is None:
        sights.save(tx, Sight(name, now))
        return False
    after, tell = _step(parts, states, before, times)
    sights.save(tx, after)
    if not tell:
        return False
    since = after.blind_since if tell == "blind" else before.blind_since
    unseen = after.unseen if tell == "blind" else before.unseen
    blindness = _blindness(parts, tx, name, (since or now, None if tell == "blind" else before.resumed_at), unseen)
    person = parts.settings.recipients[name]
    alert = _alert(tell, name, blindness, _level(parts, tx, name, blindness.places), now)
    due_at = rules.quiet_until(person, alert.level, now)
    return announce_to(parts, tx, alert, [(name, channel) for channel in rules.first_channels(person)], due_at)


def _level(parts: Parts, tx: Transaction, name: str, unseen: Sequence[Place]) -> Level:
    """As grave as the gravest open situation of which the recipient hears nothing now. `unseen`: (): of none."""
    theirs = [rule for rule in parts.settings.rules if rule.to == name]
    hidden = [place.slug for place in unseen]
    levels = [LEVEL]
    for each in situations.recent(tx, parts.clock() - STANDING_FOR):
        place = parts.classifier.gazetteer.place(each.place)
        is_hidden = not hidden or (place is not None and covers(hidden, place))
        if is_hidden and any(reaches(rule, place) for rule in theirs):
            levels.append(each.level)
    return max(levels, key=LEVELS.index)


def _alert(tell: Tell, name: str, blindness: Blindness, level: Level, now: datetime) -> Alert:
    return Alert(
        occasion=f"{tell}:{name}:{blindness.since.isoformat(timespec='seconds')}",
        situation="",
        kind="blind" if tell == "blind" else "seeing",
        seen_at=now,
        level=level,
        blindness=blindness,
    )


def _blindness(
    parts: Parts, tx: Transaction, name: str, span: tuple[datetime, datetime | None], unseen: Sequence[str]
) -> Blindness:
    since, until = span
    found = (parts.classifier.gazetteer.place(slug) for slug in unseen if slug != EVERYWHERE)
    places = () if EVERYWHERE in unseen else tuple(place for place in found if place)
    if until is None:
        return Blindness(since, places=places)
    theirs = [rule for rule in parts.settings.rules if rule.to == name]
    flagged = reports.iterate(tx, LogQuery(since=until, states=("flagged",)))
    late = sum(
        any(reaches(rule, _first(row.assessment.places)) for rule in theirs)
        for row in flagged
        if row.report.published_at and since <= row.report.published_at < until
    )
    lost = {gap.feed for gap in gaps.gaps(tx, since=since) if gap.noted_at >= until}
    return Blindness(since, until, places, sights.read_late(tx, since, until), late, len(lost))


def _first(places: Sequence[Place]) -> Place | None:
    return next(iter(places), None)


def _scopes(parts: Parts, states: Mapping[str, FeedState], name: str) -> dict[str, list[FeedState]]:
    """Each place that the recipient's rules name, and EVERYWHERE, with the feeds that cover it."""
    listed = [feed for feed in parts.settings.feeds if feed.name in states]
    asked = dict.fromkeys(scope for rule in parts.settings.rules if rule.to == name for scope in _asked(rule))
    return {scope: [states[feed.name] for feed in _covering(parts, listed, scope)] for scope in asked}


def _asked(rule: Rule) -> tuple[str, ...]:
    around = (rule.near.place or EVERYWHERE,) if rule.near else ()
    return (EVERYWHERE,) if rule.everywhere else (*rule.named, *around)


def _covering(parts: Parts, listed: Sequence[Feed], scope: str) -> list[Feed]:
    """Who asked for everything sees as long as one feed for everything is read; where there is none, any."""
    if scope == EVERYWHERE:
        return [feed for feed in listed if feed.covers == "all"] or list(listed)
    place = parts.classifier.gazetteer.place(scope)
    return [feed for feed in listed if feed.covers == "all" or (place is not None and covers(feed.covers, place))]
