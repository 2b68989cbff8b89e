"""How languages are written: their script, their direction, and how much of them fits on a phone. Pure."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

_SCRIPTS: Final[dict[str, str]] = {
    **dict.fromkeys(("ru", "be", "uk", "bg", "kk", "ky", "tg", "mk", "mn", "sr", "tt", "ba"), "Cyrillic"),
    **dict.fromkeys(("fa", "ar", "ur", "ps", "ug", "ku", "sd"), "Arabic"),
    **dict.fromkeys(("hi", "mr", "ne", "sa"), "Devanagari"),
    **dict.fromkeys(("zh", "yue"), "Han"),
    **dict.fromkeys(("he", "yi"), "Hebrew"),
    "ja": "Hiragana",
    "ko": "Hangul",
    "el": "Greek",
    "th": "Thai",
    "bn": "Bengali",
    "ta": "Tamil",
    "te": "Telugu",
    "ka": "Georgian",
    "hy": "Armenian",
}
#: What Unicode calls the letters of a script, where that is not its own name in capitals.
_NAMES: Final = {"Han": ("CJK",), "Hiragana": ("HIRAGANA", "KATAKANA", "CJK")}
#: A sign of these says about as much as a word's half.
IDEOGRAPHIC: Final = frozenset({"Han", "Hiragana", "Hangul"})
RIGHT_TO_LEFT: Final = frozenset({"Arabic", "Hebrew"})
#: Written in either of two scripts.
_TWO_SCRIPTS: Final = {"uz": ("Latin", "Cyrillic"), "sr": ("Cyrillic", "Latin"), "az": ("Latin", "Cyrillic")}


class Limits(Struct, frozen=True, kw_only=True):
    """Signs a second, and signs in one line of a phone held upright."""

    speed: float
    line: int


#: Reading speeds of adults are those of Netflix's Timed Text Style Guides, one for each language (their address is
#: partnerhelp.netflixstudios.com): English 20, Korean 12, Chinese 9, Japanese 4, nearly all others 17. Their lines, 42
#: signs, or 16, are for televisions: on a phone held upright, at the size our player begins with, 32 and 14 fit.
_SPEEDS: Final = {"en": 20.0, "ko": 12.0, "zh": 9.0, "yue": 9.0, "ja": 4.0}
_SPEED: Final = 17.0
_LINE, _WIDE_LINE = 32, 14


def script_of(lang: str) -> str:
    return _SCRIPTS.get(lang, "Latin")


def scripts_of(lang: str) -> tuple[str, ...]:
    return _TWO_SCRIPTS.get(lang, (script_of(lang),))


def limits_of(lang: str) -> Limits:
    wide = script_of(lang) in IDEOGRAPHIC
    return Limits(speed=_SPEEDS.get(lang, _SPEED), line=_WIDE_LINE if wide else _LINE)


def is_rtl(lang: str) -> bool:
    return script_of(lang) in RIGHT_TO_LEFT


def letters_of(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())


def share_of(letters: str, script: str) -> float:
    """How many of these letters belong to the script."""
    return sum(_belongs(sign, script) for sign in letters) / len(letters) if letters else 0.0


def _belongs(sign: str, script: str) -> bool:
    name = unicodedata.name(sign, "")
    return name.startswith(_NAMES.get(script, (script.upper(),)))


def length_of(text: str) -> int:
    """As people count: marks on letters and signs that are not seen are no signs of their own."""
    return sum(unicodedata.category(sign) not in ("Mn", "Me", "Cf") for sign in text)


def best_share(letters: str, scripts: Iterable[str]) -> float:
    return max(share_of(letters, script) for script in scripts)
