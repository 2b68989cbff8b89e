"""What the probing child printed, as a frozen SourceInfo, and whether such a source may become an episode. Pure."""

from fractions import Fraction
from typing import Final, Literal

import msgspec
from msgspec import Struct

from transcoder.contract import Rejected
from transcoder.gate import Demuxer
from transcoder.profiles import AUDIO_DECODERS, COMMON_FPS, MAX_FPS, MAX_PIXELS, MAX_SECONDS, MIN_FPS, VIDEO_DECODERS

Transfer = Literal["sdr", "pq", "hlg"]

_ROUNDING: Final = 0.5  # exporters add a frame or two; ten minutes and a blink is ten minutes
_NEARLY_SQUARE: Final = Fraction(1, 100)  # rounding of exporters; it must not cost a rung
_TRANSFERS: Final[dict[int, Transfer]] = {16: "pq", 18: "hlg"}


class Sound(Struct, frozen=True, kw_only=True):
    """One sound of the original; `lang` is a BCP 47 tag where the file says it."""

    index: int
    codec: str
    lang: str | None = None


class SourceInfo(Struct, frozen=True, kw_only=True):
    """`width` and `height` are those of the upright picture as it is going to be shown, `duration` is in seconds.

    `rate` is the constant number of pictures per second it is going to have, as a fraction. `phase` is by how much
    (seconds) everything is moved ahead so that the pictures of the film stand where those of the rate do. `inner` is
    the height of the picture between its bars, where a landscape film is shown upright.
    """

    demuxer: Demuxer
    duration: float
    rate: str
    width: int
    height: int
    rotation: int
    pixels: str
    transfer: Transfer
    video_codec: str
    video_index: int
    sounds: list[Sound] = []
    phase: float = 0.0
    inner: int | None = None

    @property
    def fps(self) -> Fraction:
        return Fraction(self.rate)


class _Video(Struct, frozen=True):
    index: int
    codec: str
    width: int
    height: int
    rates: list[str]
    seconds: float
    rotation: int | None = None
    sample_aspect: str = "0"
    pixels: str = ""
    transfer: int = 2


class _Audio(Struct, frozen=True):
    index: int
    codec: str


class _Found(Struct, frozen=True):
    seconds: float
    video: _Video | None = None
    audio: _Audio | None = None


def parse_probe(output: str, demuxer: Demuxer) -> SourceInfo:
    try:
        found = msgspec.json.decode(output, type=_Found)
    except msgspec.DecodeError as error:
        raise Rejected("unreadable-file") from error
    if found.video is None:
        raise Rejected("no-video-track", found="sound" if found.audio else "data")
    _check_readable(found.video, found.audio)
    width, height = _upright_size(found.video)
    return SourceInfo(
        demuxer=demuxer,
        duration=found.video.seconds or found.seconds,
        fps=constant_rate(*found.video.rates),
        width=width,
        height=height,
        rotation=found.video.rotation or 0,
        pixels=found.video.pixels,
        transfer=_TRANSFERS.get(found.video.transfer, "sdr"),
        video_codec=found.video.codec,
        video_index=found.video.index,
        audio_codec=found.audio.codec if found.audio else None,
        audio_index=found.audio.index if found.audio else None,
    )


def check_source(source: SourceInfo) -> None:
    """Whether what was read may be shown here: upright and short enough."""
    if source.width >= source.height:
        raise Rejected("not-vertical", width=source.width, height=source.height)
    if source.duration > MAX_SECONDS + _ROUNDING:
        raise Rejected("too-long", length=clock(source.duration))
    if source.duration <= 0:
        raise Rejected("unreadable-file")


def constant_rate(nominal: str, average: str) -> Fraction:
    """Phones vary their rate around a nominal one; players and segment borders need one that is constant."""
    wanted, mean = Fraction(nominal), Fraction(average)
    if not MIN_FPS <= wanted <= MAX_FPS:
        wanted = mean
    close = [rate for rate in COMMON_FPS if abs(rate / wanted - 1) < Fraction(1, 2000)] if wanted else []
    wanted = close[0] if close else wanted.limit_denominator(1001)
    return min(max(wanted, MIN_FPS), MAX_FPS)


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _check_readable(video: _Video, audio: _Audio | None) -> None:
    if video.codec not in VIDEO_DECODERS:
        raise Rejected("unsupported-codec", codec=video.codec)
    if audio is not None and audio.codec not in AUDIO_DECODERS:
        raise Rejected("unsupported-codec", codec=audio.codec)
    if video.width * video.height > MAX_PIXELS:
        raise Rejected("too-many-pixels")
    if video.rotation is None or video.width <= 0 or video.height <= 0:
        raise Rejected("unreadable-file")


def _upright_size(video: _Video) -> tuple[int, int]:
    aspect = Fraction(video.sample_aspect) or Fraction(1)
    if abs(aspect - 1) < _NEARLY_SQUARE:
        aspect = Fraction(1)
    width = round(video.width * aspect)
    return (video.height, width) if (video.rotation or 0) % 180 == 90 else (width, video.height)
