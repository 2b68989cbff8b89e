"""What the catalogue is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Words = Mapping[str, str]


@dataclass(frozen=True)
class Cue:
    start: float
    end: float
    lines: Words


def words(en: str, zh: str, ru: str, fa: str = "") -> Words:
    return {"en": en, "zh": zh, "ru": ru} | ({"fa": fa} if fa else {})


def cue(start: float, end: float, en: str, zh: str, ru: str, fa: str = "") -> Cue:
    return Cue(start, end, words(en, zh, ru, fa))


@dataclass(frozen=True)
class Cut:
    """A shot of the series' scene for so many seconds.

    `start` enters it later, `mirror` turns it over, `push` is the share by which the camera has come closer at the end.
    """

    shot: str
    seconds: float
    start: float = 0.0
    mirror: bool = False
    push: float = 0.0


@dataclass(frozen=True)
class Episode:
    number: int
    title: Words
    cuts: tuple[Cut, ...]
    cues: tuple[Cue, ...]

    @property
    def length(self) -> float:
        return sum(cut.seconds for cut in self.cuts)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.cues[0].lines)


@dataclass(frozen=True)
class Company:
    name: str
    country: str


@dataclass(frozen=True)
class Series:
    slug: str
    title: Words
    synopsis: Words
    genre: Words
    notes: Words
    country: str
    rating: str
    section: Literal["main", "first-seasons"]
    company: Company
    scene: str
    score: str
    episodes: tuple[Episode, ...]


def srt(episode: Episode, language: str) -> str:
    """The subtitles of one language as SubRip text."""
    blocks = []
    for number, spoken in enumerate(episode.cues, start=1):
        times = f"{_clock(spoken.start)} --> {_clock(spoken.end)}"
        blocks.append(f"{number}\n{times}\n{spoken.lines[language]}\n")
    return "\n".join(blocks)


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    whole, rest = divmod(thousandths, 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d},{rest:03d}"


class FilmError(Exception):
    """The film could not be made; the message is one sentence for whoever started it."""
