"""A bounded walk over the boxes of an MP4 or QuickTime file (ISO/IEC 14496-12). Raises nothing but `Rejected`."""

import struct
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final

from transcoder.contract import Rejected

STARTS: Final = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
STILL_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"avis", b"msf1", b"crx "})

_MAX_DEPTH: Final = 16
#: Ten minutes in fragments of half a second have some thirteen thousand.
_MAX_BOXES: Final = 15_000
_MAX_TRACKS: Final = 16
_MAX_SAMPLES: Final = 2_000_000
_MAX_INDEX: Final = 64 * 1024**2
_MAX_EDITS: Final = 1000
_CONTAINERS: Final = frozenset({b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts", b"mvex", b"traf"})
#: More than one of these in one parent makes readers disagree about which of them counts.
_ONCE: Final = frozenset(
    {b"mdia", b"minf", b"stbl", b"dinf", b"edts", b"stsd", b"stts", b"stsc", b"stsz", b"stz2", b"stco", b"co64"}
)
#: Tables that begin with a count at byte 4, and the bytes of one entry.
_TABLES: Final = {b"stts": 8, b"ctts": 8, b"stsc": 12, b"stco": 4, b"co64": 8, b"stss": 4, b"stsd": 8, b"elst": 12}
_DESCRIPTIONS: Final = 16
# Flags of `trun` (8.8.8): which fields stand before the samples, and which with each of them.
_RUN_FIELDS: Final = (0x1, 0x4)
_SAMPLE_FIELDS: Final = (0x100, 0x200, 0x400, 0x800)


def check(file: BinaryIO, size: int) -> None:
    _Walk(file, size).check()


class _Track:
    def __init__(self) -> None:
        self.handlers: set[bytes] = set()
        self.samples = 0
        self.alike = False

    def count(self, samples: int, *, alike: bool) -> None:
        self.samples += samples
        self.alike = alike


class _Walk:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._boxes = 0
        self._samples = 0
        self._tracks: list[_Track] = []

    def check(self) -> None:
        tops: Counter[bytes] = Counter()
        for kind, start, end in self._children(0, self._size):
            tops[kind] += 1
            if kind in (b"moov", b"moof"):
                if tops[b"moov"] > 1 or end - start > _MAX_INDEX:
                    raise Rejected("unreadable-file")
                self._walk(start, end, depth=1)
        if not tops[b"moov"]:
            raise Rejected("unreadable-file")
        self._judge_tracks()

    def _judge_tracks(self) -> None:
        for track in self._tracks:
            # Sound without compression has one "sample" per instant, and all of one size: that costs a reader nothing.
            if track.alike and b"vide" not in track.handlers:
                if track.samples > self._size:
                    raise Rejected("unreadable-file")
            else:
                self._count(track.samples)
        handlers = {handler for track in self._tracks for handler in track.handlers}
        if b"vide" not in handlers:
            raise Rejected("no-video-track", found="sound" if b"soun" in handlers else "data")

    def _count(self, samples: int) -> None:
        self._samples += samples
        if self._samples > _MAX_SAMPLES:
            raise Rejected("unreadable-file")

    def _walk(self, start: int, end: int, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise Rejected("unreadable-file")
        seen: set[bytes] = set()
        for kind, inner, inner_end in self._children(start, end):
            if kind == b"cmov" or (kind in _ONCE and kind in seen):
                raise Rejected("unreadable-file")
            seen.add(kind)
            if kind == b"trak":
                self._add_track()
            if kind in _CONTAINERS:
                self._walk(inner, inner_end, depth + 1)
            else:
                self._look(kind, inner, inner_end)

    def _add_track(self) -> None:
        self._tracks.append(_Track())
        if len(self._tracks) > _MAX_TRACKS:
            raise Rejected("unreadable-file")

    def _look(self, kind: bytes, start: int, end: int) -> None:
        if kind in _TABLES:
            self._check_table(kind, start, end)
        elif kind == b"hdlr" and self._tracks:
            # A QuickTime file has a second one inside `minf` that says how the data is reached, not what it is.
            self._tracks[-1].handlers.add(self._read(start + 8, 4, end))
        elif kind in (b"stsz", b"stz2"):
            self._count_samples(kind, start, end)
        elif kind == b"trun":
            self._count_run(start, end)
        elif kind == b"dref":
            self._check_references(start + 8, end)
        elif kind == b"rmra":
            raise Rejected("playlist-not-video")

    def _check_table(self, kind: bytes, start: int, end: int) -> None:
        """No table may say that it is longer than its box."""
        count = self._number(start + 4, end)
        limit = {b"elst": _MAX_EDITS, b"stsd": _DESCRIPTIONS}.get(kind, _MAX_SAMPLES)
        if count > limit or count * _TABLES[kind] > end - start - 8:
            raise Rejected("unreadable-file")

    def _count_samples(self, kind: bytes, start: int, end: int) -> None:
        size, count = self._number(start + 4, end), self._number(start + 8, end)
        alike = kind == b"stsz" and size > 0
        bits = 0 if alike else 32 if kind == b"stsz" else size & 0xFF
        if count * bits > (end - start - 12) * 8 or not self._tracks:
            raise Rejected("unreadable-file")
        self._tracks[-1].count(count, alike=alike)

    def _count_run(self, start: int, end: int) -> None:
        flags, count = self._number(start, end), self._number(start + 4, end)
        before = 8 + 4 * sum(bool(flags & flag) for flag in _RUN_FIELDS)
        each = 4 * sum(bool(flags & flag) for flag in _SAMPLE_FIELDS)
        if before + count * each > end - start:
            raise Rejected("unreadable-file")
        self._count(count)

    def _check_references(self, start: int, end: int) -> None:
        """A file whose pictures lie in another file only points, and where it points is not the sender's to choose."""
        for place, (_kind, inner, inner_end) in enumerate(self._children(start, end)):
            if place >= _MAX_TRACKS:
                raise Rejected("unreadable-file")
            if not self._number(inner, inner_end) & 1:
                raise Rejected("playlist-not-video")

    def _children(self, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
        position = start
        while position + 8 <= end:
            self._boxes += 1
            if self._boxes > _MAX_BOXES:
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

    def _number(self, position: int, end: int) -> int:
        return int.from_bytes(self._read(position, 4, end))

    def _read(self, position: int, count: int, end: int) -> bytes:
        if position + count > end:
            raise Rejected("unreadable-file")
        self._file.seek(position)
        content = self._file.read(count)
        if len(content) < count:
            raise Rejected("unreadable-file")
        return content
