"""Watches one encode: how far it is, and whether the source turns out to be damaged on the way."""

import re
import time
from collections.abc import Callable
from typing import Final

from transcoder.contract import Rejected
from transcoder.probe import clock

_FAULT: Final = re.compile(
    r"error submitting packet to decoder|error while decoding|corrupt decoded frame|corrupt input packet|concealing",
    re.IGNORECASE,
)
# A picture or two that some camera closed badly is no reason to send a film back; a hole is.
_FAULTS_ALLOWED: Final = 3
# Until then (share) the first pictures tell little about the speed of the others.
_EARLY: Final = 0.03


class Watch:
    """`tell` gets the share that is done, and the seconds left as soon as they can be estimated."""

    def __init__(self, duration: float, tell: Callable[[float, int | None], None]) -> None:
        self._duration = duration
        self._tell = tell
        self._begun = time.monotonic()
        self.seconds = 0.0
        self._first_fault = 0.0
        self.faults = 0

    def on_output(self, line: str) -> None:
        """Lines of `-progress`."""
        key, _, value = line.partition("=")
        if key == "out_time_us" and value.isdigit():
            self.seconds = int(value) / 1_000_000
            share = min(1.0, self.seconds / self._duration)
            self._tell(share, seconds_left(share, time.monotonic() - self._begun))

    def on_complaint(self, line: str) -> None:
        if not _FAULT.search(line):
            return
        if not self.faults:
            self._first_fault = self.seconds
        self.faults += 1
        if self.faults > _FAULTS_ALLOWED:
            raise self.damaged()

    def damaged(self) -> Rejected:
        return Rejected("damaged-file", at=clock(self._first_fault))


def seconds_left(share: float, elapsed: float) -> int | None:
    """At the speed so far."""
    return None if share < _EARLY else round(elapsed * (1 - share) / share)
