"""Whether all that a report tells of is, by its own words, what people were told of before it fell silent. Pure.

Only a date or a length of time in every sentence that tells of the event speaks for that, or that it goes on, beside
another sentence that has one. What is said to be there again, or since today, is news. Only a siege is a state that
lasts: forces that arrive and talks that fail are news each time, and "for two weeks" beside them is said of something
else. In doubt it rings: two alerts, not none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.records import Assessment, EventType, Situation
from monitor.situations.dating import Lasted, lasted
from monitor.situations.states import ALARMING, TRACKS
from monitor.text.normalise import fold_text
from monitor.text.persisting import comes, of_a_siege, persists, returns

_LASTING: frozenset[EventType] = frozenset({"siege"})
TOLD_AGAIN_AFTER = timedelta(days=30)  # that it still stands is worth a message after so long


def lasts(assessment: Assessment, told: Sequence[Situation], moment: datetime) -> Situation | None:
    """The latest of `told` in which all events of the report stand already, begun before they were last heard of."""
    fitting = [
        each
        for each in told
        if each.closed_at is None
        and assessment.types
        and not assessment.easing
        and all(_stood(event, each, moment) and _said(assessment, event, each, moment) for event in assessment.types)
    ]
    return max(fitting, key=lambda each: each.last_report_at, default=None)


def looks_back(assessment: Assessment, told: Sequence[Situation], moment: datetime) -> Situation | None:
    """The latest of `told` that had all events of the report, which says that they have ended."""
    ended = [
        each
        for each in told
        if assessment.types
        and not assessment.easing
        and each.last_report_at < moment
        and all(event in each.tracks and _all_past(assessment, event, each, moment) for event in assessment.types)
    ]
    return max(ended, key=lambda each: each.last_report_at, default=None)


def silent(here: Situation, known: Sequence[Situation]) -> Situation | None:
    """The last situation at the place before this one, if a siege of both stood when it fell silent: of an alarm that
    does not say since when, nobody knows whether it is another one.
    """
    before = [each for each in known if each.place == here.place and each.last_report_at < here.opened_at]
    last = max(before, key=lambda each: each.last_report_at, default=None)
    if last is None or last.closed_at:
        return None
    return last if any(_stood(event, last, here.tracks[event]) for event in _LASTING & set(here.tracks)) else None


def _stood(event: EventType, situation: Situation, moment: datetime) -> bool:
    track = TRACKS[event]
    heard = situation.tracks.get(event)
    stands = event in _LASTING and (track, situation.states.get(track, "")) in ALARMING
    return heard is not None and stands and heard < moment <= heard + TOLD_AGAIN_AFTER


def _said(assessment: Assessment, event: EventType, situation: Situation, moment: datetime) -> bool:
    heard = situation.tracks[event]
    found = [_in(sentence, moment) for sentence in _sentences(assessment, event)]
    fits = [any(span.begun <= heard and span.ended is None for span in spans) for spans, _ in found]
    return any(fits) and all(fit or goes_on for fit, (_, goes_on) in zip(fits, found, strict=True))


def _all_past(assessment: Assessment, event: EventType, situation: Situation, moment: datetime) -> bool:
    """A headline needs no date beside a text that says when it ended; that it is there again, none may say."""
    if any(returns(fold_text(sentence)) for sentence in _sentences(assessment, event)):
        return False
    found = [_in(sentence, moment)[0] for sentence in _sentences(assessment, event, ("text",))]
    fits = [any(_meets(span, situation) for span in spans) for spans in found]
    return bool(fits) and all(fits) and any(span.ended and span.ended < moment for spans in found for span in spans)


def _meets(span: Lasted, situation: Situation) -> bool:
    return span.begun <= situation.last_report_at and (span.ended is None or situation.opened_at <= span.ended)


def _in(sentence: str, moment: datetime) -> tuple[tuple[Lasted, ...], bool]:
    folded = fold_text(sentence)
    if returns(folded) or comes(folded):
        return (), False
    return lasted(of_a_siege(folded), moment), persists(folded)


def _sentences(assessment: Assessment, event: EventType, fields: Sequence[str] = ("title", "text")) -> list[str]:
    counting = [each for each in assessment.sightings if each.counts and each.type == event]
    return [each.sentence for each in counting if each.field in fields]
