"""Names of forces and of sides of talks, of both eras, for the swap tests. Real forces: who they are must not matter.

Left out are names that tell more than who: of a time ("the former regime's army"), of what they have with them
("tanks of the army"), of a place ("the Suwayda National Guard": the place rules ask where that is).
"""

ENGLISH = tuple(
    name.strip()
    for name in """
    Assad's forces, regime forces, government forces, the Syrian army, the Syrian Arab Army, the Fourth Division,
    the Fifth Division, the Ninth Division, the First Corps, the Fifth Corps, the Republican Guard,
    the Eighth Brigade, General Security, Internal Security forces, the General Security Service,
    the Internal Security Command, the Ministry of Defence, the Defence Ministry, Ministry of Defense forces,
    the Ministry of Interior, Interior Ministry forces, the new government, the transitional government,
    the new Syrian army, remnants of the former regime, the Syrian Democratic Forces, the SDF, the Free Syrian Army,
    the Syrian National Army, the Syrian Free Army, Hay'at Tahrir al-Sham, Hayat Tahrir al-Sham, Ahrar al-Sham,
    Jaysh al-Islam, the Southern Front, the Southern Operations Room, the Yarmouk Martyrs Brigade,
    the Khalid ibn al-Walid Army, Liwa al-Quds, the Quds Force, the Quds Brigade, the Tiger Forces,
    the Baath Brigades, the National Defence Forces, the National Guard, Air Force Intelligence,
    Military Intelligence, Military Security, State Security, Criminal Security, Political Security,
    the Israeli army, Israeli forces, the IDF, the occupation forces, Russian forces, Russian military police,
    the Russian army, US forces, Turkish forces, the Jordanian army, the Iranian Revolutionary Guard, the IRGC,
    Iranian-backed militias, Fatemiyoun, Hezbollah, the Lebanese Hezbollah, ISIS, ISIL, Daesh, the Islamic State,
    IS militants, al-Qaeda, Jabhat al-Nusra, al-Nusra Front, pro-government militias, loyalist fighters, rebels,
    rebel fighters, opposition fighters, local factions, local gunmen, gunmen, tribal fighters, tribesmen,
    Bedouin tribesmen, armed tribesmen, clan fighters, Druze fighters, security forces, the police, the army,
    the military, troops, soldiers, the authorities,
    the tribes, the clans, the local committees, the Central Committees, the 40th Division
    """.replace("\n", " ").split(",")
)

ARABIC = tuple(
    name.strip()
    for name in """
    قوات النظام، قوات الأسد، القوات الحكومية، قوات الحكومة السورية، قوات الجيش السوري، قوات الجيش العربي السوري،
    الفرقة الرابعة، قوات الفرقة الرابعة المدرعة، ميليشيا الفرقة الرابعة، قوات الفرقة الخامسة، قوات الفرقة التاسعة،
    قوات الفيلق الأول، قوات الفيلق الخامس، قوات الحرس الجمهوري، قوات اللواء الثامن، قوات النمر، قوات الدفاع الوطني،
    كتائب البعث، اللجان الشعبية، المخابرات الجوية، المخابرات العسكرية، قوات الأمن العسكري، قوات الأمن الجنائي،
    قوات الأمن السياسي، قوى الأمن العام، قوات الأمن العام، قوى الأمن الداخلي، قوات قيادة الأمن الداخلي،
    وزارة الدفاع، قوات وزارة الدفاع، وزارة الداخلية، قوات وزارة الداخلية، قوات الحكومة الانتقالية،
    قوات الجيش السوري الجديد، فلول النظام، قوات النظام البائد، فلول النظام السابق، قوات سوريا الديمقراطية، قسد،
    قوات الجيش الحر، قوات الجيش الوطني السوري، قوات جيش سوريا الحرة، هيئة تحرير الشام، حركة أحرار الشام،
    قوات جيش الإسلام، فصائل الجبهة الجنوبية، غرفة عمليات الجنوب، قوات لواء شهداء اليرموك، مقاتلي جيش خالد بن الوليد،
    قوات شباب السنة، ميليشيا لواء القدس، قوات فيلق القدس، قوات الحرس الثوري الإيراني، الميليشيات الإيرانية،
    ميليشيا فاطميون، ميليشيا حزب الله، ميليشيات موالية للنظام، قوات الاحتلال الإسرائيلي، قوات الجيش الإسرائيلي،
    القوات الإسرائيلية، قوات الاحتلال، القوات الروسية، الشرطة العسكرية الروسية، القوات الأمريكية، القوات التركية،
    قوات الجيش الأردني، تنظيم داعش، تنظيم الدولة، تنظيم الدولة الإسلامية، جبهة النصرة، فصائل المعارضة، فصائل محلية،
    مجموعات محلية، مجموعات مسلحة، مجموعات مسلحة محلية، مسلحون، مجموعات العشائر، مسلحو العشائر، عشائر البدو،
    قوات العشائر، قوات الحرس الوطني، المجلس العسكري، قوات أحمد العودة، قوات الأمن، الأجهزة الأمنية، الشرطة،
    العشائر، اللجان المركزية، قوات الفرقة 40، قوات اللواء 112
    """.replace("\n", " ").split("،")
)
