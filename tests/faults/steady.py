"""Whether what was measured again and again stays where it is. Pure."""

from collections.abc import Sequence
from itertools import combinations
from statistics import median
from typing import Final

from msgspec import Struct

#: What comes before is warming up: caches fill, pools open.
WARMING: Final = 1 / 3


class Sample(Struct, frozen=True):
    """`at` in seconds since the beginning."""

    at: float
    values: dict[str, float]


class Growth(Struct, frozen=True, kw_only=True):
    """Of one thing: its middle value, and what it gains in the time that is judged."""

    name: str
    usual: float
    gained: float
    allowed: float

    @property
    def steady(self) -> bool:
        return self.gained <= self.allowed

    def __str__(self) -> str:
        return f"{self.name:<28} {self.usual:>14,.1f} {self.gained:>+12,.1f} {self.allowed:>12,.1f}"


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Theil and Sen's: the median of the slopes of all pairs, which a third of outliers does not move."""
    return median((b - a) / (to - at) for (at, a), (to, b) in combinations(points, 2) if to > at)


def growth(samples: Sequence[Sample], allowed: dict[str, tuple[float, float]]) -> list[Growth]:
    """Of each thing in `allowed`, which names how much it may gain: a share of its middle, and no less than so much."""
    end = samples[-1].at
    judged = [sample for sample in samples if sample.at >= end * WARMING]
    found = []
    for name, (share, least) in allowed.items():
        points = [(sample.at, sample.values[name]) for sample in judged if name in sample.values]
        usual = median(value for _, value in points)
        gained = slope(points) * (end - judged[0].at)
        found.append(Growth(name=name, usual=usual, gained=gained, allowed=max(share * usual, least)))
    return found
