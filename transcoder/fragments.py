"""Movie fragments (ISO/IEC 14496-12, 8.8): read to check what an encoder wrote, and written to cut sound anew. Pure.

Whoever wrote them may have been taken over by a hostile file, so every length is checked; what is wrong is Unfit.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from transcoder.package import Unfit

_MAX_BOXES: Final = 4096
_MAX_SAMPLES: Final = 100_000
_NOT_SYNC: Final = 0x10000
_STYP: Final = struct.pack(">I4s4sI4s4s", 24, b"styp", b"msdh", 0, b"msdh", b"msix")


class Run(Struct, frozen=True, kw_only=True):
    """The samples of one track in one fragment. Times in units of the track's timescale, sizes in bytes.

    The first sample is shown `offset` after `start`, when it is decoded.
    """

    track: int
    start: int
    length: int
    sizes: list[int]
    sync: bool
    data: int
    offset: int = 0

    @property
    def end(self) -> int:
        return self.start + self.length


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Kind and the place of the content of each box; raises Unfit where they do not fill the space exactly."""
    position, end = start, len(data) if end is None else end
    for _ in range(_MAX_BOXES):
        if position == end:
            return
        if position + 8 > end:
            break
        size = int.from_bytes(data[position : position + 4])
        if size < 8 or position + size > end:
            break
        yield data[position + 4 : position + 8], position + 8, position + size
        position += size
    raise Unfit("boxes do not fit into each other")


def timescales(init: bytes) -> dict[int, int]:
    """Units per second of every track of an init segment."""
    found: dict[int, int] = {}
    for moov in _inside(init, b"moov", 0, len(init)):
        for trak in _inside(init, b"trak", *moov):
            identity = _version_field(init, _only(init, b"tkhd", *trak), 12, 20)
            for mdia in _inside(init, b"mdia", *trak):
                found[identity] = _version_field(init, _only(init, b"mdhd", *mdia), 12, 20)
    if not found or not all(found.values()):
        raise Unfit("an init segment describes no track")
    return found


def _version_field(data: bytes, at: int, short: int, long: int) -> int:
    """A 32-bit field that comes later in version 1 of a box, whose times are longer."""
    offset = at + (long if data[at] == 1 else short)
    return int.from_bytes(data[offset : offset + 4])


def runs(segment: bytes) -> list[Run]:
    """Of all fragments of a media segment, in order."""
    found: list[Run] = []
    offset = 0
    for kind, start, end in boxes(segment):
        if kind == b"moof":
            offset = start - 8
            found += [_read_run(segment, offset, *traf) for traf in _inside(segment, b"traf", start, end)]
        elif kind not in (b"styp", b"mdat", b"ftyp", b"moov", b"mfra"):
            raise Unfit(f"a segment holds a box of the kind {kind!r}")
    if any(run.data + sum(run.sizes) > len(segment) for run in found):
        raise Unfit("a segment ends before its samples")
    return found


class _Defaults(Struct):
    track: int
    duration: int = 0
    size: int = 0
    flags: int = 0


def _read_run(data: bytes, moof: int, start: int, end: int) -> Run:
    defaults = _read_header(data, _only(data, b"tfhd", start, end))
    at = _only(data, b"tfdt", start, end)
    width = 8 if data[at] == 1 else 4
    decode_time = int.from_bytes(data[at + 4 : at + 4 + width])
    return _read_samples(data, _only(data, b"trun", start, end), moof, decode_time, defaults)


def _read_header(data: bytes, at: int) -> _Defaults:
    flags, track = struct.unpack_from(">II", data, at)
    if flags & 1:
        raise Unfit("a fragment counts from the start of a file it is not in")
    position = at + 8 + (4 if flags & 2 else 0)
    values = []
    for bit in (0x08, 0x10, 0x20):
        values.append(int.from_bytes(data[position : position + 4]) if flags & bit else 0)
        position += 4 if flags & bit else 0
    return _Defaults(track, *values)


def _read_samples(data: bytes, at: int, moof: int, decode_time: int, defaults: _Defaults) -> Run:
    flags, count = struct.unpack_from(">II", data, at)
    if not flags & 1 or not 0 < count <= _MAX_SAMPLES:
        raise Unfit("a fragment does not say where its samples are")
    offset = int.from_bytes(data[at + 8 : at + 12], signed=True)
    position = at + 12 + (4 if flags & 4 else 0)
    first = int.from_bytes(data[at + 12 : at + 16]) if flags & 4 else None
    names = [name for bit, name in ((0x100, "d"), (0x200, "s"), (0x400, "f"), (0x800, "c")) if flags & bit]
    if position + 4 * len(names) * count > len(data):
        raise Unfit("a fragment ends before its samples")
    table = struct.unpack_from(f">{len(names) * count}I", data, position)
    column = {name: table[number :: len(names)] for number, name in enumerate(names)}
    if first is None:
        first = column["f"][0] if "f" in column else defaults.flags
    return Run(
        track=defaults.track,
        start=decode_time,
        length=sum(column["d"]) if "d" in column else defaults.duration * count,
        sizes=list(column.get("s", (defaults.size,) * count)),
        sync=not first & _NOT_SYNC,
        data=moof + offset,
        offset=_signed(column["c"][0]) if "c" in column else 0,
    )


def _signed(value: int) -> int:
    return value - (1 << 32) if value >> 31 else value


def _inside(data: bytes, wanted: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    return ((inner, last) for kind, inner, last in boxes(data, start, end) if kind == wanted)


def _only(data: bytes, wanted: bytes, start: int, end: int) -> int:
    found = list(_inside(data, wanted, start, end))
    if len(found) != 1 or found[0][1] - found[0][0] < 8:
        raise Unfit(f"a box of the kind {wanted!r} is missing")
    return found[0][0]


class Sound(Struct, frozen=True, kw_only=True):
    """One encoded sound: `frames` of `step` units each, as they follow each other."""

    init: bytes
    scale: int
    step: int
    frames: list[bytes]


def read_sound(film: bytes) -> Sound:
    """A fragmented film of one sound only."""
    head = next((end for kind, _, end in boxes(film) if kind == b"moov"), 0)
    (scale,) = timescales(film[:head]).values()
    frames: list[bytes] = []
    lengths: set[int] = set()
    for run in runs(film):
        position = run.data
        for size in run.sizes:
            frames.append(film[position : position + size])
            position += size
        lengths.add(run.length // len(run.sizes))
    if not frames:
        raise Unfit("there is no sound where there should be some")
    return Sound(init=film[:head], scale=scale, step=max(lengths), frames=frames)


def cut_sound(sound: Sound, borders: Sequence[float]) -> tuple[list[bytes], list[float]]:
    """One segment from each border (s) to the next, cut at the nearest frame; and how long each lasts."""
    starts = [min(round(border * sound.scale / sound.step), len(sound.frames)) for border in borders]
    ends = [*starts[1:], len(sound.frames)]
    if any(start >= end for start, end in zip(starts, ends, strict=True)):
        raise Unfit("the sound ends before the picture")
    segments = [
        make_segment(number + 1, start * sound.step, sound.step, sound.frames[start:end])
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    return segments, [(end - start) * sound.step / sound.scale for start, end in zip(starts, ends, strict=True)]


def make_segment(number: int, start: int, step: int, frames: Sequence[bytes]) -> bytes:
    """A CMAF segment of one fragment of track 1, all of whose samples are sync samples of the same length."""
    mfhd = _box(b"mfhd", struct.pack(">II", 0, number))
    tfhd = _box(b"tfhd", struct.pack(">IIII", 0x020028, 1, step, 0x02000000))
    tfdt = _box(b"tfdt", struct.pack(">IQ", 0x01000000, start))
    sizes = struct.pack(f">{len(frames)}I", *map(len, frames))
    length = 8 + len(mfhd) + 8 + len(tfhd) + len(tfdt) + 8 + 12 + len(sizes)
    trun = _box(b"trun", struct.pack(">IIi", 0x000201, len(frames), length + 8) + sizes)
    moof = _box(b"moof", mfhd + _box(b"traf", tfhd + tfdt + trun))
    return _STYP + moof + _box(b"mdat", b"".join(frames))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content
