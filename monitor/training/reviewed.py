"""What reviews say of reports: what each truly reported, for measuring, and its sentences with labels, for learning.

The sentence model is blind to places. A verdict on the place alone therefore teaches it nothing, and a sentence about
another place is no example of words that say nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor import verdicts
from monitor.classifier.heads import COLUMN
from monitor.classifier.model import Model
from monitor.classifier.reading import COVERED_LANGUAGES
from monitor.encoders.masking import masked
from monitor.gazetteer import Gazetteer
from monitor.records import EVENT_TYPES, Assessment, EventType, LogRow, Mention, Report, Review
from monitor.store.retirement import ARCHIVED
from monitor.text.sentences import sentences
from monitor.training.examples import Example
from monitor.training.reports import LabelledReport

ORIGIN = "review"
_SHORT = 40  # words: a note of so few is one sentence to learn from, whichever of its parts says it
_LENGTHS = (8, 900)  # letters of a sentence to learn from
_MOST = 6  # sentences of one report
_BESIDE = 0.5  # from here the sentence also tells of violence or talks, of which no reviewer is asked
# Why it was no such event or not now -> the state that the sentence has in the training data.
_STATES: Mapping[str, str] = {
    "past": "past",
    "background": "background",
    "planned": "planned",
    "over_by_now": "lifted",
    "figurative": "figurative",
    "denied": "denied",
    "opinion": "feared",
}
_ABOUT_PLACE = frozenset({"elsewhere"})
_NO_EVENT = frozenset({"violence_only", "easing"})


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A report with the review that counts."""

    report: Report
    assessment: Assessment
    review: Review


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence of a report as the model sees it."""

    text: str
    seen: str
    form: str
    mentions: tuple[Mention, ...]

    @property
    def is_elsewhere(self) -> bool:
        """Whether it tells of another place, and of none in the area."""
        named = [each.place for each in self.mentions if each.place.kind != "country"]
        return bool(named) and not any(place.area for place in named)


def reviewed(rows: Iterable[LogRow]) -> tuple[Reviewed, ...]:
    """Those of which somebody said something that counts and that tells of their words, the first reviewed first.

    Not what was reviewed when its text lay in the archive already: its headline alone would stand for all of it.
    """
    found = [
        Reviewed(row.report, row.assessment, counting)
        for row in rows
        if (counting := verdicts.counting(row.reviews)) is not None
        and row.assessment.language in COVERED_LANGUAGES
        and row.report.note != ARCHIVED
    ]
    told = [each for each in found if types_of(each) is not None]
    return tuple(sorted(told, key=lambda each: (each.review.at, each.review.number, each.report.key)))


def types_of(each: Reviewed) -> tuple[EventType, ...] | None:
    """What it reports here and now, by its review; None where that does not say."""
    review, said = each.review, each.assessment
    match review.verdict:
        case "confirm":
            return review.types or said.types or _surest(said)
        case "wrong_type":
            return review.types or (() if review.reason in _NO_EVENT else None)
        case "wrong_place":
            stays = bool(review.place) or review.reason == "other_town"
            return (review.types or said.types or None) if stays else ()
        case "false_alarm" | "not_current":
            return ()
        case _:
            return None


def labelled(each: Reviewed) -> LabelledReport:
    """To measure a model on. Of easing a reviewer says nothing."""
    types = types_of(each) or ()
    return LabelledReport(
        report=each.report,
        language=each.assessment.language,
        event=each.report.key,
        register=ORIGIN,
        towns=(),
        labels={event: event in types for event in EVENT_TYPES} | {"agreement": None, "withdrawal": None},
        flag=bool(types),
        ambiguous=False,
    )


def taught(some: Sequence[Reviewed], model: Model, gazetteer: Gazetteer) -> tuple[Example, ...]:
    """The sentences that the reviews teach. `model` says which sentence of a missed report it most likely was."""
    return tuple(
        Example(
            id=f"{ORIGIN}-{each.report.key}-{number}",
            language=each.assessment.language,
            text=part.text,
            labels=labels,
            state=state,
            register=ORIGIN,
            form=part.form,
            origin=ORIGIN,
            group=f"{ORIGIN}-{each.report.key}",
            about=about,
        )
        for each in some
        for number, (part, labels, state, about) in enumerate(_lessons(each, model, gazetteer))
    )


_Lesson = tuple[_Part, tuple[str, ...], str, tuple[str, ...]]


def _lessons(each: Reviewed, model: Model, gazetteer: Gazetteer) -> Iterator[_Lesson]:
    review, types = each.review, types_of(each)
    if types is None or review.verdict == "wrong_place" or review.reason in _ABOUT_PLACE:
        return
    parts = _parts(each.report, gazetteer)
    state = _STATES.get(review.reason, "past" if review.verdict == "not_current" else "now")
    seen = _seen(each.assessment, parts)
    wanted = _positives(types, parts, seen, model) if types else {}
    chosen = [number for number in {**wanted, **seen} if wanted.get(number) or not parts[number].is_elsewhere]
    if not chosen and not types and len(parts) == 1 and not parts[0].is_elsewhere:
        chosen = [0]
    for number in sorted(chosen)[:_MOST]:
        labels = wanted.get(number, ())
        about = seen.get(number, ()) if state not in ("now", "figurative") else labels
        yield parts[number], (*labels, *_beside(parts[number], model)), state, about


def _positives(
    types: Sequence[EventType], parts: Sequence[_Part], seen: Mapping[int, tuple[EventType, ...]], model: Model
) -> dict[int, tuple[EventType, ...]]:
    """Which sentence tells of which type: those that counted for it, else the one that comes nearest to it."""
    wanted = {number: tuple(each for each in labels if each in types) for number, labels in seen.items()}
    for event in types:
        if parts and not any(event in labels for labels in wanted.values()):
            chances = model.probabilities([part.seen for part in parts])[:, COLUMN[event]]
            best = int(chances.argmax())
            wanted[best] = (*wanted.get(best, ()), event)
    return wanted


def _seen(assessment: Assessment, parts: Sequence[_Part]) -> dict[int, tuple[EventType, ...]]:
    """The sentences that spoke for an event, the counting ones if there are such."""
    spoke = [each for each in assessment.sightings if each.type in EVENT_TYPES]
    found: dict[int, tuple[EventType, ...]] = {}
    for sighting in [each for each in spoke if each.counts] or spoke:
        number = next((at for at, part in enumerate(parts) if " ".join(sighting.sentence.split()) in part.text), None)
        event = next((each for each in EVENT_TYPES if each == sighting.type), None)
        if number is not None and event and event not in found.get(number, ()):
            found[number] = (*found.get(number, ()), event)
    return found


def _parts(report: Report, gazetteer: Gazetteer) -> list[_Part]:
    title = " ".join(report.title.split())
    body = [" ".join(report.text[start:end].split()) for start, end in sentences(report.text)]
    if len(f"{report.title} {report.text}".split()) <= _SHORT:
        whole = " ".join(dict.fromkeys(each for each in (title, *body) if each))
        pairs = [(whole, "post")]
    else:
        pairs = [*([(title, "headline")] if title else []), *((each, "body") for each in body if each != title)]
    fit = [(text, form) for text, form in pairs if _LENGTHS[0] <= len(text) <= _LENGTHS[1]]
    return [_part(text, form, gazetteer) for text, form in fit]


def _part(text: str, form: str, gazetteer: Gazetteer) -> _Part:
    mentions = gazetteer.find(text, text)
    return _Part(text, masked(text, mentions, [(0, len(text))])[0], form, tuple(mentions))


def _beside(part: _Part, model: Model) -> tuple[str, ...]:
    chances = model.probabilities([part.seen])[0]
    return tuple(head for head in ("violence", "talks") if chances[COLUMN[head]] >= _BESIDE)


def _surest(said: Assessment) -> tuple[EventType, ...] | None:
    """Of a report that was not flagged, what its surest sentence spoke of: that is what the reviewer was shown."""
    shown = sorted((each for each in said.sightings if each.type in EVENT_TYPES), key=lambda each: -each.probability)
    return next(((event,) for each in shown for event in EVENT_TYPES if each.type == event), None)
