"""What the probing child printed, as a frozen SourceInfo, and whether such a source may become an episode. Pure."""

import re
from fractions import Fraction
from typing import Final, Literal

import msgspec
from msgspec import Struct

from transcoder.contract import Rejected
from transcoder.gate import Demuxer
from transcoder.profiles import (
    AUDIO_DECODERS,
    COMMON_FPS,
    MAX_FPS,
    MAX_PIXELS,
    MAX_SECONDS,
    MAX_SOUNDS,
    MIN_FPS,
    UPRIGHT,
    VIDEO_DECODERS,
)

Transfer = Literal["sdr", "pq", "hlg"]
#: What becomes of a film that is wider than high, by the rule of its section.
Landscape = Literal["refuse", "letterbox"]

_ROUNDING: Final = 0.5  # exporters add a frame or two; ten minutes and a blink is ten minutes
_OBLONG: Final = 5  # no camera and no tape has points of such a shape; who says so is mistaken or lies
_NEARLY_SQUARE: Final = Fraction(1, 100)  # rounding of exporters; it must not cost a rung
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,2}")
_NO_LANGUAGE: Final = frozenset({"und", "mis", "mul", "zxx", "qaa"})
# ISO 639-2 and its bibliographic codes, where BCP 47 asks for the two letters of ISO 639-1.
_SHORT_CODES: Final[dict[str, str]] = dict(
    re.findall(
        r"(\w+):(\w+)",
        "ara:ar ben:bn bul:bg cat:ca ces:cs cze:cs chi:zh zho:zh dan:da deu:de ger:de ell:el gre:el eng:en est:et "
        "fas:fa per:fa fin:fi fra:fr fre:fr heb:he hin:hi hrv:hr hun:hu ind:id ita:it jpn:ja kat:ka geo:ka kaz:kk "
        "kor:ko lav:lv lit:lt may:ms msa:ms nld:nl dut:nl nor:no pol:pl por:pt ron:ro rum:ro rus:ru slk:sk slo:sk "
        "slv:sl spa:es srp:sr swe:sv tam:ta tel:te tha:th tur:tr ukr:uk urd:ur uzb:uz vie:vi",
    )
)
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
    start: float = 0.0


class _Audio(Struct, frozen=True):
    index: int
    codec: str
    language: str | None = None


class _Found(Struct, frozen=True):
    seconds: float
    video: _Video | None = None
    sounds: list[_Audio] = []


def parse_probe(output: str, demuxer: Demuxer) -> SourceInfo:
    try:
        found = msgspec.json.decode(output, type=_Found)
    except msgspec.DecodeError as error:
        raise Rejected("unreadable-file") from error
    if found.video is None:
        raise Rejected("no-video-track", found="sound" if found.sounds else "data")
    _check_readable(found.video, found.sounds)
    width, height = _upright_size(found.video)
    fps = constant_rate(*found.video.rates)
    start = max(0.0, found.video.start)
    return SourceInfo(
        demuxer=demuxer,
        duration=start + found.video.seconds if found.video.seconds else found.seconds,
        rate=str(fps),
        width=width,
        height=height,
        rotation=found.video.rotation or 0,
        pixels=found.video.pixels,
        transfer=_TRANSFERS.get(found.video.transfer, "sdr"),
        video_codec=found.video.codec,
        video_index=found.video.index,
        sounds=_sounds(found.sounds),
        phase=phase_of(start, fps),
    )


def check_source(source: SourceInfo, landscape: Landscape = "refuse") -> SourceInfo:
    """The source as it may be shown here: upright, or between bars where the section allows it, and short enough."""
    if source.duration > MAX_SECONDS + _ROUNDING:
        raise Rejected("too-long", length=clock(source.duration))
    if source.duration <= 0:
        raise Rejected("unreadable-file")
    if source.width < source.height:
        return source
    if landscape == "refuse":
        raise Rejected("not-vertical", width=source.width, height=source.height)
    return msgspec.structs.replace(source, height=round(source.width / UPRIGHT), inner=source.height)


def constant_rate(nominal: str, average: str) -> Fraction:
    """Phones vary their rate around a nominal one; players and segment borders need one that is constant."""
    wanted, mean = Fraction(nominal), Fraction(average)
    if not MIN_FPS <= wanted <= MAX_FPS:
        wanted = mean
    close = [rate for rate in COMMON_FPS if abs(rate / wanted - 1) < Fraction(1, 2000)] if wanted else []
    wanted = close[0] if close else wanted.limit_denominator(1001)
    return min(max(wanted, MIN_FPS), MAX_FPS)


def phase_of(start: float, fps: Fraction) -> float:
    """How far (s) the first picture is from the nearest place for one. Without moving it there, rounding would take
    up to half a picture from the pictures but nothing from the sound."""
    return round(start - float(round(start * fps) / fps), 6)


def language_tag(code: str | None) -> str | None:
    """BCP 47 of what MP4 and Matroska store: the shortest code of a language, None where it is not said."""
    if code is None or not _LANGUAGE.fullmatch(code) or code.lower() in _NO_LANGUAGE:
        return None
    main, *rest = code.split("-")
    return "-".join([_SHORT_CODES.get(main.lower(), main.lower()), *rest])


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _sounds(found: list[_Audio]) -> list[Sound]:
    """The first one, which plays by itself, and one of every further language; what cannot be read is left out."""
    sounds: list[Sound] = []
    for audio in found:
        lang = language_tag(audio.language)
        further = lang is not None and lang not in [sound.lang for sound in sounds]
        if not sounds or (further and audio.codec in AUDIO_DECODERS):
            sounds.append(Sound(index=audio.index, codec=audio.codec, lang=lang))
    return sounds[:MAX_SOUNDS]


def _check_readable(video: _Video, sounds: list[_Audio]) -> None:
    if video.codec not in VIDEO_DECODERS:
        raise Rejected("unsupported-codec", codec=video.codec)
    if sounds and sounds[0].codec not in AUDIO_DECODERS:
        raise Rejected("unsupported-codec", codec=sounds[0].codec)
    if video.width * video.height > MAX_PIXELS:
        raise Rejected("too-many-pixels")
    if video.rotation is None or video.width <= 0 or video.height <= 0:
        raise Rejected("unreadable-file")


def _upright_size(video: _Video) -> tuple[int, int]:
    aspect = Fraction(video.sample_aspect) or Fraction(1)
    if abs(aspect - 1) < _NEARLY_SQUARE or not 1 / _OBLONG < aspect < _OBLONG:
        aspect = Fraction(1)
    width = round(video.width * aspect)
    return (video.height, width) if (video.rotation or 0) % 180 == 90 else (width, video.height)
