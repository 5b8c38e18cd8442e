"""Decision -> the alerts it makes. Pure; who is owed them is decided in owing.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.records import (
    EVENT_TYPES,
    LEVELS,
    Alert,
    AlertKind,
    Assessment,
    Count,
    Decision,
    EventType,
    Grade,
    Label,
    Place,
    Quote,
    Report,
    Sighting,
    Situation,
    Step,
    Telling,
    Verdict,
)
from monitor.rules.renewing import renewed
from monitor.text.attribution import said_by
from monitor.verdicts import REFUTING

RINGING: tuple[AlertKind, ...] = ("new", "escalated")
RELIEVING: tuple[AlertKind, ...] = ("eased", "all_clear")
ENDED = frozenset({("siege", "over"), ("reinforcements", "leaving"), ("talks", "agreed")})
SETTLES_IN = timedelta(hours=24)
MOST_QUOTES = 2
MOST_STEPS = 3
TEXT_PREFERRED_BY = 0.2  # of probability


@dataclass(frozen=True, slots=True)
class Told:
    """A report that was decided on, with all that an alert says of it."""

    report: Report
    assessment: Assessment
    outlet: str
    decision: Decision
    before: Situation | None  # as it was before this report, None if it opened it
    counts: Mapping[str, Count]  # by label
    steps: Sequence[Step] = ()  # of the situation before this report
    earlier: Sequence[Alert] = ()  # of the situation, oldest first
    related: tuple[str, ...] = ()  # situations that may be the same story
    void: frozenset[str] = frozenset()  # reports whose alerts in `earlier` were taken back, or belong elsewhere by now
    doubtful: tuple[Quote, ...] = ()  # of another uncertain report, on which this one leans: they alarm as a pair
    tellings: Sequence[Telling] = ()  # all of the situation, with that of this report
    further: bool = False  # it tells of events, at a place beside that of the situation
    silent: Situation | None = None  # before this one, with a siege of which nobody said that it ended
    ended: Mapping[str, datetime] = field(default_factory=dict)  # when what is there again came to its end


def alerts(told: Told) -> tuple[Alert, ...]:
    """What the report makes worth telling; by one report nobody is woken twice.

    Of several occasions the first alert carries the message and names all of them; the others only take their
    occasion, so that no later report rings for a type that was already told.
    """
    still_stands = told.before is None and told.decision.kind == "repeat"
    if told.decision.kind == "too_old" or still_stands:
        return ()
    alarm = _alarm(told)
    if any(not each.only_untold for each in alarm):
        return alarm
    # first the second source: of whom it reaches, none is untold any more
    return (*_second_source(told), *alarm) or _further(told) or _relief(told)


def _alarm(told: Told) -> tuple[Alert, ...]:
    """New: the situation's first event, or the first after its end. Escalated: its level rises above what was told.

    A further type that does not raise the level is new only to those whose rules kept the situation from them so far.
    """
    fresh, types = told.decision.new_types, told.assessment.types
    if not types:
        return ()
    if fresh and _unheard_of(told):
        return _alarms(told, "new", fresh)
    if LEVELS.index(told.decision.situation.level) > _peak(told):
        return _alarms(told, "escalated", fresh or types[:1])
    return _alarms(told, "new", fresh, only_untold=True)


def _further(told: Told) -> tuple[Alert, ...]:
    """A further place of what stands: for those whose rules kept them from hearing of the others."""
    heard = {each.place.slug for each in _valid(told) if each.place}
    if not told.further or told.assessment.places[0].slug in heard:
        return ()
    return _alarms(told, "new", told.assessment.types, only_untold=True)


def _unheard_of(told: Told) -> bool:
    """Whether there is no event to which this one would be added: none was told, or all came to their end."""
    last = next((each for each in reversed(_valid(told)) if each.kind in (*RINGING, "all_clear")), None)
    before_events = told.before is not None and any(event in told.before.tracks for event in EVENT_TYPES)
    return last.kind == "all_clear" if last else not before_events


def _peak(told: Told) -> int:
    """The highest level that people were told of in this round of the story; of what they were not told, as it stood.

    For a day after an easing, reports of before and of after it come mixed: nothing is an escalation then but an event
    that lifts the level above all that was told, or one that is there again by two witnesses or by a report's words.
    Later whatever goes beyond what was told since is: a siege of which people heard that it eases may be there again.
    """
    heard = _heard(told)
    clear = max((number for number, each in enumerate(heard, 1) if each.kind == "all_clear"), default=0)
    heard = heard[clear:]
    if not heard:
        return LEVELS.index(told.before.level) if told.before else 0
    last = heard[-1]
    settles = (
        last.kind in RELIEVING
        and _moment(told.report) - _moment(last) < SETTLES_IN
        and not renewed(told.report, told.assessment, told.tellings)
    )
    if settles:
        return max(LEVELS.index(each.level) for each in heard) if told.decision.new_types else len(LEVELS)
    eased = max((number for number, each in enumerate(heard) if each.kind in RELIEVING), default=0)
    return max(LEVELS.index(each.level) for each in heard[eased:])


def _heard(told: Told) -> list[Alert]:
    """The turns of the story that everybody was told of."""
    return [each for each in _valid(told) if each.kind in (*RINGING, *RELIEVING) and not each.only_untold]


def _valid(told: Told) -> list[Alert]:
    """Without what was taken back: it must not keep a true alarm from ringing."""
    return [each for each in told.earlier if each.report_key not in told.void]


def _moment(told: Report | Alert) -> datetime:
    return told.published_at or told.seen_at


def _alarms(
    told: Told, kind: AlertKind, labels: tuple[EventType, ...], *, only_untold: bool = False
) -> tuple[Alert, ...]:
    occasions = tuple(_occasion(told, kind, event) for event in labels)
    types = told.assessment.types if kind == "escalated" else labels
    return tuple(
        replace(_alert(told, kind, types, types, occasion, occasions), only_untold=only_untold)
        for occasion in occasions
    )


def _second_source(told: Told) -> tuple[Alert, ...]:
    """Once of each event: this report no longer leaves it to one source alone. After the first event of a situation
    only those hear who were told of this one by one source, or of nothing: they may have waited for just that.
    """
    if told.decision.kind not in ("confirmation", "escalation") or told.doubtful:
        return ()
    known = [each for each in _valid(told) if each.kind == "corroborated" or _rang_corroborated(each)]
    second = tuple(
        event
        for event in told.assessment.types
        if told.counts[event].before < told.counts[event].sources > 1
        and _stands(told, event)
        and not any(event in each.types and event not in each.alone and _is_of_now(told, event, each) for each in known)
    )
    return _alarms(told, "corroborated", second, only_untold=bool(known))


def _rang_corroborated(alert: Alert) -> bool:
    return alert.kind in RINGING and alert.grade == "corroborated" and not alert.only_untold


def _stands(told: Told, event: EventType) -> bool:
    """That there are signs of easing, one later report alone does not take back, see _peak."""
    eased = event == "siege" and told.before is not None and told.before.states.get("siege") == "eased"
    return not eased and _is_of_now(told, event, told.report)


def _is_of_now(told: Told, event: EventType, said: Report | Alert) -> bool:
    """Not of the time before the event came to its end."""
    return event not in told.ended or _moment(said) > told.ended[event]


def _relief(told: Told) -> tuple[Alert, ...]:
    """The first easing after events that people were told of; all clear once every track has come to its end."""
    events = _events_before(told)
    changed = told.before is not None and dict(told.before.states) != dict(told.decision.situation.states)
    copied = any(each.copy_of for each in told.tellings if each.report_key == told.report.key)
    if not events or not told.assessment.easing or not changed or told.doubtful or copied:
        return ()  # what a copy alone was read to say its original, read first, does not bear out
    is_clear = all(item in ENDED for item in told.decision.situation.states.items())
    last = next(iter(_heard(told)[-1:]), None)
    if last and (last.kind == "all_clear" or (last.kind == "eased" and not is_clear)):
        return ()
    kind: AlertKind = "all_clear" if is_clear else "eased"
    easing = told.assessment.easing[-1] if is_clear else told.assessment.easing[0]
    return (_alert(told, kind, (easing,), events, _occasion(told, kind, easing)),)


def _events_before(told: Told) -> tuple[EventType, ...]:
    return tuple(event for event in EVENT_TYPES if told.before and event in told.before.tracks)


def _occasion(told: Told, kind: AlertKind, label: Label) -> str:
    """situation:kind:type:step, where the step counts how often that has come about in this situation."""
    stem = f"{told.decision.situation.key}:{kind}:{label}:"
    taken = {each.occasion for each in told.earlier if each.occasion.startswith(stem)}
    return f"{stem}{len(taken) + 1}"


def _alert(
    told: Told,
    kind: AlertKind,
    evidence_of: Sequence[Label],
    types: tuple[EventType, ...],
    occasion: str,
    occasions: tuple[str, ...] = (),
) -> Alert:
    place = told.assessment.places[0]
    situation = told.decision.situation
    counts = [told.counts[label] for label in evidence_of]
    sources = max(count.sources for count in counts)
    quotes = tuple(_quote(each, told.report, told.outlet) for each in _evidence(evidence_of, told.assessment, place))
    return Alert(
        occasion=occasion,
        situation=situation.key,
        kind=kind,
        types=types,
        grade="corroborated" if sources > 1 and not told.doubtful else "unconfirmed",
        place=place,
        probability=_probability(told.assessment, evidence_of),
        report_key=told.report.key,
        quotes=(*quotes[: MOST_QUOTES - len(told.doubtful)], *told.doubtful),
        published_at=told.report.published_at,
        seen_at=told.report.seen_at,
        occasions=occasions or (occasion,),
        sources=sources,
        outlets=max(count.outlets for count in counts),
        alone=tuple(each for each in types if sources > 1 and each in told.counts and told.counts[each].sources == 1),
        level=situation.level,
        level_before=told.before.level if told.before else None,
        states=situation.states,
        states_before=told.before.states if told.before else {},
        so_far=tuple(told.steps[-MOST_STEPS:]),
        headline=Quote(told.report.title, told.report.language, told.outlet, told.report.url, "")
        if told.report.title
        else None,
        related=(*((told.silent.key,) if told.silent else ()), *told.related),
        silent_since=told.silent.tracks["siege"] if told.silent else None,
    )


def _probability(assessment: Assessment, labels: Sequence[Label]) -> float:
    """Of a report that tells of no event of these, how surely it tells of what eases."""
    if set(labels) & set(EVENT_TYPES):
        return assessment.probability
    return max((each.probability for each in assessment.sightings if each.counts and each.type in labels), default=0.0)


def correction(wrong: Sequence[Alert], verdict: Verdict, step: str, now: datetime) -> Alert:
    """What all who received one of these alerts are told once a reviewer found their report wrong.

    `wrong`: the alerts that rest on the report, the first one first. `step`: of its occasion.
    """
    first = wrong[0]
    types = tuple(event for event in EVENT_TYPES if any(event in alert.types for alert in wrong))
    occasion = f"{first.situation}:corrected:{first.occasion.split(':')[2]}:{step}"
    grade: Grade = "refuted" if verdict in REFUTING else first.grade
    return replace(
        first, occasion=occasion, occasions=(occasion,), kind="corrected", types=types, grade=grade, seen_at=now
    )


def _evidence(labels: Sequence[Label], assessment: Assessment, place: Place) -> list[Sighting]:
    """The best counting sentence of each label, of this place rather than another, no sentence twice, two at most."""
    found: dict[tuple[str, int], Sighting] = {}
    for label in labels:
        counting = [sighting for sighting in assessment.sightings if sighting.counts and sighting.type == label]
        here = [sighting for sighting in counting if sighting.place and sighting.place.slug == place.slug]
        if counting:
            sighting = _most_telling(here or counting)
            found.setdefault((sighting.field, sighting.start), sighting)
    return list(found.values())[:MOST_QUOTES]


def _most_telling(counting: Sequence[Sighting]) -> Sighting:
    """A sentence of the text says who says so and since when; the headline is quoted only where it is much clearer."""
    clearest = max(sighting.probability for sighting in counting)
    in_text = [each for each in counting if each.field == "text" and each.probability >= clearest - TEXT_PREFERRED_BY]
    return max(in_text or counting, key=lambda each: each.probability)


def _quote(sighting: Sighting, report: Report, outlet: str) -> Quote:
    return Quote(sighting.sentence, report.language, outlet, report.url, said_by(sighting.sentence, report.title))
