"""A lake with a signal in the middle, and the man who rows people to it."""

from loadtest.film.model import Company, Cut, Episode, Series, cue, words

FORTY_SOMONI = Episode(
    1,
    words("Forty Somoni", "四十索莫尼", "Сорок сомони", "چهل سامانی"),
    (Cut("boat", 7.5), Cut("oars", 9, push=0.07)),
    (
        cue(
            0.6,
            3.2,
            "There is no signal in our village.\nOnly in the middle of the lake.",
            "我们村没有信号，\n只有湖心才有。",
            "В нашем кишлаке нет связи.\nТолько посреди озера.",
            "در روستای ما آنتن نیست.\nفقط وسط دریاچه هست.",
        ),
        cue(
            3.8,
            6.9,
            "I row people out. Forty somoni\nfor rowing and for not listening.",
            "我划船送人去。四十索莫尼，\n包括划船，也包括不听。",
            "Я вожу людей. Сорок сомони\nза вёсла и за то, что не слушаю.",
            "مردم را می‌برم. چهل سامانی،\nبرای پارو زدن و گوش ندادن.",
        ),
        cue(
            7.7,
            10.3,
            "So far I have not heard\nthree proposals and one divorce.",
            "到目前为止，我没听见过\n三次求婚和一次离婚。",
            "Пока я не слышал трёх предложений\nи одного развода.",
            "تا حالا سه خواستگاری\nو یک طلاق را نشنیده‌ام.",
        ),
        cue(
            10.9,
            13.1,
            "“And whom are you calling?”\nI ask her, to be polite.",
            "“您打给谁呢？”\n我客气地问她。",
            "— А вы кому звоните? —\nспрашиваю из вежливости.",
            "«شما به کی زنگ می‌زنید؟»\nاز سر ادب می‌پرسم.",
        ),
        cue(
            13.7,
            16.1,
            "“You,” she says.\n“You never pick up.”",
            "“打给您，”她说，\n“您从来不接。”",
            "— Вам, — говорит она. —\nВы не берёте трубку.",
            "می‌گوید: «به شما.\nهیچ‌وقت برنمی‌دارید.»",
        ),
    ),
)
SUNDAYS = Episode(
    2,
    words("Every Sunday", "每个星期天", "Каждое воскресенье", "هر یکشنبه"),
    (Cut("boat", 6, start=9, mirror=True), Cut("phone", 7), Cut("boat", 4, start=16)),
    (
        cue(
            0.6,
            3.1,
            "My telephone lies in a drawer.\nWhat would it do up here?",
            "我的手机在抽屉里。\n在这山上能有什么用？",
            "Мой телефон лежит в ящике.\nЧто ему тут делать?",
            "تلفنم توی کشو است.\nاین بالا به چه دردی می‌خورد؟",
        ),
        cue(
            3.7,
            5.8,
            "At night I charge it\nand row out alone.",
            "夜里我充上电，\n独自划到湖心。",
            "Ночью я заряжаю его\nи выхожу на вёслах один.",
            "شب شارژش می‌کنم\nو تنها پارو می‌زنم.",
        ),
        cue(
            6.6,
            9.3,
            "Two bars. Then all of it at once:\ntwo hundred and fourteen messages.",
            "两格信号。然后一下子全来了：\n两百一十四条留言。",
            "Две палочки. И всё сразу:\nдвести четырнадцать сообщений.",
            "دو خط آنتن. بعد همه با هم:\nدویست و چهارده پیام.",
        ),
        cue(
            9.9,
            12.6,
            "“Papa, it snowed here.”\n“Papa, I can make your soup now.”",
            "“爸，这边下雪了。”\n“爸，我会做你的汤了。”",
            "— Папа, у нас снег.\n— Папа, я научилась варить твой суп.",
            "«بابا، اینجا برف آمد.»\n«بابا، آش تو را یاد گرفتم.»",
        ),
        cue(
            13.4,
            16.6,
            "Every Sunday for four years\nthe lake was full of her voice.",
            "四年里的每个星期天，\n湖上都是她的声音。",
            "Четыре года каждое воскресенье\nозеро было полно её голосом.",
            "چهار سال، هر یکشنبه،\nدریاچه پر از صدای او بود.",
        ),
    ),
)
SHORE = Episode(
    3,
    words("The Shore", "岸", "Берег", "ساحل"),
    (Cut("phone", 4.5, start=4), Cut("boat", 5, start=3), Cut("shore", 8)),
    (
        cue(
            0.6,
            3.4,
            "I do not know what one says\nafter four years, so I call.",
            "隔了四年该说什么？\n我不知道，就拨了过去。",
            "Не знаю, что говорят\nчерез четыре года. Звоню.",
            "نمی‌دانم بعد از چهار سال چه می‌گویند.\nپس زنگ می‌زنم.",
        ),
        cue(4.4, 6.2, "It rings.", "响了。", "Гудок.", "زنگ می‌خورد."),
        cue(
            6.8,
            9.1,
            "It rings in my ear,\nand it rings over the water.",
            "在我耳边响，\n也在水面上响。",
            "Звонит у меня в ухе\nи звонит над водой.",
            "در گوشم زنگ می‌خورد\nو روی آب هم زنگ می‌خورد.",
        ),
        cue(
            10.0,
            12.7,
            "On the landing stage somebody stands\nwith a light in her hand.",
            "码头上站着一个人，\n手里有一点光。",
            "На причале кто-то стоит\nсо светом в руке.",
            "روی اسکله کسی ایستاده\nبا نوری در دست.",
        ),
        cue(
            13.5,
            17.0,
            "I have never rowed so badly\nin my life.",
            "我这辈子划船，\n从没划得这么糟。",
            "В жизни я не грёб\nтак плохо.",
            "در عمرم هیچ‌وقت\nاین‌قدر بد پارو نزده بودم.",
        ),
    ),
)

TWO_BARS = Series(
    slug="two-bars",
    title=words("Two Bars", "两格信号", "Две палочки", "دو خط آنتن"),
    synopsis=words(
        "There is a signal only in the middle of the lake. Rustam rows people to "
        "it and is paid not to listen. Then one calls him.",
        "只有湖心才有信号。鲁斯塔姆划船送人去打电话，收的是“不听”的钱。直到有位乘客打给了他。",
        "Связь есть только посреди озера. Рустам возит туда людей и берёт "
        "деньги за то, что не слушает. Пока не позвонили ему.",
        "آنتن فقط وسط دریاچه هست. رستم مردم را با قایق می‌برد و پول می‌گیرد که گوش ندهد. تا شبی که به خودش زنگ می‌زنند.",
    ),
    genre=words("Drama", "剧情", "Драма", "درام"),
    notes=words(
        "The stars are where they are in November. The village asked not to be named.",
        "星空是十一月的星空。村子要求不具名。",
        "Звёзды стоят так, как стоят в ноябре. Кишлак просил его не называть.",
        "ستاره‌ها همان‌جایی‌اند که در آبان هستند. روستا خواست نامش گفته نشود.",
    ),
    country="TJ",
    rating="6+",
    section="first-seasons",
    company=Company("Upper Lake Cooperative", "TJ"),
    scene="lake",
    score="lake",
    episodes=(FORTY_SOMONI, SUNDAYS, SHORE),
)
