"""Uploads, subtitles and states: the decisions. No await, no I/O."""

import html
import re
import warnings
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pysubs2
from msgspec import Struct

from api import errors
from api.studio.lint import Cue
from api.studio.schemas import PartIn
from transcoder.contract import PackageState

MAX_SIZE = 2 * 1024**3
UPLOAD_LIFE = timedelta(days=7)
PART_ADDRESS_LIFE = timedelta(hours=1)
MAX_CUES = 3_000
KINDS = ("vtt", "ass", "ssa", "srt")
_LANG = re.compile(r"[a-z]{2,3}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Layout(Struct, frozen=True):
    """How a file of `size` bytes is cut."""

    size: int
    part_size: int

    @property
    def count(self) -> int:
        return -(-self.size // self.part_size)

    def size_of(self, number: int) -> int:
        return self.part_size if number < self.count else self.size - self.part_size * (self.count - 1)


class HeldPackage(Struct, frozen=True, kw_only=True):
    id: UUID
    state: PackageState
    turn: int
    ready_at: datetime | None


def newest_ready(packages: Sequence[HeldPackage]) -> HeldPackage | None:
    """What viewers get."""
    ready = [(package.ready_at, package) for package in packages if package.ready_at is not None]
    return max(ready, key=lambda pair: pair[0])[1] if ready else None


def check_size(size: int) -> None:
    if size > MAX_SIZE:
        raise errors.TooLarge("An episode's file may have 2 GiB at most.", max_bytes=MAX_SIZE)


def check_parts(layout: Layout, parts: Sequence[PartIn]) -> None:
    """Each part must be one of this file's, of exactly its size, and be named once."""
    if len({part.number for part in parts}) != len(parts):
        raise errors.Unprocessable("A part is named twice in this request.", field="parts")
    for part in parts:
        if part.number > layout.count:
            raise errors.Unprocessable(
                f"This file has {layout.count} parts; there is no part {part.number}.", field="number"
            )
        if part.size != layout.size_of(part.number):
            raise errors.Unprocessable(
                f"Part {part.number} has {layout.size_of(part.number)} bytes, not {part.size}.", field="size"
            )


def check_language(lang: str) -> str:
    if not _LANG.fullmatch(lang):
        raise errors.Unprocessable("Name the language by its two or three letters, like ru.", field="lang")
    return lang


def to_vtt(text: str) -> str:
    """Plain WebVTT from SubRip, WebVTT or ASS text: times and words only, no styles, no markup, in order of time."""
    events = [event for event in _read(text) if not event.is_comment and not event.is_drawing]
    cues = [(event.start, event.end, _plain(event.plaintext)) for event in events if event.end > event.start >= 0]
    cues = sorted(cue for cue in cues if cue[2])[:MAX_CUES]
    if not cues:
        raise errors.SubtitleUnreadable
    blocks = [f"{_clock(start)} --> {_clock(end)}\n{words}" for start, end, words in cues]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def _read(text: str) -> pysubs2.SSAFile:
    """Only as a kind of subtitles we name to people: other readers of the library are no surface of ours."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for kind in KINDS:
        if pysubs2.formats.get_format_class(kind).guess_format(text) == kind:
            try:
                with warnings.catch_warnings(action="ignore"):  # of fields that are left out here anyway
                    return pysubs2.SSAFile.from_string(text, format_=kind)
            except (pysubs2.exceptions.Pysubs2Error, ValueError, IndexError) as error:
                raise errors.SubtitleUnreadable from error
    raise errors.SubtitleUnreadable


def _plain(text: str) -> str:
    """Lines without markup; a cue ends at an empty line and must not hold an arrow, so neither is kept."""
    words = html.unescape(re.sub(r"<[^<>]*>", "", text))
    lines = (_CONTROL.sub("", line).replace("-->", "→").strip() for line in words.split("\n"))
    return "\n".join(line.replace("&", "&amp;").replace("<", "&lt;") for line in lines if line)


def cues_of(vtt: str) -> list[Cue]:
    """What was kept, as words again."""
    return [Cue(start=event.start, end=event.end, text=html.unescape(event.plaintext)) for event in _read(vtt)]


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
