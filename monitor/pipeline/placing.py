"""How a report words its places: what it names beside its own, what its name may mean besides, what it speaks of."""

import re

from monitor.pipeline.parts import Parts
from monitor.records import Assessment, Place, Report
from monitor.situations import Wording
from monitor.text.normalise import fold_text
from monitor.text.persisting import comes

_CITY = re.compile(r"\b(?:city|town)\b|(?<!\w)(?:ب|ل|ال)?(?:مدينة|المدينة)(?!\w)", re.IGNORECASE)


def wording(parts: Parts, report: Report, assessment: Assessment) -> Wording:
    beside = _quarters(parts, report, assessment) | roads(parts, assessment)
    return Wording(is_said_as_province(parts, assessment), frozenset(beside))


def _quarters(parts: Parts, report: Report, assessment: Assessment) -> set[str]:
    """The other quarters of its town that the report names; none when what it tells has only just come to this one."""
    place = assessment.places[0]
    if not place.parent or any(comes(fold_text(sentence)) for sentence in counting(assessment)):
        return set()
    found = map(parts.classifier.gazetteer.place, named(parts, report))
    return {each.slug for each in found if each and each.parent == place.parent and each.slug != place.slug}


def roads(parts: Parts, assessment: Assessment) -> set[str]:
    """Those on which a sentence that counts has it happen, beside the town that it names."""
    found = (mention.place for words in counting(assessment) for mention in parts.classifier.gazetteer.find(words))
    return {each.slug for each in found if each.area and each.kind == "road"}


def counting(assessment: Assessment) -> list[str]:
    return [each.sentence for each in assessment.sightings if each.counts]


def is_said_as_province(parts: Parts, assessment: Assessment) -> bool:
    """A town that the province is named after, and not said to be the town: "in Daraa"."""
    place = assessment.places[0]
    provinces = (parts.classifier.gazetteer.place(slug) for slug in parts.classifier.gazetteer.around(place)[-1:])
    if not any(province and province.district == place.name for province in provinces):
        return False
    return not any(_CITY.search(sentence) for sentence in counting(assessment))


def named(parts: Parts, report: Report) -> set[str]:
    text = f"{report.title}\n{report.text}"
    return {mention.place.slug for mention in parts.classifier.gazetteer.find(text) if mention.place.area}


def spoken_of(assessment: Assessment) -> list[Place]:
    """Places of which the report says something short of an event."""
    denied = [each.place for each in assessment.sightings if each.state == "denied" and each.place]
    stuck = [each.place for each in assessment.sightings if each.type == "failed_talks" and each.state == "feared"]
    found = [*denied, *(sign.place for sign in assessment.signs), *(place for place in stuck if place)]
    return list(dict.fromkeys(place for place in found if place.area))
