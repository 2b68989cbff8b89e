"""The encoding of a subtitle file, from its bytes and the language it is said to be in. Pure.

A byte order mark or valid UTF-8 settles it. Everything else is a guess: each encoding in use for that language is
tried, and what comes out is compared with how the language is written. Where two readings are about as likely, people
decide.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from charset_normalizer import from_bytes
from msgspec import Struct

from api import errors
from api.studio.refusals import EncodingUnsure
from api.studio.scripts import letters_of, scripts_of, share_of

#: What people are asked to choose from, at most.
MOST_CANDIDATES: Final = 4
PREVIEW_LINES: Final = 3
_PREVIEW_LENGTH: Final = 80
#: So many signs tell as much as all.
_SAMPLE: Final = 12_000
#: How much better than the next one the best reading has to be, and how good at all (0 to 1).
_CLEARLY: Final = 0.12
_PLAUSIBLE: Final = 0.55
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CYRILLIC: Final = ("windows-1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic")
#: In the order they are met with; the first one is taken where two come out the same.
_USUAL: Final[dict[str, tuple[str, ...]]] = {
    "zh": ("gb18030", "big5"),
    "ja": ("shift_jis", "euc-jp"),
    "ko": ("cp949",),
    "ru": _CYRILLIC,
    "be": _CYRILLIC,
    "bg": _CYRILLIC,
    "ky": _CYRILLIC,
    "uk": ("windows-1251", "koi8-u", *_CYRILLIC[2:]),
    "kk": ("kz1048", *_CYRILLIC),
    "tg": ("koi8-t", *_CYRILLIC),
    "uz": (*_CYRILLIC, "windows-1252", "windows-1254"),
    "fa": ("windows-1256",),
    "ar": ("windows-1256", "iso8859-6"),
    "ur": ("windows-1256",),
    "he": ("windows-1255",),
    "el": ("windows-1253",),
    "tr": ("windows-1254",),
    "pl": ("windows-1250", "iso8859-2"),
    "cs": ("windows-1250", "iso8859-2"),
    "hu": ("windows-1250", "iso8859-2"),
}
_ELSEWHERE: Final = ("windows-1252",)
#: Signs that make up most of a real text and hardly anything of a misread one, and the share they have at least.
_HAN: Final = (
    "的一是不了人我在有他这這中大来來上国國个個到说說们們为為子和你地出道也时時年得就那要下以生会會自着著去之过過家学學对對可她里裡后後小么麼心多天"
    "而能好都然没沒日于於起还還发發成事只作当當想看文无無开開手用主行方又如前所本见見经經头頭面公同三已老从從动動两兩长長请請什嗎吗吧呢别別再把给"
    "給被走知点點话話等回很太真誰谁怎车車"
)
_FREQUENT: Final[dict[str, tuple[str, float]]] = {
    "Cyrillic": ("оеаинтсрвлкмды", 0.6),
    "Han": (_HAN, 0.3),
    "Hangul": ("이다는을가에지고의하나도은사들한리그어서자기로아정시인대라해요니", 0.3),
    "Hiragana": ("のにはたをがでとしいるなれもかてっうよ", 0.3),
}
#: The letters of a language beside those of Russian. Others betray that a file was read by a neighbour's table.
_OWN_LETTERS: Final = {
    "be": "іў",
    "kk": "әғқңөұүһі",
    "ky": "ңөү",
    "mk": "ѓјљњќѕџ",
    "mn": "өү",
    "sr": "ђјљњћџ",
    "tg": "ғӣқӯҳҷ",
    "uk": "єіїґ",
    "uz": "ўқғҳ",
}
_RUSSIAN: Final = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_FOREIGN_WEIGHS: Final = 4
#: Of the letters of a text in Latin script, these are without marks.
_PLAIN_SHARE: Final = 0.7
#: Controls, what stands for broken bytes, and the lines and blocks of old terminals.
_ODD: Final = re.compile("[\x80-\x9f\ufffd\u2500-\u259f]")
_TAGS: Final = re.compile(r"<[^<>]*>|\{[^{}]*\}")
_MARKUP: Final = re.compile(r"<[^<>]*>|\{[^{}]*\}|[\d:.,\->\s]+")
_TIMED: Final = re.compile(r"\d\s*-->\s*\d|^Dialogue:", re.MULTILINE)


class Candidate(Struct, frozen=True, kw_only=True):
    """One way to read a file, and the first words that come out."""

    encoding: str
    lines: list[str]


class Reading(Struct, frozen=True, kw_only=True):
    text: str
    encoding: str


def read(content: bytes, lang: str, encoding: str | None = None) -> Reading:
    """The text of a file. Raises SubtitleUnreadable, or EncodingUnsure with what could be meant."""
    if encoding is not None:
        return Reading(text=_decoded(content, encoding), encoding=encoding)
    for mark, name in _BOMS:
        if content.startswith(mark):
            return Reading(text=_decoded(content[len(mark) :], name), encoding=name)
    if b"\0" in content:
        return _read_wide(content)
    try:
        return Reading(text=content.decode(), encoding="utf-8")
    except UnicodeDecodeError:
        return _guessed(content, lang)


def _decoded(content: bytes, encoding: str) -> str:
    if encoding not in known():
        raise errors.Unprocessable("There is no such encoding here.", field="encoding")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise errors.SubtitleUnreadable from error


def known() -> frozenset[str]:
    """Nothing else may be named: Python's codecs can also unpack and execute."""
    return frozenset(
        ["utf-8", "utf-16-le", "utf-16-be", *_ELSEWHERE, *(name for names in _USUAL.values() for name in names)]
    )


def _read_wide(content: bytes) -> Reading:
    """UTF-16 without a mark: of the two byte orders, times can be read in one only."""
    for name in ("utf-16-le", "utf-16-be"):
        text = content.decode(name, errors="replace")
        if _TIMED.search(text):
            return Reading(text=_decoded(content, name), encoding=name)
    raise errors.SubtitleUnreadable


def _guessed(content: bytes, lang: str) -> Reading:
    found = sorted(_scored(content, lang), key=lambda each: -each[0])
    if not found:
        raise errors.SubtitleUnreadable
    best, reading = found[0]
    others = [score for score, _ in found[1:]]
    if best >= _PLAUSIBLE and (not others or best - others[0] >= _CLEARLY):
        return reading
    raise EncodingUnsure(candidates=[_candidate(each) for _, each in found[:MOST_CANDIDATES]])


def _scored(content: bytes, lang: str) -> Iterator[tuple[float, Reading]]:
    """Every different text that may be meant, once."""
    texts = set[str]()
    names = _USUAL.get(lang, _ELSEWHERE)
    for name in dict.fromkeys([*names, *_advised(content, names)]):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if text not in texts and _TIMED.search(text):
            texts.add(text)
            yield plausibility(text, lang), Reading(text=text, encoding=name)


def _advised(content: bytes, names: tuple[str, ...]) -> list[str]:
    """What a library thinks that knows nothing of the language: it may be another one than was said."""
    guess = from_bytes(content[:_SAMPLE], cp_isolation=sorted(known())).best()
    return [] if guess is None else [name for name in (_named(guess.encoding),) if name and name not in names]


def _named(encoding: str) -> str | None:
    """Our name of it: `cp1251` there is `windows-1251` here."""
    plain = encoding.replace("_", "-").replace("cp125", "windows-125")
    return plain if plain in known() else None


def plausibility(text: str, lang: str) -> float:
    """How likely this was meant (0 to 1): letters of the language, the frequent ones, words in one case."""
    words = _MARKUP.sub(" ", text[:_SAMPLE])
    letters = letters_of(words).lower()
    if not letters:
        return 0.0
    broken = 0.3 if _ODD.search(words) else 1.0
    return broken * _even(words) * max(_likeness(letters, script, lang) for script in scripts_of(lang))


def _likeness(letters: str, script: str, lang: str) -> float:
    own = share_of(letters, script)
    if script == "Cyrillic":
        alphabet = _RUSSIAN | set(_OWN_LETTERS.get(lang, ""))
        own = max(0.0, 1 - _FOREIGN_WEIGHS * sum(sign not in alphabet for sign in letters) / len(letters))
    elif script == "Latin":
        own *= min(1.0, sum(map(str.isascii, letters)) / len(letters) / _PLAIN_SHARE)
    if script not in _FREQUENT:
        return own
    signs, share = _FREQUENT[script]
    return own * min(1.0, sum(sign in signs for sign in letters) / len(letters) / share)


def _even(text: str) -> float:
    """Misread Cyrillic swaps its cases, or mixes them within words."""
    pairs = [(a, b) for a, b in pairwise(text) if a.isalpha() and b.isalpha()]
    cased = [(a, b) for a, b in pairs if a.lower() != a.upper() and b.lower() != b.upper()]
    if not cased:
        return 1.0
    odd = sum(a.islower() and b.isupper() for a, b in cased)
    shouted = sum(a.isupper() and b.isupper() for a, b in cased)
    return max(0.1, 1.0 - 3 * odd / len(cased) - 0.3 * shouted / len(cased))


def _candidate(reading: Reading) -> Candidate:
    return Candidate(encoding=reading.encoding, lines=list(_spoken(reading.text)))


def _spoken(text: str) -> Iterator[str]:
    """The first lines somebody would read on the screen; those with signs beyond ASCII tell most."""
    lines = (
        _TAGS.sub("", line.split(",,", 1)[-1] if line.startswith("Dialogue:") else line) for line in text.splitlines()
    )
    telling = [line.strip()[:_PREVIEW_LENGTH] for line in lines if not line.isascii()]
    yield from telling[:PREVIEW_LINES]
