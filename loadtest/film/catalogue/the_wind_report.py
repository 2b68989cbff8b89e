"""The old city flies kites by the word of one woman with a microphone."""

from loadtest.film.model import Company, Cut, Episode, Series, cue, words

SIX_O_CLOCK = Episode(
    1,
    words("Six O’Clock", "六点整", "Шесть часов"),
    (Cut("roofs", 6), Cut("report", 6), Cut("calm", 4.5)),
    (
        cue(
            0.6,
            3.0,
            "Every evening at six\nMrs. Anwar announces the wind.",
            "每天傍晚六点，\n安瓦尔太太播报风。",
            "Каждый вечер в шесть\nгоспожа Анвар объявляет ветер.",
        ),
        cue(
            3.6,
            5.9,
            "Fifty roofs hold their kites\nand listen.",
            "五十个屋顶举着风筝，\n都在听。",
            "Пятьдесят крыш держат змеев\nи слушают.",
        ),
        cue(
            6.6,
            9.2,
            "“South-west, light,\nwith a chance of neighbours.”",
            "“西南风，微风，\n局部地区有邻居。”",
            "— Юго-западный, слабый,\nместами соседи.",
        ),
        cue(9.8, 11.9, "She has never been wrong.", "她从没报错过。", "Она ни разу не ошиблась."),
        cue(
            12.6,
            15.9,
            "Today: “No wind until Thursday.”\nAnd every kite came down.",
            "今天她说：“星期四前无风。”\n所有风筝都落了下来。",
            "Сегодня: «До четверга ветра нет».\nИ все змеи упали.",
        ),
    ),
)
NO_WIND = Episode(
    2,
    words("No Wind", "无风", "Штиль"),
    (Cut("calm", 6.5, start=2), Cut("report", 5, start=7), Cut("look-up", 4.5, push=0.07)),
    (
        cue(
            0.6,
            3.0,
            "Tuesday. Even the washing\nis waiting.",
            "星期二。\n连晾的衣服都在等。",
            "Вторник.\nЖдёт даже бельё.",
        ),
        cue(
            3.6,
            6.1,
            "Wednesday. A crow sits down\nand falls asleep.",
            "星期三。一只乌鸦停下来，\n睡着了。",
            "Среда. Ворона села\nи уснула.",
        ),
        cue(6.8, 8.7, "We go up and ask her why.", "我们上楼去问她为什么。", "Мы поднимаемся спросить почему."),
        cue(
            9.2,
            11.7,
            "“I only read it out,” she says.\n“Somebody else writes it.”",
            "“我只管念，”她说，\n“写的是别人。”",
            "— Я только читаю, — говорит она. —\nПишет кто-то другой.",
        ),
        cue(
            12.3,
            15.5,
            "Under Thursday there is one word:\nmy name.",
            "星期四那一栏只有一个词：\n我的名字。",
            "Под четвергом одно слово:\nмоё имя.",
        ),
    ),
)
THURSDAY = Episode(
    3,
    words("Thursday", "星期四", "Четверг"),
    (Cut("roofs", 5.5, start=6), Cut("look-up", 5.5, start=3, push=0.07), Cut("unseen", 7)),
    (
        cue(
            0.6,
            3.4,
            "Thursday, one minute to six. All roofs\nfull, everyone pretending not to look.",
            "星期四，差一分六点。\n屋顶站满人，都装作没在看。",
            "Четверг, без минуты шесть. На крышах\nвсе, и все как будто случайно.",
        ),
        cue(3.9, 5.4, "Six. Nothing.", "六点。没有风。", "Шесть. Ничего."),
        cue(
            6.0,
            8.2,
            "One minute past.\nMy string pulls.",
            "六点零一分。\n我的线动了。",
            "Минута седьмого.\nМою нить потянуло.",
        ),
        cue(8.7, 10.8, "But my kite is under my arm.", "可我的风筝还夹在胳膊下。", "Но мой змей у меня под мышкой."),
        cue(11.6, 13.9, "I give it line. It takes line.", "我放线，它就往上走。", "Я отпускаю — оно берёт."),
        cue(
            14.5,
            17.5,
            "From up there, very politely,\nsomebody pulls twice.",
            "上面有人，很有礼貌地，\n拉了两下。",
            "И сверху кто-то очень вежливо\nдёргает два раза.",
        ),
    ),
)

THE_WIND_REPORT = Series(
    slug="the-wind-report",
    title=words("The Wind Report", "风的广播", "Сводка ветра"),
    synopsis=words(
        "Every evening Mrs. Anwar reads the wind to the rooftops. She has "
        "never been wrong. Then she says: none until Thursday.",
        "每天傍晚，安瓦尔太太向屋顶播报风向，从没出过错。这一天她说：星期四以前，没有风。",
        "Каждый вечер госпожа Анвар читает крышам сводку ветра и ни разу не "
        "ошиблась. И вот она говорит: до четверга ветра нет.",
    ),
    genre=words("Family", "家庭", "Семейный"),
    notes=words(
        "All strings are cotton. Nothing sharp was flown.",
        "片中的线都是棉线，没有放过一根伤人的线。",
        "Все нити — хлопок. Ничего острого в небо не поднимали.",
    ),
    country="PK",
    rating="0+",
    section="first-seasons",
    company=Company("Old City Rooftop", "PK"),
    scene="rooftops",
    score="rooftops",
    episodes=(SIX_O_CLOCK, NO_WIND, THURSDAY),
)
