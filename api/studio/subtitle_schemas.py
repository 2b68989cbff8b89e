"""Subtitles as they are sent, looked over and told."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from api.studio.encodings import Candidate
from api.studio.lint import Cue, Finding
from api.studio.schemas import EpisodeState

__all__ = ["Candidate", "Cue", "CuesIn", "Finding", "SubtitleCell", "SubtitleFile", "SubtitleIn", "SubtitleSaved"]

_LONGEST = 400_000


class SubtitleIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either `text`, or the file as it is in `content` (base64 in JSON), whose encoding is found out unless it is
    named.

    `version` is the one that was changed: where somebody else has saved since, nothing is. Without it whatever is there
    is replaced.
    """

    text: Annotated[str, Meta(min_length=1, max_length=_LONGEST)] | None = None
    content: Annotated[bytes, Meta(min_length=1, max_length=3 * _LONGEST)] | None = None
    encoding: Annotated[str, Meta(max_length=20)] | None = None
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None


class CuesIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody is working on, to be looked over."""

    cues: Annotated[list[Cue], Meta(max_length=3_000)]


class SubtitleFile(Struct, frozen=True, kw_only=True):
    """One episode's subtitles in one language. `film_ms` is how long its film is, None while there is none."""

    lang: str
    version: int
    cues: list[Cue]
    findings: list[Finding]
    film_ms: int | None
    updated_at: datetime


class SubtitleSaved(EpisodeState, frozen=True, kw_only=True):
    """The episode after it, how the file was read, and what was noticed."""

    encoding: str
    saved: SubtitleFile


class SubtitleCell(Struct, frozen=True, kw_only=True):
    """`warned` counts what was noticed in it."""

    episode: int
    lang: str
    version: int
    cues: int
    warned: int
    updated_at: datetime
