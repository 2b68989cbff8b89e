"""What a festival is filled with: the generated films, or somebody's own folder."""

import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct

VIDEO = frozenset({".mp4", ".mov", ".mkv", ".webm", ".m4v"})
_SUBTITLE = re.compile(r"^(?P<stem>.+)\.(?P<lang>[a-z]{2,3})(?:-[A-Za-z]+)?\.(?:srt|vtt|ass)$")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_DIGITS = re.compile(r"(\d+)")
Words = dict[str, str]


class EpisodePlan(Struct, frozen=True, kw_only=True):
    """`make` gives the file, drawing it first where it is a generated one. `subtitles`: language to SRT text; `dubs`:
    language to what gives a sound in it. `seconds` is about its length."""

    number: int
    title: Words
    make: Callable[[], Path]
    subtitles: dict[str, str]
    dubs: dict[str, Callable[[], Path]] = {}
    seconds: float = 30.0


class SeriesPlan(Struct, frozen=True, kw_only=True):
    slug: str
    title: Words
    synopsis: Words
    genre: Words
    notes: Words
    country: str
    rating: str
    section: str
    company: str
    producer: str
    episodes: list[EpisodePlan]


def from_folder(folder: Path) -> list[SeriesPlan]:
    """Each folder with videos is a series, its files in the order of their names are the episodes."""
    folders = [folder, *sorted(path for path in folder.rglob("*") if path.is_dir())]
    plans = [_series(each) for each in folders if any(_videos(each))]
    return [plan for plan in plans if plan.episodes]


def _series(folder: Path) -> SeriesPlan:
    name = folder.name.replace("_", " ").strip() or "My series"
    slug = _NOT_SLUG.sub("-", name.lower()).strip("-") or f"series-{zlib.crc32(name.encode())}"
    videos = sorted(_videos(folder), key=lambda path: _natural(path.name))
    episodes = [
        EpisodePlan(
            number=number, title={"en": video.stem[:80]}, make=partial(Path, video), subtitles=_subtitles(video)
        )
        for number, video in enumerate(videos, start=1)
    ]
    return SeriesPlan(
        slug=slug,
        title={"en": name},
        synopsis={},
        genre={},
        notes={},
        country="KZ",
        rating="12+",
        section="main",
        company="Depot Pictures",
        producer="alesia@depot-pictures.example",
        episodes=episodes,
    )


def _videos(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in VIDEO)


def _subtitles(video: Path) -> dict[str, str]:
    """Files beside the video named like it: `ep01.ru.srt`. The first readable one of a language is taken."""
    found: dict[str, str] = {}
    for path in sorted(video.parent.iterdir()):
        name = _SUBTITLE.match(path.name)
        if name and name["stem"] == video.stem and name["lang"] not in found:
            try:
                found[name["lang"]] = path.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError:
                continue
    return found


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(piece), "") if piece.isdigit() else (-1, piece.lower()) for piece in _DIGITS.split(name) if piece]
