"""What is known about a film in, argument lists for ffmpeg out. Pure: a plan is data and can be compared."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

import ffmpeg
import msgspec
from msgspec import Struct

from transcoder.bench import Build
from transcoder.probe import SourceInfo
from transcoder.profiles import CODEC_WHITELIST, MAX_PIXELS, PROTOCOL_WHITELIST, UPRIGHT, Profile, Rung
from transcoder.schedule import as_times
from transcoder.sound import sound_output
from transcoder.study import Source

#: Where the sandbox shows the upload to a process at home in the folder `out`.
ORIGINAL: Final = "../in/original"
SHOTS: Final = "shot-%d.png"
BOARD: Final = "board.png"
BOARD_COLUMNS: Final = 10
BOARD_WIDTH: Final = 90
BOARD_SECONDS: Final = 2

GLOBAL: Final = [
    *("-nostdin", "-hide_banner", "-v", "repeat+level+warning"),
    *("-progress", "pipe:1", "-stats_period", "0.5"),
]
# However short a film is, the machine may be busy with others (s).
_LEAST_PATIENCE: Final = 120
# Each encoder of a ladder has its own threads, and each thread its own pictures: more would not fit into memory.
_THREADS: Final = 4
_TRANSFER_NAMES: Final = {"pq": "smpte2084", "hlg": "arib-std-b67"}
_TURNS: Final = {90: ("cclock",), 180: ("hflip", "vflip"), 270: ("clock",)}
# No edit lists: players disagree about them. Negative offsets let the first picture be shown at exactly 0.
_SEGMENT_OPTIONS: Final = "movflags=+negative_cts_offsets+skip_sidx:use_editlist=0"
_POSTER_WIDTH: Final = 720
_STILL: Final = {"format": "image2", "fps_mode": "passthrough", "map_metadata": -1}


class Picture(Struct, frozen=True, kw_only=True):
    rung: Rung
    width: int
    height: int

    @property
    def name(self) -> str:
        return self.rung.name

    def at_crf(self, crf: float) -> "Picture":
        return msgspec.structs.replace(self, rung=msgspec.structs.replace(self.rung, crf=crf))


class Plan(Struct, frozen=True, kw_only=True):
    args: list[str]
    pictures: tuple[Picture, ...]
    duration: float
    seconds_allowed: float


def pictures_for(width: int, height: int, rungs: Sequence[Rung], *, any_size: bool = True) -> tuple[Picture, ...]:
    """Every rung the source is large enough for; one smaller than all of them keeps its own size, if `any_size`."""
    fitting = [rung for rung in rungs if rung.short_side <= width]
    if fitting or not any_size:
        return tuple(_picture(rung, width, height) for rung in fitting)
    own = msgspec.structs.replace(rungs[0], short_side=_even(width))
    return (Picture(rung=own, width=_even(width), height=_even(height)),)


def _picture(rung: Rung, width: int, height: int) -> Picture:
    """Cameras and crops miss 9:16 by a line or two; such sources become exactly 9:16, which nobody can see."""
    shape = Fraction(width, height)
    if abs(shape / UPRIGHT - 1) < Fraction(1, 100):
        shape = UPRIGHT
    return Picture(rung=rung, width=rung.short_side, height=2 * round(rung.short_side / shape / 2))


def ladder_plan(source: Source, build: Build, pictures: tuple[Picture, ...]) -> Plan:
    """All rungs, all sounds, the pictures for posters and the storyboard from one decode."""
    info = source.info
    film = original(info)
    extras = [*([_shots] if source.shots else []), _board]
    branches = _branches(film, info, build, pictures, len(extras))
    rungs = [video_output(stream, picture, source) for stream, picture in zip(branches, pictures, strict=False)]
    stills = [make(stream, source) for make, stream in zip(extras, branches[len(pictures) :], strict=True)]
    sounds = [sound_output(film, source, number) for number in range(max(1, len(info.sounds)))]
    return _plan(source, pictures, [*rungs, *sounds, *stills], patience=16)


def rungs_plan(source: Source, build: Build, pictures: tuple[Picture, ...]) -> Plan:
    """Rungs alone, for the tiers after the ladder. They may take longer: nobody waits for them."""
    branches = _branches(original(source.info), source.info, build, pictures, 0)
    rungs = [video_output(stream, picture, source) for stream, picture in zip(branches, pictures, strict=True)]
    return _plan(source, pictures, rungs, patience=32)


def _plan(source: Source, pictures: tuple[Picture, ...], outputs: list[Any], patience: int) -> Plan:
    return Plan(
        args=[*GLOBAL, *ffmpeg.merge_outputs(*outputs).get_args()],
        pictures=pictures,
        duration=source.info.duration,
        seconds_allowed=_LEAST_PATIENCE + patience * source.info.duration,
    )


def original(info: SourceInfo, window: tuple[float, float] | None = None, **decoder: Any) -> Any:
    """The one input, or so many seconds of it from a start. Pictures are turned and scaled by our own filters only:
    they expect that a film may change its size on the way, which others read beyond the end of a picture for."""
    return ffmpeg.input(
        ORIGINAL,
        f=info.demuxer,
        protocol_whitelist=PROTOCOL_WHITELIST,
        codec_whitelist=CODEC_WHITELIST,
        max_pixels=MAX_PIXELS,
        threads=_THREADS,
        noautorotate=None,
        reinit_filter=0,
        **({"ss": f"{window[0]:.3f}", "t": f"{window[1]:.3f}"} if window else {"t": f"{info.duration + 1:.3f}"}),
        **decoder,
    )


def _branches(film: Any, info: SourceInfo, build: Build, pictures: tuple[Picture, ...], extras: int) -> list[Any]:
    """One stream per picture, as large as it, then one per extra: of the largest, and of the smallest the last."""
    largest = pictures[-1]
    split = upright(film, info, build, largest.width, largest.height).filter_multi_output("split")
    streams = [
        split[n] if picture is largest else _scaled(split[n], picture.width, picture.height)
        for n, picture in enumerate(pictures)
    ]
    return [*streams, *(split[len(pictures) + n] for n in range(extras))]


def upright(film: Any, info: SourceInfo, build: Build, width: int, height: int) -> Any:
    """The picture at a constant rate, `width` x `height`, eight bits, standard range, the right way up."""
    inner = height if info.inner is None else 2 * round(info.inner * width / info.width / 2)
    lying = info.rotation % 180 == 90
    size = (inner, width) if lying else (width, inner)
    stream = film[str(info.video_index)]
    if info.transfer != "sdr" and build.tone_mapping:
        stream = _tone_mapped(stream, *size, _TRANSFER_NAMES[info.transfer])
    else:
        stream = _scaled(stream, *size)
    stream = stream.filter("format", "yuv420p").filter("sidedata", "delete", type="DISPLAYMATRIX")
    for turn in _TURNS.get(info.rotation, ()):
        stream = stream.filter(turn) if turn.endswith("flip") else stream.filter("transpose", turn)
    if info.phase:
        stream = stream.filter("setpts", f"PTS-({info.phase:.6f})/TB")
    stream = stream.filter("fps", fps=info.rate, start_time=0)
    if inner != height:
        stream = stream.filter("pad", w=width, h=height, x=0, y="(oh-ih)/2")
    return stream.filter("setsar", 1)


def _scaled(stream: Any, width: int, height: int) -> Any:
    return stream.filter("scale", w=width, h=height, flags="bicubic", out_range="tv")


def _tone_mapped(stream: Any, width: int, height: int, transfer: str) -> Any:
    """High dynamic range to what every screen shows; scaled first because the rest costs per pixel."""
    told = stream.filter("setparams", color_primaries="bt2020", color_trc=transfer, colorspace="bt2020nc", range="tv")
    linear = told.filter("zscale", w=width, h=height, transfer="linear", npl=100)
    mapped = linear.filter("format", "gbrpf32le").filter("zscale", primaries="bt709")
    mapped = mapped.filter("tonemap", tonemap="hable", desat=0)
    return mapped.filter("zscale", transfer="bt709", matrix="bt709", range="tv")


def video_output(stream: Any, picture: Picture, source: Source) -> Any:
    options = encoder_options(picture.rung)
    keys = {"force_key_frames": as_times(source.keys, source.info.fps), "g": 9999}
    muxer = hls_options(picture.name, source.info.duration)
    return ffmpeg.output(stream, f"{picture.name}/playlist.m3u8", **options, **keys, **muxer)


def encoder_options(rung: Rung) -> dict[str, Any]:
    """All that makes a rung look as it does but its key frames; samples of a search are encoded with the same."""
    return _svt_options(rung) if rung.codec == "av1" else x264_options(rung)


def x264_options(rung: Rung) -> dict[str, Any]:
    params = [rung.params] if rung.params else []
    return {
        "c:v": "libx264",
        "preset": rung.preset,
        "profile:v": "high",
        "crf": rung.crf,
        "maxrate": rung.cap,
        "bufsize": 2 * rung.cap,
        "forced-idr": 1,
        "threads": _THREADS,
        "x264-params": ":".join([*params, "scenecut=0", "open-gop=0"]),
    }


def _svt_options(rung: Rung) -> dict[str, Any]:
    """Forced pictures of this encoder are key frames of closed groups."""
    params = [rung.params] if rung.params else []
    return {
        "c:v": "libsvtav1",
        "preset": rung.preset,
        "crf": rung.crf,
        "maxrate": rung.cap,
        "bufsize": 2 * rung.cap,
        "svtav1-params": ":".join([*params, f"lp={_THREADS}", "scd=0"]),
    }


def hls_options(folder: str, duration: float) -> dict[str, Any]:
    """A segment ends before every key frame; there are none but those we ask for, and none closer than this."""
    return {
        "format": "hls",
        "t": f"{duration:.6f}",
        "map_metadata": -1,
        "map_chapters": -1,
        "fflags": "+bitexact",
        "hls_time": 0.5,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments",
        "hls_segment_options": _SEGMENT_OPTIONS,
        "hls_fmp4_init_filename": "init.mp4",
        "hls_segment_filename": f"{folder}/%03d.m4s",
    }


def inner_share(info: SourceInfo) -> float:
    return 1.0 if info.inner is None else info.inner / info.height


def board_step(info: SourceInfo) -> int:
    """The storyboard shows every so manieth picture."""
    return max(1, round(BOARD_SECONDS * info.fps))


def board_count(info: SourceInfo) -> int:
    return -(-max(1, round(info.duration * info.fps)) // board_step(info))


def _board(stream: Any, source: Source) -> Any:
    rows = -(-board_count(source.info) // BOARD_COLUMNS)
    chosen = stream.filter("select", f"not(mod(n,{board_step(source.info)}))")
    tiles = chosen.filter("scale", w=BOARD_WIDTH, h=-2, flags="area").filter("tile", f"{BOARD_COLUMNS}x{rows}")
    return ffmpeg.output(tiles, BOARD, **{**_STILL, "frames:v": 1, "update": 1})


def _shots(stream: Any, source: Source) -> Any:
    """In the order of the film, not in that of `source.shots`."""
    frames = sorted(source.shots)
    chosen = stream.filter("select", "+".join(f"eq(n,{frame})" for frame in frames))
    if source.info.inner is not None:  # posters show the film, not the bars above and below it
        chosen = chosen.filter("crop", "iw", f"{inner_share(source.info):.6f}*ih")
    small = chosen.filter("scale", w=f"min(iw,{_POSTER_WIDTH})", h=-2, flags="bicubic")
    return ffmpeg.output(small, SHOTS, **{**_STILL, "frames:v": len(frames)})


def ladder_of(info: SourceInfo, profile: Profile) -> tuple[Picture, ...]:
    return pictures_for(info.width, info.height, profile.ladder)


def av1_of(info: SourceInfo, profile: Profile) -> tuple[Picture, ...]:
    return pictures_for(info.width, info.height, profile.av1, any_size=False)


def refine_of(info: SourceInfo, profile: Profile) -> tuple[Picture, ...]:
    return pictures_for(info.width, info.height, profile.refine) if profile.refine else ()


def _even(value: int) -> int:
    return max(2, value // 2 * 2)
