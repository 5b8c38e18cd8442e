"""Written reports that name several places, in both languages: in which of them it happens."""

from tests.judged_cases import Case

TOWNS = (
    Case(
        "a stretch of country, told from a town beside it",
        "Herders of the Lajat cut off",
        "Soldiers have closed all tracks into the Lajat and let no water tankers through, families who have walked to "
        "Mahajja said. Those who stayed have been without flour since Monday.",
        ("siege",),
        town="Lajat",
    ),
    Case(
        "a stretch of country, Arabic",
        "حشود للفرقة الخامسة على تخوم اللجاة",
        "وصلت إلى أطراف منطقة اللجاة قرب بصر الحرير أربعون آلية عسكرية تحمل جنوداً من الفرقة الخامسة.",
        ("reinforcements",),
        town="Lajat",
    ),
    Case(
        "the town, which is no quarter of a city that nobody names",
        "",
        "بصرى الشام: الأمن العام أغلق مداخل البلد كلها منذ الصباح ولا يسمح لأحد بالدخول أو الخروج، والطحين نفد.",
        ("siege",),
        town="Busra al-Sham",
    ),
    Case(
        "a post headed by its place",
        "",
        "#Tafas\nArmoured vehicles came from the Muzayrib road and reinforcements are arriving at the silos.\n"
        "Everybody stay at home.",
        ("reinforcements",),
        town="Tafas",
    ),
    Case(
        "named on the way",
        "Security forces close Dael",
        "All entrances of the town are shut: the Ibta road, the Tafas road and the road to Khirbet Ghazaleh. Residents "
        "who tried to leave were turned back.",
        ("siege",),
        town="Dael",
    ),
    Case(
        "named on the way, Arabic",
        "القوى الأمنية تطوق داعل وتغلق مداخلها",
        "أُغلقت جميع مداخل البلدة: طريق إبطع وطريق طفس وطريق خربة غزالة، وأعيد من حاول الخروج من الأهالي.",
        ("siege",),
        town="Dael",
    ),
    Case(
        "where they came from",
        "Armour arrives at the edge of Nawa",
        "A column of tanks and lorries with soldiers came down from the direction of Sheikh Miskeen, passed "
        "through Inkhil "
        "and took up positions around Nawa on Thursday.",
        ("reinforcements",),
        town="Nawa",
    ),
    Case(
        "from several towns",
        "حظر تجوال في جاسم",
        "يتواصل القتال في الحي الجنوبي من مدينة جاسم، ووصلت إلى المقاتلين المحليين خلال الليل تعزيزات من إنخل ونمر "
        "والحارة مع سيارات ورشاشات ثقيلة.",
        ("reinforcements",),
        town="Jasim",
    ),
    Case(
        "from another province, the town named before",
        "Clans face each other in Nahta",
        "Two clans have faced each other in Nahta since Friday. On Sunday around a hundred armed men arrived from "
        "Rural Damascus in lorries with machine guns, reinforcing those on the ridge.",
        ("reinforcements",),
        town="Nahta",
    ),
    Case(
        "roads into a town",
        "Army seals off border city",
        "Soldiers backed by tanks closed every road into Daraa on Tuesday and besieged it, residents said.",
        ("siege",),
        town="Daraa",
    ),
    Case(
        "a state that stands behind something",
        "Daraa al-Balad: settlement falters",
        "The settlement supervised by Russia in Daraa al-Balad has collapsed; talks mediated by Russia ended without "
        "an agreement.",
        ("failed_talks",),
        town="Daraa al-Balad",
    ),
)
