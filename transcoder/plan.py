"""SourceInfo and the ladder in, one argument list for one decode out. Pure: the plan is data and can be compared."""

from fractions import Fraction
from itertools import chain, count
from typing import Any, Final

import ffmpeg
from msgspec import Struct

from transcoder.probe import SourceInfo
from transcoder.profiles import (
    AAC_PRIMING,
    AUDIO_BITRATE,
    AUDIO_NAME,
    AUDIO_RATE,
    CODEC_WHITELIST,
    FIRST_SEGMENTS,
    LADDER,
    LATER_SEGMENTS,
    MAX_PIXELS,
    PROTOCOL_WHITELIST,
    UPRIGHT,
    Rung,
)

#: Where the sandbox shows the upload to a process at home in the folder `out`.
ORIGINAL: Final = "../in/original"
#: Sound is cut every second here and joined along the schedule of the pictures afterwards.
AUDIO_PIECES: Final = f"{AUDIO_NAME}-pieces"

_GLOBAL: Final = [
    *("-nostdin", "-hide_banner", "-v", "repeat+level+warning"),
    *("-progress", "pipe:1", "-stats_period", "0.5"),
]
_TRANSFER_NAMES: Final = {"pq": "smpte2084", "hlg": "arib-std-b67"}
# No edit lists: players disagree about them. Negative offsets let the first picture be shown at exactly 0.
_SEGMENT_OPTIONS: Final = "movflags=+negative_cts_offsets+skip_sidx:use_editlist=0"


class Build(Struct, frozen=True, kw_only=True):
    """What the ffmpeg at hand can do."""

    version: str
    tone_mapping: bool


class Picture(Struct, frozen=True, kw_only=True):
    rung: Rung
    width: int
    height: int

    @property
    def name(self) -> str:
        return self.rung.name


class Plan(Struct, frozen=True, kw_only=True):
    args: list[str]
    pictures: tuple[Picture, ...]
    duration: float
    seconds_allowed: float

    @property
    def folders(self) -> list[str]:
        return [*(picture.name for picture in self.pictures), AUDIO_PIECES]


def make_plan(source: SourceInfo, build: Build, ladder: tuple[Rung, ...] = LADDER) -> Plan:
    pictures = pictures_for(source.width, source.height, ladder)
    original = ffmpeg.input(
        ORIGINAL,
        f=source.demuxer,
        protocol_whitelist=PROTOCOL_WHITELIST,
        codec_whitelist=CODEC_WHITELIST,
        max_pixels=MAX_PIXELS,
        t=_seconds(source.duration + 1),
    )
    outputs = [*_video_outputs(original, source, pictures, build), _audio_output(original, source)]
    return Plan(
        args=[*_GLOBAL, *ffmpeg.merge_outputs(*outputs).get_args()],
        pictures=pictures,
        duration=source.duration,
        seconds_allowed=30 + 8 * source.duration,
    )


def pictures_for(width: int, height: int, ladder: tuple[Rung, ...]) -> tuple[Picture, ...]:
    """Every rung the source is large enough for; a source smaller than all of them keeps its own size."""
    fitting = [rung for rung in ladder if rung.short_side <= width]
    if fitting:
        return tuple(_picture(rung, width, height) for rung in fitting)
    smallest = ladder[0]
    own = Rung(short_side=_even(width), preset=smallest.preset, crf=smallest.crf, cap=smallest.cap)
    return (Picture(rung=own, width=_even(width), height=_even(height)),)


def _picture(rung: Rung, width: int, height: int) -> Picture:
    """Cameras and crops miss 9:16 by a line or two; such sources become exactly 9:16, which nobody can see."""
    shape = Fraction(width, height)
    if abs(shape / UPRIGHT - 1) < Fraction(1, 100):
        shape = UPRIGHT
    return Picture(rung=rung, width=rung.short_side, height=2 * round(rung.short_side / shape / 2))


def key_frame_times(duration: float) -> list[int]:
    """0, 1, 3, 7, 11 …: every segment of every rung begins at one of these."""
    times: list[int] = []
    at = 0
    for length in chain(FIRST_SEGMENTS, (LATER_SEGMENTS for _ in count())):
        if at >= duration:
            return times
        times.append(at)
        at += length
    return times


def _video_outputs(original: Any, source: SourceInfo, pictures: tuple[Picture, ...], build: Build) -> list[Any]:
    """Scaled to the largest rung first, then from that to the smaller ones."""
    largest = pictures[-1]
    steady = original[str(source.video_index)].filter("fps", fps=str(source.fps), start_time=0)
    if source.transfer != "sdr" and build.tone_mapping:
        top = _tone_mapped(steady, largest, _TRANSFER_NAMES[source.transfer])
    else:
        top = _scaled(steady, largest)
    branches = top.filter("setsar", 1).filter("format", "yuv420p").filter_multi_output("split")
    times = ",".join(str(time) for time in key_frame_times(source.duration))
    return [
        _video_output(branches[n] if picture is largest else _scaled(branches[n], picture), picture, source, times)
        for n, picture in enumerate(pictures)
    ]


def _scaled(stream: Any, picture: Picture) -> Any:
    return stream.filter("scale", w=picture.width, h=picture.height, flags="bicubic", out_range="tv")


def _tone_mapped(stream: Any, picture: Picture, transfer: str) -> Any:
    """High dynamic range to what every screen shows; scaled first because the rest costs per pixel."""
    told = stream.filter("setparams", color_primaries="bt2020", color_trc=transfer, colorspace="bt2020nc", range="tv")
    linear = told.filter("zscale", w=picture.width, h=picture.height, transfer="linear", npl=100)
    mapped = linear.filter("format", "gbrpf32le").filter("zscale", primaries="bt709")
    mapped = mapped.filter("tonemap", tonemap="hable", desat=0)
    return mapped.filter("zscale", transfer="bt709", matrix="bt709", range="tv")


def _video_output(stream: Any, picture: Picture, source: SourceInfo, times: str) -> Any:
    rung = picture.rung
    encoder = {
        "c:v": "libx264",
        "preset": rung.preset,
        "profile:v": "high",
        "crf": rung.crf,
        "maxrate": rung.cap,
        "bufsize": 2 * rung.cap,
        "force_key_frames": times,
        "forced-idr": 1,
        "flags": "+cgop",
        "g": 1000,
        "sc_threshold": 0,
    }
    return ffmpeg.output(stream, f"{picture.name}/playlist.m3u8", **encoder, **_muxer(picture.name, source))


def _audio_output(original: Any, source: SourceInfo) -> Any:
    """Exactly as long as the picture, silent where there is nothing to hear.

    The encoder puts 1024 samples before the first; as many are cut here, so that sound and picture meet without
    edit lists.
    """
    samples = round(source.duration * AUDIO_RATE)
    if source.audio_index is None:
        heard = ffmpeg.input(f"anullsrc=r={AUDIO_RATE}:cl=stereo", f="lavfi")["0"]
    else:
        heard = original[str(source.audio_index)].filter("aresample", AUDIO_RATE, **{"async": 1, "first_pts": 0})
        heard = heard.filter("aformat", channel_layouts="stereo").filter("apad", whole_len=samples)
    cut = heard.filter("atrim", start_sample=AAC_PRIMING, end_sample=samples).filter("asetpts", "PTS-STARTPTS")
    encoder = {"c:a": "aac", "b:a": AUDIO_BITRATE, "ac": 2, "ar": AUDIO_RATE}
    return ffmpeg.output(cut, f"{AUDIO_PIECES}/playlist.m3u8", **encoder, **_muxer(AUDIO_PIECES, source))


def _muxer(folder: str, source: SourceInfo) -> dict[str, Any]:
    return {
        "format": "hls",
        "t": _seconds(source.duration),
        "map_metadata": -1,
        "map_chapters": -1,
        "fflags": "+bitexact",
        "hls_time": 1,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments",
        "hls_segment_options": _SEGMENT_OPTIONS,
        "hls_fmp4_init_filename": "init.mp4",
        "hls_segment_filename": f"{folder}/%03d.m4s",
    }


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def _even(value: int) -> int:
    return max(2, value // 2 * 2)
