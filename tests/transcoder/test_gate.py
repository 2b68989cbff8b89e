"""The gate sees only bytes; it says which demuxer, or raises Rejected, and nothing else ever."""

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcoder.media import make_clip
from transcoder import gate
from transcoder.contract import FAILURES, Rejected
from transcoder.profiles import MAX_BYTES


def box(kind: bytes, *content: bytes) -> bytes:
    inner = b"".join(content)
    return struct.pack(">I4s", 8 + len(inner), kind) + inner


def hdlr(kind: bytes) -> bytes:
    return box(b"hdlr", bytes(8), kind, bytes(12))


def dref(flags: int = 1) -> bytes:
    return box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), box(b"url ", struct.pack(">I", flags))))


def stsz(samples: int, size: int = 0) -> bytes:
    return box(b"stsz", struct.pack(">III", 0, size, samples))


def a_track(kind: bytes = b"vide", *, reference: int = 1, samples: int = 10, size: int = 0) -> bytes:
    return box(b"trak", box(b"mdia", hdlr(kind), box(b"minf", dref(reference), box(b"stbl", stsz(samples, size)))))


FTYP = box(b"ftyp", b"isom", bytes(4))
MDAT = box(b"mdat", bytes(100))


def a_film(*tracks: bytes) -> bytes:
    return FTYP + box(b"moov", *(tracks or (a_track(),))) + MDAT


def judged(content: bytes) -> str:
    try:
        return gate.check(io.BytesIO(content), len(content))
    except Rejected as rejected:
        return rejected.code


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (a_film(), "mov"),
        (a_film(a_track(), a_track(b"soun")), "mov"),
        (a_film(a_track(), a_track(b"soun", samples=28_800_000, size=4)), "mov"),
        (a_film() + b"\0\0\0", "mov"),
        (MDAT + box(b"moov", a_track()), "mov"),
        (b"\x1aE\xdf\xa3\x9f\x42\x82\x84webm" + bytes(50), "matroska"),
        (b"\x1aE\xdf\xa3" + bytes(100), "unreadable-file"),
        (b"", "not-a-video"),
        (bytes(5000), "unreadable-file"),
        (FTYP + MDAT, "unreadable-file"),
        (a_film()[:-50], "unreadable-file"),
        (a_film() + box(b"moov", a_track()), "unreadable-file"),
        (FTYP + box(b"moov", box(b"cmov", bytes(20))), "unreadable-file"),
        (a_film(*[a_track()] * 17), "unreadable-file"),
        (a_film(a_track(samples=2_000_001)), "unreadable-file"),
        (FTYP + struct.pack(">I4s", 4, b"moov"), "unreadable-file"),
        (FTYP + struct.pack(">I4sQ", 1, b"moov", 2**62), "unreadable-file"),
        (a_film(a_track(b"soun")), "no-video-track"),
        (a_film(a_track(reference=0)), "playlist-not-video"),
        (b"#EXTM3U\n#EXTINF:4,\nfile:///etc/hostname\n", "playlist-not-video"),
        (b"\xef\xbb\xbf#EXTM3U\n", "playlist-not-video"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist-not-video"),
        (b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">', "playlist-not-video"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "playlist-not-video"),
        (b"\xff\xd8\xff\xe0JFIF", "image-not-video"),
        (b"\x89PNG\r\n\x1a\n", "image-not-video"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image-not-video"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image-not-video"),
        (box(b"ftyp", b"heic", bytes(4)) + MDAT, "image-not-video"),
        (b"%PDF-1.7\n", "not-a-video"),
        (b"PK\x03\x04", "not-a-video"),
        (b"MZ\x90\0", "not-a-video"),
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n", "not-a-video"),
        (b"<!doctype html><title>x</title>", "not-a-video"),
        (b"My film, by me.\n", "not-a-video"),
        (b"\x01\x02\x03\x04\x05", "not-a-video"),
        (b"ID3\x04\0", "no-video-track"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "no-video-track"),
        (b"RIFF\x10\0\0\0AVI LIST", "unsupported-codec"),
        (b"FLV\x01\x05", "unsupported-codec"),
        ((b"\x47" + bytes(187)) * 3, "unsupported-codec"),
    ],
)
def test_every_file_is_let_through_or_refused_by_name(content: bytes, verdict: str) -> None:
    assert judged(content) == verdict


def test_boxes_nested_without_end_are_refused() -> None:
    nested = a_track()
    for _ in range(40):
        nested = box(b"trak", nested)

    assert judged(FTYP + box(b"moov", nested)) == "unreadable-file"


def test_a_million_boxes_are_refused_early() -> None:
    assert judged(FTYP + box(b"moov", *[box(b"free")] * 30_000)) == "unreadable-file"


def test_the_size_is_judged_before_a_byte_is_read() -> None:
    class Unreadable(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise AssertionError("was read")

    with pytest.raises(Rejected) as refused:
        gate.check(Unreadable(), MAX_BYTES + 1)

    assert refused.value.code == "too-large"


def test_a_real_film_passes_and_its_first_half_does_not(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", seconds=1, width=180, height=320)

    assert judged(clip.read_bytes()) == "mov"
    assert judged(clip.read_bytes()[: clip.stat().st_size // 2]) == "unreadable-file"


STARTS = st.sampled_from([b"", FTYP, a_film(), b"\x1aE\xdf\xa3", b"\0\0\0\x01moov", b"RIFF", b"<?xml "])


@settings(max_examples=500, deadline=None)
@given(STARTS, st.binary(max_size=400))
def test_no_bytes_make_it_do_anything_but_decide(start: bytes, rest: bytes) -> None:
    assert judged(start + rest) in {"mov", "matroska", *FAILURES}


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_no_change_to_a_film_makes_it_do_anything_but_decide(data: st.DataObject) -> None:
    film = bytearray(a_film(a_track(), a_track(b"soun")))
    for _ in range(data.draw(st.integers(1, 8))):
        film[data.draw(st.integers(0, len(film) - 1))] = data.draw(st.integers(0, 255))

    assert judged(bytes(film)) in {"mov", *FAILURES}
