"""Subtitles in whatever encoding their maker's program wrote: golden bytes, and what cannot be told for certain."""

import pytest

from api import errors
from api.studio import encodings
from api.studio.refusals import EncodingUnsure

HEAD, TAIL = "1\n00:00:01,000 --> 00:00:03,000\n", "\n\n2\n00:00:04,000 --> 00:00:06,000\n"
TEXTS = {
    "ru": ("Последний троллейбус уходит в полночь.", "Ты опять опоздала? — Нет, он пришёл раньше."),
    "be": ("Апошні тралейбус адыходзіць апоўначы.", "Ты зноў спазнілася? — Не, ён прыйшоў раней."),
    "kk": ("Соңғы троллейбус түн ортасында кетеді.", "Сен тағы кешіктің бе? — Жоқ, ол ерте келді."),
    "tg": ("Троллейбуси охирин дар нисфи шаб меравад.", "Ту боз дер мондӣ? — Не, ӯ барвақт омад."),
    "zh": ("末班车半夜才走，你怎么又来晚了？", "没有，是它来得太早了。我们明天再说吧。"),
    "fa": ("آخرين اتوبوس برقي نيمه شب مي‌رود.", "باز هم دير کردي؟ نه، او زودتر آمد."),
    "ar": ("آخر حافلة كهربائية تغادر عند منتصف الليل.", "هل تأخرت مرة أخرى؟ لا، هو جاء مبكرا."),
    "en": ("The last trolleybus leaves at midnight — café closed.", "You’re late again? No, it came early."),
    "uz": ("Охирги троллейбус ярим кечада кетади.", "Яна кечикдингми? Йўқ, у эрта келди, ғалати."),
}
TRADITIONAL = ("末班車半夜才走，你怎麼又來晚了？", "沒有，是它來得太早了。我們明天再說吧。")


def srt(lines: tuple[str, str]) -> str:
    return HEAD + lines[0] + TAIL + lines[1] + "\n"


@pytest.mark.parametrize(
    ("lang", "encoding", "lines"),
    [
        *[(lang, "utf-8", lines) for lang, lines in TEXTS.items()],
        *[("ru", name, TEXTS["ru"]) for name in ("windows-1251", "koi8-r", "iso8859-5", "cp866")],
        ("be", "windows-1251", TEXTS["be"]),
        ("kk", "kz1048", TEXTS["kk"]),
        ("tg", "koi8-t", TEXTS["tg"]),
        ("uz", "windows-1251", TEXTS["uz"]),
        ("zh", "gb18030", TEXTS["zh"]),
        ("zh", "big5", TRADITIONAL),
        ("fa", "windows-1256", TEXTS["fa"]),
        ("ar", "windows-1256", TEXTS["ar"]),
        ("en", "windows-1252", TEXTS["en"]),
        *[("ru", name, TEXTS["ru"]) for name in ("utf-16-le", "utf-16-be")],
        *[("zh", name, TEXTS["zh"]) for name in ("utf-16-le", "utf-16-be")],
    ],
)
def test_what_was_written_is_read_again(lang: str, encoding: str, lines: tuple[str, str]) -> None:
    # What an encoding has no sign for, its users leave out.
    text = srt(lines).encode(encoding, errors="ignore").decode(encoding)

    reading = encodings.read(text.encode(encoding), lang)

    assert (reading.text, reading.encoding) == (text, encoding)


@pytest.mark.parametrize(
    ("golden", "lang", "encoding", "words"),
    [
        (
            b"\xcf\xf0\xe8\xe2\xe5\xf2, \xf2\xfb \xe3\xe4\xe5 \xe1\xfb\xeb\xe0?",
            "ru",
            "windows-1251",
            "Привет, ты где была?",
        ),
        (b"\xf0\xd2\xc9\xd7\xc5\xd4, \xd4\xd9 \xc7\xc4\xc5 \xc2\xd9\xcc\xc1?", "ru", "koi8-r", "Привет, ты где была?"),
        (b"\xc4\xe3\xba\xc3\xa3\xac\xce\xd2\xc3\xc7\xd7\xdf\xb0\xc9\xa1\xa3", "zh", "gb18030", "你好，我们走吧。"),
        (b"\xa7A\xa6n\xa1A\xa7\xda\xad\xcc\xa8\xab\xa7a\xa1C", "zh", "big5", "你好，我們走吧。"),
        (b"\xd3\xe1\xc7\xe3 \xcf\xe6\xd3\xca \xe3\xe4", "fa", "windows-1256", "سلام دوست من"),
    ],
)
def test_golden_bytes(golden: bytes, lang: str, encoding: str, words: str) -> None:
    reading = encodings.read(HEAD.encode() + golden + b"\n", lang)

    assert (reading.encoding, reading.text) == (encoding, HEAD + words + "\n")


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]
)
def test_a_byte_order_mark_settles_it(mark: bytes, encoding: str) -> None:
    content = mark + srt(TEXTS["ru"]).encode(encoding)

    assert encodings.read(content, "ru") == encodings.Reading(text=srt(TEXTS["ru"]), encoding=encoding)


def test_words_of_another_language_are_a_question_with_what_they_might_be() -> None:
    """Said to be Chinese, but Russian in the code page of Windows."""
    with pytest.raises(EncodingUnsure) as asked:
        encodings.read(srt(TEXTS["ru"]).encode("windows-1251"), "zh")

    candidates = {each.encoding: each.lines for each in asked.value.extra["candidates"]}
    assert candidates["windows-1251"] == list(TEXTS["ru"])
    assert len(candidates) <= encodings.MOST_CANDIDATES
    assert all(len(lines) <= encodings.PREVIEW_LINES for lines in candidates.values())


def test_what_somebody_chose_is_what_it_is_read_as() -> None:
    content = srt(TEXTS["ru"]).encode("windows-1251")

    assert encodings.read(content, "zh", "windows-1251").text == srt(TEXTS["ru"])


@pytest.mark.parametrize("name", ["rot13", "zlib", "base64", "unicode_escape", "idna", "utf-7", "../x"])
def test_codecs_that_do_more_than_read_cannot_be_named(name: str) -> None:
    with pytest.raises(errors.Unprocessable):
        encodings.read(b"1\n", "en", name)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
        bytes(range(256)),
        b"\xff\xfe\x00\xd8\x00\xd8",
        b"\xd0\xcf\x11\xe0 no times here",
    ],
)
def test_bytes_without_a_time_in_them_are_refused(content: bytes) -> None:
    with pytest.raises(errors.SubtitleUnreadable):
        encodings.read(content, "ru")


def test_chosen_encoding_that_does_not_fit_is_refused() -> None:
    with pytest.raises(errors.SubtitleUnreadable):
        encodings.read(b"\xff\xff\xff", "ru", "utf-8")
