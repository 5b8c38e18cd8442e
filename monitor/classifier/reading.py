"""A report taken apart: its sentences with their places, as the model and the place rules want them. Judges nothing."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from monitor.encoders.masking import covered, masked
from monitor.gazetteer import Gazetteer
from monitor.records import Field, Mention, Report
from monitor.text.language import detect
from monitor.text.normalise import Folded, fold
from monitor.text.sentences import sentences

COVERED_LANGUAGES = ("en", "ar")


class ReadSentence(NamedTuple):
    """One sentence: where it stands, what the model sees of it, which places it names (spans within the field)."""

    field: Field
    start: int
    end: int
    masked: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A report taken apart. The title, when there is one, is the first sentence."""

    report: Report
    language: str
    sentences: tuple[ReadSentence, ...]
    mentions: tuple[Mention, ...]
    seats: frozenset[str] = frozenset()  # slugs of towns whose name is also that of a whole province

    def words(self, sentence: ReadSentence) -> str:
        return self.source(sentence)[sentence.start : sentence.end]

    def folded(self, sentence: ReadSentence) -> Folded:
        """What the model sees of the sentence, with the way back to its words."""
        length = sentence.end - sentence.start  # a place may reach over the end
        hidden = covered(self.source(sentence), sentence.mentions, sentence.start, sentence.end)[:length]
        return fold(" ".join(hidden.splitlines()))

    def source(self, sentence: ReadSentence) -> str:
        return self.report.title if sentence.field == "title" else self.report.text


def seats_of(gazetteer: Gazetteer) -> frozenset[str]:
    """Towns that a province is named after: their name alone often means the province."""
    provinces = {place.district for place in gazetteer.places if place.area and place.kind == "governorate"}
    return frozenset(place.slug for place in gazetteer.places if place.area and place.name in provinces)


def read(report: Report, gazetteer: Gazetteer, seats: frozenset[str] = frozenset(), *, local: bool = False) -> Reading:
    """`local`: its outlet writes of the area alone."""
    language = detect(f"{report.title}\n{report.text}", report.language if report.language != "und" else "")
    title = _field("title", report.title, gazetteer, report, local=local)
    text = report.text.removeprefix(report.title) if report.title and report.text == report.title else report.text
    body = _field("text", text, gazetteer, report, local=local) if text else ()
    found = (*title, *body)
    return Reading(
        report, language, found, tuple(mention for sentence in found for mention in sentence.mentions), seats
    )


def _field(field: Field, text: str, gazetteer: Gazetteer, report: Report, *, local: bool) -> tuple[ReadSentence, ...]:
    if not text.strip():
        return ()
    context = report.text if field == "title" else report.title
    mentions = gazetteer.find(text, context, local=local, canary=report.canary)
    spans = [_whole(text)] if field == "title" else sentences(text)
    starts = [mention.start for mention in mentions]
    return tuple(
        [
            ReadSentence(field, start, end, seen, mentions[bisect_left(starts, start) : bisect_left(starts, end)])
            for (start, end), seen in zip(spans, masked(text, mentions, spans), strict=True)
        ]
    )


def _whole(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text.rstrip())
