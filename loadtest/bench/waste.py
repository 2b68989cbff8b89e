"""Which of the fetched bytes of film were watched. Pure."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from loadtest.bench.phone import Fetched

#: Seconds stayed and in how many of ten episodes; None is to the end.
_DWELLS: Final = ((3.0, 4), (20.0, 3), (None, 3))
_SEGMENT: Final = re.compile(r"(/media/[0-9a-f-]{36}/)([a-z0-9-]+)/([0-9]{3})\.m4s$")


class Trace(Struct, frozen=True, kw_only=True):
    """How long somebody stays with each of `swipes` episodes; always the same for a seed."""

    swipes: int
    seed: int

    def dwells(self, length: float) -> list[float]:
        pattern = [length if stay is None else min(stay, length) for stay, times in _DWELLS for _ in range(times)]
        whole = (pattern * (self.swipes // len(pattern) + 1))[: self.swipes]
        random.Random(self.seed).shuffle(whole)
        return whole


def wasted_share(
    fetched: Iterable[Fetched],
    watched: Mapping[str, Sequence[tuple[float, float]]],
    durations: Mapping[str, Mapping[str, Sequence[float]]],
) -> float:
    """The share of all bytes of film whose seconds were not played.

    `watched` holds the played ranges of each package by its base address, `durations` the segments of its renditions.
    A second that was fetched twice was watched once.
    """
    total = 0
    best: dict[tuple[str, bool, int], float] = {}
    for each in fetched:
        found = _SEGMENT.search(each.url)
        if found is None:
            continue
        base, rendition, index = found[1], found[2], int(found[3])
        total += each.bytes
        share = _played(watched.get(base, ()), durations.get(base, {}).get(rendition, ()), index)
        key = (base, rendition.startswith("a64"), index)
        best[key] = max(best.get(key, 0.0), each.bytes * share)
    return 0.0 if total == 0 else 1 - sum(best.values()) / total


def _played(ranges: Sequence[tuple[float, float]], durations: Sequence[float], index: int) -> float:
    if index >= len(durations):
        return 0.0
    start = sum(durations[:index])
    end = start + durations[index]
    return sum(max(0.0, min(end, to) - max(start, since)) for since, to in ranges) / durations[index]
