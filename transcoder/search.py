"""The search for a CRF: measured qualities in, the next CRF to try or the one to take out. Pure.

Quality is phone-model VMAF of samples: the mean, and the 5th percentile so that a good average hides no bad seconds.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec
from msgspec import Struct

#: A phone shows no difference above it (a mean of 95 is one just noticeable difference below the original).
TARGET_MEAN: Final = 95.0
TARGET_LOW: Final = 90.0
MOST_PROBES: Final = 4

# Better than the target by less than this is found; so is a CRF known to less than a step or two.
_GOOD_ENOUGH: Final = 0.4
_LITTLE_GAIN: Final = 0.5
_LONGEST_STEP: Final = 6.0
# Curves bend: beyond what was measured quality falls faster than before.
_LONGEST_GUESS: Final = 1.5
# The model knows nothing better, so how far away the target is cannot be read from it.
_PERFECT: Final = 99.5


class Range(Struct, frozen=True, kw_only=True):
    """The CRFs an encoder is asked for, in steps of `step`. `slope` is what one more usually costs in quality."""

    least: float
    most: float
    step: float
    slope: float

    def near(self, crf: float) -> float:
        """The next CRF that exists, rounded towards quality."""
        steps = math.floor(crf / self.step + 1e-6) * self.step
        return min(max(steps, self.least), self.most)

    def above(self, least: float) -> "Range":
        return msgspec.structs.replace(self, least=max(self.least, least))


class Score(Struct, frozen=True, kw_only=True):
    mean: float
    low: float

    @property
    def margin(self) -> float:
        """How much better than the target, the worse of both counts."""
        return min(self.mean - TARGET_MEAN, self.low - TARGET_LOW)


class Probe(Struct, frozen=True, kw_only=True):
    crf: float
    score: Score


def next_crf(probes: Sequence[Probe], first: float, bounds: Range, most: int = MOST_PROBES) -> float | None:
    """Where to measure next, None when enough is known. The first guess comes from the table."""
    if not probes:
        return bounds.near(first)
    if len(probes) >= most or any(0 <= probe.score.margin <= _GOOD_ENOUGH for probe in probes):
        return None
    guess = bounds.near(_guess(probes, bounds))
    tried = {probe.crf for probe in probes}
    return None if guess in tried or _saturated(probes) else guess


def choose(probes: Sequence[Probe], bounds: Range) -> float:
    """The highest CRF that meets the target; where none does, the highest that is hardly worse than the best.

    One measured CRF is moved by the usual slope, several are interpolated.
    """
    best = max(probe.score.margin for probe in probes)
    if best < 0 and (len(probes) >= MOST_PROBES or _saturated(probes) or _at_the_end(probes, bounds)):
        return max(probe.crf for probe in probes if probe.score.margin >= best - _LITTLE_GAIN)
    farthest = max(probe.crf for probe in probes) + _LONGEST_GUESS
    return bounds.near(min(_guess(probes, bounds), farthest))


def at(probes: Sequence[Probe], crf: float) -> Score:
    """The quality to expect at `crf`: between two measured ones on the line, outside as at the nearest."""
    points = sorted(probes, key=lambda probe: probe.crf)
    for before, after in pairwise(points):
        if before.crf <= crf <= after.crf:
            share = (crf - before.crf) / (after.crf - before.crf)
            mean = before.score.mean + share * (after.score.mean - before.score.mean)
            return Score(mean=mean, low=before.score.low + share * (after.score.low - before.score.low))
    return points[0].score if crf < points[0].crf else points[-1].score


def percentile(values: Sequence[float], share: float) -> float:
    """With linear interpolation between the two nearest ranks."""
    ranked = sorted(values)
    place = (len(ranked) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (place - below)


def _guess(probes: Sequence[Probe], bounds: Range) -> float:
    """Where the margin is 0: between two probes on the line, beyond them by the measured or usual slope."""
    points = _monotone(probes)
    for (left, above), (right, below) in pairwise(points):
        if above >= 0 > below:
            return left + (right - left) * above / (above - below)
    crf, margin = points[-1] if points[-1][1] >= 0 else points[0]
    if all(probe.score.mean >= _PERFECT for probe in probes):
        return crf + _LONGEST_STEP
    step = margin / (max(bounds.slope, _slope(points, bounds)) if margin > 0 else _slope(points, bounds))
    return crf + max(-_LONGEST_STEP, min(_LONGEST_STEP, step))


def _slope(points: Sequence[tuple[float, float]], bounds: Range) -> float:
    """Quality lost per CRF, never believed to be far from what is usual: noise between near probes is large."""
    if len(points) < 2:
        return bounds.slope
    (first, high), (last, low) = points[0], points[-1]
    return min(max((high - low) / (last - first), bounds.slope / 3), bounds.slope * 3)


def _monotone(probes: Sequence[Probe]) -> list[tuple[float, float]]:
    """CRF and margin, the margin never rising: neighbours that contradict each other share their mean."""
    blocks: list[tuple[float, int]] = []
    for probe in sorted(probes, key=lambda probe: probe.crf):
        margin, count = probe.score.margin, 1
        while blocks and blocks[-1][0] < margin:
            before, size = blocks.pop()
            margin, count = (margin * count + before * size) / (count + size), count + size
        blocks.append((margin, count))
    margins = [margin for margin, count in blocks for _ in range(count)]
    return list(zip(sorted(probe.crf for probe in probes), margins, strict=True))


def _saturated(probes: Sequence[Probe]) -> bool:
    """A cap, or a picture too small: more bits were offered and quality hardly rose."""
    points = sorted(probes, key=lambda probe: probe.crf)
    if len(points) < 2 or points[0].score.margin >= 0 or points[1].crf - points[0].crf < 1.5:
        return False
    return points[0].score.margin - points[1].score.margin < _LITTLE_GAIN


def _at_the_end(probes: Sequence[Probe], bounds: Range) -> bool:
    return any(probe.crf <= bounds.least for probe in probes)
