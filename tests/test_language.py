"""Languages: told by letters and common words; a feed's claim decides only what the text leaves open."""

import pytest

from monitor.text.language import detect


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Government forces closed the roads to the town and nobody was let in or out on Tuesday."),
        ("en", "No bread, no medicine: Daraa behind closed doors"),
        ("ar", "أغلقت قوات النظام مداخل المدينة ومنعت الأهالي من الخروج منها منذ صباح اليوم."),
        ("ar", "وبحسب نشطاء المرصد، فقد انفض اللقاء إثر تلاسن بین ضابط وأحد القیادیین"),
        ("ar", "الطلعة من البلدة ممنوعة، والخبز جايي من برّا، و3 باصات عسكر نزلوا بالمدرسة"),
        ("fr", "Les forces du régime ont encerclé la ville et ferment les routes depuis mardi, selon des habitants."),
        ("de", "Die Truppen haben die Stadt umstellt und lassen seit Dienstag niemanden hinein oder hinaus."),
        ("es", "Las tropas rodean la ciudad desde el martes y no dejan entrar ni salir a los vecinos."),
        ("it", "Le truppe hanno circondato la città e da martedì non lasciano entrare né uscire nessuno."),
        ("tr", "Rejim güçleri salı gününden bu yana kenti kuşattı ve giriş çıkışlara izin vermiyor."),
        ("ru", "Войска окружили город и со вторника никого не пропускают, сообщили местные жители."),
        ("fa", "نیروهای دولتی از روز سه‌شنبه شهر را محاصره کرده‌اند و به کسی اجازه ورود نمی‌دهند."),
        ("und", "12:30 🚫 ###"),
    ],
)
def test_a_language_is_recognised(language: str, text: str) -> None:
    assert detect(text) == language


def test_a_declared_language_decides_what_the_text_leaves_open() -> None:
    assert detect("Daraa 2021", "fr") == "fr"
    assert detect("أغلقت قوات النظام مداخل المدينة ومنعت الأهالي من الخروج", "en") == "ar"
