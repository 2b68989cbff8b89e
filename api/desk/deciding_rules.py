"""What may be decided of a submission, and what is written about it. No await, no I/O."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from api import errors, letters
from api.desk.deciding_schemas import LetterIn, LetterOut
from api.studio.submission_schemas import DecisionKind, SubmissionState
from api.words import Words, pick

#: For so long a decision can be taken back before its letter leaves.
UNDO_FOR: Final = timedelta(minutes=1)
BECOMES: Final[Mapping[DecisionKind, SubmissionState]] = {"accept": "accepted", "ask": "asked", "decline": "declined"}
KINDS: Final[Mapping[DecisionKind, letters.Kind]] = {"accept": "accepted", "ask": "asked", "decline": "declined"}
_GAP = re.compile(r"\n{3,}")


class LetterFacts(Struct, frozen=True, kw_only=True):
    series: int
    title: Words
    section: Words
    festival: Words
    time_zone: str
    email: str | None
    lang: str | None
    person: str | None
    contact: str | None


def check(data: LetterIn, now: datetime) -> None:
    if data.kind == "ask" and not data.words.strip():
        raise errors.Unprocessable("Write what you ask.", field="words")
    if data.kind == "ask" and (data.until is None or data.until <= now):
        raise errors.Unprocessable("Choose a time that is still to come.", field="until")
    if data.kind != "ask" and data.until is not None:
        raise errors.Unprocessable("Only a question has a time for its answer.", field="until")


def letter_of(data: LetterIn, facts: LetterFacts, public_url: str) -> LetterOut:
    """In the language of whoever gets it."""
    lang = facts.lang if facts.lang in letters.LETTERS else "en"
    written = letters.write(
        KINDS[data.kind],
        lang,
        series=pick(facts.title, lang),
        section=pick(facts.section, lang),
        festival=pick(facts.festival, lang),
        words=data.words.strip(),
        until="" if data.until is None else clock(data.until, facts.time_zone),
        url=f"{public_url}/studio/series/{facts.series}/submission",
    )
    text = _GAP.sub("\n\n", written.text).strip()
    address = facts.email or facts.contact
    return LetterOut(to=address, person=facts.person, lang=lang, subject=written.subject, text=text)


def clock(moment: datetime, zone: str) -> str:
    """As figures that every language reads, with the zone they are meant in."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
