"""Two windows across a courtyard, and a game played with flowerpots."""

from loadtest.film.model import Company, Cut, Episode, Series, cue, words

TWO_IN_THE_MORNING = Episode(
    1,
    words("Two in the Morning", "凌晨两点", "Два часа ночи", "دو بامداد"),
    (Cut("facade", 6), Cut("inside", 5, push=0.07), Cut("sill", 5)),
    (
        cue(
            0.6,
            3.0,
            "Two in the morning.\nHis window is lit. So is mine.",
            "凌晨两点。\n他的窗亮着，我的也亮着。",
            "Два часа ночи.\nЕго окно горит. Моё тоже.",
            "ساعت دو بامداد.\nپنجرهٔ او روشن است. مال من هم.",
        ),
        cue(
            3.6,
            6.1,
            "Three years across one courtyard.\nWe have never spoken.",
            "隔着一个院子住了三年，\n从没说过话。",
            "Три года через один двор.\nМы ни разу не говорили.",
            "سه سال، دو سوی یک حیاط.\nهیچ‌وقت حرف نزده‌ایم.",
        ),
        cue(
            6.8,
            9.3,
            "On Sunday he moved a geranium\none place to the left.",
            "星期天，他把一盆天竺葵\n往左挪了一格。",
            "В воскресенье он передвинул герань\nна одно место влево.",
            "یکشنبه یک شمعدانی را\nیک خانه به چپ برد.",
        ),
        cue(
            9.9,
            12.2,
            "It seemed rude not to answer.",
            "不回应好像不礼貌。",
            "Не ответить было бы невежливо.",
            "جواب ندادن بی‌ادبی بود.",
        ),
        cue(
            12.8,
            15.6,
            "So I moved mine.\nHis light went out at once.",
            "于是我也挪了一盆。\n他的灯立刻灭了。",
            "И я передвинула свою.\nЕго свет тут же погас.",
            "من هم مال خودم را جابه‌جا کردم.\nچراغش همان لحظه خاموش شد.",
        ),
    ),
)
MY_MOVE = Episode(
    2,
    words("My Move", "该我走了", "Мой ход", "نوبت من"),
    (Cut("facade", 5.5, start=12), Cut("sill", 5.5), Cut("inside", 5, start=5, push=0.07)),
    (
        cue(
            0.6,
            3.2,
            "A month of flowerpots\nbefore I understood.",
            "挪了一个月的花盆，\n我才明白过来。",
            "Месяц цветочных горшков,\nпока я поняла.",
            "یک ماه گلدان جابه‌جا کردیم\nتا فهمیدم.",
        ),
        cue(
            3.8,
            6.1,
            "It was chess.\nI was losing.",
            "这是在下棋。\n而且我快输了。",
            "Это были шахматы.\nИ я проигрывала.",
            "شطرنج بود.\nو من داشتم می‌باختم.",
        ),
        cue(
            6.8,
            9.5,
            "I bought a book. I bought a cactus.\nThe cactus is my queen.",
            "我买了棋谱，又买了仙人掌。\n仙人掌当我的后。",
            "Я купила учебник. Купила кактус.\nКактус — мой ферзь.",
            "یک کتاب خریدم. یک کاکتوس هم.\nکاکتوس وزیر من است.",
        ),
        cue(
            10.2,
            12.6,
            "He laughed. I saw it:\nthe whole window shook.",
            "他笑了，我看见的：\n整扇窗都在抖。",
            "Он засмеялся. Я видела:\nвсё окно дрожало.",
            "خندید. خودم دیدم:\nتمام پنجره لرزید.",
        ),
        cue(
            13.1,
            15.6,
            "Then he took my cactus.\nIt was gone from my own sill.",
            "然后他吃掉了我的仙人掌。\n它真从我窗台上不见了。",
            "Потом он взял мой кактус.\nОн исчез с моего подоконника.",
            "بعد کاکتوسم را زد.\nواقعاً دیگر لب پنجره‌ام نبود.",
        ),
    ),
)
DAY_AND_NIGHT = Episode(
    3,
    words("Forty-Three Steps", "四十三步", "Сорок три шага", "چهل‌وسه قدم"),
    (Cut("facade", 5, start=24), Cut("inside", 5, start=9, push=0.07), Cut("crossing", 5.5)),
    (
        cue(
            0.6,
            2.9,
            "This week his pots have not moved.",
            "这一周，他的花没有动过。",
            "На этой неделе его горшки\nне двигались.",
            "این هفته گلدان‌هایش\nتکان نخورده‌اند.",
        ),
        cue(
            3.4,
            5.8,
            "The light burns day and night.\nThe geraniums are thirsty.",
            "灯日夜亮着。\n天竺葵都渴了。",
            "Свет горит день и ночь.\nГерани хотят пить.",
            "چراغ شب و روز روشن است.\nشمعدانی‌ها تشنه‌اند.",
        ),
        cue(
            6.3,
            9.3,
            "I know his openings. I know his endings.\nI do not know his name.",
            "我熟悉他的开局和残局，\n却不知道他的名字。",
            "Знаю его дебюты, знаю эндшпили.\nНе знаю имени.",
            "بازی‌اش را از اول تا آخر بلدم.\nاسمش را نمی‌دانم.",
        ),
        cue(
            9.9,
            12.3,
            "It is forty-three steps to his door.\nI have counted them for years.",
            "到他门口是四十三步，\n我数了好几年。",
            "До его двери сорок три шага.\nЯ считаю их годами.",
            "تا در خانه‌اش چهل‌وسه قدم است.\nسال‌هاست شمرده‌ام.",
        ),
        cue(
            12.8,
            15.1,
            "At forty the door opens\nby itself.",
            "走到第四十步，\n门自己开了。",
            "На сороковом дверь открывается\nсама.",
            "در قدم چهلم\nدر خودش باز می‌شود.",
        ),
    ),
)
SECOND_CHAIR = Episode(
    4,
    words("The Second Chair", "第二把椅子", "Второй стул", "صندلی دوم"),
    (Cut("crossing", 5, start=4), Cut("board", 7.5), Cut("facade", 5, start=4)),
    (
        cue(
            0.6,
            3.2,
            "Forty-one. Forty-two. Forty-three.",
            "四十一，四十二，四十三。",
            "Сорок один. Сорок два. Сорок три.",
            "چهل‌ویک، چهل‌ودو، چهل‌وسه.",
        ),
        cue(
            5.3,
            7.8,
            "No one. A lamp.\nA board in the middle of a game.",
            "没有人。一盏灯。\n一盘下到一半的棋。",
            "Никого. Лампа.\nДоска посреди партии.",
            "هیچ‌کس. یک چراغ.\nیک صفحه وسط بازی.",
        ),
        cue(
            8.4,
            10.6,
            "Two glasses of tea.\nOne of them still steams.",
            "两杯茶，\n有一杯还冒着热气。",
            "Два стакана чая.\nОдин ещё дымится.",
            "دو استکان چای.\nیکی هنوز بخار دارد.",
        ),
        cue(
            11.0,
            12.6,
            "It is my move. I sit down.",
            "该我走了。我坐了下来。",
            "Мой ход. Я сажусь.",
            "نوبت من است. می‌نشینم.",
        ),
        cue(
            13.4,
            16.9,
            "Across the courtyard, in my own window,\nsomebody moves a geranium.",
            "院子对面，我自己的窗前，\n有人挪动了一盆天竺葵。",
            "Через двор, в моём собственном окне,\nкто-то двигает герань.",
            "آن سوی حیاط، پشت پنجرهٔ خودم،\nکسی شمعدانی را جابه‌جا می‌کند.",
        ),
    ),
)

GERANIUM_TO_E4 = Series(
    slug="geranium-to-e4",
    title=words("Geranium to E4", "天竺葵走到e4", "Герань на e4", "شمعدانی به e4"),
    synopsis=words(
        "Two windows, one courtyard. He moves a flowerpot; she moves a "
        "flowerpot. It takes her a month to see that it is chess.",
        "两扇窗，一个院子。他挪一盆花，她也挪一盆。过了一个月她才明白：这是在下棋。",
        "Два окна, один двор. Он переставляет горшок, она переставляет "
        "горшок. Через месяц она понимает, что это шахматы.",
        "دو پنجره، یک حیاط. او گلدانی را جابه‌جا می‌کند، همسایه‌اش هم. یک ماه طول می‌کشد تا بفهمد این شطرنج است.",
    ),
    genre=words("Romance", "爱情", "Мелодрама", "عاشقانه"),
    notes=words(
        "The game on the sills can be played through. White resigns too early.",
        "窗台上的棋局可以复盘。白方认输太早。",
        "Партию на подоконниках можно разыграть. Белые сдаются рано.",
        "بازیِ لب پنجره را می‌شود تا آخر دنبال کرد. سفید زود تسلیم می‌شود.",
    ),
    country="IR",
    rating="6+",
    section="main",
    company=Company("Four Windows Studio", "IR"),
    scene="courtyard",
    score="courtyard",
    episodes=(TWO_IN_THE_MORNING, MY_MOVE, DAY_AND_NIGHT, SECOND_CHAIR),
)
