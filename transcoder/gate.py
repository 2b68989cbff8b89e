"""The first look at an upload, in plain Python: nothing that reads media is started before this has said yes.

Reads headers and a few numbers, never the media itself, and raises nothing but `Rejected`.
"""

from typing import BinaryIO, Final, Literal

from transcoder import boxes, ebml
from transcoder.contract import Rejected
from transcoder.kinds import refusal_of
from transcoder.profiles import MAX_BYTES

Demuxer = Literal["mov", "matroska"]
SoundDemuxer = Literal["mov", "matroska", "wav", "flac", "mp3", "ac3", "eac3"]

_HEAD: Final = 4096
_BSID: Final = 5
_LAST_AC3: Final = 10
#: What is said of a film and of a sound in the same words.
_OF_ANY_FILE: Final = frozenset({"too-large", "unreadable-file"})


def check(file: BinaryIO, size: int) -> Demuxer:
    """The one demuxer this file may be opened with."""
    if size > MAX_BYTES:
        raise Rejected("too-large")
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(ebml.MAGIC):
        ebml.check(file, size)
        return "matroska"
    if head[4:8] in boxes.STARTS:
        if head[4:8] == b"ftyp" and head[8:12] in boxes.STILL_BRANDS:
            raise Rejected("image-not-video")
        boxes.check(file, size)
        return "mov"
    raise refusal_of(head)


def check_sound(file: BinaryIO, size: int) -> SoundDemuxer:
    """The one demuxer a file with a sound may be opened with: a film, whose sound is taken, or a sound alone."""
    file.seek(0)
    head = file.read(_HEAD)
    alone = _sound_alone(head)
    if alone is not None:
        if size > MAX_BYTES:
            raise Rejected("too-large")
        return alone
    try:
        return check(file, size)
    except Rejected as rejected:
        if rejected.code in _OF_ANY_FILE:
            raise
        if rejected.params == {"found": "sound"}:  # the last word on a container that is in order
            if head.startswith(ebml.MAGIC):
                return "matroska"
            if head[4:8] in boxes.STARTS:
                return "mov"
        raise Rejected("not-a-sound") from rejected


def _sound_alone(head: bytes) -> SoundDemuxer | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"\x0b\x77"):  # bsid (ATSC A/52, 5.3.2): from 11 on it is Enhanced AC-3
        return "eac3" if len(head) > _BSID and head[_BSID] >> 3 > _LAST_AC3 else "ac3"
    layer = head[1] >> 1 & 3 if len(head) > 1 and head[0] == 0xFF and head[1] >= 0xE0 else 0
    return "mp3" if head.startswith(b"ID3") or layer else None
