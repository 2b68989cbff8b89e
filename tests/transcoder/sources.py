"""Sources as probe and study would describe them."""

from fractions import Fraction

import msgspec

from transcoder.probe import Sound, SourceInfo
from transcoder.schedule import key_frames
from transcoder.study import Source

#: A phone film of ten seconds in full HD.
PHONE = SourceInfo(
    demuxer="mov",
    duration=10.0,
    rate="30",
    width=1080,
    height=1920,
    rotation=0,
    pixels="yuv420p",
    transfer="sdr",
    video_codec="h264",
    video_index=0,
    sounds=[Sound(index=1, codec="aac")],
)


def a_source(**changes: object) -> SourceInfo:
    return msgspec.structs.replace(PHONE, **changes)


def a_study(info: SourceInfo = PHONE, **changes: object) -> Source:
    keys = key_frames(round(info.duration * Fraction(info.rate)), info.fps)
    return msgspec.structs.replace(Source(info=info, keys=keys, shots=[], loudness=None), **changes)
