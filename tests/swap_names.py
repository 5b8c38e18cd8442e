"""Three hundred names of persons as news write them, for the swap tests; nobody in particular is meant.

Single names and nicknames, Abu and Umm, names with the father's, families with and without article, of clans, towns and
trades, double ones, foreign ones. Families that are also words of war (return, war, hope, truce) on purpose.
"""

ARABIC = tuple(
    name.strip()
    for name in """
    محمد العلي، أحمد العودة، خالد المسالمة، عمر الحريري، لؤي النجم، مفيد حسن، عدنان الصلح، بشار الزامل،
    طارق الجباوي، وليد الخطيب، أنور الحمد، سهيل الحسن، قصي المقداد، عدي الكفري، منذر الرفاعي، نواف الجهماني،
    سلطان العريان، يوسف أبازيد، إبراهيم القادري، إسماعيل الحلقي، موسى الكسور، عيسى الكور، هيثم العودة، نزار الغزالي،
    ماهر الديري، حسام اللوباني، مصطفى البردان، ناصر الخلف، صالح قداح، سالم العودات، سليم الحمصي، سمير الراضي،
    سامر الصفدي، سامي الشحادات، وائل الجلم، وسام الزرقان، ياسر الطويرش، زياد الصمادي، أيمن الفلاح، أمجد الناطور،
    أنس الخبي، بلال الدروبي، بسام الحشيش، باسل فواز، فادي العاسمي، فيصل النصيرات، فاروق القطيفان، فراس الحوراني،
    غسان أكرم، هاني البطين، أبو محمد، أبو علي مصطفى، أبو حسن الشامي، أبو خالد الديراني، أبو عمر، أبو قصي الحوراني،
    أبو حمزة، أبو طارق الصبيحي، أبو مرشد البردان، أبو سليم النعيمي، أم أحمد، أم خالد الحريري، أبو يزن، أبو شادي،
    أبو الليث، أبو عبدو، أبو راكان، خالد بن الوليد الزعبي، محمد بن أحمد، علي بن حسين المقداد، عبد الله المحاميد،
    عبد الرحمن الكراد، عبد الكريم الزعبي، عبد الرزاق النابلسي، عبد العزيز الهزاع، عبد الناصر الرشيد،
    عبد الحميد الجاسم، عبد المنعم القداح، عبد القادر السعدي، عبد الحكيم العيد، عبد اللطيف الزوباني،
    عبد الباسط المصري، عبد السلام العمار، عبد الهادي النجار، عبد الغني الحداد، جمال السعيد، جميل القنبس،
    جهاد مسالمة، كمال الأسود، كريم السلامات، كنان الحايك، ماجد الشبلي، مروان الدهون، مازن الخوالدة، معاذ الزعبي،
    مهند الغانم، منير الكنج، مراد علوش، نبيل عامر، نادر حمود، نديم زيدان، نعيم العمري، نضال الشرعبي، راشد المبارك،
    رامي السويدان، رائد الحسين، رياض الشياح، سعد الخليل، سعيد الأحمد، شادي البديوي، شريف رمضان، سفيان العتمة،
    طه الجراد، طلال الرمثان، توفيق يونس، ثائر العبد الله، وديع طنوس، يحيى البيطار، يعقوب حداد، زكريا السخني،
    زهير الصالح، فاطمة الحراكي، عائشة النصار، مريم الياسين، زينب الحاج علي، خديجة الشنور، أمينة العبود، ليلى منصور،
    هدى الأصفر، نور الدين الشاغوري، علاء الدين القاضي، صلاح الدين الخطيب، بهاء الدين شحادة، جورج ميشال خوري،
    حنا الياس، إلياس سلوم، فلاديمير إيفانوف، ألكسندر سميرنوف، بيتر لارسن، أسد الله، كفاح الأمل، علي منصور،
    حكمت شهاب، رستم الأحمد، غياث الحرب، سهيل سلمان، عماد أبو عساف، مصطفى الهادي، محمود البنات، أكرم الخالدي،
    شعبان الهلال، خلدون الصلح، إياد جعارة، وفيق درويش، حسين الرحال، عاطف الصقر، مطلق السليمان، راكان المجاريش،
    ذياب الطحان، مشهور كناكري، محسن الهيمد، عصام زهر الدين، ممدوح الفروان، حمدان النمر، رضوان الشامي
    """.replace("\n", " ").split("،")
)[:150]

LATIN = tuple(
    name.strip()
    for name in """
    Mohammed al-Ali, Ahmad al-Awda, Khaled al-Masalmeh, Omar al-Hariri, Louay al-Najm, Mufid Hassan, Adnan al-Solh,
    Bashar al-Zamel, Tareq al-Jabawi, Walid al-Khatib, Anwar al-Hamad, Suhail al-Hassan, Qusay Miqdad,
    Uday al-Kafri, Munther al-Rifai, Nawaf al-Jahmani, Sultan al-Aryan, Youssef Abazid, Ibrahim al-Qadri,
    Ismail al-Halaqi, Moussa al-Kasour, Issa al-Kour, Haitham al-Awda, Nizar Ghazali, Maher al-Deiri,
    Hussam Loubani, Mustafa al-Bardan, Nasser Khalaf, Saleh Qaddah, Salem al-Odat, Salim Homsi, Samir al-Radi,
    Samer al-Safadi, Sami Shehadat, Wael al-Jallam, Wissam Zarqan, Yasser al-Tuwairish, Ziad al-Smadi,
    Ayman al-Fallah, Amjad Natour, Anas al-Khabbi, Bilal Droubi, Bassam al-Hashish, Bassel Fawaz, Fadi al-Assimi,
    Faisal Nusairat, Farouk Qutaifan, Firas Hourani, Ghassan Akram, Hani al-Bateen, Abu Mohammad, Abu Ali Mustafa,
    Abu Hassan al-Shami, Abu Khaled al-Dirani, Abu Omar, Abu Qusay, Abu Hamza, Abu Tareq al-Subaihi, Abu Murshid,
    Abu Salim al-Nuaimi, Umm Ahmad, Umm Khaled al-Hariri, Abu Yazan, Abu Shadi, Abu al-Laith, Abu Abdo, Abu Rakan,
    Khaled bin al-Walid al-Zoubi, Mohammed bin Ahmad, Ali ibn Hussein Miqdad, Abdullah Mahamid,
    Abdulrahman al-Karad, Abdul Karim al-Zoubi, Abdul Razzaq Nabulsi, Abdelaziz al-Hazzaa, Abdel Nasser Rashid,
    Abd al-Hamid al-Khalid, Abdelmoneim Qaddah, Abdul Qader al-Saadi, Abdulhakim al-Eid, Abd al-Latif Zoubani,
    Abdul Basit al-Masri, Abdel Salam al-Ammar, Abdulhadi Najjar, Abdul Ghani al-Haddad, Jamal al-Saeed,
    Jamil Qanbas, Jihad Masalmeh, Kamal al-Aswad, Karim Salamat, Kinan al-Hayek, Majed al-Shibli, Marwan Dahoun,
    Mazen Khawaldeh, Moaz al-Zoubi, Mohannad al-Ghanem, Munir al-Kanj, Murad Alloush, Nabil Amer, Nader Hammoud,
    Nadim Zeidan, Naim al-Omari, Nidal al-Sharabi, Rashid Mubarak, Rami Suwaidan, Raed al-Hussein, Riad Shayyah,
    Saad al-Khalil, Said al-Ahmad, Shadi Bdewi, Sharif Ramadan, Sufyan al-Atmeh, Taha al-Jarad, Talal al-Ramthan,
    Tawfiq Younes, Thaer al-Abdullah, Wadih Tannous, Yahya al-Bitar, Yaqoub Haddad, Zakaria Sakhni, Zuhair Saleh,
    Fatima al-Haraki, Aisha Nassar, Mariam al-Yassin, Zainab Haj Ali, Khadija Shannour, Amina al-Abboud,
    Layla Mansour, Huda al-Asfar, Nour al-Din Shaghouri, Alaa Eddine Qadi, Salah al-Din Khatib,
    Bahaa al-Din Shehadeh, George Michel Khoury, Hanna Elias, Elias Salloum, Vladimir Ivanov, Alexander Smirnov,
    Peter Larsen, Asadullah, Kifah al-Amal, Ali Mansour, Hikmat Shehab, Rustum al-Ahmad, Ghiath Harb, Suhail Salman,
    Emad Abu Assaf, Mahmoud al-Banat, Akram Khalidi, Shaaban Hilal, Khaldoun al-Hadi, Iyad Jaara, Wafiq Darwish
    """.replace("\n", " ").split(",")
)[:150]
