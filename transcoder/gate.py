"""The first look at an upload, in plain Python: nothing that reads media is started before this has said yes.

Reads box headers and a few numbers, never the media itself, and raises nothing but `Rejected`.
"""

import struct
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final, Literal

from transcoder.contract import Rejected
from transcoder.kinds import refusal_of
from transcoder.profiles import MAX_BYTES

Demuxer = Literal["mov", "matroska"]

_HEAD: Final = 4096
_MAX_DEPTH: Final = 16
_MAX_BOXES: Final = 20_000
_MAX_TOP_BOXES: Final = 100_000
_MAX_TRACKS: Final = 16
_MAX_SAMPLES: Final = 2_000_000
_MOV_STARTS: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
_STILL_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"avis", b"msf1", b"crx "})
_CONTAINERS: Final = frozenset({b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts"})
_EBML: Final = b"\x1aE\xdf\xa3"


def check(file: BinaryIO, size: int) -> Demuxer:
    """The one demuxer this file may be opened with."""
    if size > MAX_BYTES:
        raise Rejected("too-large")
    file.seek(0)
    head = file.read(_HEAD)
    if head[:4] == _EBML:
        _check_ebml(head)
        return "matroska"
    if head[4:8] in _MOV_STARTS:
        if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
            raise Rejected("image-not-video")
        _Walk(file, size).check()
        return "mov"
    raise refusal_of(head)


def _check_ebml(head: bytes) -> None:
    """The doctype says whether this is a film; it stands within the first few bytes of every Matroska file."""
    if b"webm" not in head[:64] and b"matroska" not in head[:64]:
        raise Rejected("unreadable-file")


class _Walk:
    """One bounded walk over the boxes of an MP4 or QuickTime file."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._boxes = 0
        self._samples = 0
        self._handlers: Counter[bytes] = Counter()

    def check(self) -> None:
        tops: Counter[bytes] = Counter()
        for kind, start, end in self._children(0, self._size, _MAX_TOP_BOXES):
            tops[kind] += 1
            if kind == b"moov":
                if tops[kind] > 1:
                    raise Rejected("unreadable-file")
                self._walk(start, end, depth=1)
        if not tops[b"moov"]:
            raise Rejected("unreadable-file")
        if not self._handlers[b"vide"]:
            raise Rejected("no-video-track", found="sound" if self._handlers[b"soun"] else "data")

    def _walk(self, start: int, end: int, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise Rejected("unreadable-file")
        tracks = 0
        for kind, inner, inner_end in self._children(start, end, _MAX_BOXES):
            tracks += kind == b"trak"
            if tracks > _MAX_TRACKS or kind == b"cmov":
                raise Rejected("unreadable-file")
            if kind in _CONTAINERS:
                self._walk(inner, inner_end, depth + 1)
            else:
                self._look(kind, inner, inner_end)

    def _look(self, kind: bytes, start: int, end: int) -> None:
        if kind == b"hdlr":
            # A QuickTime file has a second one inside `minf` that says how the data is reached, not what it is.
            self._handlers[self._read(start + 8, 4, end)] += 1
        elif kind == b"stsz" and not int.from_bytes(self._read(start + 4, 4, end)):
            self._samples += int.from_bytes(self._read(start + 8, 4, end))
            if self._samples > _MAX_SAMPLES:
                raise Rejected("unreadable-file")
        elif kind == b"dref":
            self._check_references(start + 8, end)

    def _check_references(self, start: int, end: int) -> None:
        """A file whose pictures lie in another file only points, and where it points is not the sender's to choose."""
        for _kind, inner, inner_end in self._children(start, end, _MAX_TRACKS):
            if not int.from_bytes(self._read(inner, 4, inner_end)) & 1:
                raise Rejected("playlist-not-video")

    def _children(self, start: int, end: int, limit: int) -> Iterator[tuple[bytes, int, int]]:
        position = start
        found = 0
        while position + 8 <= end:
            found += 1
            self._boxes += 1
            if found > limit or self._boxes > _MAX_TOP_BOXES:
                raise Rejected("unreadable-file")
            length, kind = struct.unpack(">I4s", self._read(position, 8, end))
            header = 8
            if length == 1:
                length, header = int.from_bytes(self._read(position + 8, 8, end)), 16
            elif length == 0:
                length = end - position
            if kind == b"\0\0\0\0":
                return  # QuickTime closes some lists with four zero bytes, and some exporters pad with zeros
            if length < header or position + length > end:
                raise Rejected("unreadable-file")
            yield kind, position + header, position + length
            position += length

    def _read(self, position: int, count: int, end: int) -> bytes:
        if position + count > end:
            raise Rejected("unreadable-file")
        self._file.seek(position)
        content = self._file.read(count)
        if len(content) < count:
            raise Rejected("unreadable-file")
        return content
