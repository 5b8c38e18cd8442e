"""What reports call the places of the area, and what only looks like it: the tables of the gazetteer's tests.

Every sentence was made up for these tests.
"""

# slug: spellings that need nothing else to be understood
SPELLINGS = """
daraa: Daraa; Deraa; Dar'a; Dar’a; Dara'a; Dar‘ā; Deraâ; DARAA; #Daraa; درعا; دَرْعَا; درعـــا; بدرعا
daraa: ودرعا; وبدرعا; لدرعا; «درعا»; درعا،; د.ر.ع.ا; درعـ.ـا; ﺩﺭﻋﺎ; Дераа; Деръа
daraa-al-balad: Daraa al-Balad; Deraa al-Balaad; Daraa Al Balad; Dara’a al-Balad; #DaraaAlBalad
daraa-al-balad: #Daraa_al_Balad; Daraa el-Balad; درعا البلد; #درعا_البلد; وفي درعا البلد; درعا البلدة
daraa-al-balad: درعـ.ـا البـ.ـلد
daraa-al-mahatta: Daraa al-Mahatta; Deraa al-Mahatah; درعا المحطة; درعا المحطه
tariq-al-sad: Tariq al-Sad; Tareeq as-Sadd; Tariq al-Sadd; طريق السد; حي طريق السد; #طريق_السد
daraa-camp: Daraa camp; Deraa refugee camp; مخيم درعا; بمخيم درعا; مخيم اللاجئين في درعا
daraa-governorate: Daraa province; Deraa governorate; western Daraa; Daraa's western countryside
daraa-governorate: the eastern countryside of Daraa; ريف درعا; بريف درعا الغربي; محافظة درعا
daraa-governorate: لمحافظة درعا; الريف الدرعاوي; провинция Деръа
tafas: Tafas; Tafass; Tafas's; at Tafas; طفس; وطفس; لطفس; طــفس; طَفَس
inkhil: Inkhil; Enkhel; Inkhil's
al-sanamayn: Sanamayn; al-Sanamayn; As-Sanamayn; es-Sanamein; Al Sanamayn; Sinamayn; Alsanamayn
al-sanamayn: الصنمين; للصنمين; بالصنمين; وبالصنمين; صنمين; الصنيمن
busra-al-sham: Busra al-Sham; Bosra ash-Sham; Bosra; Busra Sham; بصرى الشام; بُصرى الشام; ببصرى الشام
busra-al-harir: Busra al-Harir; Busr al-Harir; Basr el-Harir; بصر الحرير; بصرى الحرير
dael: Dael; Da'el; داعل; بداعل
ibta: Ibta; Ibta'; ابطع; إبطع
al-yadudah: al-Yadudah; Yadouda; el-Yadoudeh; Al Yadoudah; اليادودة; اليادوده; لليادودة
muzayrib: Muzayrib; al-Mzairib; Mazayreeb; Mzairib; المزيريب; مزيريب; بالمزيريب
tal-shihab: Tal Shihab; Tell Shihab; Tel Shehab; تل شهاب; وتل شهاب
sheikh-miskeen: Sheikh Miskin; Sheikh Maskin; Ash Shaykh Miskin; Shaykh Miskeen; الشيخ مسكين; بالشيخ مسكين
khirbet-ghazaleh: Khirbet Ghazaleh; Khirbat Ghazalah; Kherbet Ghazala; خربة غزالة; خربه غزاله
umm-al-mayazin: Umm al-Mayazin; Um al-Mayadhin; أم المياذن; ام المياذن
nasib-crossing: Nasib crossing; the Nassib border crossing; معبر نصيب; بمعبر نصيب الحدودي
mahajja: Mahajjah; Mahja; محجة; محجه
izra: Izra; Izraa; Izra'; ‘Izra; إزرع; ازرع
nahta: Nahtah; ناحتة; الناحتة
ghabaghib: Ghabaghib; غباغب
al-hirak: Al-Harak; el-Hrak; al-Hraak
al-karak: al-Karak al-Sharqi; Karak ash-Sharqi; الكرك الشرقي
musayfirah: al-Musayfirah; al-Msaifra; المسيفرة
al-ghariyah-al-sharqiyah: al-Ghariyah al-Sharqiyah; Eastern Ghariyah; الغارية الشرقية
sahm-al-jawlan: Saham al-Golan; Sahm al-Jawlan; سحم الجولان
kafr-shams: Kafr Shams; Kfar Shams; كفر شمس
lajat: Lajat; the Lajat; al-Laja; اللجاة; باللجاة; للجاة
yarmouk-basin: Yarmouk Basin; the Yarmuk basin; حوض اليرموك; بحوض اليرموك
al-jaydur: al-Jaydur; Jaydor; الجيدور
hawran: Hawran; Hauran; Horan; حوران; سهل حوران
tal-al-harrah: Tal al-Hara; Tel al-Harra; Tell el-Hara; تل الحارة
tal-al-jabiyah: Tel al-Jabiya; تل الجابية
brigade-52: the 52nd Brigade; Brigade 52; اللواء 52; اللواء ٥٢
"""

# slug: sentences in which an ambiguous spelling is that place
RESOLVED = """
jasim: The town of Jassem is ringed on all sides.
jasim: Troops besiege Jassim
jasim: In Jasim, the bakeries have been shut since Friday.
jasim: Talks over Jasim resume as troops leave Tafas and Inkhil
jasim: Elders of Jasim and Tafas met in the afternoon.
jasim: Jasim: no bread for a third day
jasim: مدينة جاسم محاصرة
jasim: أهالي جاسم ينتظرون فتح الطريق
jasim: حصار جاسم مستمر
jasim: وصلت أرتال إلى جاسم فجراً
jasim: بين جاسم ونمر
jasim: سيارات من جاسم إلى انخل بريف درعا
nimer: بلدتي الحارة ونمر
nawa: Nawa: army closes the entrances
nawa: Nawa and Jasim closed
nawa: حصار نوى يدخل يومه الرابع
nawa: انتشار في نوى غربي درعا
saida: The town of Saida, east of Daraa, was raided.
saida: بلدة صيدا شرق درعا
saida: The Eighth Brigade sent fighters to Saida after a quarrel.
al-karak: Soldiers went into the town of Karak in Daraa's eastern countryside.
al-karak: حصار بلدة الكرك شرقي درعا
al-hirak: بلدة الحراك بريف درعا الشرقي
al-hirak: بلدات الحراك وناحتة والمسيفرة
al-hirak: بين الحراك وناحتة
al-hirak: قصف على علما والصورة والحراك بريف درعا
alma: قصف على علما والصورة والحراك بريف درعا
alma: دخلت القوات بلدة علما
nasib: بلدة نصيب مغلقة
nasib: انتشار قرب نصيب في ريف درعا
al-hara: أُغلقت مداخل بلدة الحارة
al-shajarah: اقتتال في الشجرة وعابدين بحوض اليرموك
heit: Hayt village in the Yarmouk Basin
al-taybah: قرب بلدة الطيبة شرقي درعا
jamlah: بلدة جملة في حوض اليرموك
inkhil: مدينة إنخل بلا ماء
tasil: تعزيزات إلى تسيل
daraa-camp: قصف على درعا البلد والمخيم
daraa-camp: Shells fell on Tariq al-Sad and the camp.
tariq-al-sad: درعا البلد والمخيم والسد محاصرة
daraa-al-arbaeen: حي الأربعين في درعا البلد
daraa: Kuşatma altındaki Dera, Suriye
daraa-governorate: New checkpoints appear in southern Syria
daraa-governorate: أرتال تصل إلى الجنوب السوري
"""

# sentences that name no place of the area
NOT_THE_AREA = """
دمّرت القوات عشر مدرعات غرب المدينة
تقدمت المدرعات نحو الحي
تسلّم الفائز درعاً تذكارية
وقدم له درعا تقديريا في ختام الحفل
جعلوا من السكان درعا بشريا
كان أخوه درعًا له
انتهت عملية درع الفرات
قوات درع الجزيرة تغادر
Sheikh Jassim made a new bid for the club.
Hamad bin Jassim said Doha would mediate.
Talks with Jassim's camp collapse in Manchester
Jassim al-Thani opened the talks.
Mohammed Jassim scored twice in Baghdad.
Jassim said the talks in Baghdad had failed.
Two brothers, Jasim and Khaled, were buried on Friday.
الشيخ جاسم يقدم عرضاً جديداً لشراء النادي
قال جاسم محمد إن المحادثات فشلت
وأوضح المدعو جاسم أنه لا يعلم شيئاً
حمد بن جاسم يصل إلى الدوحة
زار القيادي جاسم الحلقي الموقع
النائب جاسم البديوي في بغداد
Clashes at Ain al-Hilweh camp near Saida in southern Lebanon.
Saida, Lebanon: the army deployed.
صيدا في جنوب لبنان تشهد اشتباكات
أغلق الجيش اللبناني مداخل صيدا
Sidon's port was closed.
Karak castle in Jordan was attacked.
Gunmen are besieged in Karak, Jordan.
قطع محتجون طريق الكرك في الأردن
Taliban besiege Nawa in Helmand
Afghan troops are surrounded in Nawa.
Darayya remains besieged near Damascus.
حصار داريّا مستمر
علماً أن الطريق مغلق
علما بأن المفاوضات فشلت في القاهرة
أُحيط المجلس علما بالأمر
الحراك الشعبي في الجزائر
مطالب الحراك لم تتحقق
شارك آلاف في الحراك أمس
the Hirak movement in Algeria
وقع نمر في الفخ
كان له نصيب من الأرباح
حصل على نصيب كبير من الأصوات
سقطت الشجرة على الطريق
تسلق الجندي حيط المدرسة
انهار السد بعد الأمطار
العودة إلى الديار
الرائحة الطيبة
في الحارة القديمة بدمشق
الأسعار العالية
اتخذ المجلس جملة من القرارات
نهج جديد في السياسة
اجتماع سنوي لمدرسة ثانوية
ارتفعت المليارات والمعنويات
الدماء تسيل في غزة
شعاره الحرية
بنوا منازلهم في عدن
أنخيل دي ماريا ينتقل إلى باريس
Suwayda is besieged by tribal fighters.
حصار السويداء مستمر
القنيطرة تشهد تعزيزات
Khan Arnabah in Quneitra was searched.
Kanaker, Rural Damascus, was sealed off.
زاكية بريف دمشق الغربي
Israeli troops enter the Golan Heights.
Ramtha closed its shops.
حصار الغوطة الشرقية
بلدة الطيبة في جنوب لبنان
بلدة الطيبة بالغوطة الغربية
El Fasher is besieged.
تعز تحت الحصار
Nablus was sealed off.
Horan Free League reported arrests in Homs.
تجمع أحرار حوران وثّق مقتل شاب في دمشق
Daraa 24 said a man was killed in Homs.
درعا 24: مقتل شاب في حمص
Southern Syria: aid convoy reaches Suwayda
الجنوب السوري: تعزيزات إلى السويداء
Quneitra in southern Syria saw a raid.
Dera Ismail Khan in Pakistan
Alma Johnson visited Paris.
Dara O'Brien spoke in Dublin.
Ezra Klein wrote about it.
The barrel bomb hit a building.
Nimr al-Nimr was executed.
حي البلد بجدة
المخيم في رفح مكتظ
Yarmouk camp in Damascus
مخيم اليرموك بلا ماء
لواء شهداء اليرموك في حلب
حي الشجرة في الخرطوم
الجيزة في مصر
البصرة بلا كهرباء
كسرت القوات الحصار
"""

# sentences that name one road and no town, with the road's slug
ROADS = """
damascus--daraa: Damascus-Daraa highway closed
damascus--daraa: the Daraa–Damascus road was cut
damascus--daraa: the Damascus–Daraa international highway
damascus--daraa: the highway linking Damascus to Daraa
damascus--daraa: طريق دمشق درعا مقطوع
damascus--daraa: على طريق دمشق - درعا الدولي
damascus--daraa: أوتوستراد دمشق ـ درعا
damascus--daraa: الطريق الواصل بين دمشق ودرعا
daraa--suwayda: the road between Suwayda and Daraa
daraa--suwayda: طريق السويداء - درعا
nawa--tasil: the Nawa-Tasil road
nawa--tasil: طريق نوى - تسيل
alma--khirbet-ghazaleh: طريق خربة غزالة – علما
"""


def rows(table: str) -> list[tuple[str, str]]:
    """The lines "slug: text" of a table."""
    lines = [line.partition(": ") for line in table.strip().splitlines()]
    return [(slug, text) for slug, _, text in lines]


def spellings() -> list[tuple[str, str]]:
    """Each spelling with the slug it stands for."""
    return [(slug, name.strip()) for slug, names in rows(SPELLINGS) for name in names.split(";")]


def sentences(table: str) -> list[str]:
    return table.strip().splitlines()
