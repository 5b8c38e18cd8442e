"""Once a day, at the hour that each recipient asked for: what stands, what ended, what was withheld, what was not read.

Whatever runs twice does no harm: a digest is unique by recipient and day. A missed one is sent late, and once.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from monitor import digest, rules, situations
from monitor.pipeline.parts import Parts, announce_to
from monitor.pipeline.taking_back import taken_back
from monitor.records import EVENT_TYPES, Alert, Assessment, Digest, LogRow, Mentioned, Place, Proof, Sighting, Withheld
from monitor.settings import Rule
from monitor.store import Transaction, backlog, beats, digests, feeds, meta, reports, withheld
from monitor.store.reports import LogQuery

WRITTEN_WITHIN = timedelta(hours=1)  # after it was fetched


def tell_digests(parts: Parts) -> int:
    """Owe each recipient the digest that is due and was not told; number of digests. Cheap when there is none."""
    now = parts.clock()
    days = {name: day for name, person in parts.settings.recipients.items() if (day := digest.due(person, now))}
    if not days:
        return 0
    with parts.store.read() as tx:
        waiting = _waiting(parts, tx, days)
    told = 0
    for name in waiting:
        with parts.store.write() as tx:
            told += _tell(parts, tx, name, days[name], now)
    return told


def _waiting(parts: Parts, tx: Transaction, days: dict[str, date]) -> list[str]:
    """Those without the digest of their day; a monitor that was not set up by then missed nothing."""
    told = digests.told(tx, [digest.occasion(name, day) for name, day in days.items()])
    started = _started(parts, tx)
    people = parts.settings.recipients
    return [
        name
        for name, day in days.items()
        if digest.occasion(name, day) not in told and digest.due_at(people[name], day) >= started
    ]


def _started(parts: Parts, tx: Transaction) -> datetime:
    return datetime.fromisoformat(meta.get(tx, "first_started_at") or parts.clock().isoformat())


def _tell(parts: Parts, tx: Transaction, name: str, day: date, now: datetime) -> bool:
    last = digests.last(tx, name)
    since = last.seen_at if last else _beginning(parts, tx, name, now)
    told = digest.made(name, day, _day(parts, tx, name, (since, now), last.digest if last else None))
    ways = rules.first_channels(parts.settings.recipients[name])
    return announce_to(parts, tx, told, [(name, way) for way in ways])


def _beginning(parts: Parts, tx: Transaction, name: str, now: datetime) -> datetime:
    """Of who never got a digest: those that were given up count for nothing, and what they listed is listed again."""
    lost = digests.first(tx, name)
    return lost.digest.since if lost and lost.digest else max(_started(parts, tx), now - digest.FIRST_LOOK_BACK)


def _day(
    parts: Parts, tx: Transaction, name: str, times: tuple[datetime, datetime], before: Digest | None
) -> digest.Day:
    since, now = times
    theirs = [rule for rule in parts.settings.rules if rule.to == name]
    heard_of = digests.heard_of(tx, since - digest.UNHEARD_AFTER)
    known = [
        digest.Known(each, place, situations.is_over(each.states), first, latest)
        for each, first, latest in heard_of
        if _concerns(theirs, place := parts.classifier.gazetteer.place(each.place), each.tracks)
    ]
    return digest.Day(
        since,
        now,
        known,
        _not_found_wrong(tx, _late_withheld(tx, name, since, before) + withheld.from_recipient(tx, name, since, now)),
        _mentioned(parts, tx, theirs, "uncertain", since, now) + _late(parts, tx, theirs, "uncertain", since, before),
        _mentioned(parts, tx, theirs, "not_covered", since, now)
        + _late(parts, tx, theirs, "not_covered", since, before),
        feeds.states(tx),
        _outlets(parts),
        limited=not any(rule.everywhere and set(rule.types) == set(EVENT_TYPES) for rule in theirs),
        proof=_proof(parts, tx, name, now),
    )


def _proof(parts: Parts, tx: Transaction, name: str, now: datetime) -> Proof:
    good, last, asked = beats.last_good(tx), beats.last_ended(tx), parts.settings.canary
    late = good is not None and now - good.begun_at > timedelta(seconds=asked.every + asked.within)
    sent = backlog.last_sent(tx)
    return Proof(
        good.begun_at if good else None,
        late or bool(last and last.failed),
        tuple((channel, sent.get(channel)) for channel in parts.settings.recipients[name].channels),
        digest.odd(feeds.states(tx), _outlets(parts)),
    )


def _late(
    parts: Parts, tx: Transaction, theirs: Sequence[Rule], state: str, since: datetime, before: Digest | None
) -> list[Mentioned]:
    """Reports that were fetched before the last digest and judged only after it, or anew: their page came late.

    Where the list of that digest was cut nobody can tell which they are: then all count as told.
    """
    if before is None:
        return []
    of_state = {
        "uncertain": (before.uncertain, before.uncertain_count),
        "not_covered": (before.not_covered, before.not_covered_count),
    }
    told, count = of_state[state]
    keys = {each.report_key for each in told}
    earlier = min(before.since, since - WRITTEN_WITHIN)
    found = _mentioned(parts, tx, theirs, state, earlier, since) if len(told) == count else []
    return [each for each in found if each.report_key not in keys]


def _late_withheld(tx: Transaction, name: str, since: datetime, before: Digest | None) -> list[tuple[Alert, Withheld]]:
    """The same of what was withheld: another worker may have been at it while that digest was made."""
    if before is None or len(before.withheld) < before.withheld_count:
        return []
    told = {each.occasion for each in before.withheld}
    found = withheld.from_recipient(tx, name, since - WRITTEN_WITHIN, since)
    return [(alert, why) for alert, why in found if why.occasion not in told]


def _not_found_wrong(tx: Transaction, held: Sequence[tuple[Alert, Withheld]]) -> list[tuple[Alert, Withheld]]:
    """Who was not told of it needs no correction, and must not be told of it as news."""
    wrong = taken_back(tx, [alert.report_key for alert, _ in held])
    return [(alert, why) for alert, why in held if alert.report_key not in wrong]


def _mentioned(
    parts: Parts, tx: Transaction, theirs: Sequence[Rule], state: str, since: datetime, now: datetime
) -> list[Mentioned]:
    """Reports of that state which concern the recipient, newest first."""
    outlets = _outlets(parts)
    found = reports.iterate(tx, LogQuery(since=since, until=now, states=(state,)))
    return [_line(row, outlets.get(row.report.feed, row.report.feed)) for row in found if _told_of(theirs, row)]


def _line(row: LogRow, outlet: str) -> Mentioned:
    return digest.mentioned(row, outlet, _place(row.assessment))


def _told_of(theirs: Sequence[Rule], row: LogRow) -> bool:
    if row.assessment.easing:  # it is sure of that, and was told so
        return False
    types = {each.type for each in _here(row.assessment)} if row.assessment.state == "uncertain" else ()
    return _concerns(theirs, _place(row.assessment), types)


def _concerns(theirs: Iterable[Rule], place: Place | None, labels: Iterable[str]) -> bool:
    """Whether it is of a place and, if any is known, of a type that the rules ask for, whatever level or grade."""
    types = set(labels) & set(EVENT_TYPES)
    return any(rules.reaches(rule, place) and (not types or types & set(rule.types)) for rule in theirs)


def _place(assessment: Assessment) -> Place | None:
    """The place that an uncertain report is about, as far as it is known."""
    named = [each.place for each in _here(assessment) if each.place]
    return next(iter([*assessment.places, *named]), None)


def _here(assessment: Assessment) -> list[Sighting]:
    """The sightings that made it uncertain, the surest first."""
    found = [
        each
        for each in assessment.sightings
        if each.state == "now" and each.type in EVENT_TYPES and (each.place is None or each.place.area)
    ]
    return sorted(found, key=lambda each: -each.probability)


def _outlets(parts: Parts) -> dict[str, str]:
    return {feed.name: feed.outlet for feed in parts.settings.feeds}
