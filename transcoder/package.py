"""A package as text and numbers: playlists, codec strings, bitrates, the joining of sound. Pure."""

import base64
import re
from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import Final

from msgspec import Struct

from transcoder.contract import AudioTrack, Descriptor, VideoTrack

AUDIO_CODEC: Final = "mp4a.40.2"
PLAYLIST: Final = "playlist.m3u8"
INIT: Final = "init.mp4"
_EXTINF: Final = re.compile(r"^#EXTINF:([0-9]+(?:\.[0-9]+)?),", re.MULTILINE)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_OFF: Final = "DEFAULT=NO,AUTOSELECT=YES,FORCED=NO"
_SOUND_GROUP: Final = "sound"
_SUBTITLE_GROUP: Final = "subs"
_TOLERANCE: Final = 0.05
_SAME: Final = 0.000_5


class Unfit(Exception):
    """What was encoded must not be published; the words say what is wrong with it, for the log."""


class Track(Struct, frozen=True, kw_only=True):
    """One rung or one sound, as it lies on the disk."""

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
        """RFC 8216, 4.1: of any run of segments that lasts between half and one and a half target durations."""
        target = target_duration(self.durations)
        rates = [self.bitrate]
        for first in range(len(self.sizes)):
            size, length = 0, 0.0
            for last in range(first, len(self.sizes)):
                size, length = size + self.sizes[last], length + self.durations[last]
                if target / 2 <= length <= target * 1.5:
                    rates.append(ceil(size * 8 / length))
        return max(rates)

    def as_video(self) -> VideoTrack:
        return VideoTrack(
            name=self.name,
            width=self.width,
            height=self.height,
            codec=video_codec(self.init),
            bitrate=self.bitrate,
            init=base64.b64encode(self.init).decode(),
            segments=[round(length, 6) for length in self.durations],
            bytes=self.bytes,
        )

    def as_audio(self, lang: str | None, *, dub: bool = False) -> AudioTrack:
        return AudioTrack(
            name=self.name,
            codec=AUDIO_CODEC,
            bitrate=self.bitrate,
            init=base64.b64encode(self.init).decode(),
            segments=[round(length, 6) for length in self.durations],
            bytes=self.bytes,
            lang=lang,
            dub=dub,
        )


def segment_name(number: int) -> str:
    return f"{number:03d}.m4s"


def target_duration(durations: Sequence[float]) -> int:
    """Every length, rounded to the nearest second, is at most this (RFC 8216, 4.3.3.1)."""
    return max(1, floor(max(durations) + 0.5))


def parse_playlist(text: str) -> list[float]:
    if "#EXT-X-ENDLIST" not in text:
        raise Unfit("a playlist was not finished")
    return parse_growing(text)


def parse_growing(text: str) -> list[float]:
    """The lengths of the segments so far; RFC 8216 playlists are read while they are written, too."""
    durations = [float(value) for value in _EXTINF.findall(text)]
    if not text.startswith("#EXTM3U") or not durations or min(durations) < 0:
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


def join_pieces(pieces: Sequence[bytes]) -> bytes:
    """One segment of several: the type box stands only at its head."""
    return b"".join([pieces[0], *(_without_type(piece) for piece in pieces[1:])])


def _without_type(piece: bytes) -> bytes:
    return piece[int.from_bytes(piece[:4]) :] if piece[4:8] == b"styp" else piece


def video_codec(init: bytes) -> str:
    """RFC 6381, from the decoder configuration that players are given anyway."""
    if (at := init.find(b"avcC")) >= 0 and len(init) >= at + 8:
        return f"avc1.{init[at + 5 : at + 8].hex()}"
    if (at := init.find(b"av1C")) >= 0 and len(init) >= at + 8:
        return _av1_codec(init[at + 5], init[at + 6])
    raise Unfit("an init segment has no decoder configuration")


def _av1_codec(second: int, third: int) -> str:
    """Bits of `av1C`: seq_profile 3, seq_level_idx_0 5 | seq_tier_0 1, high_bitdepth 1, twelve_bit 1 (AV1-ISOBMFF)."""
    depth = 12 if third & 0x20 else 10 if third & 0x40 else 8
    return f"av01.{second >> 5}.{second & 31:02d}{'H' if third & 0x80 else 'M'}.{depth:02d}"


def media_playlist(durations: Sequence[float]) -> str:
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{target_duration(durations)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{INIT}"',
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


def master_playlist(descriptor: Descriptor) -> str:
    """Lies in the folder of its edition, beside the subtitles; the first rung is the one players start with."""
    names = _sound_names(descriptor.audio)
    sounds = [
        _sound_line(track, name, first=track is descriptor.audio[0])
        for track, name in zip(descriptor.audio, names, strict=True)
    ]
    languages = [subtitle.lang for subtitle in descriptor.subtitles]
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *sounds,
        *(
            _media("SUBTITLES", _SUBTITLE_GROUP, lang, f'LANGUAGE="{lang}",{_OFF},URI="{lang}.m3u8"')
            for lang in languages
        ),
    ]
    for track in descriptor.video:
        lines += [f"#EXT-X-STREAM-INF:{_rung_line(track, descriptor)}", f"../{track.name}/{PLAYLIST}"]
    return _text(lines)


def _rung_line(track: VideoTrack, descriptor: Descriptor) -> str:
    """The bit rates are those of the rung with the largest sound that goes with it."""
    average = track.bitrate + max(sound.bitrate for sound in descriptor.audio)
    peak = descriptor.peaks[track.name] + max(descriptor.peaks[sound.name] for sound in descriptor.audio)
    attributes = [
        f"BANDWIDTH={peak}",
        f"AVERAGE-BANDWIDTH={average}",
        f'CODECS="{track.codec},{AUDIO_CODEC}"',
        f"RESOLUTION={track.width}x{track.height}",
        f"FRAME-RATE={descriptor.fps:.3f}",
        "VIDEO-RANGE=SDR",
        f'AUDIO="{_SOUND_GROUP}"',
        *([f'SUBTITLES="{_SUBTITLE_GROUP}"'] if descriptor.subtitles else []),
        "CLOSED-CAPTIONS=NONE",
    ]
    return ",".join(attributes)


def _sound_names(tracks: Sequence[AudioTrack]) -> list[str]:
    """By its language, each once (RFC 8216, 4.3.4.1.1): a dub may speak the language of a sound of the film's own."""
    languages = [track.lang or track.name for track in tracks]
    return [
        track.name if track.dub and languages.count(name) > 1 else name
        for track, name in zip(tracks, languages, strict=True)
    ]


def _sound_line(track: AudioTrack, name: str, *, first: bool) -> str:
    """A dub is chosen, never taken because of the language of a phone: many rather hear the actors."""
    language = f'LANGUAGE="{track.lang}",' if track.lang else ""
    default, auto = "YES" if first else "NO", "NO" if track.dub else "YES"
    attributes = f'{language}DEFAULT={default},AUTOSELECT={auto},CHANNELS="2",URI="../{track.name}/{PLAYLIST}"'
    return _media("AUDIO", _SOUND_GROUP, name, attributes)


def _media(kind: str, group: str, name: str, attributes: str) -> str:
    return f'#EXT-X-MEDIA:TYPE={kind},GROUP-ID="{group}",NAME="{name}",{attributes}'


def check_language(lang: str) -> str:
    """A language is part of a file name here."""
    if not _LANGUAGE.fullmatch(lang):
        raise Unfit("not a language tag")
    return lang


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
