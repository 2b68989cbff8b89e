"""Where segments begin, without cuts, with cuts, and at the end."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcoder.profiles import COMMON_FPS
from transcoder.schedule import Cut, as_times, key_frames

FPS = Fraction(25)


def seconds(frames: int, *cuts: float) -> list[float]:
    return [key / 25 for key in key_frames(frames, FPS, [Cut(frame=round(cut * 25), score=20) for cut in cuts])]


def test_without_cuts_the_clock_decides() -> None:
    assert seconds(501) == [0, 1, 3, 7, 11, 15, 19]
    assert seconds(10) == [0]
    assert seconds(0) == [0]


@pytest.mark.parametrize(
    ("cut", "keys"),
    [
        (0.8, [0, 1, 3, 7]),
        (1.2, [0, 1.2, 3.2, 7.2]),
        (1.6, [0, 1, 3, 7]),
        (3.96, [0, 1, 3.96, 7.96]),
        (4.04, [0, 1, 3, 7]),
        (5.52, [0, 1, 3, 5.52, 9.52]),
        (7.96, [0, 1, 3, 7.96]),
        (8.04, [0, 1, 3, 7]),
    ],
)
def test_a_border_moves_to_a_cut_in_its_window(cut: float, keys: list[float]) -> None:
    assert seconds(265, cut)[: len(keys)] == keys


def test_the_strongest_cut_wins() -> None:
    cuts = [Cut(frame=n, score=score) for n, score in ((140, 20.0), (160, 60.0), (180, 40.0))]

    assert key_frames(300, FPS, cuts) == [0, 25, 75, 160, 260]


def test_a_short_rest_is_part_of_the_last_segment() -> None:
    assert seconds(25 * 8) == [0, 1, 3]
    assert seconds(25 * 8 + 1) == [0, 1, 3, 7]
    assert seconds(62 + 25) == [0, 1]
    assert seconds(37) == [0]


@given(
    st.integers(1, 40_000),
    st.sampled_from(COMMON_FPS),
    st.lists(st.tuples(st.integers(1, 40_000), st.floats(10, 100)), max_size=200),
)
def test_segments_last_one_to_five_seconds_whatever_the_film(
    frames: int, fps: Fraction, cuts: list[tuple[int, float]]
) -> None:
    keys = key_frames(frames, fps, [Cut(frame=frame, score=score) for frame, score in cuts])
    lengths = [(end - start) / fps for start, end in pairwise([*keys, frames])]

    assert keys[0] == 0
    assert all(Fraction(95, 100) <= length <= Fraction(501, 100) for length in lengths[:-1])
    assert lengths[-1] <= Fraction(501, 100)
    assert lengths[-1] >= Fraction(1, 2) or len(lengths) == 1


def test_times_lie_a_little_before_the_pictures_they_mean() -> None:
    assert as_times([0, 24, 72], Fraction(24000, 1001)) == "0.000000,0.990573,2.992573"
