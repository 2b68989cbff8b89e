"""A horse that is sold three times and walks home three times."""

from loadtest.film.model import Company, Cut, Episode, Series, cue, words

MONDAY = Episode(
    1,
    words("Monday, Tuesday", "星期一，星期二", "Понедельник, вторник"),
    (Cut("walk", 6), Cut("gate", 6), Cut("close", 4.5, push=0.07)),
    (
        cue(0.6, 2.9, "We sold the horse on Monday.", "星期一，我们把马卖了。", "В понедельник мы продали коня."),
        cue(
            3.4,
            6.0,
            "Forty kilometres away.\nA good man. A dry stable.",
            "卖到四十公里外，\n人好，马棚也干爽。",
            "За сорок километров.\nХороший человек, сухая конюшня.",
        ),
        cue(6.6, 8.9, "On Tuesday he was at the gate.", "星期二，它站在门口。", "Во вторник он стоял у ворот."),
        cue(
            9.5,
            12.1,
            "Grandmother gave the money back\nand was angry until supper.",
            "奶奶把钱退了，\n气到吃晚饭。",
            "Бабушка вернула деньги\nи сердилась до ужина.",
        ),
        cue(
            12.8,
            16.0,
            "“Sell him farther,” she told me.\nHe was listening.",
            "“卖远一点。”她对我说。\n它在听。",
            "— Продай подальше, — сказала она.\nОн слушал.",
        ),
    ),
)
TRAIN = Episode(
    2,
    words("By Train", "坐火车", "Поездом"),
    (Cut("close", 5.5, start=3, push=0.07), Cut("walk", 5.5, start=9), Cut("gate", 5, start=4)),
    (
        cue(
            0.6,
            3.1,
            "The second time he went by train.\nForty hours.",
            "第二次，它坐火车走的。\n四十个小时。",
            "Во второй раз он уехал поездом.\nСорок часов пути.",
        ),
        cue(
            3.6,
            6.3,
            "I whispered the way home into his ear.\nAs a joke.",
            "我在它耳边说了回家的路。\n是开玩笑的。",
            "Я шепнула ему на ухо дорогу домой.\nВ шутку.",
        ),
        cue(
            6.9,
            9.4,
            "Ten days of nothing.\nThen dust in the west.",
            "十天没有消息。\n后来西边起了尘土。",
            "Десять дней — ничего.\nПотом пыль на западе.",
        ),
        cue(
            10.0,
            12.4,
            "He had a ticket stub in his mane.",
            "它的鬃毛里夹着一张车票。",
            "В гриве у него был корешок билета.",
        ),
        cue(
            13.0,
            15.6,
            "He drank, he slept one hour,\nand he looked past our gate.",
            "它喝了水，睡了一小时，\n望向我们门外更远处。",
            "Попил, поспал час\nи посмотрел мимо наших ворот.",
        ),
    ),
)
NOT_TO_US = Episode(
    3,
    words("Not to Us", "不是回我们家", "Не к нам"),
    (Cut("gate", 5.5, start=9), Cut("walk", 4.5, start=17), Cut("lake", 7.5)),
    (
        cue(
            0.6,
            3.2,
            "The third buyer came himself.\n“I do not want my money,” he said.",
            "第三个买主亲自来了。\n“我不是来要钱的，”他说。",
            "Третий покупатель приехал сам.\n— Деньги мне не нужны, — сказал он.",
        ),
        cue(
            3.7,
            5.9,
            "“I want to know\nwhat he walks for.”",
            "“我想知道，\n它走这么远是为了什么。”",
            "— Хочу знать,\nради чего он идёт.",
        ),
        cue(
            6.5,
            9.3,
            "So that night we left the gate open\nand followed.",
            "那天夜里，我们开着门，\n跟在它后面。",
            "Ночью мы оставили ворота открытыми\nи пошли следом.",
        ),
        cue(
            10.4,
            13.1,
            "He went to the salt lake, where\nGrandfather’s yurt used to stand.",
            "它去了盐湖，\n爷爷的毡房原来在那里。",
            "Он пошёл к солёному озеру,\nгде стояла дедушкина юрта.",
        ),
        cue(
            13.7,
            17.0,
            "Nobody has lived there for eleven years.\nThe lamp was lit.",
            "那里十一年没人住了。\n灯却亮着。",
            "Там одиннадцать лет никто не живёт.\nГорела лампа.",
        ),
    ),
)

THE_HORSE_CAME_BACK = Series(
    slug="the-horse-came-back",
    title=words("The Horse Came Back", "马回来了", "Конь вернулся"),
    synopsis=words(
        "They sold the horse on Monday. On Tuesday he was at the gate. By the "
        "third buyer somebody has to ask where he is going.",
        "星期一卖掉的马，星期二又站在门口。卖到第三家，总得有人问一句：它到底要去哪儿？",
        "В понедельник коня продали. Во вторник он стоял у ворот. К третьему "
        "покупателю пора спросить, куда он на самом деле идёт.",
    ),
    genre=words("Comedy drama", "喜剧剧情", "Трагикомедия"),
    notes=words(
        "The horse is twelve drawings and would not take direction.",
        "这匹马由十二幅画组成，不服从调度。",
        "Конь — это двенадцать рисунков; режиссёра он не слушал.",
    ),
    country="KZ",
    rating="6+",
    section="main",
    company=Company("Feather Grass Pictures", "KZ"),
    scene="steppe",
    score="steppe",
    episodes=(MONDAY, TRAIN, NOT_TO_US),
)
