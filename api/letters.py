"""What mails and calendars say, in every language the pages speak: letters.json."""

from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from api.mail import Mailer
from api.words import choose_language

Kind: TypeAlias = Literal[
    "sign_in", "vote", "checkpoint", "invited", "invited_elsewhere", "reminder",
    "invited_organiser", "invited_auditor", "invited_juror", "invited_producer", "passkeys_forgotten",
    "accepted", "asked", "declined",
]  # fmt: skip


class Letter(Struct, frozen=True):
    """Both with the values' names in braces."""

    subject: str
    text: str


def read_letters(folder: Path) -> dict[str, dict[Kind, Letter]]:
    """By language, from letters.json and the files of a domain's own, such as people_letters.json."""
    letters: dict[str, dict[Kind, Letter]] = {}
    for path in sorted(folder.glob("*letters.json")):
        for lang, said in msgspec.json.decode(path.read_bytes(), type=dict[str, dict[Kind, Letter]]).items():
            letters.setdefault(lang, {}).update(said)
    return letters


LETTERS: Final = read_letters(Path(__file__).parent)


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
        await self.send_in(self.lang, to, kind, **values)

    async def send_in(self, lang: str, to: str, kind: Kind, **values: object) -> None:
        """In the language of whoever gets it, where that is known."""
        letter = write(kind, lang, **values)
        await self._mailer.send(to, letter.subject, letter.text)
