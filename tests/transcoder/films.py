"""Whole films through the tiers, and what can be seen and heard of them afterwards."""

import array
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import av
from msgspec import Struct
from PIL import Image

from tests.transcoder.media import call_ffmpeg
from transcoder import pipeline
from transcoder.contract import Descriptor, Preview, RungProgress
from transcoder.dub import Timing, Wanted, make_dub
from transcoder.edition import Addition, Subtitle, compose, digests, write_edition
from transcoder.pipeline import Bench, Landscape, Source, Tools
from transcoder.profiles import PROFILES, Profile

PACKAGE = UUID("0c9ee8f0-6a4b-4f0d-9a52-4f2d6d7f0b11")
QUICK = PROFILES["quick"]


class Made(Struct, frozen=True):
    package: Path
    descriptor: Descriptor
    source: Source

    @property
    def master(self) -> Path:
        return self.package / self.descriptor.master


def lay(original: Path, folder: Path) -> Bench:
    bench = Bench.lay(folder / "job")
    shutil.copyfile(original, bench.original)
    return bench


async def make(
    tools: Tools,
    original: Path,
    folder: Path,
    subtitles: Sequence[Subtitle] = (),
    *,
    profile: Profile = QUICK,
    landscape: Landscape = "refuse",
    more: Sequence[str] = (),
) -> Made:
    """The ladder of a film, and what the tiers named in `more` add to it."""
    bench = lay(original, folder)
    info = await pipeline.look(bench, tools, landscape)
    source = await pipeline.study(bench, tools, info, profile)
    descriptor = publish(bench, None, await pipeline.make_ladder(bench, tools, source, profile, hear), subtitles)
    for tier in more:
        make_tier = pipeline.make_av1 if tier == "av1" else pipeline.make_refine
        descriptor = publish(bench, descriptor, await make_tier(bench, tools, source, profile, hear), subtitles)
    return Made(bench.package, descriptor, source)


async def add_dub(tools: Tools, made: Made, sound: Path, lang: str, subtitles: Sequence[Subtitle] = ()) -> Made:
    """The next edition, with one more sound."""
    bench = Bench(folder=made.package.parent)
    shutil.copyfile(sound, bench.original)
    wanted = Wanted(lang=lang, original=PACKAGE, key="", size=sound.stat().st_size, recorded=True)
    track = (await make_dub(bench, tools, wanted, Timing.of(made.descriptor))).track
    assert track is not None
    addition = Addition(
        video=[],
        peaks={track.name: track.peak},
        files=digests(bench.package, bench.package / track.name),
        sounds=[track.as_audio(lang, dub=True)],
    )
    edition = made.descriptor.edition + 1
    descriptor = compose(made.descriptor, addition, PACKAGE, edition, subtitles, dubs=[track.name])
    return Made(bench.package, write_edition(bench.package, descriptor, subtitles), made.source)


def publish(
    bench: Bench, current: Descriptor | None, addition: Addition | None, subtitles: Sequence[Subtitle]
) -> Descriptor:
    edition = 1 if current is None else current.edition + 1
    return write_edition(bench.package, compose(current, addition, PACKAGE, edition, subtitles), subtitles)


def hear(_rungs: list[RungProgress], _seconds: int | None) -> None:
    """Nobody listens."""


async def preview(tools: Tools, original: Path, folder: Path) -> tuple[Path, Preview]:
    bench = lay(original, folder)

    async def publish_files(_preview: Preview, _files: list[Path]) -> None:
        """They lie where they are already."""

    made = await pipeline.make_start(bench, tools, await pipeline.look(bench, tools, "refuse"), publish_files)
    return bench.package / "start", made


def play(made: Made) -> None:
    """Every rung and every sound, decoded from the master to the end; any complaint is an error."""
    source = ["-f", "hls", "-i", str(made.master)]
    call_ffmpeg("-xerror", *source, "-map", "0:v", "-map", "0:a", "-f", "null", "-")


def joined(rung: Path) -> Path:
    """One file that leans on nothing but the segments: no playlist, no edit list."""
    whole = rung.parent / f"{rung.name}.mp4"
    whole.write_bytes(b"".join(path.read_bytes() for path in [rung / "init.mp4", *sorted(rung.glob("*.m4s"))]))
    assert b"elst" not in whole.read_bytes()
    return whole


def pictures(film: Path, *, raw: bool = False) -> Iterator[tuple[float, int]]:
    """The time of every picture, and how light its middle is.

    For `raw` segments it is the time since the first one. libav moves all of them by the largest negative offset,
    which players do not; that the first is stored at 0 is checked where they are taken over.
    """
    first: float | None = None
    with av.open(str(film)) as opened:
        for frame in opened.decode(video=0):
            plane = frame.planes[0]
            middle = plane.line_size * (frame.height // 2) + frame.width // 2
            at = float((frame.pts or 0) * (frame.time_base or 0))
            first = at if first is None else first
            yield at - (first if raw else 0), bytes(plane)[middle]


def image(frame: av.VideoFrame) -> Image.Image:
    plane = frame.reformat(format="rgb24").planes[0]
    return Image.frombytes("RGB", (frame.width, frame.height), bytes(plane), "raw", "RGB", plane.line_size)


def samples(film: Path) -> Iterator[tuple[float, float]]:
    """The time of every sample of the first channel, and how far from silence it is."""
    with av.open(str(film)) as opened:
        for frame in opened.decode(audio=0):
            at = float((frame.pts or 0) * (frame.time_base or 0))
            for number, sample in enumerate(array.array("f", bytes(frame.planes[0])[: frame.samples * 4])):
                yield at + number / frame.sample_rate, abs(sample)


def flash_of(film: Path, *, raw: bool = False) -> float:
    return next(at for at, light in pictures(film, raw=raw) if light > 150)


def beep_of(film: Path) -> float:
    """Where it is first a third as loud as it gets: encoders let a little of it be heard too early."""
    heard = list(samples(film))
    loudest = max(loudness for _, loudness in heard)
    return next(at for at, loudness in heard if loudness > loudest / 3)
