"""What can be done with Matroska and WebM: lengths that are not said, tracks twice, things attached."""

import struct
import zlib
from typing import Final

from tests.faults.attack_corpus.corpus import EPISODE, Table, Traps
from tests.faults.attack_corpus.films import H264, film, made
from tests.transcoder import mkv
from tests.transcoder.mkv import element

_BROKEN = "unreadable-file"
_ANY = f"{EPISODE} {_BROKEN} damaged-file too-long unsupported-codec encode-failed"
_CLUSTER, _TRACKS, _SEGMENT, _SCALE = b"\x1fC\xb6u", b"\x16T\xaek", b"\x18S\x80g", b"\x2a\xd7\xb1"
_H264 = f"{H264} -c:a libopus"


def _film() -> bytes:
    return film("a.mkv", _H264)


def _scaled(scale: bytes) -> bytes:
    place = _film().index(_SCALE) + 4
    return _film()[:place] + scale + _film()[place + 3 :]


def _open() -> bytes:
    """As browsers record: neither the segment nor its clusters say how long they are."""
    content = _film()
    for mark in (_SEGMENT, _CLUSTER):
        place = content.index(mark) + 4
        length = 9 - content[place].bit_length()
        content = content[:place] + b"\x01" + b"\xff" * 7 + content[place + length :]
    return content


def _second_tracks() -> bytes:
    content = _film()
    place = content.index(_SEGMENT) + 4
    body = content[place + 8 :]
    return content[: place - 4] + mkv.segment(body, mkv.tracks())


def _attached(name: str, kind: str, content: bytes) -> bytes:
    given = ["-attach", "@file", "-metadata:s:t", f"mimetype={kind}", "-metadata:s:t", f"filename={name}"]
    return made("a.mkv", "-i", "@a", "-c", "copy", *given, a=_film(), file=content)


def _chapters(traps: Traps) -> bytes:
    text = f";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=file://{traps.film}\n".encode()
    return made(
        "a.mkv", "-i", "@a", "-f", "ffmetadata", "-i", "@b", "-map_metadata", "1", "-c", "copy", a=_film(), b=text
    )


def _of_pictures(codec: bytes, *fields: bytes, data: bytes = b"") -> bytes:
    """One video track of this codec with one block."""
    size = element(0xE0, element(0xB0, b"\0\xb4"), element(0xBA, b"\x01\x40"))
    one = mkv.track(1, element(0x86, codec), size, *fields)
    block = element(0xA3, b"\x81\0\0\x80" + data)
    info = element(0x1549A966, element(0x2AD7B1, b"\x0f\x42\x40"), element(0x4489, struct.pack(">d", 1000.0)))
    return mkv.a_film(info, mkv.tracks(one), mkv.cluster(block))


def _packed(bomb: bytes) -> bytes:
    """Blocks that are packed, and become large."""
    packing = element(0x6D80, element(0x6240, element(0x5034, element(0x4254, b"\0"))))
    return _of_pictures(b"V_MPEG4/ISO/AVC", packing, data=bomb)


def _nested(depth: int) -> bytes:
    inner = element(0x67C8, element(0x45A3, b"a"))
    for _ in range(depth):
        inner = element(0x67C8, inner)
    content = _film()
    place = content.index(_SEGMENT) + 12
    return content[: place - 12] + mkv.segment(element(0x1254C367, element(0x7373, inner)), content[place:])


def _subtitled() -> bytes:
    """With pictures as subtitles, whose reader had a hole of its own."""
    lines = b"1\n00:00:00,000 --> 00:00:01,000\n<font face='file:///etc/passwd'>a</font>\n"
    args = ["-i", "@a", "-f", "srt", "-i", "@b", "-map", "0", "-map", "1", "-c", "copy", "-c:s", "srt"]
    return made("a.mkv", *args, a=_film(), b=lines).replace(b"S_TEXT/UTF8", b"S_VOBSUB\0\0\0")


TABLE: Final[Table] = {
    "Matroska": (EPISODE, lambda _traps: _film()),
    "Matroska without lengths": (EPISODE, lambda _traps: _open()),
    "Matroska of another kind": (_BROKEN, lambda _traps: _film().replace(b"matroska", b"matr0ska")),
    "Matroska cut in half": (_BROKEN, lambda _traps: _film()[: len(_film()) // 2]),
    "Matroska of a hundred tracks": (_BROKEN, lambda _traps: mkv.a_film(mkv.tracks(*[mkv.track()] * 100))),
    "tracks after the pictures": (_BROKEN, lambda _traps: mkv.a_film(mkv.cluster(), mkv.tracks())),
    "tracks twice": (_BROKEN, lambda _traps: _second_tracks()),
    "no tracks": (_BROKEN, lambda _traps: mkv.a_film(mkv.cluster())),
    "a hundred thousand clusters": (_BROKEN, lambda _traps: mkv.a_film(mkv.tracks(), mkv.cluster() * 100_000)),
    "an element longer than all disks": (
        _BROKEN,
        lambda _traps: mkv.header() + mkv.element(0x18538067, length=b"\x01\x7f" + b"\xff" * 6),
    ),
    "a name of eight bytes": (_BROKEN, lambda _traps: mkv.header() + b"\x01" + bytes(20)),
    "nothing but ones": (_BROKEN, lambda _traps: mkv.header() + b"\xff" * 10_000),
    "Matroska with sound only": ("no-video-track", lambda _traps: mkv.a_film(mkv.tracks(mkv.track(2)), mkv.cluster())),
    "Matroska with a time scale of nothing": (_ANY, lambda _traps: _scaled(bytes(3))),
    "Matroska with a time scale of hours": (_ANY, lambda _traps: _scaled(b"\xff\xff\xff")),
    "a font": (EPISODE, lambda _traps: _attached("a.ttf", "application/x-truetype-font", bytes(5000))),
    "a page attached": (EPISODE, lambda _traps: _attached("../a.html", "text/html", b"<script>alert(1)</script>")),
    "a playlist attached": (
        EPISODE,
        lambda traps: _attached("a.m3u8", "application/x-mpegurl", f"#EXTM3U\n{traps.url}\n".encode()),
    ),
    "a cover attached": (
        EPISODE,
        lambda _traps: _attached("cover.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(999)),
    ),
    "a hundred things attached": (
        _BROKEN,
        lambda _traps: mkv.a_film(mkv.tracks(), element(0x1941A469, element(0x61A7, bytes(9)) * 100), mkv.cluster()),
    ),
    "chapters that point": (EPISODE, _chapters),
    "tags in tags": (f"{EPISODE} {_BROKEN}", lambda _traps: _nested(500)),
    "subtitles of pictures": (EPISODE, lambda _traps: _subtitled()),
    "blocks that unpack to gigabytes": (_ANY, lambda _traps: _packed(zlib.compress(bytes(200_000_000), 9))),
    "blocks that do not unpack": (_ANY, lambda _traps: _packed(b"\xff" * 99)),
    "a codec nobody knows": ("unsupported-codec unreadable-file", lambda _traps: _of_pictures(b"V_WHATEVER")),
    "a codec with a long name": (
        "unsupported-codec unreadable-file",
        lambda _traps: _of_pictures(b"V_" + b"A" * 100_000),
    ),
    "Windows codecs": (
        "unsupported-codec unreadable-file",
        lambda _traps: _of_pictures(b"V_MS/VFW/FOURCC", element(0x63A2, b"(\0\0\0" + bytes(12) + b"tscc" + bytes(20))),
    ),
}
