"""Whom a sentence names as its origin: outlets, organisations, "local sources"; never a person."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.attribution import name_in, said_by, same_source

NAMED = [
    ("Forces closed the roads to Jasim, according to the Syrian Observatory for Human Rights.", "SOHR"),
    ("The Britain-based Observatory said the column had reached Nawa.", "SOHR"),
    ("The Syrian Observatory for Human Rights (SOHR) has documented the entry of 30 vehicles.", "SOHR"),
    ("SOHR activists have reported a new convoy on the highway.", "SOHR"),
    ("Jasim remains encircled, sources tell the Observatory.", "SOHR"),
    ("SANA's correspondent reported that units completed the ring.", "SANA"),
    ("A field source told SANA that the groups had gathered their men.", "SANA"),
    ("Daraa, SANA - Army units fixed new points around the quarter.", "SANA"),
    ("SANA: new post opened on the Nawa road", "SANA"),
    ("The road is shut, Reuters reported on Tuesday.", "Reuters"),
    ("State television said that the talks had ended.", "Syrian state television"),
    ("Citing Ahrar Horan, the site wrote that Inkhil was closed off.", "Ahrar Horan Gathering"),
    ("The dignitaries left the sitting without a result, according to the page of Nabaa.", "Nabaa"),
    ("The Interior Ministry said that it had sent a convoy.", "Interior Ministry"),
    ("No aid has passed since Sunday, OCHA said.", "OCHA"),
    ("According to the Hawran Evening Network, the bakery has closed.", "Hawran Evening Network"),
    ("The Lajat Media Office reported shelling near the silos.", "Lajat Media Office"),
    ("The Ministry of Transport said that the crossing had closed.", "Ministry of Transport"),
    ("قالت وزارة النقل السبت إن المعبر أُغلق.", "وزارة النقل"),
    ("وذكرت قيادة شرطة درعا أن الطريق مفتوح.", "قيادة شرطة درعا"),
    ("Local activists said on Saturday that the road was cut.", "activists"),
    ("The meeting broke up, local sources told the paper.", "local sources"),
    ("Nobody gets out, residents said.", "residents"),
    ("قال المرصد السوري لحقوق الإنسان إن القوات أغلقت مداخل البلدة.", "المرصد السوري"),
    ("ووفقاً للمرصد السوري فإن الطرق كلها مقطوعة.", "المرصد السوري"),
    ("وثّق المرصد السوري وصول رتل من أربعين سيارة.", "المرصد السوري"),
    ("وأكدت مصادر المرصد أن الحصار ما زال قائمًا.", "المرصد السوري"),
    ("المرصد: رتل جديد يصل إلى نوى", "المرصد السوري"),
    ("وبحسب مراسل عنب بلدي في درعا، أُغلقت المداخل الأربعة.", "عنب بلدي"),
    ("قالت مصادر محلية لعنب بلدي إن الاجتماع انتهى بلا نتيجة.", "عنب بلدي"),
    ("ووفق «تجمع أحرار حوران»، بلغ عدد الآليات خمسين.", "تجمع أحرار حوران"),
    ("ذكر تجمّع أحرار حوران أن المفاوضات تعثرت.", "تجمع أحرار حوران"),
    ("درعا – سانا: وحدات جديدة في محيط البلدة", "سانا"),
    ("قال مصدر أمني لسانا إن الحشود وصلت.", "سانا"),
    ("وذكر مراسل سـانا أن الطوق اكتمل.", "سانا"),
    ("نقلًا عن وكالة رويترز، انتهت المحادثات.", "رويترز"),
    ("حسبما ذكرت شبكة شام الإخبارية اليوم، أُغلق الطريق.", "شبكة شام"),
    ("قال المتحدث باسم وزارة الدفاع إن القوات أعادت انتشارها.", "وزارة الدفاع"),
    ("وأفادت شبكة نداء الجنوب أن الأفران أغلقت.", "شبكة نداء الجنوب"),
    ("أفاد ناشطون بأن خمس عربات دخلت المدينة.", "ناشطون"),
    ("الطرق مقطوعة منذ الفجر، بحسب ناشطين.", "ناشطون"),
    ("وقالت مصادر محلية إن المهلة انتهت.", "مصادر محلية"),
    ("وفق ما قاله شهود عيان، لم يُسمح لأحد بالمرور.", "شهود عيان"),
]
UNNAMED = [
    "Army units closed all four roads into Jasim on Tuesday.",
    "Ahmad al-Khalil, a farmer from Tafas, said the army had closed the road.",
    "Khaled Masalmeh said the talks had failed.",
    "A teacher told our correspondent by phone that nobody could leave.",
    "The army told residents to leave before noon.",
    "Fighters stormed the SANA office in Daraa.",
    "The UN Security Council met on Thursday.",
    "She told the UN Security Council that the town was starving.",
    "قال عدنان الزعبي إن الحصار مستمر.",
    "أفاد مراسلنا بأن الآليات عادت إلى مواقعها.",
    "حاصرت القوات مكتب سانا في المدينة.",
    "دافع الأهالي عن الوطن وقال القائد للوطن رجال يحمونه.",
    "دخلت الدروع إلى البلدة صباح اليوم.",
    "",
]


@pytest.mark.parametrize(("sentence", "source"), NAMED)
def test_the_source_that_a_sentence_names_is_found(sentence: str, source: str) -> None:
    assert said_by(sentence) == source


@pytest.mark.parametrize("sentence", UNNAMED)
def test_a_person_the_outlet_itself_or_a_mere_mention_is_no_source(sentence: str) -> None:
    assert said_by(sentence) == ""


def test_a_sentence_that_names_nobody_takes_the_source_of_its_title() -> None:
    assert said_by("All four entrances are closed.", "SOHR: siege of Jasim tightens") == "SOHR"
    assert said_by("المداخل الأربعة مغلقة.", "سانا: انتهاء المهلة في طفس") == "سانا"


def test_a_named_source_wins_over_a_nameless_one_that_stands_earlier() -> None:
    assert said_by("Local sources said the road was cut, according to Enab Baladi.") == "Enab Baladi"


def test_a_source_is_called_by_its_name_in_the_language_of_the_message() -> None:
    assert name_in("المرصد السوري لحقوق الإنسان", "en") == "SOHR"
    assert name_in("SOHR", "ar") == "المرصد السوري"
    assert name_in("Enab Baladi English", "ar") == "عنب بلدي"
    assert name_in("local sources", "ar") == "مصادر محلية"
    assert name_in("Horan Bulletin", "ar") == "Horan Bulletin"


def test_an_outlet_that_quotes_itself_is_one_source() -> None:
    assert same_source("سانا", "SANA")
    assert same_source("Enab Baladi", "Enab Baladi English")
    assert not same_source("SOHR", "SANA")


@given(
    st.text(alphabet=st.sampled_from("قال وكالة شبكة ان لسانا, . told the SANA network said A «»\n:-"), max_size=400)
)
def test_no_text_breaks_it(text: str) -> None:
    assert len(said_by(text, text)) <= 60


@pytest.mark.parametrize("word", ["قال ", "وكالة ", "told the ", "A ", "according to the ", "«", "- "])
def test_a_repeated_word_costs_no_time(word: str) -> None:
    started = time.process_time()
    said_by(word * 100_000, word * 100_000)
    assert time.process_time() - started < 3
