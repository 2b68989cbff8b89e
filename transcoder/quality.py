"""Finds the CRF of each rung of one film by encoding samples of it and comparing them as a phone would show them.

`transcoder.search` decides what to try; here it is tried: samples are cut once, losslessly and upright, then encoded
with exactly the arguments the rung is going to have, and scored by libvmaf's phone model at 1080x1920. All of it in
the sandbox, at home in `bench.out`, where nothing of it stays.
"""

import asyncio
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import ffmpeg
import msgspec
from msgspec import Struct

from transcoder.assemble import read_left
from transcoder.bench import Bench, Build, EncodeFailed, Tools, check_outcome
from transcoder.contract import Decision
from transcoder.package import Unfit
from transcoder.plan import Picture, encoder_options, original, upright
from transcoder.profiles import Codec, Profile
from transcoder.run import TooSlow
from transcoder.search import MOST_PROBES, Probe, Range, Score, at, choose, next_crf, percentile
from transcoder.study import Source

#: Where both pictures are compared, the size of a phone's screen: rungs of different size can be told apart there.
SCREEN: Final = (1080, 1920)
RANGES: Final[dict[Codec, Range]] = {
    "h264": Range(least=17, most=34, step=0.25, slope=1.5),
    "av1": Range(least=20, most=60, step=1, slope=0.7),
}

_REFERENCE: Final = "search-reference.mov"
_TRIAL: Final = "search-trial.mp4"
_SCORES: Final = "search-scores.json"
_SECONDS: Final = 240.0
_THREADS: Final = 2
_SAMPLES: Final = 3
_SAMPLE_SECONDS: Final = 2.0
#: The rung that is searched with all probes, because it is the one most phones play.
_LEAD: Final = 540
#: Larger rungs are for screens in a hall, which show more than a phone: they get the CRF of the largest of these.
_PHONES: Final = 720
_PROBES_OF_OTHERS: Final = 3
#: A search takes about as long as encoding so many seconds of the film (measured on a ladder of 1080).
_SEARCH_SECONDS: Final = 20.0
_QUIET: Final = ["-nostdin", "-hide_banner", "-v", "error", "-y"]


async def choose_quality(
    bench: Bench,
    tools: Tools,
    source: Source,
    pictures: Sequence[Picture],
    profile: Profile,
    tell: Callable[[float], None],
) -> list[Decision]:
    """One decision per picture, in their order; those of the table where the profile does not search or nothing can
    be measured. Only samples decide, so the whole film may be a little better or worse than the target. `tell` gets
    the share of the search that is done."""
    if not (pictures and _searches(profile, tools.build)):
        return [as_in_table(picture) for picture in pictures]
    search = _Search(bench=bench, tools=tools, source=source, tell=tell)
    try:
        await search.cut_samples()
        found = await _search_all(search, pictures)
    except (EncodeFailed, TooSlow):
        # Samples begin in the middle of the film, which some files do not allow although they can be read through.
        return [as_in_table(picture) for picture in pictures]
    finally:
        for name in (_REFERENCE, _TRIAL, _SCORES):
            await asyncio.to_thread((bench.out / name).unlink, missing_ok=True)
    return [found[picture.name] for picture in pictures]


def search_share(duration: float, profile: Profile, build: Build) -> float:
    """How much of making the rungs of a film of `duration` seconds the search is, about."""
    return _SEARCH_SECONDS / (_SEARCH_SECONDS + duration) if _searches(profile, build) else 0.0


def _searches(profile: Profile, build: Build) -> bool:
    return profile.search and build.vmaf


def as_in_table(picture: Picture) -> Decision:
    rung = picture.rung
    return Decision(rung=rung.name, preset=rung.preset, crf=rung.crf, cap=rung.cap)


def sample_windows(source: Source) -> list[tuple[float, float]]:
    """Start and length (s) of the samples: whole shots' beginnings spread over the film, or all of a short film."""
    duration = source.info.duration
    if duration <= _SAMPLES * _SAMPLE_SECONDS:
        return [(0.0, duration)]
    wanted = [duration * (2 * number + 1) / (2 * _SAMPLES) for number in range(_SAMPLES)]
    fitting = [time for time in source.key_times if time + _SAMPLE_SECONDS <= duration] or [0.0]
    starts = sorted({min(fitting, key=lambda time: abs(time + _SAMPLE_SECONDS / 2 - middle)) for middle in wanted})
    apart = [start for number, start in enumerate(starts) if not number or start - starts[number - 1] >= 1]
    return [(start, _SAMPLE_SECONDS) for start in apart]


def comparison(distorted: str, reference: str, scores: str, fps: Fraction, *, thorough: bool = False) -> list[str]:
    """Arguments that write libvmaf's log `scores` of two films with the same pictures.

    Both are scaled in the same way. Not every picture is scored: every third of samples, every fifth of a whole film,
    every seventh of a fast one; odd numbers, because encoders give every second or fourth picture fewer bits.
    `thorough` is for whole films and scores the default model and PSNR as well.
    """
    models = ["version=vmaf_v0.6.1:enable_transform=true:name=phone"]
    options: dict[str, Any] = {"feature": "name=psnr"} if thorough else {}
    if thorough:
        models.append("version=vmaf_v0.6.1:name=default")
    shown, wanted = (_on_screen(ffmpeg.input(name), fps) for name in (distorted, reference))
    compared = ffmpeg.filter(
        [shown, wanted],
        "libvmaf",
        model="|".join(models),
        n_subsample=(5 if thorough else 3) if fps <= 40 else 7,
        n_threads=_THREADS,
        log_fmt="json",
        log_path=scores,
        **options,
    )
    return [*_QUIET, *ffmpeg.output(compared, "-", format="null").get_args()]


class _Metrics(Struct, frozen=True):
    phone: float
    default: float | None = None
    psnr_y: float | None = None


class _Frame(Struct, frozen=True):
    metrics: _Metrics


class _Log(Struct, frozen=True):
    frames: list[_Frame]


class Measured(Struct, frozen=True, kw_only=True):
    """`score` is that of the phone model; beside it the means of the default model and of PSNR-Y (dB)."""

    score: Score
    default: float | None = None
    psnr: float | None = None


def read_scores(log: Path) -> Measured:
    """Raises EncodeFailed where nothing was compared."""
    try:
        frames = [frame.metrics for frame in msgspec.json.decode(read_left(log), type=_Log).frames]
    except (Unfit, msgspec.DecodeError) as error:
        raise EncodeFailed("the comparison left no scores") from error
    if not frames:
        raise EncodeFailed("there was nothing to compare")
    phone = [each.phone for each in frames]
    return Measured(
        score=Score(mean=sum(phone) / len(phone), low=percentile(phone, 0.05)),
        default=_mean([each.default for each in frames]),
        psnr=_mean([each.psnr_y for each in frames]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


class _Search(Struct, frozen=True, kw_only=True):
    bench: Bench
    tools: Tools
    source: Source
    tell: Callable[[float], None]

    async def cut_samples(self) -> None:
        await self._run(_samples_args(self.source, self.tools))

    async def measure(self, picture: Picture, crf: float) -> Score:
        await self._run(_trial_args(self.source, picture, crf))
        await self._run(comparison(_TRIAL, _REFERENCE, _SCORES, self.source.info.fps))
        return read_scores(self.bench.out / _SCORES).score

    async def _run(self, args: list[str]) -> None:
        check_outcome(await self.tools.run_ffmpeg(args, self.bench.out, _SECONDS))


async def _search_all(search: _Search, pictures: Sequence[Picture]) -> dict[str, Decision]:
    """All probes for the rung most phones play; the others begin at what was found for it."""
    lead = min(pictures, key=lambda picture: abs(picture.rung.short_side - _LEAD))
    others = [each for each in pictures if each is not lead and each.rung.short_side <= _PHONES]
    found = {lead.name: await _search_one(search, lead, lead.rung.crf, most=MOST_PROBES)}
    for number, picture in enumerate(others, start=1):
        search.tell(number / (1 + len(others)))
        first = found[lead.name].crf + picture.rung.crf - lead.rung.crf
        found[picture.name] = await _search_one(search, picture, first, most=_PROBES_OF_OTHERS)
    largest = max((each for each in pictures if each.name in found), key=lambda picture: picture.rung.short_side)
    for picture in pictures:
        if picture.name not in found:
            found[picture.name] = msgspec.structs.replace(as_in_table(picture), crf=found[largest.name].crf)
    return found


async def _search_one(search: _Search, picture: Picture, first: float, most: int) -> Decision:
    rung = picture.rung
    bounds = RANGES[rung.codec].above(rung.least)
    probes: list[Probe] = []
    while (crf := next_crf(probes, first, bounds, most)) is not None:
        probes.append(Probe(crf=crf, score=await search.measure(picture, crf)))
    chosen = choose(probes, bounds)
    expected = at(probes, chosen)
    mean, low = round(expected.mean, 2), round(expected.low, 2)
    return Decision(rung=rung.name, preset=rung.preset, crf=chosen, cap=rung.cap, mean=mean, low=low)


def _samples_args(source: Source, tools: Tools) -> list[str]:
    """One film of all samples at the source's own size, or a screen's if that is smaller."""
    info = source.info
    width = min(info.width // 2 * 2, SCREEN[0])
    height = 2 * round(info.height * width / info.width / 2)
    pieces = [
        upright(original(info, (start, seconds + 0.5)), info, tools.build, width, height)
        .filter("trim", end_frame=max(1, round(seconds * info.fps)))
        .filter("setpts", "PTS-STARTPTS")
        for start, seconds in sample_windows(source)
    ]
    joined = ffmpeg.concat(*pieces, v=1, a=0) if len(pieces) > 1 else pieces[0]
    lossless = {"c:v": "libx264", "preset": "ultrafast", "qp": 0, "threads": 2 * _THREADS, "map_metadata": -1}
    return [*_QUIET, *ffmpeg.output(joined, _REFERENCE, **lossless).get_args()]


def _trial_args(source: Source, picture: Picture, crf: float) -> list[str]:
    """The samples as the rung would hold them; each begins with a key frame."""
    starts, at_second = [], 0.0
    for _, seconds in sample_windows(source):
        starts.append(f"{max(0.0, at_second - float(1 / source.info.fps) / 4):.3f}")
        at_second += seconds
    scaled = ffmpeg.input(_REFERENCE).filter("scale", w=picture.width, h=picture.height, flags="bicubic")
    options = encoder_options(msgspec.structs.replace(picture.rung, crf=crf))
    keys = {"force_key_frames": ",".join(starts), "g": 9999}
    return [*_QUIET, *ffmpeg.output(scaled, _TRIAL, **options, **keys).get_args()]


def _on_screen(film: Any, fps: Fraction) -> Any:
    """Timestamps are replaced by numbers: the same picture is compared however its container rounds its time."""
    scaled = film.filter("scale", w=SCREEN[0], h=SCREEN[1], flags="bicubic")
    return scaled.filter("settb", f"{fps.denominator}/{fps.numerator}").filter("setpts", "N")
