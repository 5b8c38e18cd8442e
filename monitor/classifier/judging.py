"""One report judged: what its sentences tell, where and when, and what that makes of the report as a whole."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from monitor.classifier import explain, verdict
from monitor.classifier.currency import dated_past, fresh, retrospect, state, still_ahead, year_of
from monitor.classifier.explain import Asked, Words
from monitor.classifier.heads import ABOUT, COLUMN
from monitor.classifier.model import Model
from monitor.classifier.places import BROAD, Places, fineness
from monitor.classifier.reading import COVERED_LANGUAGES, Reading
from monitor.classifier.verdict import Told
from monitor.encoders.words import Sequenced
from monitor.records import (
    EASING_TYPES,
    EVENT_TYPES,
    LABELS,
    Assessment,
    Label,
    Place,
    ReportState,
    Sighting,
    SightingState,
    Sign,
)

Array = NDArray[np.float64]
_LEAST = 0.1  # below this a sentence says nothing of a label
_SIGHTED = 0.3  # a sentence is worth showing from here
_SIGHTED_NOT_NOW = 0.5  # ... when it speaks of the event but does not report it as happening
_MOST_SIGHTINGS = 6
_ABOUT = 1.0  # how much it weighs that the report is about a town
_TITLED = 0.7  # from here a headline reports an event
_TALKING = 0.6  # from here a sentence says that talks are held
_EXPLAINED = 3  # the surest get their words


class Judging:
    """Holds one report with its scored sentences while it is judged."""

    def __init__(self, model: Model, reading: Reading, sequences: Sequence[Sequenced], heads: Array) -> None:
        self._model = model
        self._reading = reading
        self._sequences = sequences
        self._heads = heads
        self._rows: list[list[float]] = heads.tolist()  # to look at one figure of a list costs a tenth
        self._places = Places(reading)
        self._year = year_of(reading)
        self._looks_back = retrospect(reading) and not self._titled_event()
        self._past = [
            dated_past(sentence.masked, self._year) or (self._looks_back and not fresh(sentence.masked))
            for sentence in reading.sentences
        ]
        self._covered = reading.language in COVERED_LANGUAGES

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """What each sentence says of each label, before the report is judged as a whole."""
        return tuple([self._told(label, number) for label in LABELS for number in self._from(label, _LEAST)])

    def _from(self, head: str, least: float) -> list[int]:
        """The sentences of which a head is at least so sure."""
        column = COLUMN[head]
        return [number for number, row in enumerate(self._rows) if row[column] >= least]

    @cached_property
    def features(self) -> Array:
        features = self._model.features
        armed, everyday = features.concepts(verdict.ARMED), features.concepts(verdict.EVERYDAY)
        named = [list(chain.from_iterable(sequence.concepts)) for sequence in self._sequences]
        scene = verdict.Scene(
            [not armed.isdisjoint(concepts) for concepts in named],
            [not everyday.isdisjoint(concepts) for concepts in named],
            self._places.heading,
        )
        return verdict.features(self._reading, self._heads, self.told, scene)

    @cached_property
    def labels(self) -> Array:
        """The probability of each label for the report, after place and time."""
        return verdict.label_probabilities(self.features, self._model.verdicts)

    @cached_property
    def probability(self) -> float:
        if not self._covered or not any(each.counting for each in self.told if each.label in EVENT_TYPES):
            return 0.0
        return verdict.flag_probability(self.labels, self._model.verdicts)

    @cached_property
    def chosen(self) -> tuple[Label, ...]:
        """The labels that the report is given: event types only if it is flagged, and then at least one."""
        if not self._covered:
            return ()
        thresholds, language = self._model.verdicts.thresholds, self._reading.language
        chances = {label: float(value) for label, value in zip(LABELS, self.labels, strict=True)}
        counting = {each.label for each in self.told if each.counting}
        possible = [label for label in LABELS if label in counting]
        passed = [label for label in possible if chances[label] >= thresholds[f"{label}.{language}"]]
        flagged = self.probability >= thresholds[f"flag.{language}"]
        events = [label for label in passed if label in EVENT_TYPES] if flagged else []
        if flagged and not events:
            events = [max((label for label in possible if label in EVENT_TYPES), key=lambda label: chances[label])]
        return (*events, *(label for label in passed if label in EASING_TYPES))

    @property
    def asked(self) -> list[Asked]:
        """The surest sightings, of which the words are to be shown."""
        sentences, sequences = self._reading.sentences, self._sequences
        return [
            Asked(self._reading, sentences[each.number], sequences[each.number], each.label)
            for each in self._worth[:_EXPLAINED]
        ]

    def assessment(self, words: Sequence[Words]) -> Assessment:
        """`words`: what the sentences of `asked` owe their labels to."""
        explained = zip(self._worth, chain(words, repeat(())), strict=False)
        sightings = tuple(self._sighting(each, said) for each, said in explained)
        return Assessment(
            report_key=self._reading.report.key,
            state=self._state(),
            types=tuple(label for label in EVENT_TYPES if label in self.chosen),
            easing=tuple(label for label in EASING_TYPES if label in self.chosen),
            probability=round(self.probability, 4),
            probabilities=self._highest(),
            in_area=self._in_area(),
            current=self._current(sightings),
            places=_places_of(sightings, self._reading, self._places.focus),
            language=self._reading.language,
            sightings=sightings,
            model=f"{self._model.name}@{self._model.version}",
            signs=self._signs(sightings) if self._covered else (),
        )

    def _signs(self, sightings: Sequence[Sighting]) -> tuple[Sign, ...]:
        """What is said of a place in the area without reporting an event there."""
        feared = [each for each in sightings if each.type == "siege" and each.state in ("feared", "planned")]
        signs = [Sign("threatened", each.place) for each in feared if each.place and not each.counts]
        for number in self._from("talks", _TALKING):
            place = self._places.spot(number, "failed_talks").place
            if place and not self._past[number] and state(self._rows[number], 0.5) in ("now", "planned"):
                signs.append(Sign("talks", place))
        return tuple(dict.fromkeys(signs))

    def _titled_event(self) -> bool:
        """Whether the headline itself reports an event as news: "forces close the city on the anniversary"."""
        if not self._rows or self._reading.sentences[0].field != "title":
            return False
        title = self._rows[0]
        told = max(title[COLUMN[label]] for label in EVENT_TYPES)
        return told > _TITLED and title[COLUMN["past"]] < 1 - _TITLED

    def _told(self, label: Label, number: int) -> Told:
        sentence = self._reading.sentences[number]
        probability = self._rows[number][COLUMN[label]]
        trigger = -1
        if probability >= _SIGHTED and (self._places.contested(number) or self._places.several(number)):
            trigger = explain.trigger(self._model, sentence, self._sequences[number], label)
        where = self._places.spot(number, label, trigger)
        ahead = label == "withdrawal" and still_ahead(sentence.masked)
        past = self._past[number]
        counting = probability if where.area and not past and not ahead else 0.0
        return Told(label, number, probability, counting, where, past, ahead)

    def _state(self) -> ReportState:
        if not self._covered:
            return "not_covered" if any(mention.place.area for mention in self._reading.mentions) else "clear"
        if any(label in EVENT_TYPES for label in self.chosen):
            return "flagged"
        return "uncertain" if self.probability >= self._model.verdicts.uncertain else "clear"

    @cached_property
    def _worth(self) -> list[Told]:
        """What is worth showing: what counts first, then the surest; also what speaks of an event that is not now."""
        best = {label: max([each.counting for each in self.told if each.label == label]) for label in self.chosen}
        worth = [
            each for each in self.told if each.probability >= _SIGHTED or each.counting == best.get(each.label, -1.0)
        ]
        seen = {(each.label, each.number) for each in worth}
        for label in EVENT_TYPES:
            for number in self._from(ABOUT + label, _SIGHTED_NOT_NOW):
                if (label, number) not in seen:
                    worth.append(self._told(label, number))  # noqa: PERF401  a sentence a line reads better
        worth.sort(key=lambda each: (not self._counts(each), each.label not in self.chosen, -each.probability))
        return worth[:_MOST_SIGHTINGS]

    def _counts(self, each: Told) -> bool:
        return each.label in self.chosen and each.counting >= _LEAST

    def _sighting(self, each: Told, words: Words) -> Sighting:
        sentence = self._reading.sentences[each.number]
        counts = self._counts(each)
        seen = self._sighting_state(each)
        overruled = "" if each.label in self.chosen else "the report as a whole does not bear it out"
        return Sighting(
            type=each.label,
            counts=counts,
            state=seen,
            sentence=self._reading.words(sentence),
            field=sentence.field,
            start=sentence.start,
            end=sentence.end,
            probability=round(each.probability, 4),
            place=each.where.place,
            found=each.where.found,
            words=words,
            why=explain.why(each.label, each.where, seen, counts=counts, overruled=overruled),
        )

    def _sighting_state(self, each: Told) -> SightingState:
        if each.dated_past:
            return "past"
        if each.where.elsewhere is not None:
            return "elsewhere"
        if each.ahead:
            return "planned"
        sure = each.probability >= _SIGHTED
        seen = state(self._rows[each.number], least=0.5 if sure else 0.2)
        kept = {"siege": "demanded", "withdrawal": "lifted"}.get(each.label)
        return "now" if sure and seen != kept else seen

    def _highest(self) -> Mapping[str, float]:
        return {label: round(max([row[COLUMN[label]] for row in self._rows], default=0.0), 4) for label in LABELS}

    def _in_area(self) -> bool:
        """Codebook `place`: what the report tells of, or failing that what it opens with, is in the area."""
        if any(self._counts(each) for each in self.told):
            return True
        opening = [number for number in range(min(3, len(self._rows))) if self._reading.sentences[number].mentions]
        return any(self._places.spot(number, "siege").area for number in opening)

    def _current(self, sightings: Sequence[Sighting]) -> bool:
        """False for what looks back: a past opening or mostly past sightings, and nothing reported as happening."""
        if any(sighting.counts for sighting in sightings):
            return True
        opening = max([row[COLUMN["past"]] for row in self._rows[:2]], default=0.0)
        return not (opening > 0.5 or sum(sighting.state == "past" for sighting in sightings) > len(sightings) / 2)


def _places_of(sightings: Sequence[Sighting], reading: Reading, town: Place | None) -> tuple[Place, ...]:
    """Places of the sightings that count: `town`, what the report is about, if it happens there; then the finest and
    surest first.
    """
    weights: dict[Place, float] = {}
    for sighting in sightings:
        if sighting.counts and sighting.place is not None:
            bonus = 1.5 if sighting.field == "title" else 1.0
            weights[sighting.place] = weights.get(sighting.place, 0.0) + sighting.probability * bonus
    of_town = 0 if town in weights else 1
    if weights and town is not None:
        weights[town] = weights.get(town, 0.0) + _ABOUT
    elif weights and all(fineness(place, reading.seats) >= BROAD for place in weights):
        weights |= dict.fromkeys(_finer(reading), 0.0)
    for mention in reading.mentions:
        if mention.place in weights:
            weights[mention.place] += 0.2
    ranks = {place: of_town if place == town else _coarse(place, reading) for place in weights}
    return tuple(sorted(weights, key=lambda place: (ranks[place], -weights[place])))


def _coarse(place: Place, reading: Reading) -> int:
    """A post comes behind the town, quarter or village it stands at: that is where a reader looks for it."""
    return 2 if place.kind == "post" else max(1, fineness(place, reading.seats))


def _finer(reading: Reading) -> tuple[Place, ...]:
    """The place that a report which otherwise says only "Daraa" names most, if it opens with it."""
    inside = (mention.place for mention in reading.mentions if mention.place.area)
    named = Counter(place for place in inside if fineness(place, reading.seats) == 0)
    opening = {mention.place for sentence in reading.sentences[:4] for mention in sentence.mentions}
    return tuple(place for place, _ in named.most_common(1) if place in opening)
