"""Ballots that vote faster than people do wait a while. Redis finds them, across all processes, as it counts boards."""

import time
from collections.abc import Mapping
from typing import Final

_MOST: Final = 10_000


class Pace:
    def __init__(self) -> None:
        self._until: dict[int, float] = {}

    def slow_down(self, waits: Mapping[int, int]) -> None:
        """`waits` in seconds, by ballot."""
        now = time.monotonic()
        if len(self._until) > _MOST:
            self._until = {ballot: until for ballot, until in self._until.items() if until > now}
        self._until |= {ballot: now + seconds for ballot, seconds in waits.items()}

    def wait(self, ballot: int) -> int:
        """Whole seconds this ballot has to wait; 0 for nearly all."""
        until = self._until.get(ballot)
        if until is None:
            return 0
        left = until - time.monotonic()
        if left <= 0:
            del self._until[ballot]
            return 0
        return int(left) + 1
