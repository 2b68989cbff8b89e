"""The first look at an upload, in plain Python: nothing that reads media is started before this has said yes.

Reads headers and a few numbers, never the media itself, and raises nothing but `Rejected`.
"""

from typing import BinaryIO, Final, Literal

from transcoder import boxes, ebml
from transcoder.contract import Rejected
from transcoder.kinds import refusal_of
from transcoder.profiles import MAX_BYTES

Demuxer = Literal["mov", "matroska"]

_HEAD: Final = 4096


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
