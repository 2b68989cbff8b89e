"""Files of a shape nobody expects: too short, too many, two things at once."""

from typing import Final

from tests.faults.attack_corpus.corpus import EPISODE, Hole, Table
from tests.faults.attack_corpus.films import H264, MP4, STBL, boxes_of, edit, film, made
from tests.transcoder.mp4 import FTYP, MDAT, a_film, a_fragment, a_track, box, stsz, table

_BROKEN = "unreadable-file"
_PAGE = b"<!doctype html><script>fetch('/api/me')</script>"
_PIECES = "-movflags frag_keyframe+empty_moov+default_base_moof -g 12"


def _moov(content: bytes) -> bytes:
    return next(box(kind, inner) for kind, inner in boxes_of(content) if kind == b"moov")


def _nested(depth: int) -> bytes:
    inner = a_track()
    for _ in range(depth):
        inner = box(b"mdia", inner)
    return FTYP + box(b"moov", inner)


def _a_million_samples() -> bytes:
    """One byte each, and all of them there."""
    count = 1_000_000
    times = table(b"stts", count.to_bytes(4) + (1).to_bytes(4))
    chunks = table(b"stsc", (1).to_bytes(4) + count.to_bytes(4) + (1).to_bytes(4)) + table(b"stco", (40).to_bytes(4))

    def crowd(content: bytes) -> bytes:
        kept = b"".join(box(kind, inner) for kind, inner in boxes_of(content) if kind == b"stsd")
        return kept + times + stsz(count) + chunks

    return edit(film(MP4, H264, sound=False), STBL, crowd) + box(b"mdat", bytes(count))


def _with_free(content: bytes) -> bytes:
    return film(MP4) + box(b"free", content)


def _begun_like_a_page() -> bytes:
    """With the index put right, since everything moves."""
    words = b"<!--" + _PAGE

    def moved(content: bytes) -> bytes:
        places = (int.from_bytes(content[at : at + 4]) + len(words) for at in range(8, len(content), 4))
        return content[:8] + b"".join(place.to_bytes(4) for place in places)

    return edit(edit(film(MP4), "ftyp", lambda head: head + words), f"{STBL}/stco", moved)


def _large() -> bytes:
    return made(MP4, "-f", "lavfi", "-i", "color=s=8192x8192:r=1:d=1", *H264.split())


TABLE: Final[Table] = {
    "nothing": ("not-a-video", lambda _traps: b""),
    "zeros": (_BROKEN, lambda _traps: bytes(100_000)),
    "four gigabytes of nothing": ("too-large", lambda _traps: Hole(head=FTYP, size=4 * 1024**3)),
    "two gigabytes of nothing": (_BROKEN, lambda _traps: Hole(head=FTYP, size=2 * 1024**3)),
    "a film in two gigabytes of nothing": (EPISODE, lambda _traps: Hole(head=film(MP4), size=2 * 1024**3)),
    "no index": (_BROKEN, lambda _traps: film(MP4).replace(b"moov", b"free")),
    "two indexes": (_BROKEN, lambda _traps: film(MP4) + _moov(film(MP4))),
    "an index in the media": (_BROKEN, lambda _traps: FTYP + box(b"mdat", _moov(film(MP4)))),
    "half a film": (_BROKEN, lambda _traps: film(MP4)[: len(film(MP4)) // 2]),
    "a film without its last byte": (_BROKEN, lambda _traps: film(MP4)[:-1]),
    "a box shorter than its head": (_BROKEN, lambda _traps: FTYP + b"\0\0\0\4moov"),
    "a box longer than all disks": (_BROKEN, lambda _traps: FTYP + b"\0\0\0\1moov" + b"\x7f" + b"\xff" * 7),
    "boxes in boxes": (_BROKEN, lambda _traps: _nested(40)),
    "a million boxes": (_BROKEN, lambda _traps: FTYP + box(b"free") * 1_000_000),
    "an index that is compressed": (_BROKEN, lambda _traps: FTYP + box(b"moov", box(b"cmov", bytes(99)))),
    "a hundred tracks": (_BROKEN, lambda _traps: a_film(*[a_track()] * 100)),
    "sixteen tracks of nothing": (f"{_BROKEN} unsupported-codec", lambda _traps: a_film(*[a_track(samples=0)] * 16)),
    "a million samples": ("unreadable-file damaged-file too-long", lambda _traps: _a_million_samples()),
    "three million samples": (_BROKEN, lambda _traps: a_film(a_track(samples=3_000_000))),
    "more samples than bytes": (_BROKEN, lambda _traps: a_film(a_track(samples=2**31, size=1))),
    "a fragment of a thousand million": (_BROKEN, lambda _traps: a_film() + a_fragment(2**30)),
    "ten thousand empty fragments": (_BROKEN, lambda _traps: a_film() + a_fragment(0) * 10_000),
    "a million edits": (
        _BROKEN,
        lambda _traps: a_film(
            box(b"trak", box(b"edts", table(b"elst", bytes(12_000_000), count=10**6)), a_track()[8:])
        ),
    ),
    "sound only": ("no-video-track", lambda _traps: a_film(a_track(b"soun"))),
    "words only": ("no-video-track", lambda _traps: a_film(a_track(b"text"))),
    "a still picture": ("image-not-video", lambda _traps: box(b"ftyp", b"avif", bytes(4)) + MDAT),
    "a film and a page": (EPISODE, lambda _traps: _with_free(_PAGE)),
    "a film that begins like a page": (EPISODE, lambda _traps: _begun_like_a_page()),
    "a film and an archive": (EPISODE, lambda _traps: film(MP4) + b"PK\5\6" + bytes(18)),
    "a film and a script": (EPISODE, lambda _traps: _with_free(b"*/=1;alert(document.cookie)/*")),
    "a film and a program": (EPISODE, lambda _traps: _with_free(b"\x7fELF" + bytes(5000))),
    "a page and a film": ("not-a-video", lambda _traps: _PAGE + film(MP4)),
    "a photograph and a film": ("image-not-video", lambda _traps: b"\xff\xd8\xff\xe0" + bytes(99) + film(MP4)),
    "a document and a film": ("not-a-video", lambda _traps: b"%PDF-1.7\n" + film(MP4)),
    "a film and another film": (_BROKEN, lambda _traps: film(MP4) + film(MP4)),
    "a large picture": ("too-many-pixels", lambda _traps: _large()),
    "fragments": (EPISODE, lambda _traps: film(MP4, f"{H264} -c:a aac {_PIECES}")),
    "fragments without a beginning": (_BROKEN, lambda _traps: _without_index(film(MP4, f"{H264} -c:a aac {_PIECES}"))),
}


def _without_index(content: bytes) -> bytes:
    return b"".join(box(kind, inner) for kind, inner in boxes_of(content) if kind != b"moov")
