"""A cook who has forgotten everything but the folding."""

from loadtest.film.model import Company, Cut, Episode, Series, cue, words

TWO_HUNDRED_AND_ONE = Episode(
    1,
    words("Two Hundred and One", "两百零一个", "Двести один"),
    (Cut("stove", 6.5), Cut("hands", 6), Cut("street", 4.5)),
    (
        cue(
            0.6,
            3.1,
            "Grandfather no longer knows\nwhat day it is.",
            "爷爷已经不记得\n今天星期几了。",
            "Дедушка уже не помнит,\nкакой сегодня день.",
        ),
        cue(
            3.7,
            6.2,
            "At four in the morning\nhe makes two hundred dumplings.",
            "凌晨四点，\n他包两百个饺子。",
            "В четыре утра он лепит\nдвести пельменей.",
        ),
        cue(
            6.9,
            9.3,
            "He has lost my name.\nHis hands have lost nothing.",
            "他忘了我的名字，\n手却什么都没忘。",
            "Моё имя он забыл.\nРуки не забыли ничего.",
        ),
        cue(
            9.9,
            12.3,
            "Tonight: two hundred and one.\n“Who is that one for?”",
            "今晚是两百零一个。\n“多的这个给谁？”",
            "Сегодня двести один.\n— А этот кому?",
        ),
        cue(
            13.0,
            16.4,
            "“She is late,” he says.\nAnd the bell rings.",
            "“她来晚了。”他说。\n门铃响了。",
            "— Она опаздывает, — говорит он.\nИ звонят в дверь.",
        ),
    ),
)
COIN = Episode(
    2,
    words("The One with the Coin", "有硬币的那个", "Тот, что с монетой"),
    (Cut("street", 5.5, start=4), Cut("hands", 4, start=3), Cut("bowl", 7.5, push=0.07)),
    (
        cue(
            0.6,
            3.0,
            "A woman with snow on her hat\nasks for the one with the coin.",
            "一位帽子落满雪的老太太，\n要那个包了硬币的。",
            "Женщина в снегу просит тот,\nв котором монета.",
        ),
        cue(
            3.5,
            5.6,
            "I say we stopped doing that\nbefore I was born.",
            "我说，早就不包硬币了，\n我出生前就不包了。",
            "Говорю: монет давно не кладут,\nменя ещё на свете не было.",
        ),
        cue(
            6.2,
            8.8,
            "He takes one out of two hundred\nwithout looking.",
            "他看也不看，\n从两百个里拿出一个。",
            "Он берёт один из двухсот\nне глядя.",
        ),
        cue(10.0, 12.2, "She bites. Something rings.", "她咬了一口，\n叮的一声。", "Она кусает.\nЧто-то звякнуло."),
        cue(
            12.9,
            16.4,
            "“Forty years,” she says.\n“You still owe me the answer.”",
            "“四十年了，”她说，\n“你还欠我一个回答。”",
            "— Сорок лет, — говорит она. —\nТы так и не ответил.",
        ),
    ),
)
ALL_OF_THEM = Episode(
    3,
    words("All of Them", "都来了", "Все"),
    (Cut("bowl", 5.5, start=6, push=0.07), Cut("stove", 5.5, start=5), Cut("queue", 7)),
    (
        cue(
            0.6,
            2.9,
            "He looks up. He says a name.",
            "他抬起头，说了一个名字。",
            "Он поднимает глаза\nи произносит имя.",
        ),
        cue(3.4, 5.2, "Not hers. Not mine.", "不是她的，也不是我的。", "Не её. Не моё."),
        cue(
            5.9,
            8.5,
            "“That is the street,” she says.\n“Before they renamed it.”",
            "“那是这条街的名字，”她说，\n“改名以前的。”",
            "— Это улица, — говорит она. —\nДо переименования.",
        ),
        cue(9.0, 10.9, "He lights the second stove.", "他点着了第二个灶。", "Он зажигает вторую плиту."),
        cue(
            11.7,
            14.2,
            "“How many will we be?” I ask.\nHe counts the snow.",
            "“咱们几个人？”我问。\n他数着雪花。",
            "— Сколько нас будет? — спрашиваю.\nОн считает снег.",
        ),
        cue(
            14.8,
            17.5,
            "“All of them,” he says,\nand opens the door.",
            "“都来了。”他说，\n打开了门。",
            "— Все, — говорит он\nи открывает дверь.",
        ),
    ),
)

HANDS_REMEMBER = Series(
    slug="hands-remember",
    title=words("Hands Remember", "手记得", "Руки помнят"),
    synopsis=words(
        "A cook has forgotten his granddaughter’s name but not one fold. One "
        "night he makes a dumpling too many, for someone late.",
        "老师傅忘了孙女的名字，却没忘一道褶。这天夜里他多包了一个，给一位来晚了的人。",
        "Старый повар забыл имя внучки, но не забыл ни одной складки. Однажды ночью "
        "он лепит лишний пельмень — для той, что опаздывает.",
    ),
    genre=words("Family drama", "家庭剧情", "Семейная драма"),
    notes=words(
        "Eighteen folds each. We counted.",
        "每个十八道褶，我们数过。",
        "По восемнадцать складок. Мы считали.",
    ),
    country="CN",
    rating="6+",
    section="main",
    company=Company("Snow Lane Kitchen Pictures", "CN"),
    scene="kitchen",
    score="kitchen",
    episodes=(TWO_HUNDRED_AND_ONE, COIN, ALL_OF_THEM),
)
