"""Sources as the probe would describe them."""

from fractions import Fraction

import msgspec

from transcoder.probe import SourceInfo

#: A phone film of ten seconds in full HD.
PHONE = SourceInfo(
    demuxer="mov",
    duration=10.0,
    fps=Fraction(30),
    width=1080,
    height=1920,
    rotation=0,
    pixels="yuv420p",
    transfer="sdr",
    video_codec="h264",
    video_index=0,
    audio_codec="aac",
    audio_index=1,
)


def a_source(**changes: object) -> SourceInfo:
    return msgspec.structs.replace(PHONE, **changes)
