"""The gate sees only bytes; it says which demuxer, or raises Rejected, and nothing else ever."""

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcoder import mkv
from tests.transcoder.media import make_clip
from tests.transcoder.mp4 import FTYP, MDAT, a_film, a_fragment, a_track, box, dref, stsz, table
from transcoder import gate
from transcoder.contract import FAILURES, Rejected
from transcoder.profiles import MAX_BYTES


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
        (a_film(a_track(), a_track(b"soun", samples=90, size=4)), "mov"),
        (a_film(a_track(), a_track(b"soun", samples=28_800_000, size=4)), "unreadable-file"),
        (a_film(a_track(samples=2**31, size=4)), "unreadable-file"),
        (a_film(a_track(samples=100, whole=False)), "unreadable-file"),
        (a_film(a_track(b"vide", table(b"stts", bytes(8)))), "mov"),
        (a_film(a_track(b"vide", table(b"stts", bytes(8), count=3))), "unreadable-file"),
        (a_film(a_track(b"vide", stsz(1))), "unreadable-file"),
        (a_film(box(b"trak", box(b"edts", table(b"elst", *[bytes(12)] * 1001)), a_track()[8:])), "unreadable-file"),
        (a_film() + a_fragment(2, 0x200, bytes(8)), "mov"),
        (a_film() + a_fragment(2, 0x205, bytes(8)), "unreadable-file"),
        (a_film() + a_fragment(2**31), "unreadable-file"),
        (FTYP + box(b"moov", box(b"rmra", bytes(8))), "playlist-not-video"),
        (a_film() + b"\0\0\0", "mov"),
        (MDAT + box(b"moov", a_track()), "mov"),
        (mkv.a_film(), "matroska"),
        (mkv.a_film() + b"PK", "matroska"),
        (mkv.header(b"webm") + mkv.element(0x18538067, mkv.tracks(), mkv.cluster(), length=mkv.OPEN), "matroska"),
        (mkv.header(b"DCSM") + mkv.segment(), "unreadable-file"),
        (mkv.header(b"webm", mkv.element(0x42F3, b"\x10")) + mkv.segment(), "unreadable-file"),
        (mkv.header(), "unreadable-file"),
        (mkv.header() + mkv.tracks(), "unreadable-file"),
        (mkv.a_film(mkv.cluster()), "unreadable-file"),
        (mkv.a_film(mkv.cluster(), mkv.tracks()), "unreadable-file"),
        (mkv.a_film(mkv.tracks(), mkv.tracks(), mkv.cluster()), "unreadable-file"),
        (mkv.a_film(mkv.tracks(*[mkv.track()] * 17)), "unreadable-file"),
        (mkv.a_film(mkv.tracks(mkv.track(2))), "no-video-track"),
        (mkv.a_film(mkv.tracks(mkv.track(17))), "no-video-track"),
        (mkv.a_film(mkv.tracks(), mkv.element(0x1941A469, *[mkv.element(0x61A7)] * 65)), "unreadable-file"),
        (mkv.a_film()[:-3], "unreadable-file"),
        (mkv.a_film(mkv.element(0x1654AE6B, mkv.track(), length=mkv.OPEN)), "unreadable-file"),
        (b"\x1aE\xdf\xa3" + bytes(100), "unreadable-file"),
        (b"", "not-a-video"),
        (bytes(5000), "unreadable-file"),
        (FTYP + MDAT, "unreadable-file"),
        (a_film()[:-50], "unreadable-file"),
        (a_film() + box(b"moov", a_track()), "unreadable-file"),
        (FTYP + box(b"moov", box(b"cmov", bytes(20))), "unreadable-file"),
        (a_film(*[a_track()] * 17), "unreadable-file"),
        (a_film(a_track(samples=2_000_001, size=1)), "unreadable-file"),
        (FTYP + struct.pack(">I4s", 4, b"moov"), "unreadable-file"),
        (FTYP + struct.pack(">I4sQ", 1, b"moov", 2**62), "unreadable-file"),
        (a_film(a_track(b"soun")), "no-video-track"),
        (a_film(a_track(data=dref(flags=0))), "playlist-not-video"),
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


STARTS = [b"", FTYP, a_film(), mkv.header(), mkv.a_film(), mkv.header()[:4], b"\0\0\0\x01moov", b"RIFF", b"<?xml "]
FILMS = [a_film(a_track(), a_track(b"soun")) + a_fragment(2, 0x200, bytes(8)), mkv.a_film()]
VERDICTS = {"mov", "matroska", *FAILURES}


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=400))
def test_no_bytes_make_it_do_anything_but_decide(start: bytes, rest: bytes) -> None:
    assert judged(start + rest) in VERDICTS


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=4000))
def test_ten_thousand_strings_of_bytes_only_make_it_decide(start: bytes, rest: bytes) -> None:
    assert judged(start + rest) in VERDICTS


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(FILMS), st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_change_to_a_film_makes_it_do_anything_but_decide(film: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(film)
    for place, value in changes:
        changed[place % len(film)] = value

    assert judged(bytes(changed)) in VERDICTS


@pytest.mark.parametrize(
    "content",
    [
        FTYP + box(b"free") * 1_000_000,
        FTYP + box(b"moov", box(b"free") * 1_000_000),
        a_film() + a_fragment(0) * 15_000,
        mkv.a_film(mkv.tracks(), mkv.cluster() * 100_000),
        mkv.a_film(mkv.tracks(mkv.element(0xEC) * 400_000)),
        mkv.header() + b"\xff" * 1_000_000,
    ],
)
def test_a_file_of_nothing_but_headers_is_given_up_early(content: bytes) -> None:
    class Counted(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            return super().read(size)

    file = Counted(content)
    with pytest.raises(Rejected):
        gate.check(file, len(content))

    assert file.reads <= 60_000


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"RIFF" + bytes(4) + b"WAVEfmt ", "wav"),
        (b"RIFF" + bytes(4) + b"AVI LIST", "not-a-sound"),
        (b"fLaC" + bytes(40), "flac"),
        (b"ID3\x03" + bytes(40), "mp3"),
        (b"\xff\xfb\x90\x00" + bytes(40), "mp3"),
        (b"\xff\xf1\x50\x80" + bytes(40), "not-a-sound"),
        (b"\x0b\x77\x00\x00\x14\x40" + bytes(40), "ac3"),
        (b"\x0b\x77\x00\x00\x14\x80" + bytes(40), "eac3"),
        (a_film(a_track(b"soun")), "mov"),
        (a_film(a_track(samples=2**31, size=4)), "unreadable-file"),
        (b"#EXTM3U\n", "not-a-sound"),
        (b"WEBVTT\n", "not-a-sound"),
        (b"", "not-a-sound"),
        (bytes(100), "unreadable-file"),
    ],
)
def test_one_demuxer_for_a_sound_and_no_guessing(content: bytes, verdict: str) -> None:
    try:
        found: str = gate.check_sound(io.BytesIO(content), len(content))
    except Rejected as rejected:
        found = rejected.code

    assert found == verdict


@given(st.binary(max_size=64))
def test_the_gate_for_sounds_raises_nothing_but_rejected(content: bytes) -> None:
    try:
        gate.check_sound(io.BytesIO(content), len(content))
        code = ""
    except Rejected as rejected:
        code = rejected.code

    assert code in {"", *FAILURES}
