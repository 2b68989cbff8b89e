"""A package as text and numbers: playlists, codec strings, bitrates, the joining of sound. Pure."""

import base64
import re
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final
from uuid import UUID

from msgspec import Struct

from transcoder.contract import AudioTrack, Descriptor, SubtitleTrack, VideoTrack

AUDIO_CODEC: Final = "mp4a.40.2"
POSTERS: Final = ["poster.avif", "poster.webp", "poster.jpg"]
_EXTINF: Final = re.compile(r"^#EXTINF:([0-9]+(?:\.[0-9]+)?),", re.MULTILINE)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_OFF: Final = "DEFAULT=NO,AUTOSELECT=YES,FORCED=NO"
_TOLERANCE: Final = 0.05
_SAME: Final = 0.001


class Unfit(Exception):
    """What was encoded must not be published; the words say what is wrong with it, for the log."""


class Track(Struct, frozen=True, kw_only=True):
    """One rung or the sound, as it lies on the disk."""

    name: str
    init: bytes
    durations: list[float]
    sizes: list[int]
    width: int = 0
    height: int = 0

    @property
    def bytes(self) -> int:
        return len(self.init) + sum(self.sizes)

    @property
    def bitrate(self) -> int:
        return round(self.bytes * 8 / sum(self.durations))

    @property
    def peak(self) -> int:
        """Of segments of a second and more: a last one of three frames says nothing about the network it needs."""
        spans = [(size, length) for size, length in zip(self.sizes, self.durations, strict=True) if length >= 1]
        return max([self.bitrate, *(round(size * 8 / length) for size, length in spans)])


def segment_name(number: int) -> str:
    return f"{number:03d}.m4s"


def parse_playlist(text: str) -> list[float]:
    if not text.startswith("#EXTM3U") or "#EXT-X-ENDLIST" not in text:
        raise Unfit("a playlist was not finished")
    durations = [float(value) for value in _EXTINF.findall(text)]
    if not durations or min(durations) < 0:
        raise Unfit("a playlist names no segments")
    return durations


def check_alignment(rungs: Mapping[str, Sequence[float]]) -> None:
    """Players change rungs at borders; a border that differs is a jump in the film."""
    first, *others = rungs.values()
    for other in others:
        if len(other) != len(first) or any(abs(a - b) > _SAME for a, b in zip(first, other, strict=True)):
            raise Unfit("the borders of the rungs differ")


def is_complete(durations: Sequence[float], promised: float) -> bool:
    """Within five per cent; for very short films a frame or two is more than that."""
    return abs(sum(durations) - promised) <= max(_TOLERANCE * promised, 0.1)


def group_pieces(pieces: int, borders: Sequence[int], groups: int) -> list[range]:
    """Which pieces of one second belong to which segment; the last one takes what is left."""
    starts = [border for border in borders if border < pieces][:groups]
    return [range(start, end) for start, end in zip(starts, [*starts[1:], pieces], strict=True)]


def join_pieces(pieces: Sequence[bytes]) -> bytes:
    """One segment of several: the type box stands only at its head."""
    return b"".join([pieces[0], *(_without_type(piece) for piece in pieces[1:])])


def _without_type(piece: bytes) -> bytes:
    return piece[int.from_bytes(piece[:4]) :] if piece[4:8] == b"styp" else piece


def video_codec(init: bytes) -> str:
    """RFC 6381, from the decoder configuration that players are given anyway."""
    at = init.find(b"avcC")
    if at < 0 or len(init) < at + 8:
        raise Unfit("an init segment has no decoder configuration")
    return f"avc1.{init[at + 5 : at + 8].hex()}"


def media_playlist(durations: Sequence[float]) -> str:
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{ceil(round(max(durations), 3))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MAP:URI="init.mp4"',
    ]
    for number, duration in enumerate(durations):
        lines += [f"#EXTINF:{duration:.6f},", segment_name(number)]
    return _text([*lines, "#EXT-X-ENDLIST"])


def subtitle_playlist(lang: str, duration: float) -> str:
    return _text(
        [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{ceil(duration)}",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            f"#EXTINF:{duration:.6f},",
            f"{lang}.vtt",
            "#EXT-X-ENDLIST",
        ]
    )


def master_playlist(rungs: Sequence[Track], sound: Track, fps: float, languages: Sequence[str]) -> str:
    """The first rung is the one players start with."""
    group = sound.name
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        _media("AUDIO", group, group, f'DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="{group}/playlist.m3u8"'),
        *(_media("SUBTITLES", "subs", lang, f'LANGUAGE="{lang}",{_OFF},URI="subs/{lang}.m3u8"') for lang in languages),
    ]
    for rung in rungs:
        attributes = [
            f"BANDWIDTH={rung.peak + sound.peak}",
            f"AVERAGE-BANDWIDTH={rung.bitrate + sound.bitrate}",
            f'CODECS="{video_codec(rung.init)},{AUDIO_CODEC}"',
            f"RESOLUTION={rung.width}x{rung.height}",
            f"FRAME-RATE={fps:.3f}",
            f'AUDIO="{group}"',
            *(['SUBTITLES="subs"'] if languages else []),
        ]
        lines += [f"#EXT-X-STREAM-INF:{','.join(attributes)}", f"{rung.name}/playlist.m3u8"]
    return _text(lines)


def _media(kind: str, group: str, name: str, attributes: str) -> str:
    return f'#EXT-X-MEDIA:TYPE={kind},GROUP-ID="{group}",NAME="{name}",{attributes}'


def check_language(lang: str) -> str:
    """A language is part of a file name here."""
    if not _LANGUAGE.fullmatch(lang):
        raise Unfit("not a language tag")
    return lang


class Facts(Struct, frozen=True, kw_only=True):
    """What a descriptor says about the film as a whole."""

    package: UUID
    fps: float
    width: int
    height: int
    thumbhash: str
    languages: list[str]


def make_descriptor(facts: Facts, rungs: Sequence[Track], sound: Track, files: dict[str, str]) -> Descriptor:
    return Descriptor(
        package=facts.package,
        duration=round(sum(rungs[0].durations), 3),
        fps=round(facts.fps, 3),
        width=facts.width,
        height=facts.height,
        thumbhash=facts.thumbhash,
        video=[
            VideoTrack(
                name=rung.name,
                width=rung.width,
                height=rung.height,
                codec=video_codec(rung.init),
                bitrate=rung.bitrate,
                init=base64.b64encode(rung.init).decode(),
                segments=[round(length, 6) for length in rung.durations],
                bytes=rung.bytes,
            )
            for rung in rungs
        ],
        audio=[
            AudioTrack(
                name=sound.name,
                codec=AUDIO_CODEC,
                bitrate=sound.bitrate,
                init=base64.b64encode(sound.init).decode(),
                segments=[round(length, 6) for length in sound.durations],
                bytes=sound.bytes,
            )
        ],
        subtitles=[SubtitleTrack(lang=lang, path=f"subs/{lang}.vtt") for lang in facts.languages],
        posters=POSTERS,
        files=files,
    )


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
