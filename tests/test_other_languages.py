"""Reports in languages that the model does not read: said to be not covered when they name the area, never dropped."""

import pytest

from monitor.classifier import Classifier
from monitor.training.reports import report_of

_SENTENCES = {
    "fr": (
        "Les forces gouvernementales encerclent la ville de Jassem, dans la province de Deraa, depuis mardi matin.",
        "Des renforts militaires sont arrivés aux abords de Tafas, à l'ouest de Deraa, selon des habitants.",
        "Les négociations entre l'armée et les notables de Deraa ont échoué dans la nuit de lundi.",
        "À Deraa, une école a rouvert ses portes après des travaux qui ont duré deux ans.",
        "Un agriculteur de Nawa, près de Deraa, raconte que la récolte de blé est la plus faible depuis dix ans.",
    ),
    "de": (
        "Regierungstruppen haben die Stadt Dschasim in der Provinz Daraa eingekreist und lassen niemanden hinaus.",
        "In Daraa sind nach Angaben von Bewohnern weitere Panzer und Soldaten eingetroffen.",
        "Die Verhandlungen zwischen der Armee und den Ältesten von Daraa sind am Montag gescheitert.",
        "In Daraa ist nach zwei Jahren eine Schule wieder eröffnet worden, wie die Behörden mitteilten.",
        "Die Bauern in der Provinz Daraa klagen über die schlechteste Ernte seit zehn Jahren.",
    ),
    "es": (
        "Las fuerzas del gobierno rodean desde el martes la ciudad de Jasim, en la provincia de Daraa.",
        "Según los vecinos, han llegado a Daraa más tanques y soldados desde la capital.",
        "Las negociaciones entre el ejército y los notables de Daraa fracasaron en la noche del lunes.",
        "En Daraa ha vuelto a abrir una escuela tras dos años de obras, según las autoridades.",
        "Los agricultores de la provincia de Daraa dicen que es la peor cosecha en diez años.",
    ),
    "it": (
        "Le forze governative hanno circondato la città di Jasim, nella provincia di Daraa, da martedì.",
        "Secondo gli abitanti sono arrivati a Daraa altri carri armati e soldati dalla capitale.",
        "I negoziati tra l'esercito e i notabili di Daraa sono falliti nella notte di lunedì.",
        "A Daraa ha riaperto una scuola dopo due anni di lavori, hanno detto le autorità.",
        "Gli agricoltori della provincia di Daraa parlano del raccolto peggiore degli ultimi dieci anni.",
    ),
    "tr": (
        "Rejim güçleri Dera'nın kuzeyindeki Casim kasabasını salı gününden bu yana kuşatma altında tutuyor.",
        "Dera'ya başkentten daha fazla tank ve asker geldiği bölge sakinleri tarafından bildirildi.",
        "Ordu ile Dera ileri gelenleri arasındaki müzakereler pazartesi gecesi başarısız oldu.",
        "Dera'da iki yıl süren onarımdan sonra bir okul yeniden açıldı.",
        "Dera ilindeki çiftçiler son on yılın en kötü hasadı olduğunu söylüyor.",
    ),
    "ru": (
        "Правительственные войска со вторника окружают город Джасим в провинции Деръа.",
        "По словам жителей, в Деръа из столицы прибыли новые танки и солдаты.",
        "Переговоры между армией и старейшинами города Деръа провалились в ночь на понедельник.",
        "В Деръа после двух лет ремонта снова открылась школа, сообщили власти.",
        "Фермеры провинции Деръа говорят, что это худший урожай за десять лет.",
    ),
    "fa": (
        "نیروهای دولتی از روز سه‌شنبه شهر جاسم در استان درعا را محاصره کرده‌اند.",
        "به گفته اهالی، تانک‌ها و سربازان بیشتری از پایتخت به درعا رسیده‌اند.",
        "مذاکرات میان ارتش و بزرگان درعا شب دوشنبه شکست خورد و نتیجه‌ای نداشت.",
        "در درعا پس از دو سال بازسازی، یک مدرسه دوباره باز شد.",
        "کشاورزان استان درعا می‌گویند که این بدترین برداشت گندم در ده سال گذشته است.",
    ),
}


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.mark.parametrize("language", sorted(_SENTENCES))
def test_a_report_in_another_language_that_names_the_area_is_not_covered(classifier: Classifier, language: str) -> None:
    for said in classifier.assess([report_of(text, "", text) for text in _SENTENCES[language]]):
        assert (said.state, said.language, said.types) == ("not_covered", language, ()), said.report_key


def test_a_report_in_another_language_about_somewhere_else_is_clear(classifier: Classifier) -> None:
    said = classifier.assess(
        [report_of("k", "", "Les élus de la ville de Lyon ont voté le budget dans la soirée de mardi.")]
    )[0]
    assert said.state == "clear"
