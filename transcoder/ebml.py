"""A bounded walk over the elements of a Matroska or WebM file (RFC 8794, RFC 9559). Raises nothing but `Rejected`."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from msgspec import Struct

from transcoder.contract import Rejected

MAGIC: Final = b"\x1aE\xdf\xa3"

#: Ten minutes in clusters of a quarter of a second have three thousand at most.
_MAX_ELEMENTS: Final = 10_000
_MAX_HEADER: Final = 4096
_MAX_TRACKS: Final = 16
_MAX_ATTACHMENTS: Final = 64
_MAX_TRACKS_BYTES: Final = 4 * 1024**2

_DOCTYPE, _MAX_ID_LENGTH, _MAX_SIZE_LENGTH = 0x4282, 0x42F2, 0x42F3
_SEGMENT, _CLUSTER, _TRACKS, _ATTACHMENTS = 0x18538067, 0x1F43B675, 0x1654AE6B, 0x1941A469
_TRACK, _TRACK_TYPE, _ATTACHED = 0xAE, 0x83, 0x61A7
_VIDEO, _AUDIO = 1, 2


class _Element(Struct, frozen=True):
    """`open` where its length is not said: recordings that were written while they were made."""

    kind: int
    start: int
    end: int
    open: bool


def check(file: BinaryIO, size: int) -> None:
    _Walk(file, size).check()


class _Walk:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._elements = 0
        self._types: list[int] | None = None

    def check(self) -> None:
        tops = self._children(0, self._size)
        header, segment = next(tops, None), next(tops, None)
        if header is None or segment is None or segment.kind != _SEGMENT:
            raise Rejected("unreadable-file")
        self._check_header(header)
        self._check_segment(segment)
        if self._types is None:
            raise Rejected("unreadable-file")
        if _VIDEO not in self._types:
            raise Rejected("no-video-track", found="sound" if _AUDIO in self._types else "data")

    def _check_header(self, header: _Element) -> None:
        if header.open or header.end - header.start > _MAX_HEADER:
            raise Rejected("unreadable-file")
        found = {each.kind: self._read(each.start, each.end - each.start) for each in self._children_of(header)}
        if found.get(_DOCTYPE, b"").rstrip(b"\0") not in (b"webm", b"matroska"):
            raise Rejected("unreadable-file")
        lengths = [int.from_bytes(found.get(kind, b"\4")) for kind in (_MAX_ID_LENGTH, _MAX_SIZE_LENGTH)]
        if lengths[0] > 4 or lengths[1] > 8:
            raise Rejected("unreadable-file")

    def _check_segment(self, segment: _Element) -> None:
        """Tracks come before the first pictures, so that everybody who reads on finds the ones that were seen here."""
        for element in self._children_of(segment):
            if element.kind == _TRACKS:
                if self._types is not None or element.open or element.end - element.start > _MAX_TRACKS_BYTES:
                    raise Rejected("unreadable-file")
                self._types = self._types_of_tracks(element)
            elif element.kind == _ATTACHMENTS:
                self._check_attachments(element)
            elif element.kind == _CLUSTER:
                if self._types is None:
                    raise Rejected("unreadable-file")
                if element.open:
                    return
            elif element.open:
                raise Rejected("unreadable-file")

    def _types_of_tracks(self, tracks: _Element) -> list[int]:
        types: list[int] = []
        for track in self._children_of(tracks):
            if track.kind != _TRACK:
                continue
            fields = [each for each in self._children_of(track) if each.kind == _TRACK_TYPE]
            types += [int.from_bytes(self._read(each.start, min(8, each.end - each.start))) for each in fields[:1]]
            if len(types) > _MAX_TRACKS:
                raise Rejected("unreadable-file")
        return types

    def _check_attachments(self, attachments: _Element) -> None:
        """Fonts and covers are not looked at, but a reader makes a stream of each."""
        files = [each for each in self._children_of(attachments) if each.kind == _ATTACHED]
        if attachments.open or len(files) > _MAX_ATTACHMENTS:
            raise Rejected("unreadable-file")

    def _children_of(self, parent: _Element) -> Iterator[_Element]:
        return self._children(parent.start, parent.end)

    def _children(self, start: int, end: int) -> Iterator[_Element]:
        position = start
        while position < end:
            self._elements += 1
            if self._elements > _MAX_ELEMENTS:
                raise Rejected("unreadable-file")
            head = self._peek(position)
            kind, name = _number(head, longest=4)
            length, rest = _number(head[name:], longest=8)
            position += name + rest
            unknown = length == (1 << 7 * rest) - 1
            until = end if unknown else position + length
            kind |= 1 << 7 * name
            if until > end:
                raise Rejected("unreadable-file")
            yield _Element(kind, position, until, unknown)
            position = until

    def _peek(self, position: int) -> bytes:
        """A name and a length have twelve bytes at most."""
        self._file.seek(position)
        return self._file.read(12)

    def _read(self, position: int, count: int) -> bytes:
        self._file.seek(position)
        content = self._file.read(count)
        if len(content) < count:
            raise Rejected("unreadable-file")
        return content


def _number(head: bytes, *, longest: int) -> tuple[int, int]:
    """A number whose first set bit says how many bytes it has, without that bit; and how many."""
    length = 9 - head[0].bit_length() if head else 9
    if length > longest or length > len(head):
        raise Rejected("unreadable-file")
    return int.from_bytes(head[:length]) & ((1 << 7 * length) - 1), length
