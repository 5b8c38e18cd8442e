"""Where it happens must not matter: every place of the gazetteer in one slot, and words that are also places, as both.

The probabilities of the labels are blind to places; how far one moves them from those of a plain town is measured.
"""

import json
import re
from collections.abc import Sequence

import numpy as np
import pytest

from monitor.classifier import Classifier
from monitor.encoders.masking import masked
from monitor.encoders.words import PLACE
from monitor.gazetteer import Gazetteer
from monitor.gazetteer.entries import read
from monitor.packaged import packaged
from monitor.records import LABELS, Assessment
from monitor.text.normalise import fold_text
from monitor.training.reports import report_of
from tests import swap_words
from tests.test_swap import classifier, gazetteer

__all__ = ["classifier", "gazetteer"]  # fixtures

_BOUND = 0.02
# Not found in every slot: another place bears the name too, or it is a name of persons without its article.
_SHARED = {"al-surah", "qusayr", "dhale", "al-naimah", "nasib", "al-najih"}
# A crossing and a refugee camp are known by a pattern ("{} crossing"): only the town in it is covered, the word stays,
# and a crossing that is closed or left is other news than a town. Falls short: of "rural" the model sees the word.
_PATTERNED = {"nasib-crossing": 0.17, "daraa-camp": 0.06, "rural-damascus": 0.05}
_PLACES = (
    "Government forces besieged {} on Tuesday and closed all the roads leading to it.",
    "Government forces brought military reinforcements to the outskirts of {} on Monday.",
    "Talks between the army and the elders of {} ended without agreement on Sunday.",
    "Government forces withdrew from {} on Friday and reopened the roads.",
    "حاصرت قوات النظام {} يوم الثلاثاء وأغلقت جميع الطرق المؤدية إليها.",
    "حاصرت قوات النظام مدينة {} يوم الثلاثاء وأغلقت جميع الطرق المؤدية إليها.",
    "استقدمت قوات النظام تعزيزات عسكرية إلى محيط {} يوم الاثنين.",
    "انتهت المفاوضات بين قوات النظام ووجهاء {} دون التوصل إلى اتفاق.",
    "انسحبت قوات النظام من {} وأعادت فتح الطرق.",
)


@pytest.fixture(scope="module")
def spellings() -> list[tuple[str, str, str]]:
    """(slug, spelling, what it may be otherwise) of all places, inside the area and out of it, as they are written."""
    path = packaged("config/gazetteer.yaml")
    senses = {
        entry.place.slug: {spelling.folded: spelling.sense for spelling in entry.spellings}
        for entry in read(path).entries
        if entry.place
    }
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    rows = [json.loads(line[2:]) for line in lines if line.startswith("- {")]
    return [
        (row["slug"], name, senses[row["slug"]].get(fold_text(name), ""))
        for row in rows
        if "slug" in row and not row.get("canary")  # found in its own reports alone
        for name in dict.fromkeys((row["name"], row["arabic"], *row.get("other", ())))
    ]


@pytest.fixture(scope="module")
def unambiguous(spellings: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(slug, name) for slug, name, sense in spellings if not sense]


@pytest.fixture(scope="module")
def words(spellings: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(slug, name) for slug, name, sense in spellings if sense in ("word", "rare")]


def _is_arabic(text: str) -> bool:
    return bool(re.search("[\u0600-\u06ff]", text))


def _assessed(classifier: Classifier, template: str, values: Sequence[str]) -> list[Assessment]:
    return classifier.assess([report_of(value, "", template.format(value)) for value in values])


def _beyond(classifier: Classifier, template: str, named: Sequence[tuple[str, str]]) -> list[tuple[str, float]]:
    """The names that move a probability farther from that of a plain town than they may."""
    found = _assessed(
        classifier, template, ["إنخل" if _is_arabic(template) else "Inkhil", *(name for _, name in named)]
    )
    heads = np.array([[each.probabilities[label] for label in LABELS] for each in found])
    swings = np.abs(heads[1:] - heads[0]).max(axis=1)
    return [
        (name, round(float(swing), 3))
        for (slug, name), swing in zip(named, swings, strict=True)
        if swing > _PATTERNED.get(slug, _BOUND)
    ]


def _seen(gazetteer: Gazetteer, text: str, slug: str) -> str:
    """The text as the model sees it, each place as one letter; "" where the place is not found in it."""
    mentions = gazetteer.find(text, text)
    if slug not in {mention.place.slug for mention in mentions}:
        return ""
    return re.sub(f"{PLACE}+", PLACE, masked(text, mentions, [(0, len(text))])[0])


@pytest.mark.parametrize("template", _PLACES)
def test_a_place_that_is_resolved_matters_not_at_all(
    classifier: Classifier, gazetteer: Gazetteer, unambiguous: list[tuple[str, str]], template: str
) -> None:
    """All of them: what the model sees of most is the same, and only what differs is asked for, with one example."""
    example: dict[str, tuple[str, str]] = {}
    unresolved: set[str] = set()
    named = [(slug, name) for slug, name in unambiguous if _is_arabic(name) == _is_arabic(template)]
    assert len(named) > 1000
    for slug, name in named:
        if seen := _seen(gazetteer, template.format(name), slug):
            example.setdefault(seen, (slug, name))
        else:
            unresolved.add(slug)
    assert unresolved <= _SHARED
    assert _beyond(classifier, template, list(example.values())) == []


@pytest.mark.parametrize("template", [_PLACES[0], _PLACES[4]])
def test_a_town_of_the_area_matters_not_to_the_probability_of_the_report_either(
    classifier: Classifier, gazetteer: Gazetteer, unambiguous: list[tuple[str, str]], template: str
) -> None:
    towns = {
        place.slug: place for place in gazetteer.places if place.area and place.kind in ("city", "town", "village")
    }
    names = {slug: name for slug, name in unambiguous if slug in towns and _is_arabic(name) == _is_arabic(template)}
    assert len(names) > 80
    said = [each.probability for each in _assessed(classifier, template, list(names.values()))]
    assert max(said) - min(said) <= _BOUND


@pytest.mark.parametrize(("sentences", "context"), [
    (swap_words.ARABIC, "اجتمع وجهاء مدينة إنخل في ريف درعا يوم الثلاثاء."),
    (swap_words.ENGLISH, "Elders of Inkhil met in the countryside of Daraa on Tuesday."),
])  # fmt: skip
def test_a_word_that_is_also_a_place_is_a_word_where_nothing_makes_it_a_place(
    gazetteer: Gazetteer, words: list[tuple[str, str]], sentences: str, context: str
) -> None:
    rows = [line.split(": ", 1) for line in sentences.strip().splitlines()]
    assert {slug for slug, _ in rows} == {slug for slug, name in words if _is_arabic(name) == _is_arabic(context)}
    taken = [
        (slug, sentence)
        for slug, sentence in rows
        for before in ("", context)
        if slug in {mention.place.slug for mention in gazetteer.find(sentence, before)}
    ]
    assert taken == []


@pytest.mark.parametrize("template", [
    "Government forces besieged the town of {} on Tuesday and closed all the roads leading to it.",
    "حاصرت قوات النظام بلدة {} يوم الثلاثاء وأغلقت جميع الطرق المؤدية إليها.",
])  # fmt: skip
def test_the_same_word_is_a_place_behind_town_of_and_matters_no_more_than_any(
    classifier: Classifier, gazetteer: Gazetteer, words: list[tuple[str, str]], template: str
) -> None:
    named = [(slug, name) for slug, name in words if _is_arabic(name) == _is_arabic(template)]
    assert [name for slug, name in named if not _seen(gazetteer, template.format(name), slug)] == []
    assert _beyond(classifier, template, named) == []
