"""Report -> Assessment: event types per sentence (blind to place and actor), then places, then now or not, then the report.

Deciding is pure: same report, same answer; no clock, no network, no database.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.classifier import explain, verdict
from monitor.classifier.currency import dated_past, state, year_of
from monitor.classifier.heads import ABOUT, COLUMN
from monitor.classifier.model import Model
from monitor.classifier.model import load as load_model
from monitor.classifier.places import NOWHERE, Spot, broad, fineness, spot
from monitor.classifier.reading import COVERED_LANGUAGES, Reading, read
from monitor.classifier.verdict import Told
from monitor.gazetteer import Gazetteer
from monitor.packaged import packaged
from monitor.records import (
    EASING_TYPES,
    EVENT_TYPES,
    LABELS,
    Assessment,
    Label,
    Place,
    Report,
    ReportState,
    Sighting,
    SightingState,
)

Array = NDArray[np.float64]
_SIGHTED = 0.3  # a sentence is worth showing from here
_SIGHTED_NOT_NOW = 0.5  # ... when it speaks of the event but does not report it as happening
_MOST_SIGHTINGS = 8


class Classifier:
    """The trained model with the gazetteer beside it."""

    def __init__(self, model: Model, gazetteer: Gazetteer) -> None:
        self._model = model
        self._gazetteer = gazetteer

    @classmethod
    def load(cls, folder: Path | None = None, gazetteer: Gazetteer | None = None) -> "Classifier":
        """The packaged model, or that of `folder`. Raises ModelError with the command that mends it."""
        model = load_model(folder or packaged("models/escalation"), packaged("models/training"))
        return cls(model, gazetteer or Gazetteer.load())

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def version(self) -> str:
        return self._model.version

    def assess(self, reports: Sequence[Report]) -> list[Assessment]:
        readings = [read(report, self._gazetteer) for report in reports]
        heads = self._model.probabilities([sentence.masked for reading in readings for sentence in reading.sentences])
        assessments, at = [], 0
        for reading in readings:
            end = at + len(reading.sentences)
            assessments.append(self._assessed(reading, heads[at:end]))
            at = end
        return assessments

    def told(self, reading: Reading, heads: Array) -> list[tuple[Told, Spot]]:
        """What each sentence says of each label, where it is said to be, before the report is judged as a whole."""
        year = year_of(reading)
        found: list[tuple[Told, Spot]] = []
        for label in LABELS:
            for number in np.nonzero(heads[:, COLUMN[label]] >= _LEAST)[0]:
                sentence = reading.sentences[number]
                sure = heads[number, COLUMN[label]] >= _SIGHTED
                trigger = (
                    explain.trigger(self._model, sentence, label) if sure and _contested(reading, int(number)) else -1
                )
                where = spot(reading, int(number), label, sentence.start + trigger if trigger >= 0 else -1)
                past = dated_past(sentence.masked, year)
                probability = float(heads[number, COLUMN[label]])
                found.append((Told(label, int(number), probability, where.area, past), where))
        return found

    def _assessed(self, reading: Reading, heads: Array) -> Assessment:
        told = self.told(reading, heads) if len(heads) else []
        rows = verdict.features(reading, heads, [each for each, _ in told])
        labels = verdict.label_probabilities(rows, self._model.verdicts)
        covered = reading.language in COVERED_LANGUAGES
        probability = verdict.flag_probability(labels, self._model.verdicts) if covered else 0.0
        chosen = self._chosen(reading, labels, probability, told) if covered else ()
        sightings = self._sightings(reading, heads, told, chosen)
        named = any(mention.place.area for mention in reading.mentions)
        reported = self._state(chosen, probability, covered=covered, named=named)
        return Assessment(
            report_key=reading.report.key,
            state=reported,
            types=tuple(label for label in EVENT_TYPES if label in chosen),
            easing=tuple(label for label in EASING_TYPES if label in chosen),
            probability=round(probability, 4),
            probabilities=_highest(heads),
            in_area=_in_area(reading, sightings),
            current=_current(reading, sightings, heads),
            places=_places(sightings, reading),
            language=reading.language,
            sightings=sightings,
            model=f"{self.name}@{self.version}",
        )

    def _chosen(
        self, reading: Reading, labels: Array, probability: float, told: Sequence[tuple[Told, Spot]]
    ) -> tuple[Label, ...]:
        """The labels that the report is given: event types only if it is flagged, and then at least one."""
        thresholds = self._model.verdicts.thresholds
        counting = {each.label for each, _ in told if each.counting > 0}
        passed = [
            label
            for label, value in zip(LABELS, labels, strict=True)
            if label in counting and value >= thresholds[f"{label}.{reading.language}"]
        ]
        flagged = probability >= thresholds[f"flag.{reading.language}"]
        events: list[Label] = [label for label in passed if label in EVENT_TYPES] if flagged else []
        if flagged and not events:
            best = [label for label in EVENT_TYPES if label in counting]
            events = [max(best, key=lambda label: float(labels[LABELS.index(label)]))] if best else []
        return (*events, *(label for label in passed if label in EASING_TYPES))

    def _state(self, chosen: Sequence[Label], probability: float, *, covered: bool, named: bool) -> ReportState:
        if not covered:
            return "not_covered" if named else "clear"
        if any(label in EVENT_TYPES for label in chosen):
            return "flagged"
        return "uncertain" if probability >= self._model.verdicts.uncertain else "clear"

    def _sightings(
        self, reading: Reading, heads: Array, told: Sequence[tuple[Told, Spot]], chosen: Sequence[Label]
    ) -> tuple[Sighting, ...]:
        worth: list[tuple[float, Label, int, Spot, bool]] = [
            (each.probability, each.label, each.number, where, each.dated_past)
            for each, where in told
            if each.probability >= _SIGHTED
        ]
        seen = {(label, number) for _, label, number, _, _ in worth}
        year = year_of(reading)
        for label in EVENT_TYPES:
            for number in np.nonzero(heads[:, COLUMN[ABOUT + label]] >= _SIGHTED_NOT_NOW)[0]:
                if (label, int(number)) not in seen:
                    past = dated_past(reading.sentences[number].masked, year)
                    share = float(heads[number, COLUMN[label]])
                    worth.append((share, label, int(number), spot(reading, int(number), label), past))
        worth.sort(key=lambda each: (each[1] not in chosen, -each[0]))
        return tuple(self._sighting(reading, heads, each, chosen) for each in worth[:_MOST_SIGHTINGS])

    def _sighting(
        self, reading: Reading, heads: Array, one: tuple[float, Label, int, Spot, bool], chosen: Sequence[Label]
    ) -> Sighting:
        probability, label, number, where, past = one
        sentence = reading.sentences[number]
        sure = probability >= _SIGHTED
        seen = _told_state(heads[number], where, label, past=past, sure=sure)
        counts = label in chosen and sure and where.area and not past
        return Sighting(
            type=label,
            counts=counts,
            state=seen,
            sentence=reading.words(sentence),
            field=sentence.field,
            start=sentence.start,
            end=sentence.end,
            probability=round(probability, 4),
            place=where.place,
            found=where.found,
            words=explain.words(self._model, reading, sentence, label),
            why=explain.why(
                label,
                where,
                seen,
                counts=counts,
                overruled="" if label in chosen else "the report as a whole does not bear it out",
            ),
        )


_LEAST = 0.1  # below this a sentence says nothing of a label


def _contested(reading: Reading, number: int) -> bool:
    inside = {mention.place.area for mention in reading.sentences[number].mentions}
    return len(inside) > 1


def _told_state(heads: Array, where: Spot, label: Label, *, past: bool, sure: bool) -> SightingState:
    if past:
        return "past"
    if where.elsewhere is not None and not where.area:
        return "elsewhere"
    seen = state(heads, past=False, least=0.5 if sure else 0.2)
    if sure and label in EVENT_TYPES and seen not in ("demanded",):
        return "now"
    if sure and label in EASING_TYPES:
        return "lifted" if seen == "lifted" and label == "withdrawal" else "now"
    return seen


def _highest(heads: Array) -> Mapping[str, float]:
    highest = heads[:, : len(LABELS)].max(axis=0) if len(heads) else np.zeros(len(LABELS))
    return {label: round(float(value), 4) for label, value in zip(LABELS, highest, strict=True)}


def _in_area(reading: Reading, sightings: Sequence[Sighting]) -> bool:
    if any(sighting.counts for sighting in sightings):
        return True
    return any(_main_spot(reading, number).area for number in range(min(3, len(reading.sentences))))


def _main_spot(reading: Reading, number: int) -> Spot:
    return spot(reading, number, "siege") if reading.sentences[number].mentions else NOWHERE


def _current(reading: Reading, sightings: Sequence[Sighting], heads: Array) -> bool:
    """False for what looks back: a past sighting or a past lead, and nothing that is reported as happening."""
    if any(sighting.counts for sighting in sightings):
        return True
    opening = heads[:2, COLUMN["past"]].max(initial=0.0)
    told_past = sum(sighting.state == "past" for sighting in sightings)
    return not (opening > 0.5 or told_past > len(sightings) / 2)


def _places(sightings: Sequence[Sighting], reading: Reading) -> tuple[Place, ...]:
    """Places of the sightings that count, finest and surest first."""
    weights: dict[Place, float] = {}
    for sighting in sightings:
        if sighting.counts and sighting.place is not None:
            bonus = 1.5 if sighting.field == "title" else 1.0
            weights[sighting.place] = weights.get(sighting.place, 0.0) + sighting.probability * bonus
    if weights and all(broad(place) for place in weights):
        weights |= dict.fromkeys(_finer(reading), 0.0)
    for mention in reading.mentions:
        if mention.place in weights:
            weights[mention.place] += 0.2
    return tuple(sorted(weights, key=lambda place: (fineness(place), -weights[place])))


def _finer(reading: Reading) -> tuple[Place, ...]:
    """The place that a report which otherwise says only "Daraa" names most, if it opens with it."""
    named = Counter(
        mention.place for mention in reading.mentions if mention.place.area and fineness(mention.place) == 0
    )
    opening = {mention.place for sentence in reading.sentences[:4] for mention in sentence.mentions}
    best = [place for place, _ in named.most_common(1) if place in opening]
    return tuple(best)
