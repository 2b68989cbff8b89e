"""What a whole ladder costs in processor time: ours from one decode beside one command per rung."""

import math
import shutil
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from loadtest.bench.plain import HEIGHTS, Meter, publish_plain
from loadtest.film.render import ffmpeg
from transcoder.bench import Bench, Tools
from transcoder.pipeline import find_tools, look, make_ladder, study
from transcoder.profiles import PROFILES, Profile
from transcoder.quality import comparison, read_scores
from transcoder.sandbox import find_sandbox

_SIDES: Final = (360, 540, 720, 1080)
_RATE: Final = Fraction(30)
_PIECE_SECONDS: Final = 10
_SAME: Final = 0.02
_TRIES: Final = 4
#: An x264 film halves its bytes in about so many steps of CRF.
_HALVING: Final = 6.0
_NO_CAP: Final = 100_000_000


class Piece(Struct, frozen=True, kw_only=True):
    """CPU seconds; `bytes` is ours over plain, `mean` how much higher our phone VMAF is, over all rungs."""

    name: str
    ours: float
    plain: float
    bytes: float
    mean: float
    plain_mean: float

    @property
    def is_fair(self) -> bool:
        return abs(self.bytes - 1) <= _SAME and self.mean >= -_SAME * self.plain_mean


async def measure_all(film: Path, seconds: int, pieces: int) -> list[Piece]:
    with tempfile.TemporaryDirectory(prefix="tallscreen-bench-") as folder:
        home = Path(folder)
        (home / "tools").mkdir()
        tools = await find_tools(ffmpeg(), home / "tools", await find_sandbox(home / "tools", allow_none=False))
        return [await _measure(tools, cut, home) for cut in _cut(film, seconds, pieces, home)]


def _cut(film: Path, seconds: int, pieces: int, home: Path) -> list[Path]:
    """Pieces from all over the film, encoded once more so that they begin with a picture."""
    apart = (seconds - _PIECE_SECONDS) / pieces
    made = [home / f"piece-{number}.mp4" for number in range(pieces)]
    for number, piece in enumerate(made):
        window = ["-ss", f"{apart * number:.2f}", "-i", str(film), "-t", str(_PIECE_SECONDS)]
        coder = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "16", "-c:a", "aac"]
        subprocess.run([ffmpeg(), "-nostdin", "-v", "error", *window, *coder, str(piece)], check=True, timeout=600)
    return made


async def _measure(tools: Tools, piece: Path, home: Path) -> Piece:
    meter = Meter()
    publish_plain(piece, home / "plain")
    plain = meter.read().cpu
    crfs = {rung.short_side: rung.crf for rung in PROFILES["festival"].ladder}
    for _ in range(_TRIES):
        bench = Bench.lay(home / "job")
        shutil.copyfile(piece, bench.original)
        meter = Meter()
        await _make(tools, bench, _at(crfs))
        ours = meter.read().cpu
        weights = {side: _weight(bench, home, side) for side in crfs}
        if all(abs(weight - 1) <= _SAME for weight in weights.values()):
            break
        crfs = {side: round(crf + _HALVING * math.log2(weights[side]), 2) for side, crf in crfs.items()}
    means = [_means(bench, home, side) for side in crfs]
    total = sum(_bytes(bench.package / f"v{side}") for side in crfs) / sum(_plain_bytes(home, side) for side in crfs)
    shutil.rmtree(home / "plain")
    plain_mean = sum(theirs for _, theirs in means) / len(means)
    difference = sum(mine - theirs for mine, theirs in means) / len(means)
    found = Piece(name=piece.stem, ours=ours, plain=plain, bytes=total, mean=difference, plain_mean=plain_mean)
    print(f"  {found.name}: {found.ours:.1f} of {found.plain:.1f} CPU s, CRF {crfs}", flush=True)
    return found


async def _make(tools: Tools, bench: Bench, profile: Profile) -> None:
    info = await look(bench, tools, "refuse")
    source = await study(bench, tools, info, profile)
    await make_ladder(bench, tools, source, profile, lambda _rungs, _left: None)


def _at(crfs: dict[int, float]) -> Profile:
    """The product's own table with other CRFs and without caps, which the baseline does not have either."""
    festival = PROFILES["festival"]
    rungs = [msgspec.structs.replace(rung, crf=crfs[rung.short_side], cap=_NO_CAP) for rung in festival.ladder]
    return msgspec.structs.replace(festival, ladder=tuple(rungs), search=False)


def _weight(bench: Bench, home: Path, side: int) -> float:
    return _bytes(bench.package / f"v{side}") / _plain_bytes(home, side)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.suffix in (".m4s", ".mp4"))


def _plain_bytes(home: Path, side: int) -> int:
    """The baseline's pictures only, without the sound and the packets around it, as ours are counted."""
    film = home / "plain" / str(HEIGHTS[_SIDES.index(side)]) / "picture.mp4"
    if not film.exists():
        source = ["-i", str(film.parent / "playlist.m3u8"), "-map", "0:v:0", "-c", "copy"]
        subprocess.run([ffmpeg(), "-nostdin", "-v", "error", *source, str(film)], check=True, timeout=60)
    return film.stat().st_size


def _means(bench: Bench, home: Path, side: int) -> tuple[float, float]:
    """Phone VMAF of ours and of theirs, against the piece both were made from."""
    ours = str(bench.package / f"v{side}" / "playlist.m3u8")
    theirs = str(home / "plain" / str(HEIGHTS[_SIDES.index(side)]) / "playlist.m3u8")
    return _score(ours, bench, home), _score(theirs, bench, home)


def _score(film: str, bench: Bench, home: Path) -> float:
    log = home / "scores.json"
    arguments = comparison(film, str(bench.original), str(log), _RATE)
    subprocess.run([ffmpeg(), *arguments], check=True, timeout=600)
    return read_scores(log).score.mean
