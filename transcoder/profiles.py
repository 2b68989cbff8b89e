"""The ladder of pictures as a table. The next size is added here, not in a branch somewhere."""

from fractions import Fraction
from typing import Final

from msgspec import Struct


class Rung(Struct, frozen=True, kw_only=True):
    short_side: int
    preset: str
    crf: int
    cap: int

    @property
    def name(self) -> str:
        return f"v{self.short_side}"


# x264: the caps keep a phone on a poor network playing, CRF decides below them.
LADDER: Final = (
    Rung(short_side=360, preset="veryfast", crf=24, cap=450_000),
    Rung(short_side=540, preset="veryfast", crf=24, cap=1_000_000),
    Rung(short_side=720, preset="veryfast", crf=24, cap=1_900_000),
)

AUDIO_NAME: Final = "a64"
AUDIO_BITRATE: Final = 64_000
AUDIO_RATE: Final = 48_000
AAC_PRIMING: Final = 1024

# Short first segments start quickly, long ones later cost fewer bits.
FIRST_SEGMENTS: Final = (1, 2)
LATER_SEGMENTS: Final = 4

UPRIGHT: Final = Fraction(9, 16)
MAX_FPS: Final = Fraction(60)
MIN_FPS: Final = Fraction(10)
COMMON_FPS: Final = tuple(
    Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
)

MAX_SECONDS: Final = 600
MAX_BYTES: Final = 2 * 1024**3
MAX_PIXELS: Final = 8_912_896

# Names as the demuxer gives them, and the decoders allowed to read them. Rare decoders are where the holes are found.
VIDEO_DECODERS: Final = {"h264": "h264", "hevc": "hevc", "vp9": "vp9", "av1": "libdav1d", "prores": "prores"}
AUDIO_DECODERS: Final = {
    "aac": "aac",
    "opus": "opus,libopus",
    "vorbis": "vorbis",
    "mp3": "mp3,mp3float",
    "alac": "alac",
    "flac": "flac",
    "ac3": "ac3",
    "eac3": "eac3",
    "pcm_s16le": "pcm_s16le",
    "pcm_s16be": "pcm_s16be",
    "pcm_s24le": "pcm_s24le",
    "pcm_s24be": "pcm_s24be",
    "pcm_s32le": "pcm_s32le",
    "pcm_f32le": "pcm_f32le",
}
CODEC_WHITELIST: Final = ",".join([*VIDEO_DECODERS.values(), *AUDIO_DECODERS.values()])
PROTOCOL_WHITELIST: Final = "file,pipe"
