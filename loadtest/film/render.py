"""Make one episode, or all that are missing."""

import errno
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from loadtest.film.graph import DISSOLVE, Graph, add_shot, add_title, close, join
from loadtest.film.model import Cut, Episode, FilmError, Series
from loadtest.film.sound import SCORES, write_bed
from loadtest.film.stage import Shot
from loadtest.film.titles import title_card

GENERATOR = 1
"""Raise it when a change here makes other films from the same catalogue."""
PATIENCE_SECONDS = 180
ENCODING = (
    "-c:v libx264 -preset veryfast -crf 22 -pix_fmt yuv420p -r 24 -g 48 -color_range tv -colorspace bt709 "
    "-color_primaries bt709 -color_trc bt709 -c:a aac -b:a 128k -ar 48000 -ac 2 "
    "-movflags +faststart -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"
).split()


def film_name(series: Series, episode: Episode) -> str:
    """The file name carries a hash of all that goes into the film, so a film that exists need not be made again."""
    content = repr((GENERATOR, series.scene, series.score, series.title["en"], episode.number, episode.title["en"], episode.cuts))
    return f"{series.slug}-{episode.number:02d}-{hashlib.sha256(content.encode()).hexdigest()[:10]}.mp4"


def ffmpeg() -> str:
    given = os.environ.get("TALLSCREEN_FFMPEG")
    if given:
        return given
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError:
        found = shutil.which("ffmpeg")
        if found is None:
            raise FilmError("There is no ffmpeg: install imageio-ffmpeg or set TALLSCREEN_FFMPEG.") from None
        return found
    return str(get_ffmpeg_exe())


def render_episode(series: Series, episode: Episode, path: Path) -> None:
    """Write the film to `path`: whole, or not at all."""
    unfinished = path.with_name(path.name + ".tmp")
    with _speaking(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="tallscreen-film-") as folder:
            try:
                _run([ffmpeg(), *_command(series, episode, Path(folder)), "-f", "mp4", str(unfinished)])
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
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise FilmError(f"ffmpeg did not finish within {PATIENCE_SECONDS} seconds.") from error
    if done.returncode != 0:
        if "No space left on device" in done.stderr:
            raise FilmError("The disk is full: the film was not made.")
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise FilmError(f"ffmpeg stopped with status {done.returncode}: {last[0][:300]}.")


def _command(series: Series, episode: Episode, folder: Path) -> list[str]:
    graph = Graph()
    names = []
    for place, cut in enumerate(episode.cuts):
        shot = _shot(series.scene, cut.shot)
        files = [_raw(b"".join(frame.tobytes() for frame in sprite.frames), folder / f"{place}-{index}.rgba") for index, sprite in enumerate(shot)]
        names.append(chr(ord("A") + place))
        add_shot(graph, shot, files, cut, _shown(episode.cuts, place), names[-1])
    film = join(graph, names, episode.cuts)
    card, at = title_card(series.title["en"], f"{episode.number} · {episode.title['en']}")
    film = add_title(graph, film, _raw(card.tobytes(), folder / "card.rgba"), card.size, at)
    bed, score = folder / "bed.wav", SCORES[series.score]
    write_bed(score, episode.length, episode.number - 1, bed)
    close(graph, film, bed, score.ambience, episode.length)
    quiet = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    picture = ["-filter_complex", ";".join(graph.chains), "-map", "[v]", "-map", "[a]", "-t", f"{episode.length:g}"]
    return [*quiet, *graph.inputs, *picture, *ENCODING]


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
    return painted


def render_missing(
    wanted: Iterable[tuple[Series, Episode]], folder: Path, tell: Callable[[str], None], workers: int | None = None
) -> list[Path]:
    """All films of these episodes, in order; those on the disk stay, the first missing one is made with the whole machine."""
    films = [(series, episode, folder / film_name(series, episode)) for series, episode in wanted]
    missing = [film for film in films if not film[2].exists()]
    for series, episode, path in missing[:1]:
        render_episode(series, episode, path)
        tell(path.name)
    rest: dict[str, list[tuple[Series, Episode, Path]]] = {}
    for film in missing[1:]:
        rest.setdefault(film[0].slug, []).append(film)
    _render_series(list(rest.values()), tell, workers or os.cpu_count() or 1)
    return [path for _, _, path in films]


def _render_series(groups: list[list[tuple[Series, Episode, Path]]], tell: Callable[[str], None], workers: int) -> None:
    """Episodes of one series go to one process, which has painted its scenes already."""
    if not groups:
        return
    with ProcessPoolExecutor(min(workers, len(groups)), mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_render_group, group) for group in groups]
        for done in as_completed(waiting):
            for name in done.result():
                tell(name)


def _render_group(group: list[tuple[Series, Episode, Path]]) -> list[str]:
    for series, episode, path in group:
        render_episode(series, episode, path)
    return [path.name for _, _, path in group]
