"""What the desk reads of who was given which confidential film."""

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from api.words import Words

Handed: TypeAlias = Literal["playlist", "key"]


class AccessLine(Struct, frozen=True, kw_only=True):
    """`session` tells a juror's devices apart; `part` is the playlist, empty for a key."""

    id: int
    at: datetime
    juror: int
    juror_name: str
    series: int
    series_title: Words
    episode: int
    what: Handed
    part: str
    session: str


class LoggedJuror(Struct, frozen=True, kw_only=True):
    id: int
    name: str


class AccessPage(Struct, frozen=True, kw_only=True):
    """The newest first; `next` is what to ask `after` for the lines before these."""

    lines: list[AccessLine]
    jurors: list[LoggedJuror]
    next: int | None
