"""The gazetteer finds every way to write a place of the area, and is not taken in by what only looks like one."""

from time import process_time

import pytest

from monitor.gazetteer import Gazetteer
from tests.gazetteer_cases import NOT_THE_AREA, RESOLVED, ROADS, rows, sentences, spellings


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def slugs(gazetteer: Gazetteer, text: str, context: str = "") -> list[str]:
    return [mention.place.slug for mention in gazetteer.find(text, context)]


@pytest.mark.parametrize(("slug", "name"), spellings())
def test_a_spelling_is_understood(gazetteer: Gazetteer, slug: str, name: str) -> None:
    assert slugs(gazetteer, name) == [slug]


@pytest.mark.parametrize(("slug", "sentence"), rows(RESOLVED))
def test_an_ambiguous_name_is_understood_from_what_stands_around_it(
    gazetteer: Gazetteer, slug: str, sentence: str
) -> None:
    assert slug in slugs(gazetteer, sentence)


@pytest.mark.parametrize("sentence", sentences(NOT_THE_AREA))
def test_what_only_looks_like_a_place_of_the_area_is_none(gazetteer: Gazetteer, sentence: str) -> None:
    assert [sentence[m.start : m.end] for m in gazetteer.find(sentence) if m.place.area] == []


@pytest.mark.parametrize(("slug", "sentence"), rows(ROADS))
def test_a_road_is_one_mention_and_not_its_towns(gazetteer: Gazetteer, slug: str, sentence: str) -> None:
    assert [(m.place.slug, m.place.kind) for m in gazetteer.find(sentence)] == [(slug, "road")]


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len(spellings()) >= 60
    assert len(sentences(NOT_THE_AREA)) >= 60


def test_a_road_is_in_the_area_when_all_of_it_is(gazetteer: Gazetteer) -> None:
    inside, leaving = gazetteer.find("the Nawa-Tasil road")[0].place, gazetteer.find("the Damascus-Daraa road")[0].place
    assert (inside.area, leaving.area) == (True, False)
    assert (round(inside.lat or 0, 2), round(inside.lon or 0, 2)) == (32.86, 36.0)


def test_a_road_is_found_again_by_its_slug(gazetteer: Gazetteer) -> None:
    assert gazetteer.place("nawa--tasil") == gazetteer.find("طريق تسيل – نوى")[0].place
    assert gazetteer.place("nawa--nowhere") is None


def test_places_in_a_list_stay_apart(gazetteer: Gazetteer) -> None:
    assert slugs(gazetteer, "Daraa, Tafas and Suwayda") == ["daraa", "tafas", "suwayda"]
    assert slugs(gazetteer, "طفس وداعل وابطع") == ["tafas", "dael", "ibta"]


def test_the_longest_name_wins(gazetteer: Gazetteer) -> None:
    assert slugs(gazetteer, "Busra al-Harir and Busra al-Sham") == ["busra-al-harir", "busra-al-sham"]
    assert slugs(gazetteer, "western Daraa al-Balad") == ["daraa-al-balad"]


def test_the_rest_of_the_report_tells_what_a_bare_name_means(gazetteer: Gazetteer) -> None:
    assert slugs(gazetteer, "Jasim is quiet", context="Reinforcements reached Daraa province.") == ["jasim"]
    assert slugs(gazetteer, "Jasim is quiet", context="Sheikh Jasim left Doha.") == []
    assert slugs(gazetteer, "Saida: army deploys", context="Lebanese soldiers came from Beirut.") == ["sidon"]
    assert slugs(gazetteer, "Saida: army deploys", context="Fighters left Tafas.") == ["saida"]
    assert slugs(gazetteer, "تسيل بلا خبز", context="ريف درعا") == ["tasil"]


def test_a_name_made_clear_once_is_clear_in_the_whole_report(gazetteer: Gazetteer) -> None:
    assert slugs(gazetteer, "دخل الجيش مدينة الحراك. وقال شاهد إن الحراك محاصرة.") == ["al-hirak", "al-hirak"]


def test_a_guess_between_namesakes_is_no_knowledge_for_the_rest_of_the_report(gazetteer: Gazetteer) -> None:
    headline, text = "بعد أسبوع من التوتر.. الجيزة تطوي الصفحة", "قبل الطرفان في الجيزة حكم المحكمة بحضور محافظ درعا."
    assert [each.place.slug for each in gazetteer.find(headline, "")] == ["giza"]
    assert [each.place.slug for each in gazetteer.find(text, headline)] == ["al-jizah", "daraa"]
    assert [each.place.slug for each in gazetteer.find(headline, text)] == ["al-jizah"]


def test_two_villages_are_no_town_of_another_province(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("أغلق الجنود الطريق الواصل بين القريتين بساتر ترابي") == ()
    assert [each.place.slug for each in gazetteer.find("دخلت القوات بلدة القريتين")] == ["al-qaryatayn"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("الحراك: ثلاثة أيام بلا كهرباء ولا طحين", "al-hirak"),
        ("انفض اجتماع تسيل الثاني بعد نصف ساعة", "tasil"),
        ("دخلت قوة إلى الجيزة فجراً", "al-jizah"),
    ],
)
def test_who_writes_of_the_area_alone_need_not_say_so(gazetteer: Gazetteer, text: str, slug: str) -> None:
    assert slug not in {each.place.slug for each in gazetteer.find(text)}
    assert [each.place.slug for each in gazetteer.find(text, local=True)] == [slug]


@pytest.mark.parametrize(
    "text", ["يطالب الحراك الشعبي بالإصلاح", "قال الشيخ جاسم إن الأمر انتهى", "Sheikh Jassim made a new bid."]
)
def test_for_a_local_outlet_too_a_word_is_a_word_and_a_person_a_person(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.find(text, local=True) == ()


def test_a_person_in_a_report_about_the_area_is_no_town(gazetteer: Gazetteer) -> None:
    assert "jasim" not in slugs(gazetteer, "The activist Jasim told us from Tafas that the roads were shut.")
    assert "jasim" not in slugs(gazetteer, "قال جاسم الزعبي، أحد وجهاء درعا، إن الحصار مستمر")


def test_other_places_are_reported_as_lying_outside(gazetteer: Gazetteer) -> None:
    found = gazetteer.find("Tanks left Homs for Suwayda, السويداء")
    assert [(m.place.slug, m.place.area) for m in found] == [("homs", False), ("suwayda", False), ("suwayda", False)]


def test_a_mention_is_the_verbatim_text_with_its_article_and_without_clitics(gazetteer: Gazetteer) -> None:
    text = "Near al-Sanamayn’s silos, وبالصنمين, #درعا_البلد, and As-Sanamayn."
    found = [text[m.start : m.end] for m in gazetteer.find(text)]
    assert found == ["al-Sanamayn", "الصنمين", "درعا_البلد", "As-Sanamayn"]


def test_a_final_apostrophe_is_the_names_own_unless_it_closes_a_quotation(gazetteer: Gazetteer) -> None:
    texts = ("In Izra', men", "Izra’s men", "They shouted 'Izra' twice")
    assert [text[m.start : m.end] for text in texts for m in gazetteer.find(text)] == ["Izra'", "Izra", "Izra"]


def test_a_province_is_named_by_the_name_in_it(gazetteer: Gazetteer) -> None:
    """So that the mask of "Jasim's countryside" and of "Daraa's countryside" is the same."""
    texts = ("in Daraa’s western countryside", "بريف درعا الغربي", "the Nassib border crossing", "rural Damascus")
    found = [(text[m.start : m.end], m.place.kind) for text in texts for m in gazetteer.find(text)]
    names, kinds = zip(*found, strict=True)
    assert names == ("Daraa", "درعا", "Nassib", "Damascus")
    assert kinds == ("governorate", "governorate", "crossing", "governorate")


def test_an_outlet_does_not_hide_the_place_where_something_happens(gazetteer: Gazetteer) -> None:
    assert slugs(gazetteer, "According to Daraa 24, nobody was hurt.") == []
    assert slugs(gazetteer, "In Daraa 24 people were hurt.") == ["daraa"]
    assert slugs(gazetteer, "قال سكان في بلدة علما أن الطريق مغلق") == ["alma"]


def test_masking_leaves_the_sentence_and_takes_the_place(gazetteer: Gazetteer) -> None:
    english, arabic = "Daraa al-Balad's elders left al-Yadudah.", "وصلت إلى درعا وللصنمين"
    assert gazetteer.mask(english, gazetteer.find(english)) == "PLACE's elders left PLACE."
    assert gazetteer.mask(arabic, gazetteer.find(arabic)) == "وصلت إلى مكان ولمكان"


def test_a_quarter_knows_its_town(gazetteer: Gazetteer) -> None:
    quarter = gazetteer.place("tariq-al-sad")
    town = gazetteer.place("tafas")
    assert quarter
    assert town
    assert gazetteer.parent(quarter) == gazetteer.place("daraa")
    assert gazetteer.parent(town) is None


def test_loading_and_finding_are_fast_enough_for_the_classifier(gazetteer: Gazetteer) -> None:
    """What would be wrong by an order of magnitude; how fast it is stands in the benchmarks, not in a test."""
    report = "وصلت تعزيزات إلى مدينة طفس بريف درعا الغربي صباح اليوم وسط توتر في المنطقة. " * 28  # 400 words
    started = process_time()
    for repeat in range(20):
        gazetteer.find(f"{repeat} {report}")
    assert (process_time() - started) / 20 < 0.04
    started = process_time()
    Gazetteer.load()
    assert process_time() - started < 3
