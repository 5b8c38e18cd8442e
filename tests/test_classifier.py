"""The classifier on written reports: places, now or not, other languages; and what the model may not learn."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.classifier import Classifier
from monitor.records import Assessment, Report
from tests import judged_cases
from tests.judged_cases import Case
from tests.judged_towns import TOWNS

_MODELS = Path(__file__).parent.parent / "models"
_DAY = datetime(2025, 3, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


def _report(title: str, text: str, published: datetime | None = _DAY) -> Report:
    return Report("k", "f", "e", "", title, text, "page", "", "und", published, _DAY)


def _said(classifier: Classifier, title: str, text: str, published: datetime | None = _DAY) -> Assessment:
    return classifier.assess([_report(title, text, published)])[0]


@pytest.mark.parametrize(
    ("number", "types", "easing", "town"),
    [
        ("000", ("reinforcements", "failed_talks"), (), "Jasim"),
        ("001", ("siege", "reinforcements"), ("agreement",), "Jasim"),
        ("002", (), ("agreement", "withdrawal"), "Jasim"),
        ("003", ("reinforcements", "failed_talks"), (), "Jasim"),
        ("004", ("siege", "reinforcements"), ("agreement",), "Jasim"),
    ],
)
def test_the_seed_articles_which_are_training_data_read_as_their_owner_says(
    classifier: Classifier, number: str, types: tuple[str, ...], easing: tuple[str, ...], town: str
) -> None:
    text = (_MODELS / "training" / "seed_articles" / f"{number}.txt").read_text(encoding="utf-8")
    said = _said(classifier, "", text, None)
    assert said.types == types
    assert set(easing) <= set(said.easing)
    assert said.places[0].name == town


def test_a_local_outlet_is_understood_without_the_name_of_the_province(classifier: Classifier) -> None:
    text = "قال ناشط من الحراك إن الدبابات ترابط على مداخل البلدة الأربعة منذ الجمعة ولا تترك أحداً يخرج."
    told = replace(_report("الحراك: ثلاثة أيام بلا كهرباء ولا طحين", text), feed="local")
    reader = Classifier(classifier.model, classifier.gazetteer, frozenset({"local"}))
    local, foreign = reader.assess([told, replace(told, feed="f")])
    assert (local.types, [place.name for place in local.places]) == (("siege",), ["al-Hirak"])
    assert foreign.state == "clear"


def test_a_round_up_does_not_lend_daraa_to_its_neighbours(classifier: Classifier) -> None:
    said = _said(
        classifier,
        "Southern Syria today: Daraa and its neighbours",
        "In Daraa, the wheat harvest began on Tuesday.\n"
        "In Suwayda, government forces besieged the city and closed all roads leading to it.",
    )
    assert said.state == "clear"
    assert any(sighting.type == "siege" and sighting.state == "elsewhere" for sighting in said.sightings)


def test_a_town_of_the_area_keeps_its_siege_under_a_headline_from_elsewhere_although_its_roads_lead_on(
    classifier: Classifier,
) -> None:
    said = _said(
        classifier,
        "Shells kill twenty in Aleppo",
        "Shells fell on two markets in Aleppo on Friday, the civil defence said.\n"
        "In Inkhil, people said by telephone that soldiers had besieged the town, closed the road to Nawa with earth "
        "and put tanks on the one to al-Sanamayn.",
    )
    assert [place.name for place in said.places] == ["Inkhil"]


def test_a_late_clause_without_a_place_of_its_own_takes_the_nearest_earlier_one(classifier: Classifier) -> None:
    said = _said(
        classifier,
        "",
        "Two young men were killed by unknown gunmen in Tafas on Monday. Their families buried them in the evening. "
        "Military reinforcements with tanks have since arrived at the entrances of the town.",
    )
    assert "reinforcements" in said.types
    assert [place.name for place in said.places] == ["Tafas"]
    assert said.sightings[0].found == "earlier"


def test_the_finest_place_comes_first(classifier: Classifier) -> None:
    said = _said(
        classifier,
        "Daraa: siege of Daraa al-Balad tightens",
        "Government forces tightened the siege of Daraa al-Balad.",
    )
    assert said.places[0].name == "Daraa al-Balad"


def test_a_dated_siege_of_years_ago_is_past_against_the_day_of_publication(classifier: Classifier) -> None:
    text = "Government forces besieged Daraa al-Balad in June 2021 and closed all the roads leading to it."
    assert _said(classifier, "", text, datetime(2025, 3, 4, tzinfo=UTC)).state == "clear"
    assert _said(classifier, "", text, datetime(2021, 6, 30, tzinfo=UTC)).state == "flagged"


@pytest.mark.parametrize(
    ("told", "long_ago"),
    [
        ("Twelve months ago the army closed the roads around Daraa al-Balad and let nobody out.", True),
        ("Last summer government forces besieged Tafas and cut the road to the city.", True),
        ("قبل عامين حاصرت قوات النظام مدينة طفس وأغلقت الطرق المؤدية إليها.", True),
        ("The army, which pulled out of Tafas two years ago, closed all the roads to the town on Sunday.", False),
        ("حاصرت قوات النظام مدينة طفس أمس، وهي المدينة التي اقتحمتها قبل عامين.", False),
    ],
)
def test_what_was_long_ago_is_past_unless_it_reaches_into_these_days(
    classifier: Classifier, told: str, long_ago: bool
) -> None:
    (sighting, *_) = _said(classifier, "", told).sightings
    assert (sighting.state == "past") == long_ago


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Movement restrictions, Dar'a camp", "Soldiers let nobody enter or leave; bread and medicine have run out."),
        ("حصار مخيم درعا يدخل يومه السادس", "تمنع قوى الأمن السكان من الدخول والخروج، ونفد الخبز والدواء."),
    ],
)
def test_a_camp_that_is_named_in_full_needs_no_other_place(classifier: Classifier, title: str, text: str) -> None:
    said = _said(classifier, title, text)
    assert said.types == ("siege",)
    assert said.places[0].slug == "daraa-camp"


def test_a_capital_that_stands_for_its_government_is_not_where_talks_are(classifier: Classifier) -> None:
    said = _said(
        classifier,
        "Rebels in south Syria say talks with Russia are over",
        "Negotiations between rebels and officers ended without result because Moscow insisted on heavy arms.",
    )
    assert said.types == ("failed_talks",)
    assert said.places[0].slug == "daraa-governorate"


def test_an_empty_report_is_clear(classifier: Classifier) -> None:
    assert _said(classifier, "", "").state == "clear"


@pytest.mark.parametrize("case", [*judged_cases.PLAIN, *TOWNS], ids=lambda case: case.name)
def test_what_is_plain_is_flagged_and_placed(classifier: Classifier, case: Case) -> None:
    said = _said(classifier, case.title, case.text)
    assert said.state == "flagged"
    assert set(case.types) <= set(said.types)
    assert said.places[0].name == case.town


@pytest.mark.parametrize(
    "case",
    [
        *judged_cases.ELSEWHERE,
        *judged_cases.NOT_NOW,
        *judged_cases.RESEMBLING,
        *judged_cases.FIGURATIVE,
    ],
    ids=lambda case: case.name,
)
def test_what_resembles_an_event_is_not_flagged(classifier: Classifier, case: Case) -> None:
    assert _said(classifier, case.title, case.text).state != "flagged"


@pytest.mark.parametrize("case", judged_cases.EASING, ids=lambda case: case.name)
def test_easing_is_told_and_rings_nobody(classifier: Classifier, case: Case) -> None:
    said = _said(classifier, case.title, case.text)
    assert said.state != "flagged"
    assert set(case.easing) <= set(said.easing)


@pytest.mark.parametrize("case", judged_cases.AGREED_ONLY, ids=lambda case: case.name)
def test_a_withdrawal_to_come_is_no_all_clear(classifier: Classifier, case: Case) -> None:
    said = _said(classifier, case.title, case.text)
    assert said.easing == case.easing
    assert "planned" in {sighting.state for sighting in said.sightings if sighting.type == "withdrawal"}


def test_evidence_is_verbatim(classifier: Classifier) -> None:
    text = "حاصرت قوات النظام مدينة جاسم، وأغلقت جميع مداخلها.\nوفشلت المفاوضات بين الوجهاء واللجنة الأمنية."
    said = _said(classifier, "", text)
    assert set(said.types) == {"siege", "failed_talks"}
    assert all(text[sighting.start : sighting.end] == sighting.sentence for sighting in said.sightings)


def test_the_same_report_gets_the_same_answer_alone_and_in_company(classifier: Classifier) -> None:
    first = _report("", "Government forces besieged Jasim and closed its roads.")
    other = _report("", "A school was opened in Nawa on Sunday after repairs.")
    alone = classifier.assess([first])[0]
    assert classifier.assess([other, first, other])[1] == alone


def test_a_headline_full_of_places_takes_no_longer_than_another(classifier: Classifier) -> None:
    """It once took time that doubled with every letter of a place: this one would never have ended."""
    places = "جاسم، نوى، طفس، داعل، إنخل، الحراك، الصنمين، درعا البلد، بصرى الشام، المسيفرة، اليادودة، المزيريب"
    assert _said(classifier, "", f"{places}: هدوء اليوم").state == "clear"
    assert _said(classifier, f"{places} - Jasim, Nawa, Tafas, Dael, Inkhil, al-Hirak: calm", "Quiet.").state == "clear"
