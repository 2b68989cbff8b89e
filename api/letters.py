"""What mails say, in every language the pages speak: letters.json."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from api.mail import Mailer

Kind: TypeAlias = Literal["sign_in", "vote", "checkpoint"]
_TAG = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]{1,20})?\s*(?:;\s*q=([01](?:\.\d{1,3})?)\s*)?")


class Letter(Struct, frozen=True):
    """Both with the values' names in braces."""

    subject: str
    text: str


LETTERS: Final = msgspec.json.decode(
    Path(__file__).with_suffix(".json").read_bytes(), type=dict[str, dict[Kind, Letter]]
)


def choose_language(asked: str | None, accepted: str, available: Iterable[str]) -> str:
    """`asked` by an address or an account, else the first the browser would take (RFC 9110, 12.5.4), else English."""
    spoken = set(available)
    if asked is not None and (tag := asked.lower().split("-")[0]) in spoken:
        return tag
    found = [match for part in accepted.split(",")[:20] if (match := _TAG.fullmatch(part))]
    wanted = sorted(found, key=lambda match: -float(match[2] or 1))
    tags = [match[1].lower() for match in wanted if float(match[2] or 1) > 0]
    return next((tag for tag in tags if tag in spoken), "en")


def write(kind: Kind, lang: str | None, **values: object) -> Letter:
    """The letter in this language, else in English."""
    letter = LETTERS.get(lang or "en", LETTERS["en"])[kind]
    return Letter(letter.subject.format(**values), letter.text.format(**values))


class Letters:
    """Writes to whoever asks, in the language of their page."""

    def __init__(self, mailer: Mailer, accepted: str) -> None:
        self._mailer = mailer
        self.lang = choose_language(None, accepted, LETTERS)

    async def send(self, to: str, kind: Kind, **values: object) -> None:
        letter = write(kind, self.lang, **values)
        await self._mailer.send(to, letter.subject, letter.text)
