"""The ladders of pictures as a table. The next size is added here, not in a branch somewhere."""

from fractions import Fraction
from typing import Final, Literal

from msgspec import Struct

from transcoder.contract import Tier

Codec = Literal["h264", "av1"]
_PREFIXES: Final[dict[Codec, str]] = {"h264": "v", "av1": "av1-"}


class Rung(Struct, frozen=True, kw_only=True):
    """One picture size. `cap` in bit/s; `params` are the encoder's own settings, as x264 and SVT-AV1 spell them.

    `crf` is what is used where no search was made, `least` the lowest a search may come to. `suffix` tells the slower
    pass from the first one by its folder.
    """

    short_side: int
    codec: Codec = "h264"
    preset: str
    crf: float
    least: float = 0
    cap: int
    params: str = ""
    suffix: str = ""

    @property
    def name(self) -> str:
        return f"{_PREFIXES[self.codec]}{self.short_side}{self.suffix}"


class Profile(Struct, frozen=True, kw_only=True):
    """What is made of a film. `search` says whether the CRF of each rung is found by measuring."""

    name: Literal["festival", "quick"]
    ladder: tuple[Rung, ...]
    av1: tuple[Rung, ...]
    refine: tuple[Rung, ...]
    search: bool

    def improved(self, tier: Tier) -> tuple[Rung, ...]:
        """What this tier adds to a package that viewers have."""
        return {"av1": self.av1, "refine": self.refine}.get(tier, ())


# The caps keep a phone on a poor network playing, CRF decides below them.
CAPS: Final = {360: 450_000, 540: 1_000_000, 720: 1_900_000, 1080: 3_800_000}
# The smallest picture shown on a large screen never looks like the original, however many bits it gets; beyond this it
# only takes longer to come, and the next size is the better use of as many bits.
_LEAST: Final = {360: 24}
_AV1_LEAST: Final = {360: 36}

# Psychovisual noise costs bits that a phone does not show. Some adaptive quantisation stays: without any, VMAF would
# still rise, but dark even surfaces fall behind (XPSNR); DECISIONS.md has the numbers.
_LADDER: Final = "aq-mode=1:aq-strength=0.4:psy=0"
_REFINE: Final = f"{_LADDER}:rc-lookahead=60:bframes=8:b-adapt=2"


def _h264(side: int, preset: str, crf: float, params: str, suffix: str = "") -> Rung:
    least = _LEAST.get(side, 0)
    return Rung(short_side=side, preset=preset, crf=crf, least=least, cap=CAPS[side], params=params, suffix=suffix)


def _av1(side: int, preset: str, crf: float, params: str = "tune=1") -> Rung:
    least = _AV1_LEAST.get(side, 0)
    return Rung(short_side=side, codec="av1", preset=preset, crf=crf, least=least, cap=CAPS[side], params=params)


#: The producer's preview: soon, not small. Encoders that look ahead keep the first segment back.
START: Final = _h264(360, "superfast", 25, "rc-lookahead=0:sync-lookahead=0:sliced-threads=1")

PROFILES: Final[dict[str, Profile]] = {
    "festival": Profile(
        name="festival",
        ladder=tuple(_h264(side, "faster", 25, _LADDER) for side in CAPS),
        av1=tuple(_av1(side, "6", 44) for side in (360, 540, 720)),
        refine=tuple(_h264(side, "slow", 25, _REFINE, "s") for side in (360, 540, 720)),
        search=True,
    ),
    "quick": Profile(
        name="quick",
        ladder=tuple(_h264(side, "veryfast", 26, "") for side in CAPS),
        av1=(_av1(540, "10", 46),),
        refine=(),
        search=False,
    ),
}

AUDIO_NAME: Final = "a64"
AUDIO_BITRATE: Final = 64_000
AUDIO_RATE: Final = 48_000
AAC_PRIMING: Final = 1024
MAX_SOUNDS: Final = 8

# One loudness for the whole festival: LUFS and dBTP (EBU R 128, ITU-R BS.1770). Quieter than the floor is no sound
# that anybody meant; it is left alone.
LOUDNESS: Final = -16.0
TRUE_PEAK: Final = -1.5
LOUDEST_GAIN: Final = 18.0
SILENCE: Final = -50.0

# Short first segments start quickly, long ones later cost fewer bits. A border may move to a cut near it.
FIRST_SEGMENTS: Final = (1, 2)
LATER_SEGMENTS: Final = 4
SHORTEST_SEGMENT: Final = 1.0
LONGEST_SEGMENT: Final = 5.0

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
