"""Sentences in which a word that is also the name of a place is only a word; one a line, behind the slug of the place.

Each is read in a report about the area, where the place would be near at hand. All were made up.
"""

ARABIC = """
al-nakhla: زرع الرجل النخلة أمام داره قبل عشرين عاماً.
nahj: قال الوجهاء إن نهج التهدئة يحتاج إلى صبر.
alma: تسلم المدير علما بالقرار صباح الأحد.
saida: عاد الصيادون ومعهم صيدة ثمينة.
al-hirak: انطلق الحراك قبل سنوات وبقيت مطالبه.
al-surah: نشر ناشطون الصورة على مواقع التواصل.
al-kutaybah: قرأ الطلاب الكتيبة الصغيرة عن الصحة.
jamlah: قال جملة واحدة ثم غادر القاعة.
sahm-al-jawlan: وصف الشاعر سحم الليل في قصيدته.
al-aridah-daraa: كسر اللاعب العارضة بتسديدة قوية.
adwan: وصفت النقابة ما جرى بأنه عدوان سافر.
nawa: نوه المدير بجهود المعلمين.
al-hara: اجتمع رجال الحارة عند المختار مساءً.
nimer: هرب نمر من حديقة الحيوان.
al-aliyah-jasim: تحدث التجار عن الأسعار العالية هذا الشهر.
al-mal: جمع الأهالي المال لبناء مدرسة.
jadiyah: قال المعلم إن جدية الطلاب واضحة.
qarfa: أضافت الجدة قرفة إلى الشاي.
mahajja: وجاءت المحجة في كلامه واضحة.
hamer-lajat: كان حامر الوجه من شدة الغضب.
jadal: أثار القرار جدل المعلمين والأهالي.
shaarah: رفع الطلاب شعارة المدرسة فوق الباب.
al-wardat: قطفت البنت الوردات من الحديقة.
eib: قال الجد إن إيب كلمة قديمة لا يذكر معناها.
al-mudawwarah-lajat: جلسوا حول الطاولة المدورة يتحدثون.
al-matallah: فتحت النافذة المطلة على البستان.
al-sharaya-lajat: اختلف الفقهاء في الشرائع القديمة.
al-alali-lajat: غنى المطرب عن العلالي والزهور.
al-thurayya-daraa: ظهرت الثريا في السماء صافية.
qanawat: نقلت قنوات التلفزيون الخبر مباشرة.
ariqah: تملك الأسرة مكتبة عريقة في السوق.
mazraa-suwayda: باع الفلاح المزرعة بعد موسم ضعيف.
burak: ظهر براق العينين من الفرح.
al-dur: جاء الدور على الفريق الضيف.
al-kafr: تجادل الشيخان في معنى الكفر والإيمان.
hout: رأى البحارة حوط السفينة من بعيد.
hader: حضر المدير حفل التخرج.
asbah: وضع الأصبح وجهاً يده على الكتاب.
al-muallaqa: حفظ الطالب القصيدة المعلقة كاملة.
al-hameh: ناقش المجلس القضايا الهامة في جلسته.
al-tall: جلس الرعاة على التل ينظرون إلى القطيع.
al-dumayr: قال إن الضمير لا يموت.
al-abadeh: تحدث الخطيب عن العبادة والعمل.
qadam: فاز فريق كرة القدم بهدفين.
al-waer: سلك الرعاة الطريق الوعر نحو الجبل.
palmyra: قال الفلاح إن العاصفة تدمر المحاصيل كل عام.
al-qaryatayn: تفصل القريتين طريق ترابية ضيقة.
salamiyah: دعا الناشطون إلى مظاهرة سلمية أمام البلدية.
harem: قال حارم نفسه من الراحة إنه متعب.
al-bab: طرق الجار الباب مرتين.
nubl: تحدث الجميع عن نبل أخلاقه.
zahraa-aleppo: لبست العروس حلة الزهراء في الحفل.
mayadin: تجمع الرياضيون في الميادين العامة.
hajin: ربى المزارع كلباً هجين السلالة.
al-busayrah: قال إن البصيرة أهم من البصر.
tabqa: تضررت الطبقة الوسطى من الغلاء.
al-hol: وصفت الأم الهول الذي عاشته.
derik: فاز بالجائزة الفقيه من أتباع المالكية.
jableh: رسم الطفل جبلة من الطين.
kasab: كسب الفريق المباراة بهدف.
salma-latakia: قالت سلمى إن المدرسة فتحت أبوابها.
mafraq: توقفت الحافلة عند المفرق قليلاً.
zarqa: ارتدت الطالبة الثياب الزرقاء.
maan: عملنا معان كثيرة في هذا المشروع.
aqaba: قال المدير إن العقبة الأولى هي التمويل.
tyre: التقط المصور صور الحفل.
bekaa: تمنى لهم طول البقاء.
galilee: شكر الحضور الأستاذ الجليل على محاضرته.
hebron: كان الخليل بن أحمد عالماً بالعروض.
mosul: استخدم الكهربائي السلك الموصل للتيار.
ramadi: اختار الرسام اللون الرمادي للجدار.
baquba: وضعت الأم الطفل بعقوبة خفيفة أمام الباب.
haditha: اشترت المدرسة أجهزة حديثة للطلاب.
qaim: شدد على ضرورة تحسين الوضع القائم.
maysan: تعلم الطفل كيف ميسان القلم بيده.
hilla: ارتدى العريس الحلة الجديدة.
hodeidah: رفع العامل القطعة الحديدة من الأرض.
marib: قال إن له مأرب أخرى.
al-bayda-yemen: حلقت الحمامة البيضاء فوق السطح.
hajjah: قدم المحامي حجة قوية أمام القاضي.
jawf: أكد الطبيب سلامة الجوف بعد الفحص.
amran: بقي البيت عمران القلب بأهله.
mahra: روض الفارس المهرة الصغيرة.
rada: جاء القانون رداع للمخالفين.
hays: أعدت الجدة حيس التمر للضيوف.
sirte: قالت إنها سرت بالخبر.
zawiya: جلس القط في الزاوية.
sabha: كانت الأم سبها الحزن.
el-geneina: زرعت المرأة الجنينة خلف البيت.
el-obeid: اختار العريس اللون الأبيض.
tuti: رسم الطفل شخصية توتي على الدفتر.
kutum: طلب المدير كتم الخبر حتى المساء.
kilis: طلى العامل الجدار كلس أبيض.
riyadh: لعب الأطفال في الرياض الخضراء.
jeddah: أثنى المعلم على جدة الفكرة.
muscat: جلب العامل مسقط المبنى على الورق.
morocco: عاد الفلاحون بعد أذان المغرب.
mali: أعلن المجلس عن عجز مالي كبير.
marawi: حكى الجد مراوي كثيرة عن الأسفار.
"""

ENGLISH = """
daraa-al-bihar: The choir sang an old song called al-Bihar.
al-surah: He keeps a copy of the magazine al-Sura at home.
jamlah: The teacher explained what the Arabic term jumla means.
al-aridah-daraa: The carpenter calls such a beam al-Aridah.
adwan: Fawaz Adwan said that the harvest was good this year.
al-aliyah-jasim: The school was named after a woman called Aaliyah.
al-mal: He compared the fund to the Bayt al-Mal of old.
hamer-lajat: The singer Jan Hamer gave a concert.
jadal: The students founded a debating club named Jadal.
eib: The abbreviation stands for a bank, the EIB.
al-mudawwarah-lajat: They sat at the round table that he calls al-Mdawwara.
al-matallah: The family named its balcony al-Matallah.
al-thurayya-daraa: The chandelier, al-Thurayya in Arabic, was lit.
mazraa-suwayda: His grandfather called the family farm al-Mazraa.
burak: The engineer Burak Demir inspected the pumps.
al-dur: The pearl is called al-Dur in the poem.
al-kafr: The sermon used the word al-Kafr twice.
hout: The trader Hout Salam sold the lorries.
hader: The writer Hader Omar read from her book.
asbah: The poet Asbah Nour read two verses.
al-muallaqa: The pupils recited al-Muallaqa in class.
al-tall: His cousin Mahmoud al-Tall opened a shop.
al-abadeh: The lecture was about al-Abadeh and work.
qadam: The charity Qadam gave shoes to pupils.
harem: The film shows the harem of a sultan.
al-bab: The poem al-Bab is about a door.
zahraa-aleppo: Zahraa opened a bakery with her sister.
mayadin: The channel Al Mayadeen showed pictures of the harvest.
derik: Derik Schmidt repaired the pumps.
maan: The society Maan helps farmers.
tyre: The driver changed a flat tyre by the road.
haditha: The novel Haditha won a prize.
al-bayda-yemen: She called the white mare al-Bayda.
hajjah: The pilgrim Hajja Fatima came home.
amran: Doctor Amran Khalil examined the children.
rada: The singer Rada Hassan gave a concert.
hays: The cook served hays, a dish of dates.
zawiya: The old men pray in the zawiya.
mali: Mali Hassan teaches the third class.
"""
