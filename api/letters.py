"""What mails and calendars say, in every language the pages speak: letters.json."""

from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from api.mail import Mailer
from api.words import choose_language

Kind: TypeAlias = Literal["sign_in", "vote", "checkpoint", "invited", "invited_elsewhere", "reminder"]


class Letter(Struct, frozen=True):
    """Both with the values' names in braces."""

    subject: str
    text: str


LETTERS: Final = msgspec.json.decode(
    Path(__file__).with_suffix(".json").read_bytes(), type=dict[str, dict[Kind, Letter]]
)


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
