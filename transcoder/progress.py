"""What people hear of a job: the newest word, not every one."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

import structlog
from msgspec import Struct

from transcoder.contract import RungProgress, Tier
from transcoder.rows import DATABASE_AWAY, Claim, Rows

log = structlog.get_logger()
_PAUSE: Final = 0.5
#: Of a package as a whole, in per cent: the preview is the first part, the ladder the rest; 100 is being ready.
START_SHARE: Final = 5
_ALMOST: Final = 99


class Word(Struct, frozen=True, kw_only=True):
    """`progress` is that of the package, None where the tier has no part in it."""

    rungs: Sequence[RungProgress] = ()
    seconds_left: int | None = None
    progress: int | None = None


def mean(rungs: Sequence[RungProgress]) -> float:
    return sum(rung.progress for rung in rungs) / len(rungs) if rungs else 0.0


def share_of(tier: Tier, done: float) -> int | None:
    """How far the package is when `done` per cent of this tier are."""
    if tier == "start":
        return int(START_SHARE * done / 100)
    if tier == "ladder":
        return START_SHARE + int((_ALMOST - START_SHARE) * done / 100)
    return None


class Pace:
    """Twice a second and no more."""

    def __init__(self) -> None:
        self._next = 0.0

    async def keep(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._next - loop.time()))
        self._next = loop.time() + _PAUSE


class Progress:
    """The newest word on one job. Written at most twice a second, and now and then also when nothing is new."""

    def __init__(self, tier: Tier) -> None:
        self._tier = tier
        self._word = Word()
        self._news = asyncio.Event()

    @property
    def done(self) -> float:
        """Per cent of this tier."""
        return mean(self._word.rungs)

    def tell(self, rungs: list[RungProgress], seconds_left: int | None) -> None:
        word = Word(rungs=list(rungs), seconds_left=seconds_left, progress=share_of(self._tier, mean(rungs)))
        if word != self._word:
            self._word = word
            self._news.set()

    async def write_to(self, rows: Rows, claim: Claim, silence: float) -> None:
        """Runs until it is cancelled, or raises Ousted as soon as the row says so."""
        while True:
            # Not wait_for: before Python 3.12 it forgets a cancellation that comes together with the news.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(silence):
                    await self._news.wait()
            self._news.clear()
            word = self._word
            try:
                await rows.tell_progress(claim, word.rungs, word.seconds_left, word.progress)
            except DATABASE_AWAY as error:
                log.warning("progress not written", error=type(error).__name__)
            await asyncio.sleep(_PAUSE)
