"""Make one episode, or all that are missing."""

import errno
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from loadtest.film.graph import DISSOLVE, Graph, add_shot, add_title, close, join
from loadtest.film.model import Cut, Episode, FilmError, Series
from loadtest.film.paint import HEIGHT
from loadtest.film.sound import SCORES, write_bed
from loadtest.film.stage import Shot, flattened
from loadtest.film.titles import title_card

GENERATOR = 3
"""Raise it when a change here makes other films from the same catalogue."""
FILM_HEIGHTS = (960, 1280)
"""The first is the usual one; the second shows the drawings at their own size and takes twice the time."""
PATIENCE_SECONDS = 180
#: The cheapest preset with what shows in dark, soft pictures put back: an original, which nobody watches as it is.
ENCODING = (
    "-c:v libx264 -threads:v 2 -preset ultrafast -crf 24 "
    "-x264-params cabac=1:8x8dct=1:deblock=0,0:aq-mode=1:bframes=2:b-adapt=0 "
    "-pix_fmt yuv420p -r 24 -g 48 -color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709 "
    "-c:a aac -b:a 128k -ar 48000 -ac 2 "
    "-movflags +faststart -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"
)


def film_name(series: Series, episode: Episode, height: int = FILM_HEIGHTS[0]) -> str:
    """The file name carries a hash of all that goes into the film, so a film that exists need not be made again."""
    content = repr(
        (
            GENERATOR,
            height,
            series.scene,
            series.score,
            series.title["en"],
            episode.number,
            episode.title["en"],
            episode.cuts,
        )
    )
    return f"{series.slug}-{episode.number:02d}-{hashlib.sha256(content.encode()).hexdigest()[:10]}.mp4"


def ffmpeg() -> str:
    given = os.environ.get("TALLSCREEN_FFMPEG")
    if given:
        return given
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        found = shutil.which("ffmpeg")
        if found is None:
            raise FilmError("There is no ffmpeg: install imageio-ffmpeg or set TALLSCREEN_FFMPEG.") from None
        return found


def render_episode(
    series: Series, episode: Episode, path: Path, height: int = FILM_HEIGHTS[0], filter_threads: int = 0
) -> None:
    """Write the film to `path`: whole, or not at all. Filter threads: 0 for as many as there are processors."""
    unfinished = path.with_name(path.name + ".tmp")
    with _speaking(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="tallscreen-film-") as folder:
            try:
                threads = ["-filter_complex_threads", str(filter_threads)]
                _run(
                    [ffmpeg(), *threads, *_command(series, episode, Path(folder), height), "-f", "mp4", str(unfinished)]
                )
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)


@contextmanager
def _speaking(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise FilmError(f"The disk is full: {path.name} was not made.") from error
        raise FilmError(f"{path.name} was not made: {error.strerror or error}.") from error


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PATIENCE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FilmError(f"ffmpeg did not finish within {PATIENCE_SECONDS} seconds.") from error
    if done.returncode != 0:
        if "No space left on device" in done.stderr:
            raise FilmError("The disk is full: the film was not made.")
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise FilmError(f"ffmpeg stopped with status {done.returncode}: {last[0][:300]}.")


def _command(series: Series, episode: Episode, folder: Path, height: int) -> list[str]:
    graph = Graph(height / HEIGHT)
    shots: list[str] = []
    for place, cut in enumerate(episode.cuts):
        shot = _shot(series.scene, cut.shot)
        files = [
            _raw(b"".join(frame.tobytes() for frame in sprite.frames), folder / f"{place}-{index}.rgba")
            for index, sprite in enumerate(shot.sprites)
        ]
        name = chr(ord("A") + place)
        add_shot(graph, shot, files, cut, _shown(episode.cuts, place), name)
        shots.append(f"{name}full")
    card, at = title_card(series.title["en"], f"{episode.number} · {episode.title['en']}")
    shots[0] = add_title(graph, shots[0], _raw(card.tobytes(), folder / "card.rgba"), card.size, at)
    film = join(graph, shots, episode.cuts)
    bed, score = folder / "bed.wav", SCORES[series.score]
    write_bed(score, episode.length, episode.number - 1, bed)
    close(graph, film, bed, score.ambience, episode.length)
    quiet = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    picture = ["-filter_complex", ";".join(graph.chains), "-map", "[v]", "-map", "[a]", "-t", f"{episode.length:g}"]
    return [*quiet, *graph.inputs, *picture, *ENCODING.split()]


def _shown(cuts: tuple[Cut, ...], place: int) -> float:
    """A shot also runs under the dissolves at its ends."""
    ends = (place > 0) + (place < len(cuts) - 1)
    return cuts[place].seconds + ends * DISSOLVE / 2


def _raw(content: bytes, path: Path) -> Path:
    path.write_bytes(content)
    return path


@lru_cache(maxsize=6)
def _shot(scene: str, name: str) -> Shot:
    painted: Shot = import_module(f"loadtest.film.scenes.{scene}").shot(name)
    return flattened(painted)


@dataclass(frozen=True)
class Film:
    series: Series
    episode: Episode
    path: Path
    height: int

    def render(self, filter_threads: int = 0) -> str:
        render_episode(self.series, self.episode, self.path, self.height, filter_threads)
        return self.path.name


def render_missing(
    wanted: Iterable[tuple[Series, Episode]],
    folder: Path,
    tell: Callable[[str], None],
    height: int = FILM_HEIGHTS[0],
    workers: int | None = None,
) -> list[Path]:
    """The paths of all these films, in order; what is missing is made, the first of it with the whole machine."""
    films = [Film(series, episode, folder / film_name(series, episode, height), height) for series, episode in wanted]
    missing = [film for film in films if not film.path.exists()]
    for film in missing[:1]:
        tell(film.render())
    lanes = _lanes(missing[1:], workers or os.cpu_count() or 1)
    if lanes:
        with ThreadPoolExecutor(len(lanes)) as threads:
            for done in [threads.submit(_render_lane, lane, tell) for lane in lanes]:
                done.result()
    return [film.path for film in films]


def _lanes(films: list[Film], workers: int) -> list[list[Film]]:
    """Whole series to each lane, the longest first to the shortest lane: a process paints each scene once."""
    groups: dict[str, list[Film]] = {}
    for film in films:
        groups.setdefault(film.series.slug, []).append(film)
    lanes: list[list[Film]] = [[] for _ in range(min(workers, len(groups)))]
    for group in sorted(groups.values(), key=lambda group: -sum(film.episode.length for film in group)):
        min(lanes, key=lambda lane: sum(film.episode.length for film in lane)).extend(group)
    return lanes


def _render_lane(lane: list[Film], tell: Callable[[str], None]) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        for film in lane:
            try:
                tell(process.submit(film.render, 1).result())
            except BrokenProcessPool as error:
                raise FilmError(f"The process that made {film.path.name} was ended from outside.") from error
