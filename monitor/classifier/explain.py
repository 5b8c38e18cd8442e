"""Why: the words that weighed most, and one sentence an analyst can nod at or argue with."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.classifier.heads import COLUMN
from monitor.classifier.model import Model
from monitor.classifier.places import Spot
from monitor.classifier.reading import Reading, ReadSentence
from monitor.encoders.words import PLACE, Sequenced
from monitor.records import LABELS, Label, SightingState

Words = tuple[tuple[str, float], ...]
_MANY = 8
_LABEL_WORDS = {
    "siege": "a siege",
    "reinforcements": "reinforcements",
    "failed_talks": "failed talks",
    "agreement": "an agreement",
    "withdrawal": "a withdrawal",
}
_STATE_WORDS = {
    "past": "it tells of the past",
    "denied": "it is denied",
    "feared": "it is feared, not reported",
    "planned": "it is announced, not yet done",
    "lifted": "it is over",
    "demanded": "it is asked for",
    "figurative": "it is a figure of speech or another trade's word",
    "elsewhere": "it happens elsewhere",
    "now": "it reads as news",
}
_FOUND_WORDS = {
    "sentence": "named in the sentence",
    "earlier": "named in an earlier sentence",
    "dateline": "named in the dateline",
    "title": "named in the headline",
    "region": "the region is named and no other province",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence of which somebody may ask which words made it this label."""

    reading: Reading
    sentence: ReadSentence
    sequence: Sequenced
    label: Label


def words(model: Model, asked: Sequence[Asked]) -> list[Words]:
    """Up to eight words of each sentence, verbatim, with their share in the score: all at once, for speed."""
    if not asked:
        return []
    columns = [COLUMN[each.label] for each in asked]
    shares = model.features.shares([each.sequence for each in asked], model.weights, columns)
    return [_weightiest(model, each, share) for each, share in zip(asked, shares, strict=True)]


def _weightiest(model: Model, asked: Asked, shares: Sequence[float]) -> Words:
    ranked = sorted(range(len(shares)), key=list(map(abs, shares)).__getitem__, reverse=True)[:_MANY]
    spans = model.features.spans(asked.sentence.masked, asked.sequence, ranked)
    verbatim, folded = asked.reading.words(asked.sentence), asked.reading.folded(asked.sentence)
    return tuple(
        (verbatim[slice(*folded.span(*span))], round(shares[at], 3)) for at, span in zip(ranked, spans, strict=True)
    )


def trigger(model: Model, sentence: ReadSentence, sequence: Sequenced, label: Label) -> int:
    """Where in the masked sentence its weightiest word stands; -1 when nothing speaks for the label."""
    for word in model.features.weightiest(sequence, _column(model, label)):
        start = model.features.where(sentence.masked, sequence, word)
        if sentence.masked[start] != PLACE:
            return start
    return -1


@lru_cache(len(LABELS))  # of the model in use
def _column(model: Model, label: Label) -> list[float]:
    return model.features.alone(model.weights[:, COLUMN[label]])


def why(label: Label, where: Spot, state: SightingState, *, counts: bool, overruled: str = "") -> str:
    what = _LABEL_WORDS[label].capitalize()
    place = where.place.name if where.place else where.elsewhere.name if where.elsewhere else ""
    found = _FOUND_WORDS.get(where.found or "", "")
    located = f"{place} ({found})" if place else "no place in Daraa governorate is named"
    if counts:
        return f"{what} at {located}; {_STATE_WORDS[state]}."
    if state != "now" and state in _STATE_WORDS:
        return f"{what}, not counted: {_STATE_WORDS[state]}; {located}."
    if not where.area:
        return f"{what}, not counted: {located}."
    return f"{what} at {located}, not counted: {overruled or 'the words do not say it surely enough'}."
