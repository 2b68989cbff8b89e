"""A trolleybus driver, the back seat, and what comes back to it."""

from loadtest.film.model import Company, Cut, Episode, Series, cue, words

UMBRELLA = Episode(
    1,
    words("The Umbrella", "伞", "Зонт"),
    (Cut("window", 5), Cut("boulevard", 5.5), Cut("seat:umbrella", 6)),
    (
        cue(
            0.8,
            3.4,
            "Last run of the night.\nJust the rain and me, to the depot.",
            "今晚最后一班车。\n车上只有雨和我。",
            "Последний рейс.\nДо депо — только дождь и я.",
        ),
        cue(
            4.0,
            6.8,
            "At every stop I open the doors\nand let a little weather in.",
            "每一站我都打开车门，\n放进来一点天气。",
            "На каждой остановке открываю двери\nи впускаю немного погоды.",
        ),
        cue(
            7.4,
            9.9,
            "Tonight something stayed behind\non the back seat.",
            "今晚，后座上\n多了一样东西。",
            "Сегодня на заднем сиденье\nчто-то осталось.",
        ),
        cue(
            10.8,
            13.3,
            "A red umbrella. One broken rib.\nI lost it in 2009.",
            "一把红伞，断了一根骨。\n是我2009年弄丢的。",
            "Красный зонт со сломанной спицей.\nЯ потеряла его в 2009 году.",
        ),
        cue(
            13.8,
            16.1,
            "It has been raining since noon.\nIt is dry.",
            "雨从中午下到现在。\n伞却是干的。",
            "Дождь идёт с полудня.\nА зонт сухой.",
        ),
    ),
)
GLOVE = Episode(
    2,
    words("The Glove", "手套", "Перчатка"),
    (Cut("boulevard", 5.5, start=2), Cut("seat:glove", 5.5), Cut("mirror", 5)),
    (
        cue(
            0.6,
            3.2,
            "Second night. A glove.\nLeft hand.",
            "第二晚。一只手套。\n左手的。",
            "Вторая ночь. Перчатка.\nЛевая.",
        ),
        cue(
            3.8,
            6.6,
            "The right one has waited in my drawer\nfor nine winters.",
            "右手那只，在我抽屉里\n等了九个冬天。",
            "Правая ждёт у меня в ящике\nдевять зим.",
        ),
        cue(
            7.2,
            9.8,
            "My sister says somebody is mocking me.\nWith wool?",
            "妹妹说有人在捉弄我。\n用毛线捉弄？",
            "Сестра говорит: над тобой шутят.\nШерстью?",
        ),
        cue(10.4, 12.6, "It still smells of the skating rink.", "它还带着溜冰场的味道。", "Она ещё пахнет катком."),
        cue(
            13.2,
            15.6,
            "Then the bell rang for a stop.\nThere was nobody on board.",
            "这时有人按了下车铃。\n车上没有别人。",
            "И тут кто-то попросил остановку.\nВ салоне никого.",
        ),
    ),
)
LETTER = Episode(
    3,
    words("The Letter", "信", "Письмо"),
    (Cut("mirror", 5, start=4), Cut("seat:letter", 6), Cut("window", 5.5, start=5)),
    (
        cue(
            0.6,
            3.0,
            "Third night. An envelope.\nMy own handwriting.",
            "第三晚。一个信封。\n是我自己的字迹。",
            "Третья ночь. Конверт.\nМой собственный почерк.",
        ),
        cue(
            3.6,
            6.3,
            "A letter I began at twenty\nand never had the nerve to end.",
            "二十岁时开了头的信，\n一直没敢写完。",
            "Письмо, которое я начала в двадцать\nи не решилась закончить.",
        ),
        cue(
            6.9,
            9.5,
            "I know the first page by heart.\nIt is mostly apologies.",
            "第一页我背得出来，\n大半是道歉。",
            "Первую страницу помню наизусть.\nВ основном извинения.",
        ),
        cue(10.2, 12.6, "There is a second page now.", "可现在，有了第二页。", "Теперь в нём есть вторая страница."),
        cue(
            13.2,
            16.0,
            "The ink comes off on my thumb.\nIt is still wet.",
            "墨沾上了我的拇指。\n还没有干。",
            "Чернила остались на пальце.\nОни ещё не высохли.",
        ),
    ),
)
PASSENGER = Episode(
    4,
    words("The Passenger", "乘客", "Пассажирка"),
    (Cut("window", 5, start=3), Cut("mirror", 5, start=2), Cut("seat:passenger", 7.5, push=0.07)),
    (
        cue(
            0.6,
            3.2,
            "Fourth night. I do not look back\nuntil the bridge.",
            "第四晚。过桥之前，\n我没有回头看。",
            "Четвёртая ночь. До моста\nя не оборачиваюсь.",
        ),
        cue(5.2, 7.0, "Then I look.", "然后我看了一眼。", "Потом смотрю."),
        cue(
            7.6,
            9.9,
            "My coat. My umbrella.\nTwenty years old.",
            "我的大衣，我的伞。\n二十岁。",
            "Моё пальто. Мой зонт.\nДвадцать лет.",
        ),
        cue(
            10.6,
            13.4,
            "“You took your time,” she says.\n“We have a letter to finish.”",
            "“你可真慢，”她说，\n“我们还有封信要写完。”",
            "— Долго же ты, — говорит она. —\nНам ещё письмо дописывать.",
        ),
        cue(
            14.0,
            17.0,
            "The loudspeaker names the next stop:\na place I never told anyone about.",
            "喇叭报出下一站：\n那地方我从没告诉过别人。",
            "Динамик объявляет остановку — место,\nо котором я никому не говорила.",
        ),
    ),
)

LOST_PROPERTY = Series(
    slug="lost-property",
    title=words("Lost Property", "失物招领", "Бюро находок"),
    synopsis=words(
        "On the last run of the night a trolleybus driver keeps finding "
        "things she lost long ago. It rains. They are dry.",
        "末班无轨电车的女司机，每晚都在后座捡到自己多年前丢失的东西。外面下着雨，它们却是干的。",
        "На последнем рейсе водитель троллейбуса каждую ночь находит вещи, которые "
        "сама потеряла много лет назад. Идёт дождь. Они сухие.",
    ),
    genre=words("Mystery", "悬疑", "Мистика"),
    notes=words(
        "Drawn, not filmed. No trolleybus was late because of us.",
        "全片手绘，未实拍。没有一班电车因我们晚点。",
        "Нарисовано, а не снято. Ни один троллейбус из-за нас не опоздал.",
    ),
    country="BY",
    rating="12+",
    section="main",
    company=Company("Depot Lane Films", "BY"),
    scene="trolleybus",
    score="rain",
    episodes=(UMBRELLA, GLOVE, LETTER, PASSENGER),
)
