"""What must not matter does not: who besieges, where, when, how many, and what people are called."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.classifier import Classifier
from monitor.gazetteer import Gazetteer
from monitor.records import LABELS
from monitor.training.reports import report_of

_FORCE_TEMPLATES = (
    "{} besieged Jasim on Tuesday and closed all the roads leading to it.",
    "{} brought military reinforcements to the outskirts of Tafas on Monday.",
    "Talks between {} and the elders of Nawa ended without agreement on Sunday.",
    "{} withdrew from Inkhil on Friday and reopened the roads.",
    "A convoy of {} entered the eastern countryside of Daraa with tanks.",
)
_FORCES = (
    "Assad's forces", "regime forces", "government forces", "the Syrian army", "the Fourth Division",
    "the Eighth Brigade",
    "General Security", "Internal Security forces", "the Ministry of Defence", "Israeli forces", "tribal fighters",
    "Russian forces", "Hezbollah", "Iranian-backed militias", "ISIS", "local factions", "opposition fighters",
    "the new government", "Air Force Intelligence", "State Security", "the Fifth Corps", "rebels",
)  # fmt: skip
_ARABIC_FORCE_TEMPLATES = (
    "حاصرت {} مدينة جاسم يوم الثلاثاء وأغلقت جميع الطرق المؤدية إليها.",
    "استقدمت {} تعزيزات عسكرية إلى محيط مدينة طفس يوم الاثنين.",
    "انتهت المفاوضات بين {} ووجهاء مدينة نوى دون التوصل إلى اتفاق.",
    "انسحبت {} من مدينة إنخل وأعادت فتح الطرق.",
)
_ARABIC_FORCES = (
    "قوات النظام", "قوات الأسد", "القوات الحكومية", "قوات الجيش السوري", "الفرقة الرابعة", "قوات اللواء الثامن",
    "قوى الأمن العام", "قوى الأمن الداخلي", "قوات وزارة الدفاع", "قوات الاحتلال الإسرائيلي", "مجموعات العشائر",
    "القوات الروسية", "ميليشيا حزب الله", "فصائل المعارضة", "المخابرات الجوية", "قوات الفيلق الخامس", "مجموعات مسلحة",
)  # fmt: skip
_PLACE_TEMPLATES = (
    "Government forces besieged {} on Tuesday and closed all the roads leading to it.",
    "Government forces brought military reinforcements to the outskirts of {} on Monday.",
    "حاصرت قوات النظام مدينة {} يوم الثلاثاء وأغلقت جميع الطرق المؤدية إليها.",
    "انتهت المفاوضات بين قوات النظام ووجهاء مدينة {} دون التوصل إلى اتفاق.",
)
_GIVEN = [
    "Mohammed",
    "Ahmad",
    "Khaled",
    "Omar",
    "Louay",
    "Mufid",
    "Hassan",
    "Adnan",
    "Bashar",
    "Tariq",
    "Walid",
    "Anwar",
    "Suhail",
    "Qusay",
    "Uday",
    "Munther",
    "Nawaf",
]
_FAMILY = [
    "al-Ali",
    "Kharita",
    "al-Zoubi",
    "al-Hassan",
    "al-Masalmeh",
    "Luka",
    "Ayoub",
    "al-Hariri",
    "Abazid",
    "al-Odeh",
    "Sharaf",
    "Khatib",
    "Saqr",
]
_ARABIC_GIVEN = [
    "محمد",
    "أحمد",
    "خالد",
    "عمر",
    "لؤي",
    "مفيد",
    "حسن",
    "عدنان",
    "بشار",
    "طارق",
    "وليد",
    "أنور",
    "سهيل",
    "قصي",
    "عدي",
    "منذر",
    "نواف",
    "سلطان",
]
_ARABIC_FAMILY = [
    "العلي",
    "الزعبي",
    "الحسن",
    "المسالمة",
    "لوقا",
    "أيوب",
    "الحريري",
    "أبازيد",
    "شرف",
    "الحلبي",
    "الخطيب",
    "النحاس",
    "صقر",
    "الجباوي",
]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


def _swings(classifier: Classifier, template: str, values: Sequence[str]) -> NDArray[np.float64]:
    """How far each value moves the probabilities from their median."""
    assessed = classifier.assess([report_of(value, "", template.format(value)) for value in values])
    found = np.array([[said.probabilities[label] for label in LABELS] for said in assessed])
    return np.asarray(np.abs(found - np.median(found, axis=0)).max(axis=1))


@pytest.mark.parametrize("template", _FORCE_TEMPLATES)
def test_the_name_of_a_force_matters_little(classifier: Classifier, template: str) -> None:
    assert _swings(classifier, template, _FORCES).max() <= 0.05


@pytest.mark.parametrize("template", _ARABIC_FORCE_TEMPLATES)
def test_the_arabic_name_of_a_force_matters_little(classifier: Classifier, template: str) -> None:
    assert _swings(classifier, template, _ARABIC_FORCES).max() <= 0.05


@pytest.mark.parametrize("template", _PLACE_TEMPLATES)
def test_a_place_that_is_resolved_matters_not_at_all(classifier: Classifier, template: str) -> None:
    gazetteer = Gazetteer.load()
    arabic = "ا" in template
    # A crossing is another kind of thing than a town, and the word for it stays.
    places = [place for place in gazetteer.places if place.area and place.kind != "crossing"]
    named = {place.slug: place.arabic if arabic else place.name for place in places}
    resolved = [
        name
        for slug, name in named.items()
        if any(mention.place.slug == slug for mention in gazetteer.find(template.format(name)))
    ]
    assert len(resolved) > 150
    assert _swings(classifier, template, resolved).max() <= 0.02


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("Government forces sent {} vehicles to Jasim.", ("3", "12", "1,500", "ten", "fifty")),
        ("أرسلت قوات النظام {} آلية إلى جاسم.", ("3", "40", "250", "١٥", "خمسين")),
        (
            "Government forces besieged Jasim on {}.",
            ("Tuesday", "12 December", "September 4", "7 September 2022", "Friday, 3 May"),
        ),
        ("حاصرت قوات النظام مدينة جاسم يوم {}.", ("الثلاثاء", "12 كانون الأول", "7 أيلول 2022", "السبت 3 أيار")),
    ],
)
def test_numbers_and_dates_matter_not_at_all(classifier: Classifier, template: str, values: tuple[str, ...]) -> None:
    assert _swings(classifier, template, values).max() <= 0.02


@pytest.mark.parametrize(
    ("template", "given", "family"),
    [
        ("General {} said that the army had brought reinforcements to Jasim.", _GIVEN, _FAMILY),
        ("قال اللواء {} إن الجيش استقدم تعزيزات إلى جاسم.", _ARABIC_GIVEN, _ARABIC_FAMILY),
    ],
)
def test_the_names_of_people_hardly_matter(
    classifier: Classifier, template: str, given: list[str], family: list[str]
) -> None:
    drawn = random.Random(1)
    names = [f"{drawn.choice(given)} {drawn.choice(family)}" for _ in range(150)]
    assert (_swings(classifier, template, names) < 0.05).mean() >= 0.95
    states = {said.state for said in classifier.assess([report_of(name, "", template.format(name)) for name in names])}
    assert len(states) == 1
