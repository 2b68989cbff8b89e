"""MP4 files built box by box, as no muxer would."""

import struct


def box(kind: bytes, *content: bytes) -> bytes:
    inner = b"".join(content)
    return struct.pack(">I4s", 8 + len(inner), kind) + inner


def table(kind: bytes, *entries: bytes, count: int | None = None) -> bytes:
    """A full box that begins with a count, which may lie."""
    return box(kind, struct.pack(">II", 0, len(entries) if count is None else count), *entries)


def hdlr(kind: bytes) -> bytes:
    return box(b"hdlr", bytes(8), kind, bytes(12))


def dref(flags: int = 1, kind: bytes = b"url ", content: bytes = b"") -> bytes:
    return box(b"dinf", table(b"dref", box(kind, struct.pack(">I", flags), content)))


def stsz(samples: int, size: int = 0, *, whole: bool = True) -> bytes:
    sizes = struct.pack(">I", 1) * samples if whole and not size else b""
    return box(b"stsz", struct.pack(">III", 0, size, samples), sizes)


def a_track(
    kind: bytes = b"vide",
    *tables: bytes,
    samples: int = 10,
    size: int = 0,
    data: bytes | None = None,
    whole: bool = True,
) -> bytes:
    stbl = box(b"stbl", stsz(samples, size, whole=whole), *tables)
    return box(b"trak", box(b"mdia", hdlr(kind), box(b"minf", data or dref(), stbl)))


FTYP = box(b"ftyp", b"isom", bytes(4))
MDAT = box(b"mdat", bytes(100))


def a_film(*tracks: bytes) -> bytes:
    return FTYP + box(b"moov", *(tracks or (a_track(),))) + MDAT


def a_fragment(samples: int, flags: int = 0, *fields: bytes) -> bytes:
    run = box(b"trun", struct.pack(">II", flags, samples), *fields)
    return box(b"moof", box(b"mfhd", bytes(8)), box(b"traf", box(b"tfhd", bytes(8)), run)) + MDAT
