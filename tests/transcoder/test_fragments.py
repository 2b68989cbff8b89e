"""Boxes of segments: what is read is what was written, and whatever else comes is Unfit."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder.assemble import Clocks
from transcoder.fragments import Sound, boxes, cut_sound, make_segment, read_sound, runs, timescales
from transcoder.package import Unfit


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def init(scale: int = 48_000, extra: bytes = b"") -> bytes:
    tkhd = box(b"tkhd", struct.pack(">IIII", 0, 0, 0, 1) + bytes(68))
    mdhd = box(b"mdhd", struct.pack(">IIIII", 0, 0, 0, scale, 0) + bytes(4))
    return box(b"ftyp", b"iso5" + bytes(8)) + box(b"moov", box(b"trak", tkhd + box(b"mdia", mdhd)) + extra)


FRAMES = [bytes([number]) * (10 + number) for number in range(200)]
SOUND = Sound(init=init(), scale=48_000, step=1024, frames=FRAMES)


def test_a_segment_holds_what_was_put_into_it() -> None:
    segment = make_segment(7, 5 * 1024, 1024, FRAMES[5:9])
    (run,) = runs(segment)

    assert [kind for kind, _, _ in boxes(segment)] == [b"styp", b"moof", b"mdat"]
    assert (run.track, run.start, run.length, run.sync) == (1, 5120, 4096, True)
    assert run.sizes == [15, 16, 17, 18]
    assert segment[run.data : run.data + 15] == FRAMES[5]


def test_sound_is_cut_at_the_frame_nearest_to_a_border() -> None:
    segments, durations = cut_sound(SOUND, [0.0, 1.0, 3.0])

    assert [len(runs(segment)[0].sizes) for segment in segments] == [47, 94, 59]
    assert durations == pytest.approx([1.0027, 2.0053, 1.2587], abs=0.0001)
    assert [runs(segment)[0].start for segment in segments] == [0, 47 * 1024, 141 * 1024]
    assert b"".join(segment[runs(segment)[0].data :] for segment in segments) == b"".join(FRAMES)


def test_a_sound_that_ends_before_the_picture_is_unfit() -> None:
    with pytest.raises(Unfit):
        cut_sound(SOUND, [0.0, 1.0, 5.0])


def test_a_fragmented_film_is_read_frame_by_frame() -> None:
    film = init() + b"".join(make_segment(n + 1, n * 50 * 1024, 1024, FRAMES[n * 50 : n * 50 + 50]) for n in range(4))

    assert read_sound(film) == SOUND


def test_an_init_segment_names_its_timescales() -> None:
    assert timescales(init(15_360)) == {1: 15_360}
    for broken in (b"", init(0), init()[:-30], box(b"moov", box(b"trak", b""))):
        with pytest.raises(Unfit):
            timescales(broken)


def test_every_segment_begins_where_the_last_one_ended() -> None:
    clocks = Clocks(init())
    clocks.follow(make_segment(1, 0, 1024, FRAMES[:45]), 0.96)
    clocks.follow(make_segment(2, 45 * 1024, 1024, FRAMES[:45]), 0.96)
    for segment, duration in (
        (make_segment(3, 91 * 1024, 1024, FRAMES[:45]), 0.96),
        (make_segment(3, 90 * 1024, 1024, FRAMES[:45]), 0.98),
        (make_segment(3, 90 * 1024, 1024, FRAMES[:45])[:-1], 0.96),
        (b"", 0.96),
    ):
        with pytest.raises(Unfit):
            clocks.follow(segment, duration)


def test_a_segment_that_needs_the_one_before_is_unfit() -> None:
    dependent = make_segment(1, 0, 1024, FRAMES[:45]).replace(
        struct.pack(">II", 1024, 0x02000000), struct.pack(">II", 1024, 0x01010000)
    )
    with pytest.raises(Unfit):
        Clocks(init()).follow(dependent, 0.96)


def test_edit_lists_are_not_published() -> None:
    with pytest.raises(Unfit):
        Clocks(init(extra=box(b"edts", box(b"elst", bytes(8)))))


@given(st.binary(max_size=400), st.integers(0, 300))
def test_no_bytes_raise_anything_but_unfit(noise: bytes, place: int) -> None:
    whole = init() + make_segment(1, 0, 1024, FRAMES[:3])
    for content in (noise, whole[:place] + noise + whole[place + len(noise) :]):
        for read in (runs, timescales, read_sound):
            with contextlib.suppress(Unfit):
                read(content)
