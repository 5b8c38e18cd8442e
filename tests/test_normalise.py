"""Folding: one spelling for many, in both scripts, and always a way back to the words as they were written."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.normalise import fold, fold_text

FOLDED = {
    "Latin capitals": ("SIEGE of Tafas", "siege of tafas"),
    "accents": ("Deraâ, Ṭafas, Dā‘il", "deraa, tafas, da'il"),
    "typographic apostrophes": ("Dar’a Dar‘a Darʿa Dar`a", "dar'a dar'a dar'a dar'a"),
    "quotation marks": ("“siege” «حصار»", '"siege" "حصار"'),
    "dashes and hard spaces": ("Damascus – Daraa", "damascus - daraa"),
    "letters that become two": ("Straße ﬁve", "strasse five"),
    "Turkish capitals": ("KUŞATMA İdlib", "kusatma idlib"),
    "Cyrillic": ("Деръа", "деръа"),
    "wide letters": ("Ｄａｒａａ １２", "daraa 12"),
    "hamza on alif": ("أرتال إلى آخر ٱلمدينة", "ارتال الي اخر المدينه"),
    "hamza on waw and ya": ("مسؤول رئيس", "مسوول رييس"),
    "ya and alif maqsura": ("نوى إلى مبنى", "نوي الي مبني"),
    "ta marbuta": ("مدينة خربة غزالة", "مدينه خربه غزاله"),
    "Persian letters": ("کتيبة عسکری", "كتيبه عسكري"),
    "vowel signs": ("مَنَعَ الجُنودُ الأَهالِيَ", "منع الجنود الاهالي"),
    "tanwin": ("درعاً", "درعا"),
    "tatweel": ("حصـــار طفـس", "حصار طفس"),
    "Arabic digits": ("٢٠٢١ و ۱۲", "2021 و 12"),
    "Arabic punctuation": ("درعا، طفس؛ أين؟", "درعا, طفس; اين?"),
    "a hashtag": ("#درعا_البلد تحت الحصار", " درعا البلد تحت الحصار"),
    "a hashtag in one word": ("#DaraaAlBalad", " daraa al balad"),
    "direction marks": ("\u200fدرعا\u200f \u202bطفس\u202c", "درعا طفس"),
    "joiners": ("می\u200cرود", "ميرود"),
    "presentation forms": ("ﺩﺭﻋﺎ", "درعا"),
    "tatweel, dot, tatweel": ("حصـ.ـار", "حصار"),
    "tatweel and dot": ("حصـ.ار وانهـ.ـيار المـ.ـفاوضات", "حصار وانهيار المفاوضات"),
    "dot and tatweel": ("حص.ـار", "حصار"),
    "tatweel, space, tatweel": ("أشبـ ـاح", "اشباح"),
    "tatweel, vowel sign, dot": ("حصَـ.ـار", "حصار"),
    "other signs between": ("قصـ*ـف وقصـ|ـف", "قصف وقصف"),
    "letters apart": ("ق.ص.ف على المدينة", "قصف علي المدينه"),
}

KEPT = {
    "a title before a name": ("د.محمد", "د.محمد"),
    "a full stop without a space": ("انتهى الاجتماع.وغادر الوفد", "انتهي الاجتماع.وغادر الوفد"),
    "a tatweel as dash": ("دمشق ـ درعا", "دمشق - درعا"),
    "the year of the hijra": ("1445 هـ في درعا", "1445 ه في درعا"),
    "a clitic held off by tatweel": ("بـ درعا", "ب درعا"),
    "decimals and initials": ("3.5 km, U.N. envoy", "3.5 km, u.n. envoy"),
    "line ends": ("one\ntwo\r\nthree", "one\ntwo\r\nthree"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("written", "folded"), FOLDED.values(), ids=FOLDED)
def test_ways_of_writing_fold_to_one(written: str, folded: str) -> None:
    assert fold_text(written) == folded


@pytest.mark.parametrize(("written", "folded"), KEPT.values(), ids=KEPT)
def test_what_only_looks_like_a_trick_is_kept(written: str, folded: str) -> None:
    assert fold_text(written) == folded


@pytest.mark.parametrize(
    ("written", "word", "verbatim"),
    [
        ("في #درعا_البلد اليوم", "درعا البلد", "درعا_البلد"),
        ("تحت الحصـ.ـار اليوم", "الحصار", "الحصـ.ـار"),
        ("من دَرْعَا.", "درعا", "دَرْعَا"),
        ("near Deraâ!", "deraa", "Deraâ"),
        ("the Straße here", "strasse", "Straße"),
        ("in #DaraaAlBalad now", "daraa al balad", "DaraaAlBalad"),
        ("قصف د.ر.ع.ا", "درعا", "د.ر.ع.ا"),
    ],
)
def test_a_folded_word_leads_back_to_the_verbatim_one(written: str, word: str, verbatim: str) -> None:
    folded = fold(written)
    start = folded.text.index(word)
    assert written[slice(*folded.span(start, start + len(word)))] == verbatim


def test_an_original_position_leads_to_the_folded_letter() -> None:
    written = "حصـ.ـار درعا"
    folded = fold(written)
    assert folded.text[folded.position(written.index("د")) :] == "درعا"


def test_an_empty_span_is_empty_in_the_original_too() -> None:
    assert fold("درعـا").span(2, 2) == (2, 2)
    assert fold("درعـا").span(4, 4) == (5, 5)
    assert fold("").span(0, 0) == (0, 0)


ARABIC = st.text(alphabet="درعاطفسأإآةىيـ ـًَُِّْ.،#_\u200f\nﺩ")


@given(st.text() | ARABIC)
@settings(max_examples=400)
def test_every_folded_letter_has_its_place_in_the_original(written: str) -> None:
    folded = fold(written)
    assert len(folded.offsets) == len(folded.ends) == len(folded.text)
    offsets, ends = list(folded.offsets), list(folded.ends)
    assert offsets == sorted(offsets)
    assert ends == sorted(ends)
    assert all(0 <= start <= end <= len(written) for start, end in zip(offsets, ends, strict=True))


@given(st.text() | ARABIC)
@settings(max_examples=400)
def test_the_text_alone_is_the_same_text(written: str) -> None:
    assert fold_text(written) == fold(written).text


@given(st.text() | ARABIC)
@settings(max_examples=400)
def test_no_vowel_sign_tatweel_or_direction_mark_is_left(written: str) -> None:
    assert not set(fold_text(written)) & set("ـًٌٍَُِّْٰ\u200e\u200f\u202a\u202c\ufeffأإآىةکی#_")


@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="#_`")))
def test_plain_english_keeps_every_position(written: str) -> None:
    folded = fold(written)
    assert folded.text == written.lower()
    assert list(folded.offsets) == list(range(len(written)))


@given(st.text(alphabet="درعاطفسحصنوبكيم ", min_size=1), st.data())
def test_vowel_signs_and_tatweel_anywhere_in_words_change_nothing(word: str, data: st.DataObject) -> None:
    decorations = st.sampled_from(["", "َ", "ُّ", "ْ"])
    written = "".join(letter + (data.draw(decorations) if letter != " " else "") for letter in word)
    assert fold_text(written) == fold_text(word)


def test_folding_is_fast_enough_for_three_hundred_reports_a_second() -> None:
    """What would be wrong by an order of magnitude; how fast it is stands in the benchmarks, not in a test."""
    report = "وصلت تعزيزات إلى مدينة طفس بريف درعا الغربي صباح اليوم وسط توتر في المنطقة، بحسب شهود. " * 26
    started = process_time()
    for _ in range(20):
        fold(report)
    assert (process_time() - started) / 20 < 0.005
