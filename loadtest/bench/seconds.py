"""What came when: answers in seconds of the run, percentiles counted from the moment each request was due."""

import math
from collections.abc import Sequence
from typing import Final

from loadtest.bench.report import Interval, between

#: Seconds that are averaged: long enough that a stall of a fifth of a second is no gap, short enough that one is seen.
STRETCH: Final = 5


def by_second(moments: Sequence[float], first: float, count: int) -> list[int]:
    """How many lie in each of `count` seconds from `first`; what lies outside is left out."""
    bins = [0] * count
    for moment in moments:
        second = math.floor(moment - first)
        if 0 <= second < count:
            bins[second] += 1
    return bins


def running_means(bins: Sequence[int], length: int = STRETCH) -> list[float]:
    """Of each run of `length` neighbours; of all where there are fewer."""
    length = min(length, len(bins))
    return [sum(bins[start : start + length]) / length for start in range(len(bins) - length + 1)]


def pace(bins: Sequence[int]) -> Interval:
    """The mean of the seconds, between the worst and the best stretch of them."""
    return between(sum(bins) / len(bins), running_means(bins))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed; nan of none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def slowness(late: Sequence[tuple[float, float]], share: float, length: float = STRETCH) -> Interval:
    """A percentile of the waits of (due, wait) pairs, between its least and its greatest over stretches of time."""
    stretches: dict[int, list[float]] = {}
    for due, wait in late:
        stretches.setdefault(int(due // length), []).append(wait)
    found = [percentile(waits, share) for waits in stretches.values()]
    return between(percentile([wait for _, wait in late], share), found)
