"""What results pages and protocols say, in every language of the pages: told.json. Pure."""

from datetime import datetime
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from api.words import Words, pick

MESSAGES: Final = msgspec.json.decode(
    (Path(__file__).parent / "told.json").read_bytes(), type=dict[str, dict[str, str]]
)
NAMES: Final = {
    "en": "English", "zh": "中文", "ru": "Русский", "hi": "हिन्दी", "ur": "اردو", "fa": "فارسی", "kk": "Қазақша",
    "ky": "Кыргызча", "tg": "Тоҷикӣ", "uz": "Oʻzbekcha", "be": "Беларуская",
}  # fmt: skip
#: Between thousands, and before a part of one.
_COMMA, _SPACE = (",", "."), ("\u00a0", ",")
_FIGURES: Final = dict.fromkeys(("ru", "be", "kk", "ky", "tg", "uz"), _SPACE) | {"fa": ("٬", "٫")}
_PERSIAN: Final = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
#: Methods whose score is a mark on the ballot's scale, or a share of one; the others count votes or points.
_MARKS: Final = frozenset({"mean", "imdb", "confidence", "majority_judgment"})
_SHARES: Final = frozenset({"wilson", "share", "attendance"})


class Teller:
    """Says things in one language."""

    def __init__(self, lang: str, zone: str) -> None:
        self.lang = lang if lang in MESSAGES else "en"
        self._messages = MESSAGES[self.lang]
        self._zone = ZoneInfo(zone)

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        return "rtl" if self.lang in ("fa", "ur") else "ltr"

    def say(self, key: str, **values: str) -> str:
        """A key that is made at run time and unknown here, such as a new way to vote, says its last part."""
        return self._messages.get(key, key.rpartition(".")[2]).format(**values)

    def pick(self, words: Words) -> str:
        return pick(words, self.lang)

    def person(self, public_name: str | None) -> str:
        """A role with initials, "organiser A.B.", or the house; a protocol of before has a name, and keeps it."""
        if public_name is None:
            return "–"
        role, space, initials = public_name.partition(" ")
        return f"{self._messages.get(f'role.{role}', role)}{space}{initials}"

    def number(self, value: float, digits: int = 0) -> str:
        thousands, point = _FIGURES.get(self.lang, _COMMA)
        text = f"{value:,.{digits}f}".replace(",", "\0").replace(".", point).replace("\0", thousands)
        return text.translate(_PERSIAN) if self.lang == "fa" else text

    def plain(self, value: float) -> str:
        """A number with as many places as it needs, two at most."""
        return self.number(value, 0 if float(value).is_integer() else 2)

    def percent(self, share: float, digits: int = 0) -> str:
        return f"{self.number(share * 100, digits)}\u00a0%"

    def score(self, value: float, method: str, kind: str) -> str:
        if method in _MARKS:
            return self.number(value, 2)
        return self.percent(value, 1) if is_share(method, kind) else self.plain(value)

    def moment(self, at: datetime | str | None) -> str:
        """On the clocks of the festival, in figures that every language reads."""
        if at is None:
            return "–"
        given = datetime.fromisoformat(at) if isinstance(at, str) else at
        text = f"{given.astimezone(self._zone):%Y-%m-%d %H:%M:%S}"
        return f"\u2066{text}\u2069" if self.direction == "rtl" else text


def is_share(method: str, kind: str) -> bool:
    return method in _SHARES or (kind == "yesno" and method not in _MARKS)


def full_scale(method: str, kind: str, most: int, best: float) -> float:
    """What a bar of full length stands for."""
    if method in _MARKS:
        return float(most)
    return 1.0 if is_share(method, kind) else max(best, 1.0)
