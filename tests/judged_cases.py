"""Written reports, each a class of error that was once made, in both languages: what must ring, and what must not."""

from typing import NamedTuple


class Case(NamedTuple):
    """A report and what it must be read as. `types`: those it must be given; none: it must not be flagged."""

    name: str
    title: str
    text: str
    types: tuple[str, ...] = ()
    easing: tuple[str, ...] = ()
    town: str = ""


PLAIN = (
    Case("one English sentence of a siege", "", "Army encircled Jasim in Daraa today.", ("siege",), town="Jasim"),
    Case(
        "one Arabic sentence of a siege", "", "الجيش يطوّق مدينة جاسم في درعا ويغلق مداخلها.", ("siege",), town="Jasim"
    ),
    Case(
        "one English sentence of reinforcements",
        "",
        "Large military reinforcements arrived in Nawa today.",
        ("reinforcements",),
        town="Nawa",
    ),
    Case(
        "one Arabic sentence of reinforcements",
        "",
        "وصول تعزيزات عسكرية كبيرة إلى مدينة نوى اليوم.",
        ("reinforcements",),
        town="Nawa",
    ),
    Case(
        "one English sentence of failed talks",
        "",
        "Talks over Tafas collapsed on Sunday without an agreement.",
        ("failed_talks",),
        town="Tafas",
    ),
    Case(
        "one Arabic sentence of failed talks",
        "",
        "انهيار المفاوضات في طفس من دون التوصل إلى اتفاق.",
        ("failed_talks",),
        town="Tafas",
    ),
    Case("a headline alone", "Troops besiege Inkhil, close every road into the town", "", ("siege",), town="Inkhil"),
    Case(
        "an Arabic headline alone",
        "عاجل | رتل عسكري ضخم يصل إلى محيط الصنمين",
        "",
        ("reinforcements",),
        town="al-Sanamayn",
    ),
)

ELSEWHERE = (
    Case(
        "aid on its way through",
        "Aid lorries reach Suwayda through Busra al-Sham",
        "SUWAYDA - Thirty lorries with flour and medicine drove into the besieged city of Suwayda on Monday by way of "
        "Busra al-Sham in Daraa.\nThe road to Damascus remains closed and the city has been without fuel for a week. "
        "Government forces brought more vehicles to its western edge.",
    ),
    Case(
        "aid on its way through, Arabic",
        "قافلة طحين تدخل السويداء عبر ريف درعا",
        "دخلت قافلة مساعدات تضم عشرين شاحنة إلى مدينة السويداء عبر معبر بصرى الشام قادمة من دمشق.\n"
        "ولا تزال المدينة محاصرة منذ ثلاثة أسابيع، وطريقها الرئيسي مغلق أمام المواد الغذائية.\n"
        "ووصلت تعزيزات جديدة إلى محيطها مساء أمس.",
    ),
    Case(
        "a raid next door that holds up a bus to Daraa",
        "Roadblocks in the south of Quneitra",
        "QUNEITRA - A column of nine vehicles entered two villages of southern Quneitra at dawn and put up a "
        "roadblock.\n"
        "Soldiers held the passengers of a bus to Daraa for an hour. A second force was posted on the hill above.",
    ),
    Case(
        "a vigil in Daraa for a siege elsewhere",
        "الغوطة الشرقية تحت الحصار للشهر الخامس",
        "تواصل القوات حصارها للغوطة الشرقية وتمنع دخول الغذاء والدواء إليها.\n"
        "ونظم أهالي نوى وقفة تضامنية طالبوا فيها بفك الحصار عن الغوطة.",
    ),
    Case(
        "the other Saida",
        "Army seals roads around camp in Saida",
        "SAIDA, Lebanon - Lebanese soldiers closed the entrances of the Ain al-Hilweh camp in Saida on "
        "Friday and brought "
        "in armoured vehicles after talks between Palestinian factions broke down.",
    ),
    Case(
        "men of Daraa who go to fight elsewhere",
        "مئات المقاتلين ينطلقون من درعا نحو السويداء",
        "انطلقت مئات السيارات من بلدات درعا الشرقية باتجاه ريف السويداء الغربي تحمل مقاتلين من أبناء العشائر.",
    ),
)

NOT_NOW = (
    Case(
        "an exhibition",
        "Photographs of a siege: exhibition opens in Daraa",
        "An exhibition of sixty photographs opened in the cultural centre of Daraa on Saturday. They show the siege of "
        "Daraa al-Balad in the summer of 2021: queues for bread, closed roads, soldiers at the barriers.\n"
        "The photographers want children to know what happened.",
    ),
    Case(
        "an exhibition, Arabic",
        "معرض صور عن حصار درعا البلد في المركز الثقافي",
        "افتتح في المركز الثقافي بدرعا معرض يضم ستين صورة من أيام الحصار الذي عاشته درعا البلد صيف 2021.\n"
        "وتظهر الصور طوابير الخبز والطرق المقطوعة والحواجز. ويريد المصورون أن يعرف الأطفال ما جرى.",
    ),
    Case(
        "an anniversary told in the present",
        "Ten years on: the day the tanks came to Daraa",
        "It is dawn, and the tanks close the roads around the city from four sides. For eleven days nobody "
        "goes in or out.\n"
        "So an old teacher begins his story every April. He was forty then. The memorial was held in the square on "
        "Friday, with songs and readings.",
    ),
    Case(
        "a book",
        "ممرضات درعا البلد يروين في كتاب ما علمتهن إياه أيام الحصار",
        "صدر عن دار محلية كتاب تروي فيه سبع ممرضات ما عشنه خلال حصار درعا البلد عام 2021.\n"
        "ويحكي الكتاب عن طرق أغلقت ومفاوضات فشلت ثم استؤنفت، وعن بطارية سيارة أبقت مصباح العيادة مضاء.",
    ),
)

FIGURATIVE = (
    Case(
        "football",
        "Inkhil held to a draw as Nawa lay siege to their goal",
        "Nawa besieged the home side's penalty area for the whole second half but could not score, and the "
        "match in the "
        "Hauran league ended without goals.\nThe coach said his defence needed reinforcements before the return match, "
        "and that talks with a striker from Tafas had broken down over his wages.",
    ),
    Case(
        "football, Arabic",
        "الشعلة يحاصر ضيفه ويكتفي بالتعادل",
        "حاصر فريق الشعلة ضيفه في منطقة الجزاء طوال الشوط الثاني على ملعب درعا لكنه لم يسجل.\n"
        "وقال المدرب إن الفريق يحتاج إلى تعزيزات في خط الدفاع، وإن المفاوضات مع مهاجم من نوى وصلت إلى طريق مسدود.",
    ),
    Case(
        "road works",
        "Daraa-Nawa road closed for resurfacing",
        "The roads directorate of Daraa closed the road between Nawa and Tasil on Sunday for five days of asphalting.\n"
        "Traffic is sent round by Saham. Concrete blocks were placed at both ends to keep cars off the fresh surface.",
    ),
    Case(
        "road works, Arabic",
        "إغلاق طريق نوى - تسيل لأعمال التعبيد",
        "أغلقت مديرية الخدمات الفنية في درعا طريق نوى تسيل خمسة أيام لاستكمال أعمال التزفيت.\n"
        "ووضعت كتل إسمنتية عند طرفي المقطع لمنع مرور السيارات، وحولت السير إلى طريق سحم.",
    ),
    Case(
        "staff",
        "تعزيز كادر معبر نصيب بأربعين موظفاً",
        "قال مدير معبر نصيب إن المركز عزز كوادره بأربعين موظفاً جديداً، وإن مئات الشاحنات التجارية تعبره يومياً.",
    ),
    Case(
        "snow",
        "Snow cuts off villages in the Lajat",
        "Snow closed the roads to a dozen villages of the Lajat in Daraa overnight and left families cut off. The "
        "municipality sent two bulldozers and extra lorries with salt.",
    ),
)

RESEMBLING = (
    Case(
        "support by fire",
        "Two days of clashes in Tafas",
        "Clashes between rebels and soldiers went on in Tafas for a second day. The soldiers called in support from "
        "artillery, which shelled the western quarter. Eleven people were killed.",
    ),
    Case(
        "support by fire, Arabic",
        "اشتباكات لليوم الثاني في طفس",
        "استمرت الاشتباكات في مدينة طفس لليوم الثاني، واستعان الجنود بإسناد ناري من المدفعية التي قصفت الحي الغربي، "
        "ما أدى إلى مقتل أحد عشر شخصاً.",
    ),
    Case(
        "a convoy of wheat",
        "Wheat convoy leaves Daraa for the silos",
        "A convoy of forty lorries loaded with wheat arrived at the silos of Izra on Monday. Police escorted it. The "
        "harvest of the province is larger than last year's.",
    ),
    Case(
        "a convoy of vaccines",
        "وصول قافلة لقاحات إلى مشافي درعا",
        "وصلت إلى مدينة درعا قافلة من ست شاحنات تحمل لقاحات الأطفال مقدمة من منظمة دولية، وتوزع على مراكز الريف.",
    ),
)

EASING = (
    Case(
        "a siege that ends with a deal",
        "Roads into Tafas reopen after deal",
        "The army lifted its siege of Tafas on Tuesday after notables and officers reached an agreement. "
        "Soldiers removed "
        "the earth barriers and withdrew from the entrances, and shops opened again.",
        easing=("agreement", "withdrawal"),
        town="Tafas",
    ),
    Case(
        "a siege that ends with a deal, Arabic",
        "فك الحصار عن طفس بعد اتفاق",
        "توصل وجهاء مدينة طفس وضباط من الجيش إلى اتفاق يقضي بفتح الطرق، وانسحبت القوات من مداخل المدينة وأزيلت "
        "السواتر الترابية وعادت الأسواق إلى العمل.",
        easing=("agreement", "withdrawal"),
        town="Tafas",
    ),
    Case(
        "a ceasefire",
        "Truce agreed in Busra al-Harir",
        "Clan elders and the security forces agreed on a ceasefire in Busra al-Harir late on Sunday. Prisoners will be "
        "exchanged and weapons handed over within three days.",
        easing=("agreement",),
    ),
    Case(
        "a post given up",
        "القوات تخلي نقطتها في محيط جاسم",
        "أخلت القوات صباح اليوم النقطة العسكرية التي أقامتها الأسبوع الماضي قرب مدينة جاسم، وسحبت آلياتها نحو ثكناتها.",
        easing=("withdrawal",),
    ),
)

# A deal whose withdrawal is agreed, demanded or to come: told as a deal, never as an all-clear.
AGREED_ONLY = (
    Case(
        "roads to be opened tomorrow",
        "Deal reached on Tafas",
        "Notables of Tafas and officers reached an agreement on Sunday night. Roads are to be opened and the armour "
        "pulled back from the morning.",
        easing=("agreement",),
    ),
    Case(
        "roads to be opened tomorrow, Arabic",
        "اتفاق بين وجهاء طفس والجيش",
        "توصل وجهاء مدينة طفس وضباط من الجيش مساء الأحد إلى اتفاق. وينص الاتفاق على تسليم المطلوبين مقابل فتح الطرق "
        "وسحب القوات من محيط المدينة اعتباراً من صباح الغد.",
        easing=("agreement",),
    ),
)
