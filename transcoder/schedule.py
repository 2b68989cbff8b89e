"""Where segments begin: 0, 1, 3, 7, 11 ... s, or at a cut near one of these. Counted in pictures. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from math import ceil
from typing import Final

from msgspec import Struct

from transcoder.profiles import FIRST_SEGMENTS, LATER_SEGMENTS, LONGEST_SEGMENT

# How far a border may be from the last one (s) to meet a cut, by the length it would have without one. The first
# segment stays short because starting waits for it.
_WINDOWS: Final = {1: (1.0, 1.5), 2: (1.5, 3.0), 4: (2.5, LONGEST_SEGMENT)}
# What is left (s) is one segment if it is no longer than this; and no border leaves less than that.
_LONGEST_REST: Final = {1: 1.5, 2: 2.5, 4: LONGEST_SEGMENT}
_SHORTEST_REST: Final = 0.5


class Cut(Struct, frozen=True, kw_only=True):
    """The first picture of a shot, by its number, and how different it is from the one before (0 to 100)."""

    frame: int
    score: float


def key_frames(frames: int, fps: Fraction, cuts: Sequence[Cut] = ()) -> list[int]:
    """The first picture of every segment of a film of so many; the same list serves all rungs of all tiers."""
    keys = [0]
    for number in count():
        border = _next_border(keys[-1], frames, fps, _length(number), cuts)
        if border is None:
            return keys
        keys.append(border)
    raise AssertionError


def _length(number: int) -> int:
    return FIRST_SEGMENTS[number] if number < len(FIRST_SEGMENTS) else LATER_SEGMENTS


def _next_border(last: int, frames: int, fps: Fraction, length: int, cuts: Sequence[Cut]) -> int | None:
    """The strongest cut of the window, else the border by the clock; None when the rest is the last segment."""
    if frames - last <= _LONGEST_REST[length] * fps:
        return None
    end = frames - ceil(_SHORTEST_REST * fps)
    nearest, farthest = (last + ceil(Fraction(side) * fps) for side in _WINDOWS[length])
    within = [cut for cut in cuts if nearest <= cut.frame <= min(farthest - 1, end)]
    return max(within, key=lambda cut: cut.score).frame if within else last + round(length * fps)


def as_times(keys: Sequence[int], fps: Fraction) -> str:
    """For `-force_key_frames`: a little ahead, because the first picture not before a time becomes the key frame, and
    times are rounded on their way."""
    return ",".join(f"{max(0.0, float((key - Fraction(1, 4)) / fps)):.6f}" for key in keys)
